using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Pile.Cli.Terminal;

/// <summary>Prints the help of the library, followed by examples.</summary>
internal sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        // The library uses the name of the assembly; the program is named pile.
        TextWriter output = parseResult.InvocationConfiguration.Output;
        using StringWriter help = new();
        parseResult.InvocationConfiguration.Output = help;
        int result = inner.Invoke(parseResult);
        output.Write(help.ToString().Replace(RootCommand.ExecutableName, "pile", StringComparison.Ordinal));
        if (parseResult.CommandResult.Command is VerbCommand { Examples: var examples })
        {
            output.WriteLine("Examples:");
            foreach (string example in examples)
                output.WriteLine($"  {example}");
            output.WriteLine();
        }
        return result;
    }
}
