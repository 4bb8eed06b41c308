using Pile.TestKit;

namespace Pile.Fits.Tests;

/// <summary>Runs astropy on many cases in one Python process, whose start takes longer than all cases.</summary>
/// <param name="body">Python code that prints the result for the case <c>arg</c>, indented by four.</param>
/// <param name="cases">The cases, one argument each.</param>
internal sealed class Oracle(string body, IEnumerable<string> cases)
{
    private readonly Lazy<Dictionary<string, string[]>> results = new(() => Run(body, [.. cases]));

    /// <summary>Returns the lines printed for a case.</summary>
    internal string[] this[string argument] => results.Value[argument];

    /// <summary>Runs a single case.</summary>
    internal static string[] Run(string body, string argument) => Run(body, [argument])[argument];

    private static Dictionary<string, string[]> Run(string body, string[] cases)
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
