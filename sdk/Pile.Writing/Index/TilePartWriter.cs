using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Writing.Schemas;
using Pile.Writing.Shards;

namespace Pile.Writing.Index;

/// <summary>Writes some columns of one tile after the other.</summary>
/// <param name="schema">The dataset's columns.</param>
/// <param name="layout">The index's columns.</param>
/// <param name="part">The columns to write.</param>
/// <param name="connection">A connection that keeps the order of rows, and that nothing else uses.</param>
internal sealed class TilePartWriter(DatasetSchema schema, IndexLayout layout, IndexPart part, DuckDbConnection connection) : IDisposable
{
    private const long BatchBytes = 16L << 20;

    private readonly ImmutableArray<ColumnBuffer> buffers = BuffersOf(schema, layout, part);

    /// <summary>The number of rows of a batch: whole chunks of DuckDB, so that row groups end as the format defines.</summary>
    private readonly int batchRows =
        (int)Math.Clamp(BatchBytes / (schema.LightRowBytes + 64) / IndexLayout.VectorRows, 1, 60) * IndexLayout.VectorRows;

    /// <summary>Writes the columns.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="rows">The rows; each range is released when its rows are copied.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    /// <returns>True if the file has no dictionaries, because it has a negative zero.</returns>
    internal bool Write(string path, long rowCount, IEnumerable<RowRange> rows, CancellationToken cancellationToken) =>
        layout.Write(part, connection, Batches(rowCount, rows), path, cancellationToken);

    /// <summary>Writes a file again without dictionaries.</summary>
    internal void RemoveDictionaries(string path, CancellationToken cancellationToken)
    {
        string earlier = path + ".earlier";
        File.Move(path, earlier, overwrite: true);
        connection.Execute(layout.CopyWrittenSql($"SELECT * FROM read_parquet({DuckDbSql.Literal(earlier)}, hive_partitioning = false)",
            path, ParquetCopy.WithoutDictionaries), cancellationToken: cancellationToken);
        File.Delete(earlier);
    }

    public void Dispose() => connection.Dispose();

    private static ImmutableArray<ColumnBuffer> BuffersOf(DatasetSchema schema, IndexLayout layout, IndexPart part)
    {
        ImmutableArray<ColumnBuffer> all = [new FixedBuffer<long>(), .. layout.Light.Select(i => ColumnBuffer.For(schema.Indexed[i])),
            .. layout.HasShards ? PieceColumns.Buffers(schema.Heavy) : []];
        return [.. part.Fields.Select(i => all[i])];
    }

    private IEnumerable<IReadOnlyList<DuckDbColumn>> Batches(long rowCount, IEnumerable<RowRange> rows)
    {
        Clear();
        int collected = 0;
        foreach (RowRange range in rows)
        {
            for (int first = 0, count; first < range.Count; first += count)
            {
                count = Math.Min(range.Count - first, batchRows - collected);
                Append(range.Shard.Rows, range.First + first, count);
                collected += count;
                rowCount -= count;
                if (first + count == range.Count)
                    range.Shard.Release();
                if (collected < batchRows && rowCount > 0)
                    continue;
                yield return [.. buffers.Select(b => b.ToDuckDb())];
                Clear();
                collected = 0;
            }
        }
    }

    private void Append(ShardRows rows, int first, int count)
    {
        int lightEnd = 1 + layout.Light.Length;
        for (int i = 0; i < buffers.Length; i++)
        {
            int field = part.Fields[i];
            buffers[i].Append(field == 0 ? rows.Keys : field < lightEnd ? rows.Light[layout.Light[field - 1]]
                : rows.Pieces[field - lightEnd], first, count);
        }
    }

    private void Clear()
    {
        foreach (ColumnBuffer buffer in buffers)
            buffer.Clear();
    }
}
