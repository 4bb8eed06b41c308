using System.Collections.Concurrent;

namespace Pile.Rasters;

/// <summary>What the reads of one load share: open files, decoded blocks and decoders, within one budget of bytes. Thread-safe.</summary>
/// <remarks>Up to 512 MiB, half of the budget is for decoded blocks that are kept, and half for bytes and blocks in work; of a larger
/// budget, two thirds are for kept blocks. Dispose it when no read is active; it closes all files.</remarks>
internal sealed class RasterPool : IDisposable
{
    private readonly ConcurrentBag<BlockDecoder> decoders = [];
    private long reads, bytesRead, bytesNeeded;

    /// <summary>Creates a pool.</summary>
    /// <param name="budgetBytes">The largest number of bytes for blocks, kept or in work; at least 1 MiB.</param>
    /// <param name="openFiles">The largest number of open files; at least 1.</param>
    internal RasterPool(long budgetBytes = 512L << 20, int openFiles = 128)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(budgetBytes, 1 << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(openFiles, 1);
        Files = new FilePool(openFiles);
        long workBytes = Math.Max(budgetBytes / 3, Math.Min(budgetBytes / 2, 256 << 20));
        Buffers = new BlockBuffers(budgetBytes / 16);
        Blocks = new BlockCache(budgetBytes - workBytes, Buffers);
        Work = new ByteGate(workBytes);
    }

    /// <summary>The open files.</summary>
    internal FilePool Files { get; }

    /// <summary>The decoded blocks that are kept.</summary>
    internal BlockCache Blocks { get; }

    /// <summary>The buffers of decoded blocks.</summary>
    internal BlockBuffers Buffers { get; }

    /// <summary>The bytes in work.</summary>
    internal ByteGate Work { get; }

    /// <summary>The number of ranges read so far, their bytes, and how many of these are of blocks that were needed.</summary>
    internal (long Reads, long BytesRead, long BytesNeeded) Statistics =>
        (Interlocked.Read(ref reads), Interlocked.Read(ref bytesRead), Interlocked.Read(ref bytesNeeded));

    /// <summary>Counts the read of a range.</summary>
    internal void CountRead(long bytes, long neededBytes)
    {
        Interlocked.Increment(ref reads);
        Interlocked.Add(ref bytesRead, bytes);
        Interlocked.Add(ref bytesNeeded, neededBytes);
    }

    /// <summary>Takes a decoder; give it back with <see cref="Return"/>.</summary>
    internal BlockDecoder Rent() => decoders.TryTake(out BlockDecoder? decoder) ? decoder : new BlockDecoder();

    /// <summary>Gives a decoder back.</summary>
    internal void Return(BlockDecoder decoder) => decoders.Add(decoder);

    /// <inheritdoc/>
    public void Dispose()
    {
        while (decoders.TryTake(out BlockDecoder? decoder))
            decoder.Dispose();
        Blocks.Dispose();
        Files.Dispose();
    }
}
