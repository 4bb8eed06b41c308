using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Fits;
using Pile.Format;
using Pile.Tables.Opening;
using Pile.Tables.Writing;

namespace Pile.Tables;

/// <summary>Writes catalogues: CSV, TSV, ECSV, JSON Lines, FITS, VOTable, Parquet and Arrow, selected by their extension.</summary>
/// <remarks>The same rows give the same bytes. A file is written under a temporary name in the same folder and renamed when it is complete,
/// so that no incomplete file appears. Units, UCDs, descriptions and provenance are included, except in CSV, TSV and JSON Lines,
/// which cannot store them.</remarks>
public static class TableWriter
{
    private const string StandardOutput = "standard output";
    private const string Written =
        ".csv, .tsv, .ecsv, .jsonl, .fits, .fit, .vot, .xml, .parquet, .arrow or .arrows, optionally followed by .gz";

    /// <summary>Writes a table.</summary>
    /// <param name="path">The file: <c>.csv</c>, <c>.tsv</c>, <c>.ecsv</c>, <c>.jsonl</c>, <c>.fits</c>, <c>.fit</c>, <c>.vot</c>,
    /// <c>.xml</c>, <c>.parquet</c>, <c>.arrow</c> (also <c>.feather</c> or <c>.ipc</c>) or <c>.arrows</c> (Arrow's streaming format),
    /// optionally followed by <c>.gz</c>.</param>
    /// <param name="columns">The columns, in the order of the output.</param>
    /// <param name="rows">Batches that contain all these columns, by name; other columns are ignored.</param>
    /// <param name="options">If null, an existing file is an error.</param>
    /// <param name="cancellationToken">Cancels the writing between two batches, and leaves no files.</param>
    /// <returns>The number of rows.</returns>
    /// <exception cref="ArgumentException">The extension is not that of a table, a column is not in a batch, or the format does not support
    /// a column (arrays that differ along several axes).</exception>
    /// <exception cref="OutputExistsException">The file exists.</exception>
    /// <exception cref="PileException">There is not enough space, or no permission.</exception>
    /// <exception cref="ValueInvalidException">The format does not support a value: text that is not ASCII in FITS, unsigned integers
    /// beyond 2⁶³ in VOTable, infinite numbers in JSON Lines.</exception>
    public static async Task<long> WriteAsync(string path, ImmutableArray<ColumnSchema> columns, IAsyncEnumerable<RowBatch> rows,
        TableWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(rows);
        (TableFormat format, bool isGzip) = FormatOf(path);
        if (columns.IsDefaultOrEmpty)
            throw new ArgumentException("A table must have at least one column.", nameof(columns));
        if (columns.Contains(null!))
            throw new ArgumentNullException(nameof(columns), "A column is null.");
        bool overwrite = options?.Overwrite ?? false;
        if (File.Exists(path) && !overwrite)
            throw new OutputExistsException(path, "Remove it, write to another name, or allow it to be overwritten");

        string shown = options?.NameInMessages ?? path;
        string aside = TemporaryPath.Beside(path, ".partial");
        bool isWriting = true;
        try
        {
            long rowCount;
            TableAbout? about = TableAbout.WithBands(options?.About, columns);
            if (format is TableFormat.Fits && FitsHead.NoteOf(columns, about) is { } note)
                options?.OnMessage?.Invoke($"{shown}: {note}");
            bool isCompressedAfterwards = isGzip && format is TableFormat.Fits or TableFormat.Parquet; // their libraries write plain files
            using (ITableSink sink = Open(format, aside, shown, columns, about, isGzip && !isCompressedAfterwards,
                TablePath.IsArrowStream(path)))
                rowCount = await WriteAsync(sink, columns, rows, writing => isWriting = writing, cancellationToken).ConfigureAwait(false);
            if (isCompressedAfterwards)
                await Task.Run(() => TextFile.Pack(aside), cancellationToken).ConfigureAwait(false);
            DiskFlush.File(aside);
            CompleteFile.Move(aside, path, overwrite);
            return rowCount;
        }
        catch (DuckDbException e) when (e.Type == DuckDbErrorType.OutOfMemory)
        {
            throw TableMemory.Exceeded($"writing '{shown}'", e);
        }
        catch (Exception e) when (isWriting && (FileFault.Is(e) || e is FitsException or DuckDbException))
        {
            string finding = (e switch
            {
                FitsException fits => fits.Finding,
                DuckDbException duckDb => duckDb.Error,
                _ => FileFault.TextOf(e),
            })
                .Replace($" : '{aside}'", "", StringComparison.Ordinal).Replace(aside, shown, StringComparison.Ordinal).TrimEnd('.');
            if (TemporaryPath.IsNamedIn(finding)) // the rows of FITS, whose header follows from them
                throw new OutputUnwritableException(shown, $"its temporary file cannot be written: {finding}",
                    "Free space there, or set TMPDIR to a folder on a disk with free space", e);
            throw new OutputUnwritableException(shown, $"it cannot be written: {finding}",
                "Free space or grant permission there, or specify another file", e);
        }
        finally
        {
            TemporaryPath.Delete(aside);
        }
    }

