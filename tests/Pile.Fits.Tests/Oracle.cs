using Pile.TestKit;

namespace Pile.Fits.Tests;

/// <summary>Asks astropy about many cases in one run of Python: its start takes longer than all of them.</summary>
/// <param name="body">Python that prints what it finds about the case <c>arg</c>, indented by four.</param>
/// <param name="cases">The cases, each one argument.</param>
internal sealed class Oracle(string body, IEnumerable<string> cases)
{
    private readonly Lazy<Dictionary<string, string[]>> answers = new(() => Ask(body, [.. cases]));

    /// <summary>The lines printed about a case.</summary>
    internal string[] this[string argument] => answers.Value[argument];

    /// <summary>Asks about one case.</summary>
    internal static string[] Ask(string body, string argument) => Ask(body, [argument])[argument];

    private static Dictionary<string, string[]> Ask(string body, string[] cases)
    {
        string script = $"""
            import sys, re, hashlib, warnings
            import numpy as np
            from astropy.io import fits
            from astropy.wcs import WCS
            warnings.simplefilter('ignore')
            def answer(arg):
            {body}
            for arg in sys.argv[1:]:
                answer(arg)
                print('--')
            """;
        string[] sections = Python.Run(script, cases).Split("--\n");
        return cases.Index().ToDictionary(c => c.Item, c => sections[c.Index].Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
