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
    private readonly TaskFactory encoding;
    private readonly Queue<Task<EncodedBlock>> underWay = new();
    private readonly int rowsPerBlock, partsPerRow, total, maxBlocks;
    private readonly long blockBytes;
    private int next;

    /// <summary>Plans the blocks of a shard.</summary>
    /// <param name="encoder">Encodes them.</param>
    /// <param name="encoding">Starts the tasks.</param>
    /// <param name="heavy">The heavy columns, at least one.</param>
    /// <param name="rows">The rows of the shard, which must not change until this is disposed.</param>
    /// <param name="workers">The number of threads.</param>
    /// <param name="encodeBytes">The memory for blocks under way.</param>
    internal ShardBlocks(HeavyEncoder encoder, TaskFactory encoding, ImmutableArray<ColumnSchema> heavy, ShardRows rows, int workers,
        long encodeBytes)
    {
        (this.encoder, this.encoding, Rows) = (encoder, encoding, rows);
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
        maxBlocks = isByColumn ? (int)Math.Clamp(encodeBytes / blockBytes, 1, workers)
            : (int)Math.Clamp(encodeBytes / blockBytes, workers, (4 * workers) + 1);
    }

    /// <summary>The rows of the shard.</summary>
    internal ShardRows Rows { get; }

    /// <summary>The shape of one row's chunk for each column, which is that of the shard's longest row.</summary>
    internal int[][] ChunkShapes { get; }

    /// <summary>True if every block has been started.</summary>
    internal bool IsStarted => next == total;

    /// <summary>The memory of the blocks under way.</summary>
    internal long BytesUnderWay => underWay.Count * blockBytes;

    /// <summary>Starts to encode blocks, as many as may be under way.</summary>
    internal void Start(CancellationToken cancellationToken) => Start(long.MaxValue, cancellationToken);

    /// <summary>Starts to encode blocks, as many as may be under way and fit into some memory.</summary>
    internal void Start(long freeBytes, CancellationToken cancellationToken)
    {
        for (; next < total && underWay.Count < maxBlocks && freeBytes >= blockBytes; freeBytes -= blockBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int first = next / partsPerRow, count = partsPerRow > 1 ? 1 : Math.Min(rowsPerBlock, Rows.RowCount - next);
            Range columns = partsPerRow > 1 ? (next % partsPerRow)..((next % partsPerRow) + 1) : ..;
            underWay.Enqueue(encoding.StartNew(() => encoder.Encode(Rows, ChunkShapes, first, count, columns), cancellationToken));
            next += count;
        }
    }

    /// <summary>Returns the next block, once it is encoded; null after the last one.</summary>
    internal EncodedBlock? Next()
    {
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
