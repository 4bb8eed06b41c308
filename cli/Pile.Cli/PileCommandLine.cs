using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
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
        if (parsed.Action is not HelpWithExamples
            && (ArgumentEncoding.ErrorOf(arguments) ?? UsageError(parsed, arguments)) is { } usageError)
        {
            await TerminalText.Error.WriteLineAsync($"pile: {usageError}\nTry '{CommandPath(parsed)} --help'.").ConfigureAwait(false);
            return ExitCode.Usage;
        }
        try
        {
            if (CommandStreams.Current.AreOfProcess)
                MemoryLimit.Set(CommonOptions.MemoryOf(parsed), CommonOptions.WorkersOf(parsed));
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = CommandStreams.Current.Output,
                Error = CommandStreams.Current.Error,
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
        foreach (VersionOption version in root.Options.OfType<VersionOption>())
            version.Action = new VersionText();
        return root;
    }

    internal static RootCommand CreateRoot() => CreateRoot([]);

    /// <summary>Returns the first error of a command line; null if it is valid.</summary>
    private static string? UsageError(ParseResult parsed, string[] arguments)
    {
        Command command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0 && parsed.Errors.Count > 0)
            return (parsed.UnmatchedTokens is [var word, ..]
                ? $"there is no verb '{word}'{Suggestion(word, command.Subcommands.Select(c => c.Name))}" : "a verb is missing")
                + $"; there are {string.Join(", ", command.Subcommands.Select(c => c.Name))}.";
        // The parser treats an unknown option as an argument. The value of an option may begin with '-', as the condition "-mag > 2" does.
        IEnumerable<Option> options = command.Options.Concat(parsed.RootCommandResult.Command.Options);
        HashSet<string> known = [.. options.SelectMany(o => o.Aliases.Append(o.Name))],
            withValue = [.. options.Where(o => o.Arity.MinimumNumberOfValues > 0).SelectMany(o => o.Aliases.Append(o.Name))];
        string previous = "";
        foreach (string argument in arguments.TakeWhile(a => a != "--"))
        {
            string name = argument.Split('=', ':')[0];
            if (name.Length > 2 && known.Contains($"-{name}"))
                return $"there is no option '{argument}' (did you mean '-{argument}'?).";
            bool isOption = name.StartsWith("--", StringComparison.Ordinal)
                || (name is ['-', var letter, ..] && char.IsAsciiLetter(letter) && !withValue.Contains(previous));
            if (isOption && !known.Contains(name))
                return $"there is no option '{name}'{Suggestion(name, known)}; '{CommandPath(parsed)}' has "
                    + $"{string.Join(", ", options.Select(o => o.Name).Where(o => o.StartsWith("--", StringComparison.Ordinal)))}.";
            previous = argument;
        }
        return parsed.Errors is [var error, ..]
            ? string.Join(' ', MessageOf(error, CommandPath(parsed))
                .Split((char[])['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries)) : null;
    }

    // The parser's messages do not name an argument that is missing, and name the .NET type of a number.
    private static string MessageOf(ParseError error, string path)
    {
        if (error.SymbolResult is ArgumentResult { Tokens.Count: 0, Argument: var missing, Parent: CommandResult { Command: var command } })
        {
            string[] names = [.. command.Arguments.SelectMany(a => a.Name.Split(' '))];
            return $"<{missing.Name.Split(' ')[0]}> is missing: expected {path} {string.Join(' ', names.Select(name => $"<{name}>"))}.";
        }
        if ((error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult)
            is not { Option: var option, Tokens: [var token, ..] })
            return error.Message;
        Type type = option.ValueType.GetElementType() ?? Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        if (!error.Message.Contains($"'{type}'", StringComparison.Ordinal)
            && !error.Message.Contains($"'{option.ValueType}'", StringComparison.Ordinal))
            return error.Message;
        return $"{option.Name} {token.Value}: expected " + Type.GetTypeCode(type) switch
        {
            TypeCode.UInt64 => $"a whole number from 0 to {ulong.MaxValue}.",
            TypeCode.Int64 => $"a whole number from {long.MinValue} to {long.MaxValue}.",
            _ => $"a whole number from {int.MinValue} to {int.MaxValue}.",
        };
    }

    private static string Suggestion(string word, IEnumerable<string> names)
    {
        string prefix = word.StartsWith('-') ? "--" : "", letters = word.TrimStart('-');
        IEnumerable<string> near = names.Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Select(n => n[prefix.Length..]);
        string? meant = letters.Length > 1 ? SimilarNames.Of(letters, near) is [var similar, ..] ? similar : null
            : near.Where(n => n.StartsWith(letters, StringComparison.Ordinal)).ToArray() is [var only] ? only : null;
        return meant is null ? "" : $" (did you mean '{prefix}{meant}'?)";
    }

    private static string CommandPath(ParseResult parsed) =>
        string.Join(' ', parsed.CommandResult.Command.Parents.OfType<Command>().Where(c => c is not RootCommand).Select(c => c.Name)
            .Prepend("pile").Concat(parsed.CommandResult.Command is RootCommand ? [] : [parsed.CommandResult.Command.Name]));
}