    /// <summary>Writes a table to a pipe. Formats that need a file (FITS, Parquet) are written to a temporary one first.</summary>
    /// <param name="output">The pipe, which is not closed. Its exceptions are passed on.</param>
    /// <param name="format">The format; Arrow is the streaming format.</param>
    /// <param name="columns">The columns, in the order of the output.</param>
    /// <param name="rows">Batches that contain all these columns, by name.</param>
    /// <param name="about">The metadata of the table; null for none.</param>
    /// <param name="onMessage">Receives a message if the format cannot store a part of the metadata; null for no messages.</param>
    /// <param name="cancellationToken">Cancels the writing between two batches.</param>
    /// <returns>The number of rows.</returns>
    internal static async Task<long> WriteAsync(Stream output, TableFormat format, ImmutableArray<ColumnSchema> columns,
        IAsyncEnumerable<RowBatch> rows, TableAbout? about, Action<string>? onMessage, CancellationToken cancellationToken)
    {
        if (format is not (TableFormat.Fits or TableFormat.Parquet))
        {
            using TextFile file = new(output);
            using ITableSink sink = Open(format, file, StandardOutput, columns, TableAbout.WithBands(about, columns), isStream: true);
            return await WriteAsync(sink, columns, rows, _ => { }, cancellationToken).ConfigureAwait(false);
        }
        string path = TemporaryPath.InSystemFolder("table") + (format == TableFormat.Fits ? ".fits" : ".parquet");
        try
        {
            long rowCount = await WriteAsync(path, columns, rows,
                new TableWriteOptions { About = about, NameInMessages = StandardOutput, OnMessage = onMessage }, cancellationToken)
                    .ConfigureAwait(false);
            using FileStream written = File.OpenRead(path);
            await written.CopyToAsync(output, cancellationToken).ConfigureAwait(false);
            return rowCount;
        }
        finally
        {
            TemporaryPath.Delete(path);
        }
    }

    /// <summary>Checks that a table can be written to a path, before any rows are created.</summary>
    /// <exception cref="ArgumentException">The extension is not that of a table.</exception>
    public static void RequireTablePath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        FormatOf(path);
    }

    /// <summary>Returns true if the file has the extension of a table that can be written.</summary>
    internal static bool IsTablePath(string path) => TablePath.FormatOf(path) is { } format && IsWritten(format)
        && !TablePath.IsPacked(path);

    private static bool IsWritten(TableFormat format) => format is not (TableFormat.Ascii or TableFormat.Ipac or TableFormat.Mrt);

    private static (TableFormat Format, bool IsGzip) FormatOf(string path)
    {
        if (!string.IsNullOrEmpty(path) && (TablePath.FormatOf(TablePath.FileOf(path)) is null || TablePath.IsPacked(path)))
            throw new ArgumentException($"'{path}' does not have the extension of a table that can be written: expected {Written}.",
                nameof(path));
        TablePath target = TablePath.Parse(path);
        bool isGzip = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        if (target.Part is not null)
            throw new ArgumentException($"'{path}' names a part of a file: tables can only be written as complete files.", nameof(path));
        return IsWritten(target.Format) ? (target.Format, isGzip)
            : throw new ArgumentException($"'{path}' has a format that can only be read: expected {Written}.", nameof(path));
    }

    private static async Task<long> WriteAsync(ITableSink sink, ImmutableArray<ColumnSchema> columns, IAsyncEnumerable<RowBatch> rows,
        Action<bool> isWriting, CancellationToken cancellationToken)
    {
        isWriting(false); // the source of the rows may throw its own exceptions
        await foreach (RowBatch batch in rows.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (batch is null)
                throw new ArgumentNullException(nameof(rows), "A batch is null.");
            ColumnData[] selected = Select(columns, batch);
            isWriting(true);
            await Task.Run(() => sink.Write(selected, batch.RowCount), cancellationToken).ConfigureAwait(false);
            isWriting(false);
        }
        isWriting(true);
        return await Task.Run(() => sink.Complete(cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private static ITableSink Open(TableFormat format, string aside, string path, ImmutableArray<ColumnSchema> columns, TableAbout? about,
        bool isGzip, bool isArrowStream) => format switch
        {
            TableFormat.Parquet => new ParquetSink(aside, columns, about),
            TableFormat.Fits => FlatArrays.Open(columns, flat => new FitsSink(aside, path, flat, about)),
            _ => Open(format, new TextFile(aside, isGzip), path, columns, about, isArrowStream),
        };

    private static ITableSink Open(TableFormat format, TextFile file, string path, ImmutableArray<ColumnSchema> columns,
        TableAbout? about, bool isStream) => format switch
        {
            TableFormat.Csv => new CsvSink(file, columns, about, isEcsv: false),
            TableFormat.Tsv => new CsvSink(file, columns, about, isEcsv: false, (byte)'\t'),
            TableFormat.Ecsv => new CsvSink(file, columns, about, isEcsv: true),
            TableFormat.JsonLines => new JsonLinesSink(file, path),
            TableFormat.Arrow => new ArrowSink(file, columns, about, isStream),
            _ => new VoTableSink(file, path, columns, about),
        };

    private static ColumnData[] Select(ImmutableArray<ColumnSchema> columns, RowBatch rows)
    {
        ColumnData[] selected = new ColumnData[columns.Length];
        for (int i = 0; i < selected.Length; i++)
        {
            selected[i] = rows[columns[i].Name];
            ColumnSchema found = selected[i].Schema;
            if (found.DType != columns[i].DType || !found.Shape.AsSpan().SequenceEqual(columns[i].Shape.AsSpan()))
                throw new ArgumentException($"Column '{columns[i].Name}' is declared {columns[i].DType.Name()} "
                    + $"[{string.Join(", ", columns[i].Shape)}], a batch has {found.DType.Name()} [{string.Join(", ", found.Shape)}].",
                    nameof(rows));
        }
        return selected;
    }
}
