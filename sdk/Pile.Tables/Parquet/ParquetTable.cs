using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Parquet;
using Pile.Tables.Batches;
using Pile.Tables.Opening;

namespace Pile.Tables.Parquet;

/// <summary>A Parquet file, read by DuckDB: lists are ragged columns, the fields of a struct are separate columns, and geometries of
/// GeoParquet are WKT.</summary>
internal sealed class ParquetTable : TableFile
{
    private readonly PlainFile file;
    private readonly DuckDbDatabase database;
    private ImmutableArray<ParquetColumn> columns;
    private readonly ParquetMetadata metadata;
    private readonly Action<ValueInvalidException>? onBadRow;
    private string[] written = [], cutTimes = [];

    private ParquetTable(TablePath source, PlainFile file, DuckDbDatabase database, ImmutableArray<ParquetColumn> columns, long rowCount,
        ParquetMetadata metadata, TableReadOptions options)
        : base(source, [.. columns.Select(c => c.Schema)], rowCount) =>
            (this.file, this.database, this.columns, this.metadata, onBadRow) =
                (file, database, columns, metadata, options.OnBadRow);

    internal static ParquetTable Open(TablePath source, TableReadOptions options, CancellationToken cancellationToken)
    {
        PlainFile content = source.OpenPlain();
        DuckDbDatabase? opened = null;
        try
        {
            if (PageCrcCheck.Fault(content.Path, cancellationToken) is { } fault)
                throw new SourceUnreadableException(source.Given, $"the Parquet data are damaged: {fault}", "Fetch the file again");
            // One thread decodes faster than batches are consumed, and keeps the file's order without a buffer for sorting.
            opened = DuckDbDatabase.OpenInMemory(new() { Threads = 1 });
            using DuckDbConnection connection = opened.Connect();
            const string geometriesAsWkt = "SET GLOBAL enable_geoparquet_conversion = true";
            connection.Execute(geometriesAsWkt, cancellationToken: cancellationToken);
            long rowCount = connection.Scalar<long>(
                $"SELECT num_rows FROM parquet_file_metadata({ParquetColumn.FileLiteral(content.Path)})",
                cancellationToken: cancellationToken);
            ParquetMetadata read = ParquetMetadata.Read(connection, content.Path);
            ImmutableArray<ParquetColumn> found = [.. ParquetMissingElements.Resolve(connection, content.Path,
                ParquetColumn.Describe(connection, content.Path, read), cancellationToken)];
            return new ParquetTable(source, content, opened, found, rowCount, read, options)
            {
                written = ParquetNames.Of(connection, content.Path),
                cutTimes = ParquetColumn.WithNanosecondsOfUtc(connection, content.Path),
            };
        }
        catch (Exception e)
        {
            opened?.Dispose();
            content.Dispose();
            if (e is DuckDbException error)
                throw Fault(source, error);
            throw;
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Notes
    {
        get
        {
            if (UniqueNames.NoteOf(written, UniqueNames.Of(written)) is { } note)
                yield return note;
            foreach (string column in cutTimes)
                yield return $"the times of column '{column}' are in nanoseconds, and are read in whole microseconds.";
        }
    }

    internal override bool IsTimestamp(string column) => IndexOf(column) is >= 0 and int index && columns[index].IsTimestamp;

    public override string? FrameOf(string column) => metadata.FrameOf(column);

    internal override double? EpochOf(string column) => metadata.EpochOf(column);

    public override void Dispose()
    {
        database.Dispose();
        file.Dispose();
        base.Dispose();
    }

    /// <summary>Reads columns for a cast from now on: lists of integers as float64, with NaN for missing elements, and decimals as text
    /// with all digits.</summary>
    internal override void ReadForCast(IReadOnlyDictionary<string, DType> types) =>
        columns = [.. columns.Select(c => types.TryGetValue(c.Schema.Name, out DType type) ? c.For(type) : c)];

    /// <summary>Reads the bytes of a binary column as hexadecimal digits from now on; other columns stay as they are.</summary>
    internal override void ReadAsDigits(string column) =>
        columns = [.. columns.Select(c => c.IsBinary && c.Schema.Name == column ? c with { Expression = $"hex({c.Expression})" } : c)];

    /// <summary>Reads all rows synchronously.</summary>
    internal IEnumerable<RowBatch> ReadAll(CancellationToken cancellationToken) =>
        Read([.. Enumerable.Range(0, Columns.Length)], 0, long.MaxValue, cancellationToken);

    protected override IEnumerable<RowBatch> Read(int[] columns, long firstRow, long rowCount, CancellationToken cancellationToken) =>
        onBadRow is null ? Read(columns, firstRow, rowCount, overwrites: false, cancellationToken)
            : InvalidRows.Range(Read(columns, 0, long.MaxValue, overwrites: false, cancellationToken), firstRow, rowCount);

    internal override bool CanOverwrite => true;

    protected override IEnumerable<RowBatch> ReadOverwriting(int[] columns, CancellationToken cancellationToken) =>
        Read(columns, 0, long.MaxValue, overwrites: true, cancellationToken);

    private IEnumerable<RowBatch> Read(int[] columns, long firstRow, long rowCount, bool overwrites, CancellationToken cancellationToken)
    {
        ParquetColumn[] selected = [.. columns.Select(i => this.columns[i])];
        string list = selected.Length == 0 ? "1" : string.Join(", ", selected.Select(c => c.Expression));
        string range = firstRow == 0 && rowCount == long.MaxValue ? ""
            : $" WHERE {ParquetColumn.RowNumber} >= "
                + $"{firstRow}{(rowCount > long.MaxValue - firstRow ? "" : $" AND {ParquetColumn.RowNumber} < {firstRow + rowCount}")}";
        string sql = $"SELECT {list} FROM "
            + $"{(range.Length > 0 ? ParquetColumn.NumberedScan(file.Path, this.columns) : ParquetColumn.Scan(file.Path))}{range}";
        using DuckDbConnection connection = database.Connect();
        using DuckDbResult result = Guard(() => connection.Query(sql, cancellationToken: cancellationToken));
        BatchBuilder batch = new(selected.Select(c => c.Schema), overwrites);
        InvalidRows invalid = new(onBadRow);
        long row = firstRow, first = firstRow;
        while (Guard(() => result.TryNextChunk(out DuckDbChunk? next) ? next : null) is { } chunk)
        {
            for (int i = 0; i < selected.Length; i++)
                ParquetValues.Append(batch.Columns[i], chunk[i], new(Path, row, invalid, selected[i].Inexact));
            row += chunk.RowCount;
            invalid.LeaveOutOf(batch, first);
            if (!batch.IsFull)
                continue;
            yield return batch.Take();
            first = row;
        }
        if (batch.RowCount > 0)
            yield return batch.Take();
    }

    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DuckDbException e)
        {
            throw Fault(Source, e);
        }
    }

    private static PileException Fault(TablePath source, DuckDbException e)
    {
        if (e.Type == DuckDbErrorType.OutOfMemory)
            return TableMemory.Exceeded($"reading '{source.Given}'", e);
        string error = e.Reason;
        return new SourceUnreadableException(source.Given,
            $"the Parquet data cannot be read ({error[..Math.Min(error.Length, 200)].TrimEnd('.', ' ')})",
            e.Type is DuckDbErrorType.NotImplemented || error.Contains("supported", StringComparison.OrdinalIgnoreCase)
                ? "Write the table again with the default types and encodings of its program"
                : "The file may be truncated: fetch it again. If it is complete, write the table again with the default types and "
                    + "encodings of its program", e);
    }
}
