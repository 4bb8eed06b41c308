using System.CommandLine;
using Pile.Cli.Commands;
using Pile.Format;
using Pile.Tables.Opening;

namespace Pile.Cli.Terminal;

/// <summary>A table on standard input, copied to a temporary file, because a table is read more than once.</summary>
internal sealed class StandardInputTable : IDisposable
{
    internal const string Dash = "-";

    /// <summary>What help says of the option that names the format.</summary>
    internal const string FormatHelp = "the format of standard input, where the content does not declare it: csv, tsv, ascii, mrt, ipac, "
        + "ecsv, jsonl, votable, fits, parquet or arrow.";

    // The names of formats, and the extensions with which their files are recognized.
    private static readonly (string Name, string Extension, TableFormat Format)[] Formats =
    [
        ("csv", "csv", TableFormat.Csv), ("tsv", "tsv", TableFormat.Tsv), ("ascii", "txt", TableFormat.Ascii),
        ("mrt", "mrt", TableFormat.Mrt), ("ipac", "tbl", TableFormat.Ipac), ("ecsv", "ecsv", TableFormat.Ecsv),
        ("jsonl", "jsonl", TableFormat.JsonLines), ("votable", "vot", TableFormat.VoTable), ("fits", "fits", TableFormat.Fits),
        ("parquet", "parquet", TableFormat.Parquet), ("arrow", "arrow", TableFormat.Arrow),
    ];

    // Advice about files, and what it is about standard input.
    private static readonly (string OfFile, string OfInput)[] Advice =
    [
        ("Rename it to the extension of its format", "Name its format with --format"),
        ("Rename it to .csv, in which", "Name its format csv with --format, in which"),
        ("give the file the extension of its format; for standard input, specify the format", "name its format with --format"),
        ("or give the file its own extension", "or name its format with --format"),
        ("Use a table, or fetch the file again", "Check the command that writes to it"),
        ("Put the CDS's ReadMe beside the file, or convert it", "Write it to a file beside the CDS's ReadMe, or convert it"),
        ("fetch it again", "check the command that writes to it"),
        ("Fetch it again", "Check the command that writes to it"),
        ("Fetch the file again", "Check the command that writes to it"),
        ("leave out this file", "correct the command that writes to it"),
        ("Convert the file", "Convert it"),
        ("Correct the file", "Correct the command that writes to it"),
        ("the file is empty", "it is empty"),
    ];

    // The copy that messages may name, also after it is deleted; there is at most one in a process.
    private static string? copied;

    private readonly string folder = TemporaryPath.CreateSystemFolder("stdin");

    private StandardInputTable() => Path = System.IO.Path.Combine(folder, "stdin");

    private static string Names => string.Join(", ", Formats.Select(f => f.Name));

    /// <summary>The copy.</summary>
    internal string Path { get; private set; }

    /// <summary>Replaces the name of the copy in a message by that of its source, and advice about files, because the user cannot see the
    /// copy.</summary>
    internal static string NameIn(string message)
    {
        if (copied is not { } path)
            return message;
        const string name = "standard input";
        string given = message;
        message = WithName(message, path, name);
        if (message != given)
            foreach ((string ofFile, string ofInput) in Advice)
                message = message.Replace(ofFile, ofInput, StringComparison.Ordinal);
        return message;
    }

    private static string WithName(string message, string path, string name)
    {
        message = message.Replace($"'{path}'", name, StringComparison.Ordinal).Replace(path, name, StringComparison.Ordinal);
        string file = System.IO.Path.GetFileName(path); // builds name files relative to their folder
        int at = 0;
        while ((at = message.IndexOf(file, at, StringComparison.Ordinal)) >= 0)
            if (at > 0 && message[at - 1] is var before && (before is '/' or '.' or '-' or '_' || char.IsLetterOrDigit(before)))
                at += file.Length; // another file
            else
                message = string.Concat(message.AsSpan(0, at), name, message.AsSpan(at + file.Length));
        return message;
    }

    /// <summary>Copies standard input if the user names it as the table of a build.</summary>
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
        return Read("--from -", format, null, cancellationToken);
    }

    /// <summary>Copies standard input if the user names it as a side of a match.</summary>
    /// <param name="sides">A, B, …; null for a side that is missing.</param>
    /// <param name="format">The name of the format; null if none is given for the input.</param>
    /// <param name="isPipe">True if the result is written to standard output: text is then read without the name of its format, because
    /// <c>--format</c> is that of the output.</param>
    /// <param name="cancellationToken">Cancels the copy.</param>
    /// <returns>Null if all sides are datasets or files.</returns>
    internal static StandardInputTable? Of(string?[] sides, string? format, bool isPipe, CancellationToken cancellationToken) =>
        sides.Count(side => side == Dash) switch
        {
            0 => null,
            1 => Read(Dash, isPipe ? null : format, isPipe ? "txt" : null, cancellationToken),
            _ => throw new UsageException("Standard input (-) can be one side only. Leave out B to match a table with itself."),
        };

    /// <summary>Returns the file with standard input in place of its name.</summary>
    internal string In(string side) => side == Dash ? Path : side;

    /// <summary>Copies standard input if a path names it.</summary>
    /// <param name="path">The path of a table.</param>
    /// <param name="format">The name of the format; null if none is given.</param>
    /// <param name="cancellationToken">Cancels the copy.</param>
    /// <returns>Null if the table is a file.</returns>
    /// <exception cref="UsageException">The format is missing, unknown, or given for a file.</exception>
    internal static StandardInputTable? Of(string path, string? format, CancellationToken cancellationToken) =>
        path == Dash ? Read(Dash, format, null, cancellationToken) : format is null ? null
            : throw new UsageException("--format requires standard input (-). Files have the format of their extension.");

    /// <summary>Copies standard input.</summary>
    /// <param name="use">How the user names it, for messages.</param>
    /// <param name="format">The name of its format; null if the content must declare it.</param>
    /// <param name="undeclared">The extension for content that does not declare its format; null if the name is required then.</param>
    /// <param name="cancellationToken">Cancels the copy.</param>
    /// <exception cref="UsageException">The format is unknown, or is neither given nor declared by the content; or standard input is
    /// closed.</exception>
    private static StandardInputTable Read(string use, string? format, string? undeclared, CancellationToken cancellationToken)
    {
        if (format == "avro")
            throw new UsageException($"--format avro: Avro is not supported. {TablePath.AvroRemedy}.");
        string? extension = Array.Find(Formats, f => f.Name == format || f.Extension == format).Extension;
        if (format is not null && extension is null)
            throw new UsageException($"{use} --format {format}: expected one of {Names}.");
        using Stream input = StandardInput.Open(use);
        StandardInputTable table = new();
        try
        {
            if (table.Copy(input, cancellationToken) == 0 && format is not null)
                throw new SourceUnreadableException("standard input", "it is empty", "Check the command that writes to it");
            table.NameAfter(extension ?? ExtensionOf(table.Path) ?? undeclared
                ?? throw new UsageException($"{use} requires --format if the content does not declare it: one of {Names}."));
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

    private static string? ExtensionOf(string file) =>
        FileSignature.Detect(file) is { } format ? Array.Find(Formats, f => f.Format == format).Extension : null;

    private long Copy(Stream input, CancellationToken cancellationToken)
    {
        using FileStream copy = new(Path, FileMode.CreateNew, FileAccess.Write);
        TemporaryCopy.Write(input, copy, "standard input", cancellationToken);
        return copy.Length;
    }

    private void NameAfter(string extension)
    {
        string named = $"{Path}.{extension}";
        File.Move(Path, named);
        Path = copied = named;
    }
}
