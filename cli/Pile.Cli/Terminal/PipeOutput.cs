using System.Collections.Immutable;
using System.CommandLine;
using Pile.CrossMatch;
using Pile.Format;
using Pile.Tables;
using Pile.Tables.Opening;

namespace Pile.Cli.Terminal;

/// <summary>Writes rows to standard output as a table: <c>--out - --format csv</c>.</summary>
internal static class PipeOutput
{
    internal const string Dash = "-";

    private const string Association = "hats-association";

    private static readonly (string Name, TableFormat Format)[] Formats =
    [
        ("csv", TableFormat.Csv), ("tsv", TableFormat.Tsv), ("ecsv", TableFormat.Ecsv), ("votable", TableFormat.VoTable),
        ("parquet", TableFormat.Parquet), ("arrow", TableFormat.Arrow), ("jsonl", TableFormat.JsonLines), ("fits", TableFormat.Fits),
    ];

    private static string Names => string.Join(", ", Formats.Select(f => f.Name));

    /// <summary>The option that selects the format.</summary>
    internal static Option<string?> Format { get; } = new("--format")
    {
        Description = "With --out -: the format of standard output. For crossmatch also hats-association, which writes the pairs to the "
            + "folder of --out; and without --out -, the format of a side on standard input.",
        HelpName = string.Join('|', Formats.Select(f => f.Name)),
    };

    /// <summary>Returns true if the output is a folder of a HATS association.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="path">The folder.</param>
    /// <param name="isOfPairs">True if each row of the result is a pair.</param>
    internal static bool IsAssociation(ParseResult parsed, string? path, bool isOfPairs)
    {
        if (parsed.GetValue(Format) != Association)
            return false;
        if (path is null or Dash)
            throw new UsageException($"--format {Association} requires a folder: --out DIR.");
        if (!isOfPairs)
            throw new UsageException($"--format {Association} writes pairs: use --join inner, two sides, and neither --nest nor groups.");
        TableOutput.RequireLocal(path);
        return !parsed.GetValue(TableOutput.Replace) || !Path.Exists(path) ? true
            : throw new UsageException($"--replace: an existing folder is not replaced. Remove '{path}', or choose another one.");
    }

    /// <summary>Checks the output before the command runs.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="path">The output.</param>
    /// <param name="hasInput">True if a table is read from standard input, whose format the option may name.</param>
    /// <returns>True if the output is standard output.</returns>
    /// <exception cref="UsageException">The format is missing or unknown, or given for a file.</exception>
    internal static bool Check(ParseResult parsed, string? path, bool hasInput = false)
    {
        string? format = parsed.GetValue(Format);
        if (path != Dash)
            return format is null || hasInput ? false
                : throw new UsageException("--format requires --out -. Files have the format of their extension.");
        if (!Array.Exists(Formats, f => f.Name == format))
            throw new UsageException($"--out - requires --format: one of {Names}{(format is null ? "" : $"; it is '{format}'")}.");
        if (parsed.GetValue(CommonOptions.Json))
            throw new UsageException("--json and --out - both write to standard output. Use only one of them.");
        return true;
    }

    /// <summary>Rejects a format without lists.</summary>
    internal static void RequireLists(ParseResult parsed)
    {
        if (parsed.GetValue(Format) is "csv" or "tsv")
            throw new UsageException(NestedRows.NoLists);
    }

    /// <summary>Returns true if the output keeps geometries as WKB.</summary>
    internal static bool KeepsWkb(ParseResult parsed) => parsed.GetValue(Format) is "parquet" or "arrow";

    /// <summary>Returns true if the output is Parquet, which a match writes itself.</summary>
    internal static bool IsParquet(ParseResult parsed) => parsed.GetValue(Format) == "parquet";

    /// <summary>Writes rows to standard output.</summary>
    /// <exception cref="OutputClosedException">The reader has closed standard output.</exception>
    internal static async Task<long> WriteAsync(ParseResult parsed, ImmutableArray<ColumnSchema> columns, IAsyncEnumerable<RowBatch> rows,
        TableAbout? about, CancellationToken cancellationToken)
    {
        TableFormat format = Array.Find(Formats, f => f.Name == parsed.GetValue(Format)).Format;
        await using Stream output = CommandStreams.Current.OpenOutput();
        return await TableWriter.WriteAsync(output, format, columns, rows, about, CommonOptions.Messages(parsed), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Copies a file to standard output.</summary>
    internal static async Task CopyAsync(string path, CancellationToken cancellationToken)
    {
        await using Stream output = CommandStreams.Current.OpenOutput();
        await using FileStream file = File.OpenRead(path);
        await file.CopyToAsync(output, cancellationToken).ConfigureAwait(false);
    }
}
