using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Writing.Shards;

/// <summary>The heavy values of a shard, which several threads encode block by block, some blocks ahead of the one that is
/// written.</summary>
internal sealed class ShardBlocks : IDisposable
{
    /// <summary>The raw size of a task of encoding: large enough for the cost of a task, small enough to divide a shard among
    /// cores.</summary>
    private const int BlockBytes = 1 << 20;

    private const int LargeRowBytes = 8 << 20;

    private readonly HeavyEncoder encoder;
    private readonly CancellationToken cancellationToken;
    private readonly Queue<Task<EncodedBlock>> underWay = new();
    private readonly int rowsPerBlock, partsPerRow, total, maxBlocks;
    private readonly long blockBytes, maxBytes;
    private int next, held;

    /// <summary>Plans the blocks of a shard.</summary>
    /// <param name="encoder">Encodes them, those of several shards in the same memory.</param>
    /// <param name="heavy">The heavy columns, at least one.</param>
    /// <param name="rows">The rows of the shard, which must not change until this is disposed.</param>
    /// <param name="settings">The number of threads, and the memory for encoding.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    internal ShardBlocks(HeavyEncoder encoder, ImmutableArray<ColumnSchema> heavy, ShardRows rows, WriterSettings settings,
        CancellationToken cancellationToken)
    {
        (this.encoder, this.cancellationToken, Rows) = (encoder, cancellationToken, rows);
        (int workers, long encodeBytes) = (settings.Workers, settings.EncodeBytes);
        ChunkShapes = [.. heavy.Select((column, i) => ChunkShape(column, rows.Shapes[i]))];
        long[] columnBytes = [.. heavy.Select((c, i) => (long)HeavyEncoder.BytesOf(ChunkShapes[i], c.DType))];
        long rowBytes = Math.Max(1, columnBytes.Sum());
        rowsPerBlock = (int)Math.Clamp(BlockBytes / rowBytes, 1, rows.RowCount);
        // A block in progress needs memory for its raw rows, their padded copy, and the encoded bytes. Rows that are too large for one
        // block per worker are encoded column by column.
        bool isByColumn = rowBytes > LargeRowBytes && 3 * rowBytes * workers > encodeBytes;
        partsPerRow = isByColumn ? heavy.Length : 1;
        total = rows.RowCount * partsPerRow;
        blockBytes = isByColumn ? 3 * columnBytes.Max() : 3 * rowBytes * rowsPerBlock;
        maxBlocks = isByColumn ? workers : (4 * workers) + 1;
        maxBytes = isByColumn ? encodeBytes : Math.Max(encodeBytes, workers * blockBytes);
    }

    /// <summary>The rows of the shard.</summary>
    internal ShardRows Rows { get; }

    /// <summary>The shape of one row's chunk for each column, which is that of the shard's longest row.</summary>
    internal int[][] ChunkShapes { get; }

    /// <summary>Starts to encode blocks, as many as may be under way and fit into the memory; waits for the memory of the first
    /// one.</summary>
    internal void Start()
    {
        while (next < total && underWay.Count < maxBlocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (held == 0)
                encoder.Memory.Take(blockBytes, maxBytes, cancellationToken);
            else if (!encoder.Memory.TryTake(blockBytes, maxBytes))
                return;
            held++;
            int first = next / partsPerRow, count = partsPerRow > 1 ? 1 : Math.Min(rowsPerBlock, Rows.RowCount - next);
            Range columns = partsPerRow > 1 ? (next % partsPerRow)..((next % partsPerRow) + 1) : ..;
            underWay.Enqueue(encoder.Start(Rows, ChunkShapes, first, count, columns, cancellationToken));
            next += count;
        }
    }

    /// <summary>Returns the next block, once it is encoded; null after the last one. The previous one is not needed any more.</summary>
    internal EncodedBlock? Next()
    {
        ReturnTo(underWay.Count);
        Start();
        if (underWay.Count == 0)
            return null;
        EncodedBlock block = underWay.Peek().GetAwaiter().GetResult();
        _ = underWay.Dequeue();
        return block;
    }

    /// <summary>Waits for the tasks that still read the rows, after a failure.</summary>
    public void Dispose()
    {
        foreach (Task<EncodedBlock> task in underWay)
        {
            Task.WaitAny([task], CancellationToken.None);
            if (task.IsCompletedSuccessfully)
                task.Result.Dispose();
        }
        underWay.Clear();
        ReturnTo(0);
    }

    /// <summary>Returns the memory of all blocks but some.</summary>
    private void ReturnTo(int blocks)
    {
        if (held == blocks)
            return;
        encoder.Memory.Return((held - blocks) * blockBytes);
        held = blocks;
    }

    private static int[] ChunkShape(ColumnSchema column, FixedBuffer<int> shapes)
    {
        int[] chunk = [.. column.Shape.Select(length => Math.Max(length, 0))];
        if (column.IsRagged)
            for (int row = 0; row < shapes.RowCount; row++)
                for (int axis = 0; axis < chunk.Length; axis++)
                    chunk[axis] = Math.Max(chunk[axis], shapes.Row(row)[axis]);
        return chunk;
    }
}
