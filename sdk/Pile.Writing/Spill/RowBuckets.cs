using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>Wide rows, divided by their places in the order among files, each of which is sorted in memory.</summary>
/// <remarks>DuckDB merges rows that do not fit into its memory in parts of 122,880 rows per thread, and fails if the parts do not fit
/// either. Buckets take as long as its own sort outside memory.</remarks>
/// <param name="rows">SQL of all rows, whose columns are numbers, texts, bytes, or lists of numbers.</param>
/// <param name="order">The order of the rows.</param>
/// <param name="rowCount">The number of rows.</param>
/// <param name="widestRowBytes">The size that no row exceeds.</param>
/// <param name="folder">A folder for the files, created if there are any.</param>
/// <param name="settings">The memory.</param>
internal sealed class RowBuckets(string rows, SortOrder order, long rowCount, long widestRowBytes, string folder, WriterSettings settings)
{
    /// <summary>The bytes that DuckDB needs for a value of variable length, besides its elements.</summary>
    internal const int ReferenceBytes = 16;

    private const int PartRows = 122_880, SampledRows = 100_000, MostBuckets = 512;

    private readonly List<SampledRow> sample = [];
    private SortPlace[] starts = [];

    /// <summary>Returns the queries whose results, one after the other, are all rows in order. Each must be read before the next is
    /// requested.</summary>
    internal IEnumerable<string> Queries(DuckDbConnection connection, CancellationToken cancellationToken)
    {
        // The widest possible rows decide whether it is worth looking at real ones.
        if (IsSortedAtOnce(widestRowBytes) || !TrySample(connection, cancellationToken))
        {
            yield return order.Sorted(rows);
            yield break;
        }
        long rowBytes = Math.Max(sample.Sum(row => row.Bytes) / sample.Count, 1);
        int count = (int)Math.Clamp(rowBytes * rowCount / (settings.SortBytes / 16), 2, MostBuckets);
        sample.Sort((a, b) => SortPlace.Compare(a.Place, b.Place));
        starts = [.. Enumerable.Range(0, count).Select(bucket => sample[(int)((long)bucket * sample.Count / count)].Place)];
        sample.Clear();
        sample.TrimExcess();

        using BucketFiles files = new(folder, count, settings.SortBytes / 16);
        Divide(files, connection, cancellationToken);
        for (int bucket = 0; bucket < count; bucket++)
        {
            using (DuckDbScan? scan = files.Open(bucket, connection))
                if (scan is not null)
                    yield return order.Sorted($"SELECT * FROM {scan.Sql}");
            files.Delete(bucket);
        }
    }

    private bool IsSortedAtOnce(long rowBytes) =>
        rowBytes * rowCount <= settings.SortBytes / 2 || rowBytes * PartRows * settings.Workers <= settings.SortBytes / 2;

    /// <summary>Reads the keys and sizes of some rows; returns false if their mean is such that DuckDB sorts all rows at once.</summary>
    private bool TrySample(DuckDbConnection connection, CancellationToken cancellationToken)
    {
        DuckDbField[] columns;
        using (DuckDbResult none = connection.Query($"SELECT * FROM ({rows}) LIMIT 0", cancellationToken: cancellationToken))
            columns = [.. none.Columns];
        string key = DuckDbSql.Identifier(order.Key), id = DuckDbSql.Identifier(order.Id);
        using DuckDbResult sampled = connection.Query($"SELECT CAST({string.Join(" + ", columns.Select(BytesSql))} AS BIGINT), {key}, {id}"
            + $"{(order.Tile is null ? "" : $", {DuckDbSql.Identifier(order.Tile)}")} FROM ({rows}) "
            + $"WHERE hash({key}, {id}) % {Math.Max(rowCount / SampledRows, 1)} = 0", cancellationToken: cancellationToken);
        while (sampled.TryNextChunk(out DuckDbChunk? chunk))
        {
            SortColumns places = new(chunk, key: 1, id: 2, tile: order.Tile is null ? -1 : 3);
            for (int row = 0; row < chunk.RowCount; row++)
                sample.Add(new SampledRow(places.At(row), chunk.Values<long>(0)[row]));
        }
        return sample.Count > 0 && !IsSortedAtOnce(sample.Sum(row => row.Bytes) / sample.Count);
    }

    /// <summary>Returns SQL of the bytes that DuckDB needs for a value.</summary>
    private static string BytesSql(DuckDbField column)
    {
        string name = DuckDbSql.Identifier(column.Name);
        return column.Type.Id switch
        {
            DuckDbTypeId.Varchar => $"coalesce(strlen({name}), 0) + {ReferenceBytes}",
            DuckDbTypeId.Blob => $"coalesce(octet_length({name}), 0) + {ReferenceBytes}",
            DuckDbTypeId.List => $"(coalesce(len({name}), 0) * {BytesOf(column.Type.Child!)}) + {ReferenceBytes}",
            _ => $"{BytesOf(column.Type)}",
        };
    }

    private static int BytesOf(DuckDbType number) => number.Id switch
    {
        DuckDbTypeId.Boolean or DuckDbTypeId.TinyInt or DuckDbTypeId.UTinyInt => 1,
        DuckDbTypeId.SmallInt or DuckDbTypeId.USmallInt => 2,
        DuckDbTypeId.Integer or DuckDbTypeId.UInteger or DuckDbTypeId.Float => 4,
        _ => 8,
    };

    private void Divide(BucketFiles files, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        using DuckDbResult result = connection.Query(rows, cancellationToken: cancellationToken);
        int key = result.IndexOf(order.Key), id = result.IndexOf(order.Id), tile = order.Tile is null ? -1 : result.IndexOf(order.Tile);
        int[] buckets = [];
        while (result.TryNextChunk(out DuckDbChunk? chunk))
        {
            if (buckets.Length < chunk.RowCount)
                buckets = new int[chunk.RowCount];
            SortColumns places = new(chunk, key, id, tile);
            for (int row = 0; row < chunk.RowCount; row++)
                buckets[row] = BucketOf(places, row);
            files.Add(chunk, result.Columns, buckets.AsSpan(0, chunk.RowCount));
        }
        files.Complete();
    }

    /// <summary>Returns the last bucket whose start is not after a row.</summary>
    private int BucketOf(SortColumns places, int row)
    {
        int from = 0, to = starts.Length;
        while (to - from > 1)
        {
            int middle = (from + to) / 2;
            (from, to) = places.Compare(row, starts[middle]) < 0 ? (from, middle) : (middle, to);
        }
        return from;
    }

    private readonly record struct SampledRow(SortPlace Place, long Bytes);
}
