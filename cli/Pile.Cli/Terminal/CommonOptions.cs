using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Pile.Format;
using Pile.Reading;

namespace Pile.Cli.Terminal;

/// <summary>The options that all verbs share.</summary>
internal static class CommonOptions
{
    /// <summary>The maximum value of <c>--workers</c>.</summary>
    internal const int MaxWorkers = 1024;

    /// <summary>The description of an argument DATASET.</summary>
    internal const string DatasetHelp = "The dataset or HATS catalogue: a folder, s3://bucket/prefix, http(s)://…, "
        + "…/collection.yaml#name, or a saved query, ….query.yaml.";

    /// <summary>The description of an argument DATASET of verbs that do not take a selection of its rows.</summary>
    internal const string WholeDatasetHelp = "The dataset or HATS catalogue: a folder, s3://bucket/prefix, http(s)://… or "
        + "…/collection.yaml#name.";

    internal static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON document instead of text.",
        Recursive = true
    };

    internal static Option<bool> Quiet { get; } = new("--quiet")
    {
        Description = "Print no progress and no messages, except errors and that values are not verified.",
        Recursive = true
    };

    internal static Option<bool> Verbose { get; } = new("--verbose")
    {
        Description = "Print what is executed and read (SQL, tiles, bytes, requests), and errors with their stack trace.",
        Recursive = true
    };

    internal static Option<int> Workers { get; } = new("--workers")
    {
        Description = "The number of threads; results do not depend on it, except in 'pile sql' sums of floats (by rounding), and what SQL "
            + "leaves open: rows without ORDER BY, and first, any_value, list, string_agg, ties of arg_max, mode, row_number.",
        HelpName = "N",
        Recursive = true,
        DefaultValueFactory = _ => Environment.ProcessorCount
    };

    internal static Option<string> Memory { get; } = new("--memory")
    {
        Description = "The memory limit, for example 2GB.",
        HelpName = "SIZE",
        Recursive = true
    };

    static CommonOptions()
    {
        Workers.Validators.Add(result => Require(result, "--workers",
            text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n is > 0 and <= MaxWorkers,
            $"a number of threads from 1 to {MaxWorkers}"));
        Memory.Validators.Add(result => Require(result, "--memory", text => ByteSize.TryParse(text, out long bytes) && bytes > 0,
            "a size such as 2GB or 512MiB"));
    }

    /// <summary>The option of verbs that read rows to use only the shards.</summary>
    internal static Option<bool> NoIndex { get; } = new(
        "--no-index")
    { Description = "Ignore the index of a local dataset and find the rows in the shards, for example if the index is lost." };

    /// <summary>The option of verbs that read datasets to name the ids of a HATS catalogue.</summary>
    internal static Option<string?> Id { get; } = new("--id")
    {
        Description = "The column of ids of a HATS catalogue, or 'row' for row numbers; otherwise it is found by its name.",
        HelpName = "COL"
    };

    /// <summary>The option of verbs that read datasets to say where files outside them are.</summary>
    internal static Option<string[]> Mount { get; } = new("--mount")
    {
        Description = "Where files outside the dataset are that it refers to, for example mount://photos=/data/photos; an address "
            + "without a place, or https:// alone, is read where it is.",
        HelpName = "URI[=PLACE]",
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>The option of verbs that read rows to verify the ids of a saved query.</summary>
    internal static Option<bool> VerifyIds { get; } = new("--verify")
    {
        Description = "If the dataset is a saved query, first compare the ids of its rows with the recorded hash."
    };

    /// <summary>The option of verbs that read datasets to read the fields of layers too.</summary>
    internal static Option<string[]> Layer { get; } = new("--layer")
    {
        Description = "A layer whose fields are read as columns; may be repeated. AT is a commit: its number, a tag, a time or sha256:…",
        HelpName = "[PREFIX=]LAYER[@AT]",
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>Returns the layers of the command line.</summary>
    internal static string[] LayersOf(ParseResult parsed) => parsed.GetResult(Layer) is null ? [] : parsed.GetValue(Layer) ?? [];

    /// <summary>Returns the mounts of the command line.</summary>
    /// <exception cref="UsageException">An argument is not of the form URI=PLACE, and not the address of a store.</exception>
    internal static IReadOnlyDictionary<string, string> MountsOf(ParseResult parsed)
    {
        Dictionary<string, string> mounts = new(StringComparer.Ordinal);
        foreach (string mount in parsed.GetResult(Mount) is null ? [] : parsed.GetValue(Mount) ?? [])
            if (mount.IndexOf('=', StringComparison.Ordinal) is > 0 and var sign && sign < mount.Length - 1)
                mounts[mount[..sign]] = mount[(sign + 1)..];
            else if (SourceUri.IsRemote(mount))
                mounts[mount] = mount;
            else
                throw new UsageException($"--mount {mount}: expected an address of the dataset and a folder, for example "
                    + "mount://photos=/data/photos, or a remote address that is read where it is, for example https://example.org.");
        return mounts;
    }

    internal static IEnumerable<Option> All => [Json, Quiet, Verbose, Workers, Memory];

    internal static int WorkersOf(ParseResult parsed) => parsed.GetValue(Workers);

    internal static long? MemoryOf(ParseResult parsed) =>
        parsed.GetValue(Memory) is { } text && ByteSize.TryParse(text, out long bytes) ? bytes : null;

    /// <summary>Returns the options with which a verb opens a dataset.</summary>
    internal static DatasetOptions DatasetOptionsOf(ParseResult parsed)
    {
        TextWriter error = TerminalText.Error;
        return new()
        {
            Threads = WorkersOf(parsed),
            QueryMemoryBytes = MemoryOf(parsed),
            OnMessage = Messages(parsed),
            OnUnverified = Warnings(parsed),
            IgnoreIndex = parsed.GetValue(NoIndex),
            Mounts = MountsOf(parsed),
            IdColumn = parsed.GetResult(Id) is null ? null : parsed.GetValue(Id),
            OnPlan = parsed.GetValue(Verbose) ? text => error.WriteLine($"pile: {TerminalText.Indent(text)}") : null,
            VerifiesIds = parsed.GetResult(VerifyIds) is not null && parsed.GetValue(VerifyIds),
            Layers = LayersOf(parsed),
        };
    }

    /// <summary>Creates an option <c>--limit N</c>, which must not be negative.</summary>
    internal static Option<long?> Limit(string description)
    {
        Option<long?> limit = new("--limit") { Description = description, HelpName = "N" };
        limit.Validators.Add(result => Require(result, "--limit",
            text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _), "a number of rows, 0 or more"));
        return limit;
    }

    /// <summary>Creates an option with a number. Without this check, the parser would read 2,5 as 25.</summary>
    internal static Option<double?> Number(string name, string helpName, string description)
    {
        Option<double?> option = new(name) { Description = description, HelpName = helpName };
        option.Validators.Add(result => Require(result, name,
            text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _), "a number"));
        return option;
    }

    /// <summary>Requires a number of at least 1.</summary>
    internal static void RequireCount(Option<int> option, string what) =>
        option.Validators.Add(result => Require(result, option.Name,
            text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n > 0,
            $"a number of {what}, at least 1"));

    /// <summary>Rejects an invalid value while the command line is parsed, before the command runs.</summary>
    internal static void Require(OptionResult result, string option, Func<string, bool> isValid, string expected)
    {
        foreach (Token token in result.Tokens)
            if (!isValid(token.Value))
                result.AddError($"{option} {token.Value}: expected {expected}.");
    }

    /// <summary>Returns the receiver of messages, which ignores them with <c>--quiet</c>.</summary>
    internal static Action<string> Messages(ParseResult parsed) => parsed.GetValue(Quiet) ? _ => { } : Warnings(parsed);

    /// <summary>Returns the receiver of messages that <c>--quiet</c> does not suppress: that values are not verified.</summary>
    internal static Action<string> Warnings(ParseResult parsed)
    {
        OptionNames names = new(parsed); // here, because a parse result must not be searched by several threads
        TextWriter error = TerminalText.Error; // here, because threads of libraries do not have the streams of the command line
        return message => error.WriteLine($"pile: {TerminalText.Indent(names.In(message))}");
    }
}
