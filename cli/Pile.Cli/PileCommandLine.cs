using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Pile.Cli.Commands;
using Pile.Cli.Terminal;

namespace Pile.Cli;

/// <summary>The verbs of <c>pile</c>, and how one of them is run: parsed, called, its errors told.</summary>
internal static class PileCommandLine
{
    /// <summary>Runs one command line.</summary>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        ParseResult parsed = CreateRoot().Parse(arguments);
        bool verbose = arguments.Contains("--verbose");
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpWithExamples)
        {
            foreach (ParseError error in parsed.Errors.Take(3))
                await Console.Error.WriteLineAsync($"pile: {error.Message}").ConfigureAwait(false);
            await Console.Error.WriteLineAsync($"Try '{CommandPath(parsed)} --help'.").ConfigureAwait(false);
            return ExitCode.Usage;
        }
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (ErrorReport.TryWrite(error, verbose, out int exitCode))
        {
            return exitCode;
        }
    }

    internal static RootCommand CreateRoot()
    {
        RootCommand root = new("Multimodal survey data in HDF5 shards with a searchable index: build, look, match, read.")
        {
            BuildCommand.Create(), InfoCommand.Create(), ValidateCommand.Create(), QueryCommand.Create(),
            CrossMatchCommand.Create(), ReadCommand.Create(), CompletionCommand.Create(),
        };
        foreach (Option option in CommonOptions.All)
            root.Options.Add(option);
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    private static string CommandPath(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "pile" : $"pile {parsed.CommandResult.Command.Name}";
}
