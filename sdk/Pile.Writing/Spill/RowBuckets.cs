using System.Collections.Concurrent;
using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>Sorts rows: at once if they fit into memory or are narrow, else by ranges of their key, each of which is sorted in memory. The
/// rows of a range are read from the batches that have some if these are few; otherwise rows are divided among files before.</summary>
/// <remarks>DuckDB merges rows that do not fit into its memory in parts of 122,880 rows per thread, and fails if the parts do not fit
/// either. It is faster for narrow rows only, whose parts are small.</remarks>
/// <param name="rows">SQL of all rows, whose columns are numbers, texts, bytes, or lists of numbers.</param>
/// <param name="someRows">SQL of some of them, which are as large as all on average.</param>
/// <param name="order">The order of the rows.</param>
/// <param name="rowCount">The number of rows.</param>
/// <param name="widestRowBytes">The size that no row exceeds.</param>
/// <param name="folder">A folder for the files, created if there are any.</param>
/// <param name="settings">The memory.</param>
/// <param name="stored">All rows, read without SQL; null if they cannot be read so.</param>
internal sealed class RowBuckets(string rows, string someRows, SortOrder order, long rowCount, long widestRowBytes, string folder,
    WriterSettings settings, StoredRows? stored = null)
{
    /// <summary>The bytes that DuckDB needs for a value of variable length, besides its elements.</summary>
    internal const int ReferenceBytes = 16;

    private const int PartRows = 122_880, SampledRows = 100_000, MostBuckets = 512;

    /// <summary>The size of a file, of which two are in memory.</summary>
    private long BucketBytes => settings.SortBytes / 48;

    /// <summary>The size of the batches of a range, of which two are in memory, each at most twice as large.</summary>
    private long RangeBytes => settings.SortBytes / 12;

    /// <summary>The size of the rows that are collected before they are written to the files.</summary>
    private long CollectedBytes => settings.SortBytes / 16;

    /// <summary>Reads all rows in order. Chunks are valid until the next one.</summary>
    internal IEnumerable<DuckDbChunk> Read(DuckDbDatabase database, CancellationToken cancellationToken)
    {
        using DuckDbConnection connection = database.Connect();
        // The widest possible rows decide whether it is worth looking at real ones.
        IReadOnlyList<DuckDbField> columns = IsSortedAtOnce(widestRowBytes) ? [] : connection.ColumnsOf(rows, cancellationToken);
        long rowBytes = columns.Count == 0 ? widestRowBytes : MeanBytes(columns, connection, cancellationToken);
        if (IsSortedAtOnce(rowBytes))
        {
            using DuckDbResult all = connection.Query(order.Sorted(rows), cancellationToken: cancellationToken);
            foreach (DuckDbChunk chunk in all.Chunks())
                yield return chunk;
            yield break;
        }
        if (stored is not null && order.Tile is null
            && KeyRanges.Of(stored, order.In(stored.Columns).Key, RangeBytes) is { } ranges)
        {
            SortedBuckets sortedRanges = new(ranges.Count, range => ranges.Sort(stored, order, range), cancellationToken);
            foreach (DuckDbChunk chunk in sortedRanges.Chunks())
                yield return chunk;
            yield break;
        }
        int count = (int)Math.Clamp(rowBytes * rowCount / BucketBytes, 2, MostBuckets);
        using BucketFiles files = new(folder, count);
        Divide(Starts(count, connection, cancellationToken), columns, files, connection, cancellationToken);
        SortedBuckets sorted = new(count,
            bucket => new SortedFile(files, bucket, order, settings.SortBytes / 4, database, cancellationToken), cancellationToken);
        foreach (DuckDbChunk chunk in sorted.Chunks())
            yield return chunk;
    }

    private bool IsSortedAtOnce(long rowBytes) =>
        rowBytes * rowCount <= settings.SortBytes / 2 || rowBytes * PartRows * settings.Workers <= CollectedBytes;

    /// <summary>Returns the mean size of rows.</summary>
    private long MeanBytes(IReadOnlyList<DuckDbField> columns, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        // DuckDB plans a sum of a thousand terms for seconds, and most are constants.
        int fixedBytes = columns.Where(column => !IsVariable(column)).Sum(column => BytesOf(column.Type));
        string bytes = string.Join(" + ", columns.Where(IsVariable).Select(BytesSql).Prepend($"{fixedBytes}"));
        return connection.Scalar<long>($"SELECT greatest(1, coalesce(avg({bytes}), 0)::BIGINT) FROM ({someRows})",
            cancellationToken: cancellationToken);
    }

    /// <summary>Returns the place of the first row of each bucket, from some rows.</summary>
    private SortPlace[] Starts(int count, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        string key = DuckDbSql.Identifier(order.Key), id = DuckDbSql.Identifier(order.Id);
        using DuckDbResult sampled = connection.Query($"SELECT {key}, {id}"
            + $"{(order.Tile is null ? "" : $", {DuckDbSql.Identifier(order.Tile)}")} FROM ({rows}) "
            + $"WHERE hash({key}, {id}) % {Math.Max(rowCount / SampledRows, 1)} = 0", cancellationToken: cancellationToken);
        List<SortPlace> sample = [];
        foreach (DuckDbChunk chunk in sampled.Chunks())
        {
            SortColumns places = new(chunk, key: 0, id: 1, tile: order.Tile is null ? -1 : 2);
            for (int row = 0; row < chunk.RowCount; row++)
                sample.Add(places.At(row));
        }
        sample.Sort(SortPlace.Compare);
        return sample.Count == 0 ? []
            : [.. Enumerable.Range(0, count).Select(bucket => sample[(int)((long)bucket * sample.Count / count)])];
    }

    private static bool IsVariable(DuckDbField column) =>
        column.Type.Id is DuckDbTypeId.Varchar or DuckDbTypeId.Blob or DuckDbTypeId.List;

    /// <summary>Returns SQL of the bytes that DuckDB needs for a value of variable length.</summary>
    private static string BytesSql(DuckDbField column)
    {
        string name = DuckDbSql.Identifier(column.Name);
        return column.Type.Id switch
        {
            DuckDbTypeId.Varchar => $"coalesce(strlen({name}), 0) + {ReferenceBytes}",
            DuckDbTypeId.Blob => $"coalesce(octet_length({name}), 0) + {ReferenceBytes}",
            _ => $"(coalesce(len({name}), 0) * {BytesOf(column.Type.Child!)}) + {ReferenceBytes}",
        };
    }

    private static int BytesOf(DuckDbType number) => number.Id switch
    {
        DuckDbTypeId.Boolean or DuckDbTypeId.TinyInt or DuckDbTypeId.UTinyInt => 1,
        DuckDbTypeId.SmallInt or DuckDbTypeId.USmallInt => 2,
        DuckDbTypeId.Integer or DuckDbTypeId.UInteger or DuckDbTypeId.Float => 4,
        _ => 8,
    };

    private void Divide(SortPlace[] starts, IReadOnlyList<DuckDbField> columns, BucketFiles files, DuckDbConnection connection,
        CancellationToken cancellationToken)
    {
        (int tile, int key, int id) = order.In(columns);
        ConcurrentBag<BucketRows> idle = [];
        connection.ReadInParallel(rows, columns, chunk =>
        {
            if (!idle.TryTake(out BucketRows? collected))
                collected = new BucketRows(files, columns, CollectedBytes / settings.Workers);
            Span<int> buckets = stackalloc int[chunk.RowCount];
            SortColumns places = new(chunk, key, id, tile);
            for (int row = 0; row < buckets.Length; row++)
                buckets[row] = BucketOf(places, row, starts);
            collected.Add(chunk, buckets);
            idle.Add(collected);
        }, cancellationToken);
        foreach (BucketRows collected in idle)
            collected.WriteAll();
        files.Complete();
    }

    /// <summary>Returns the last bucket whose start is not after a row.</summary>
    private static int BucketOf(SortColumns places, int row, ReadOnlySpan<SortPlace> starts)
    {
        int from = 0, to = starts.Length;
        while (to - from > 1)
        {
            int middle = (from + to) / 2;
            (from, to) = places.Compare(row, starts[middle]) < 0 ? (from, middle) : (middle, to);
        }
        return from;
    }
}
