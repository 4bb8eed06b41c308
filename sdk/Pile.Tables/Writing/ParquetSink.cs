using System.Collections.Concurrent;
using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Writes Parquet with DuckDB, with units, UCDs and descriptions as in VO-Parquet: a VOTable without rows in the file's
/// metadata.</summary>
internal sealed class ParquetSink : ITableSink
{
    private const int MostGroupRows = 122_880; // DuckDB's own number
    // DuckDB needs some fifteen times the memory for a row group of nested lists.
    private const long GroupBytes = 32L << 20, LeastRaggedBytes = 16 << 10;

    private readonly BlockingCollection<DuckDbColumn[]> batches = new(boundedCapacity: 2);
    private readonly CancellationTokenSource stop = new();
    private readonly Func<int, Task> start;
    private readonly bool isFlat;
    private Task? copy;
    private long rowCount;

    /// <param name="path">The file.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="about">The metadata of the table as a whole; null for none.</param>
    /// <param name="names">The columns' names in the file; null for their names in SQL.</param>
    /// <param name="isCompressed">True to compress pages.</param>
    /// <param name="isFlat">True to write arrays as lists of their elements, row-major; false to write lists of lists.</param>
    /// <exception cref="ArgumentException">Two names differ only in case, which DuckDB does not distinguish.</exception>
    internal ParquetSink(string path, ImmutableArray<ColumnSchema> columns, TableAbout? about = null, string[]? names = null,
        bool isCompressed = true, bool isFlat = false)
    {
        this.isFlat = isFlat;
        names ??= [.. columns.Select(c => c.SqlName)];
        if (names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } alike)
            throw new ArgumentException($"The columns {string.Join(" and ", alike)} differ only in case, which the Parquet writer "
                + "does not distinguish. Leave one out, or use another format.");
        DuckDbField[] fields = [.. columns.Select((column, i) => new DuckDbField(names[i], DuckColumns.TypeOf(column, isFlat)))];
        string metadata = MetadataOption([.. columns.Select((column, i) => column with { Name = names[i] })], about);
        // A list of text arrives as JSON; arrays of text with several axes stay JSON.
        string select = string.Join(", ", fields.Select((f, i) => columns[i] is { DType: DType.String, Shape.Length: 1 }
            ? $"from_json({DuckDbSql.Identifier(f.Name)}, '[\"VARCHAR\"]') AS {DuckDbSql.Identifier(f.Name)}"
            : DuckDbSql.Identifier(f.Name)));
        string compression = isCompressed ? "zstd" : "uncompressed";
        // A thread of its own: it waits for rows, which the threads of the pool read and convert.
        start = groupRows => Task.Factory.StartNew(() => Copy(path, fields, select, metadata,
            $"{compression}{(groupRows < MostGroupRows ? $", ROW_GROUP_SIZE {groupRows}" : "")}"),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Returns an option of <c>COPY</c>, with a comma before it: the metadata that declare columns, as in VO-Parquet.</summary>
    /// <param name="columns">The columns by their names in the file.</param>
    /// <param name="about">The metadata of the table as a whole; null for none.</param>
    internal static string MetadataOption(IReadOnlyList<ColumnSchema> columns, TableAbout? about)
    {
        string content = VoTableOf([.. columns], about);
        // Other facts are also written to the file's own metadata, for readers that do not support VOTable.
        string facts = string.Concat((about?.Facts ?? []).Where(f => f.Key.Contains('.', StringComparison.Ordinal))
            .Select(f => $", {DuckDbSql.Literal(f.Key)}: {DuckDbSql.Literal(f.Value)}"));
        return ", KV_METADATA {'IVOA.VOTable-Parquet.version': '1.0', 'IVOA.VOTable-Parquet.content': "
            + $"{DuckDbSql.Literal(content)}{facts}}}";
    }

    /// <summary>Returns a VOTable without rows that declares columns.</summary>
    // VOTable has one axis of variable length: of other arrays the nested lists have the shape.
    internal static string VoTableOf(ImmutableArray<ColumnSchema> columns, TableAbout? about) =>
        VoTableMarkup.WithoutRows([.. columns.Select(c => c.Shape.Length > 1
            && c.Shape.AsSpan()[1..].Contains(ColumnSchema.Ragged) ? c with { Shape = [ColumnSchema.Ragged] } : c)], about);

    public void Write(ColumnData[] columns, int rowCount)
    {
        copy ??= start(GroupRows(columns));
        DuckDbColumn[] batch = [.. columns.Select(column => DuckColumns.Of(column, isFlat))];
        while (!batches.TryAdd(batch, millisecondsTimeout: 100))
            if (copy.IsCompleted)
                copy.GetAwaiter().GetResult(); // rethrows the exception of the failed copy
        this.rowCount += rowCount;
    }

    public long Complete(CancellationToken cancellationToken)
    {
        batches.CompleteAdding();
        (copy ??= start(MostGroupRows)).GetAwaiter().GetResult();
        return rowCount;
    }

    public void Dispose()
    {
        stop.Cancel(); // cancels a copy that waits for more rows
        batches.CompleteAdding();
        try
        {
            copy?.Wait();
        }
        catch (AggregateException)
        {
            // Complete or Write has thrown it already, or the caller abandons the file.
        }
        batches.Dispose();
        stop.Dispose();
    }

    /// <summary>Returns the rows of a row group, which DuckDB holds in memory: those of images are fewer.</summary>
    private static int GroupRows(ColumnData[] columns)
    {
        long rowBytes = columns.Sum(c => c is TextColumnData || c.RowCount == 0 ? 0
            : Math.Max(c.RowBytes(0).Length, c.Schema is { IsHeavy: true, IsRagged: true } ? LeastRaggedBytes : 0));
        return (int)Math.Clamp(GroupBytes / Math.Max(rowBytes, 1), 1, MostGroupRows);
    }

    private void Copy(string path, DuckDbField[] fields, string select, string metadata, string compression)
    {
        // One thread, so that the row groups, and with them the bytes, do not depend on the number of cores.
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new() { Threads = 1 });
        using DuckDbConnection connection = database.Connect();
        ParquetCopy.Write(connection, fields, batches.GetConsumingEnumerable(stop.Token), select, path,
            $", COMPRESSION {compression}{metadata}", stop.Token);
    }
}
