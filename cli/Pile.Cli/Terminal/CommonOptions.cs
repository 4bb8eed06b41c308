using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Pile.Format;
using Pile.Reading;

namespace Pile.Cli.Terminal;

/// <summary>The options that every verb has.</summary>
internal static class CommonOptions
{
    /// <summary>The most threads that <c>--workers</c> may ask for.</summary>
    internal const int MostWorkers = 1024;

    /// <summary>What an argument DATASET takes.</summary>
    internal const string DatasetHelp = "The dataset: a folder, s3://bucket/prefix, or http(s)://….";

    internal static Option<bool> Json { get; } = new("--json")
    {
        Description = "One JSON document on stdout instead of text.",
        Recursive = true
    };

    internal static Option<bool> Quiet { get; } = new("--quiet")
    {
        Description = "No progress and no messages but errors.",
        Recursive = true
    };

    internal static Option<bool> Verbose { get; } = new("--verbose") { Description = "Errors with their stack trace.", Recursive = true };

    internal static Option<int> Workers { get; } = new("--workers")
    {
        Description = "Threads; the result does not depend on it.",
        HelpName = "N",
        Recursive = true,
        DefaultValueFactory = _ => Environment.ProcessorCount
    };

    internal static Option<string> Memory { get; } = new("--memory")
    {
        Description = "Memory to stay within, for example 2GB.",
        HelpName = "SIZE",
        Recursive = true
    };

    static CommonOptions()
    {
        Workers.Validators.Add(result => Require(result, "--workers",
            text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n is > 0 and <= MostWorkers,
            $"a number of threads from 1 to {MostWorkers}"));
        Memory.Validators.Add(result => Require(result, "--memory", text => ByteSize.TryParse(text, out long bytes) && bytes > 0,
            "a size such as 2GB or 512MiB"));
    }

    /// <summary>For verbs that read rows: through the shards alone.</summary>
    internal static Option<bool> NoIndex { get; } = new(
        "--no-index")
    { Description = "Leave the index aside and look the rows up in the shards of a local dataset, as where it is lost." };

    internal static IEnumerable<Option> All => [Json, Quiet, Verbose, Workers, Memory];

    internal static int WorkersOf(ParseResult parsed) => parsed.GetValue(Workers);

    internal static long? MemoryOf(ParseResult parsed) =>
        parsed.GetValue(Memory) is { } text && ByteSize.TryParse(text, out long bytes) ? bytes : null;

    /// <summary>What a dataset that a verb opens may use of the machine.</summary>
    internal static DatasetOptions DatasetOptionsOf(ParseResult parsed) =>
        new()
        {
            Threads = WorkersOf(parsed),
            QueryMemoryBytes = MemoryOf(parsed),
            OnNotice = Messages(parsed),
            IgnoreIndex = parsed.GetValue(NoIndex)
        };

    /// <summary>An option <c>--limit N</c> that takes no negative number.</summary>
    internal static Option<long?> Limit(string description)
    {
        Option<long?> limit = new("--limit") { Description = description, HelpName = "N" };
        limit.Validators.Add(result => Require(result, "--limit",
            text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _), "a number of rows, 0 or more"));
        return limit;
    }

    /// <summary>Has the parser refuse anything but a number above zero.</summary>
    internal static void RequireCount(Option<int> option, string what) =>
        option.Validators.Add(result => Require(result, option.Name,
            text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n > 0,
            $"a number of {what}, at least 1"));

    /// <summary>Has the parser refuse a value, so that a wrong command is noticed before anything is done.</summary>
    internal static void Require(OptionResult result, string option, Func<string, bool> isValid, string expected)
    {
        foreach (Token token in result.Tokens)
            if (!isValid(token.Value))
                result.AddError($"{option} {token.Value}: expected {expected}.");
    }

    /// <summary>Where messages go: nowhere when the user wants quiet.</summary>
    internal static Action<string> Messages(ParseResult parsed) =>
        parsed.GetValue(Quiet) ? _ => { }
    : message => TerminalText.Error.WriteLine($"pile: {TerminalText.Indent(message)}");
}
