using System.CommandLine;
using Pile.Cli.Commands;
using Pile.Format;
using Pile.Tables.Opening;

namespace Pile.Cli.Terminal;

/// <summary>A table on standard input, copied to a temporary file, because a build reads a table more than once.</summary>
internal sealed class StandardInputTable : IDisposable
{
    internal const string Dash = "-";

    private static readonly string[] Formats = ["csv", "tsv", "txt", "tbl", "mrt", "ecsv", "jsonl", "fits", "vot", "parquet"];

    private readonly string folder = TemporaryPath.CreateSystemFolder("stdin");

    private StandardInputTable(string format) => Path = System.IO.Path.Combine(folder, $"stdin.{format}");

    /// <summary>The copy.</summary>
    internal string Path { get; }

    /// <summary>Copies standard input if the user names it.</summary>
    /// <returns>Null if the tables are files.</returns>
    /// <exception cref="UsageException">The format is missing or unknown, or standard input is not the only table.</exception>
    internal static StandardInputTable? Of(ParseResult parsed, CancellationToken cancellationToken)
    {
        string? format = parsed.GetValue(TableOptions.Format);
        if (parsed.GetValue(TableOptions.From) is not { } tables || !tables.Contains(Dash))
            return format is null ? null
                : throw new UsageException("--format requires --from -. Files have the format of their extension.");
        if (tables.Length > 1)
            throw new UsageException("--from -: standard input must be the only table.");
        if (format == "avro")
            throw new UsageException($"--format avro: Avro is not supported. {TablePath.AvroRemedy}.");
        if (!Formats.Contains(format))
            throw new UsageException($"--from - requires --format: one of {string.Join(", ", Formats)}.");
        StandardInputTable table = new(format!);
        try
        {
            table.Copy(cancellationToken);
            return table;
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => TemporaryPath.Delete(folder);

    private void Copy(CancellationToken cancellationToken)
    {
        using Stream input = Console.OpenStandardInput();
        using FileStream copy = new(Path, FileMode.CreateNew, FileAccess.Write);
        TemporaryCopy.Write(input, copy, "standard input", cancellationToken);
    }
}
