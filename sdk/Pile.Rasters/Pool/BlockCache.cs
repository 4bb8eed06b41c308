namespace Pile.Rasters;

/// <summary>Keeps decompressed blocks up to a number of bytes, the least recently used ones are dropped first. Thread-safe.</summary>
/// <param name="limitBytes">The largest size of the buffers of all kept blocks.</param>
/// <param name="buffers">Where the buffers of blocks are rented.</param>
internal sealed class BlockCache(long limitBytes, BlockBuffers buffers) : IDisposable
{
    private readonly object gate = new(); // not a Lock, because Monitor.Wait needs an object
    private readonly Dictionary<BlockKey, DecodedBlock> blocks = [];
    private readonly HashSet<BlockKey> decoding = [];
    private readonly LinkedList<DecodedBlock> order = new();
    private long usedBytes, hits, decoded;

    /// <summary>The size of all kept blocks.</summary>
    internal long UsedBytes => Interlocked.Read(ref usedBytes);

    /// <summary>The number of uses of kept blocks.</summary>
    internal long Hits => Interlocked.Read(ref hits);

    /// <summary>The number of blocks that were decompressed.</summary>
    internal long Decoded => Interlocked.Read(ref decoded);

    /// <summary>Uses a block if enough of its rows are kept. End the use with <see cref="Return"/>.</summary>
    /// <param name="key">The block.</param>
    /// <param name="rows">The number of rows wanted.</param>
    /// <param name="keptRows">The number of kept rows, also if they are too few; 0 if the block is not kept.</param>
    internal DecodedBlock? TryUse(BlockKey key, int rows, out int keptRows)
    {
        lock (gate)
        {
            keptRows = 0;
            if (!blocks.TryGetValue(key, out DecodedBlock? block))
                return null;
            keptRows = block.Rows;
            if (block.Rows < rows)
                return null;
            return Use(block);
        }
    }

    /// <summary>Uses a block if enough of its rows are kept, also if another read is decoding it now; otherwise begins to decode
    /// it.</summary>
    /// <param name="key">The block.</param>
    /// <param name="rows">The number of rows wanted.</param>
    /// <returns>Null if the caller must decode the block, and then call <see cref="EndDecoding"/>, also after an error. The caller must
    /// not wait for anything in between, so that two reads cannot wait for each other.</returns>
    internal DecodedBlock? UseOrBeginDecoding(BlockKey key, int rows)
    {
        lock (gate)
        {
            while (!blocks.TryGetValue(key, out DecodedBlock? block) || block.Rows < rows)
            {
                if (decoding.Add(key))
                    return null;
                Monitor.Wait(gate);
            }
            return Use(blocks[key]);
        }
    }

    /// <summary>Ends what <see cref="UseOrBeginDecoding"/> began.</summary>
    internal void EndDecoding(BlockKey key)
    {
        lock (gate)
        {
            decoding.Remove(key);
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Ends a use.</summary>
    internal void Return(DecodedBlock block)
    {
        lock (gate)
            if (--block.Users is 0 && !block.IsKept)
                buffers.Return(block.Bytes);
    }

    /// <summary>Keeps a block, or returns its buffer if it is larger than the limit or an equal one is kept.</summary>
    /// <param name="key">The block.</param>
    /// <param name="bytes">A rented buffer, which the cache owns from now on.</param>
    /// <param name="rows">The number of rows in it.</param>
    /// <param name="isRestored">True if the predictor and the byte order of all rows are undone.</param>
    internal void Add(BlockKey key, byte[] bytes, int rows, bool isRestored)
    {
        lock (gate)
        {
            decoded++;
            bool isKnown = blocks.TryGetValue(key, out DecodedBlock? block);
            if (bytes.Length > limitBytes || (isKnown && block!.Rows >= rows))
            {
                buffers.Return(bytes);
                return;
            }
            if (isKnown)
                Drop(block!);
            while (usedBytes + bytes.Length > limitBytes)
                Drop(order.First!.Value);
            block = new DecodedBlock { Key = key, Bytes = bytes, Rows = rows, IsRestored = isRestored, IsKept = true };
            blocks.Add(key, block);
            order.AddLast(block.Node);
            usedBytes += bytes.Length;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
            while (order.First is { } first)
                Drop(first.Value);
    }

    private DecodedBlock Use(DecodedBlock block)
    {
        order.Remove(block.Node);
        order.AddLast(block.Node);
        block.Users++;
        hits++;
        return block;
    }

    private void Drop(DecodedBlock block)
    {
        blocks.Remove(block.Key);
        order.Remove(block.Node);
        usedBytes -= block.Bytes.Length;
        block.IsKept = false;
        if (block.Users is 0)
            buffers.Return(block.Bytes);
    }
}
