using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Writing.Schemas;
using Pile.Writing.Shards;

namespace Pile.Writing.Index;

/// <summary>Writes the tiles of the index from the stream of written shards; both are cut from the same sorted rows.</summary>
/// <param name="schema">The dataset's columns.</param>
/// <param name="layout">The index's columns.</param>
/// <param name="shards">The written shards, in order; the next one is requested only when its rows are needed.</param>
/// <param name="positions">Receives every row's position; null if the dataset has no positions file.</param>
/// <param name="done">Receives a shard whose rows are all in the index.</param>
internal sealed class IndexWriter(DatasetSchema schema, IndexLayout layout, IEnumerator<ShardRows> shards, PositionsOfShards? positions,
    Action<ShardRows> done)
{
    private const long BatchBytes = 16L << 20;
    private readonly ImmutableArray<ColumnBuffer> buffers = [new FixedBuffer<long>(),
        .. layout.Light.Select(i => ColumnBuffer.For(schema.Indexed[i])), .. layout.HasShards ? PieceColumns.Buffers(schema.Heavy) : []];

    /// <summary>The number of rows of a batch: whole chunks of DuckDB, so that row groups end as the format defines.</summary>
    private readonly int batchRows =
        (int)Math.Clamp(BatchBytes / (schema.LightRowBytes + 64) / IndexLayout.VectorRows, 1, 60) * IndexLayout.VectorRows;

    private ShardRows? current;
    private int nextRow;

    /// <summary>Writes one tile with the next rows.</summary>
    internal void Write(DuckDbConnection connection, TileFile tile, string path, CancellationToken cancellationToken) =>
        layout.Write(connection, Batches(tile.Rows), path, cancellationToken);

    private IEnumerable<IReadOnlyList<DuckDbColumn>> Batches(long rows)
    {
        while (rows > 0)
        {
            foreach (ColumnBuffer buffer in buffers)
                buffer.Clear();
            int wanted = (int)Math.Min(rows, batchRows);
            for (int missing = wanted; missing > 0;)
                missing -= Take(missing);
            rows -= wanted;
            yield return [.. buffers.Select(b => b.ToDuckDb())];
        }
    }

    private int Take(int most)
    {
        if (current is null)
        {
            if (!shards.MoveNext())
                throw new InvalidOperationException("The tiles have more rows than the shards.");
            (current, nextRow) = (shards.Current, 0);
        }
        int count = Math.Min(most, current.RowCount - nextRow);
        buffers[0].Append(current.Keys, nextRow, count);
        for (int i = 0; i < layout.Light.Length; i++)
            buffers[1 + i].Append(current.Light[layout.Light[i]], nextRow, count);
        for (int i = 0; i < current.Pieces.Length; i++)
            buffers[1 + layout.Light.Length + i].Append(current.Pieces[i], nextRow, count);
        positions?.Append(current, nextRow, count);
        nextRow += count;
        if (nextRow == current.RowCount)
        {
            done(current);
            current = null;
        }
        return count;
    }
}
