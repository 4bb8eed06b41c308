using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Writing.Schemas;
using Pile.Writing.Shards;

namespace Pile.Writing.Index;

/// <summary>Writes one tile of the index after the other.</summary>
/// <param name="schema">The dataset's columns.</param>
/// <param name="layout">The index's columns.</param>
/// <param name="connection">A connection that keeps the order of rows, and that nothing else uses.</param>
internal sealed class TileWriter(DatasetSchema schema, IndexLayout layout, DuckDbConnection connection) : IDisposable
{
    private const long BatchBytes = 16L << 20;
    private readonly ImmutableArray<ColumnBuffer> buffers = [new FixedBuffer<long>(),
        .. layout.Light.Select(i => ColumnBuffer.For(schema.Indexed[i])), .. layout.HasShards ? PieceColumns.Buffers(schema.Heavy) : []];

    /// <summary>The number of rows of a batch: whole chunks of DuckDB, so that row groups end as the format defines.</summary>
    private readonly int batchRows =
        (int)Math.Clamp(BatchBytes / (schema.LightRowBytes + 64) / IndexLayout.VectorRows, 1, 60) * IndexLayout.VectorRows;

    /// <summary>Writes a tile.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="rows">The rows; each range is released when its rows are copied.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    internal void Write(string path, long rowCount, IEnumerable<RowRange> rows, CancellationToken cancellationToken) =>
        layout.Write(connection, Batches(rowCount, rows), path, cancellationToken);

    public void Dispose() => connection.Dispose();

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
        buffers[0].Append(rows.Keys, first, count);
        for (int i = 0; i < layout.Light.Length; i++)
            buffers[1 + i].Append(rows.Light[layout.Light[i]], first, count);
        for (int i = 0; i < rows.Pieces.Length; i++)
            buffers[1 + layout.Light.Length + i].Append(rows.Pieces[i], first, count);
    }

    private void Clear()
    {
        foreach (ColumnBuffer buffer in buffers)
            buffer.Clear();
    }
}
