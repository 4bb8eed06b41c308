using System.CommandLine;
using System.CommandLine.Help;
using Pile.Cli.Commands;
using Pile.Cli.Terminal;
using Pile.Format;

namespace Pile.Cli;

/// <summary>Parses and runs a command line of <c>pile</c>, and reports errors.</summary>
internal static class PileCommandLine
{
    /// <summary>Runs one command line.</summary>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        // Disables response files, because a value may begin with '@'.
        ParseResult parsed = CreateRoot(arguments).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        bool verbose = arguments.Contains("--verbose");
        if (parsed.Action is not HelpWithExamples && UsageError(parsed, arguments) is { } usageError)
        {
            await TerminalText.Error.WriteLineAsync($"pile: {usageError}\nTry '{CommandPath(parsed)} --help'.").ConfigureAwait(false);
            return ExitCode.Usage;
        }
        try
        {
            MemoryLimit.Set(CommonOptions.MemoryOf(parsed), CommonOptions.WorkersOf(parsed));
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            return ErrorReport.Write(error, verbose, parsed);
        }
    }

    // The options of all verbs take longer to create than most commands run: only the verb of the command line is created.
    private static RootCommand CreateRoot(string[] arguments)
    {
        RootCommand root = new("Multimodal survey data in HDF5 shards with a searchable index: build, query, match, read.");
        VerbList.AddTo(root, arguments,
            ("build", BuildCommand.Create), ("adopt", AdoptCommand.Create), ("info", InfoCommand.Create),
            ("validate", ValidateCommand.Create), ("diff", DiffCommand.Create), ("query", QueryCommand.Create),
            ("sql", SqlCommand.Create), ("crossmatch", CrossMatchCommand.Create), ("read", ReadCommand.Create),
            ("stream", StreamCommand.Create), ("copy", CopyCommand.Create), ("fetch", FetchCommand.Create),
            ("concat", ConcatCommand.Create), ("merge", ConcatCommand.CreateMerge), ("export", ExportCommand.Create),
            ("moc", MocCommand.Create), ("index", IndexCommand.Create), ("layer", () => LayerCommand.Create(arguments)),
            ("scan", ScanCommand.Create), ("source", SourceCommand.Create), ("ls", LsCommand.Create),
            ("statistics", StatisticsCommand.Create), ("plot", PlotCommand.Create), ("review", ReviewCommand.Create),
            ("verify", VerifyCommand.Create), ("completion", CompletionCommand.Create));
        foreach (Option option in CommonOptions.All)
            root.Options.Add(option);
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    internal static RootCommand CreateRoot() => CreateRoot([]);

    /// <summary>Returns the first error of a command line; null if it is valid.</summary>
    private static string? UsageError(ParseResult parsed, string[] arguments)
    {
        Command command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0 && parsed.Errors.Count > 0 && (command is RootCommand || parsed.UnmatchedTokens.Count > 0))
            return (parsed.UnmatchedTokens is [var word, ..]
                ? $"there is no verb '{word}'{Suggestion(word, command.Subcommands.Select(c => c.Name))}" : "a verb is missing")
                + $"; there are {string.Join(", ", command.Subcommands.Select(c => c.Name))}.";
        // The parser treats an unknown option as an argument.
        IEnumerable<Option> options = command.Options.Concat(parsed.RootCommandResult.Command.Options);
        HashSet<string> known = [.. options.SelectMany(o => o.Aliases.Append(o.Name))];
        foreach (string argument in arguments.TakeWhile(a => a != "--"))
            if (argument.StartsWith("--", StringComparison.Ordinal) && argument.Split('=', ':')[0] is var name && !known.Contains(name))
                return $"there is no option '{name}'{Suggestion(name, known.Where(k => k.StartsWith("--", StringComparison.Ordinal)))}; "
                    + $"'{CommandPath(parsed)}' has "
                    + $"{string.Join(", ", options.Select(o => o.Name).Where(o => o.StartsWith("--", StringComparison.Ordinal)))}.";
            else if (argument.Length > 2 && known.Contains($"-{argument.Split('=', ':')[0]}"))
                return $"there is no option '{argument}' (did you mean '-{argument}'?).";
        return parsed.Errors is [var error, ..]
            ? string.Join(' ', error.Message.Split((char[])['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries)) : null;
    }

    private static string Suggestion(string word, IEnumerable<string> names) =>
        SimilarNames.Of(word.TrimStart('-'), names.Select(n => n.TrimStart('-'))) is [var near, ..]
            ? $" (did you mean '{(word.StartsWith("--", StringComparison.Ordinal) ? "--" : "")}{near}'?)" : "";

    private static string CommandPath(ParseResult parsed) =>
        string.Join(' ', parsed.CommandResult.Command.Parents.OfType<Command>().Where(c => c is not RootCommand).Select(c => c.Name)
            .Prepend("pile").Concat(parsed.CommandResult.Command is RootCommand ? [] : [parsed.CommandResult.Command.Name]));
}
