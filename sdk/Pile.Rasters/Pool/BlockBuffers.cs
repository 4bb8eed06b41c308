using System.Collections.Concurrent;
using System.Numerics;

namespace Pile.Rasters;

/// <summary>Buffers for decoded blocks, which are used again. Thread-safe.</summary>
/// <remarks>Their sizes are in steps of at most an eighth, because those of <see cref="System.Buffers.ArrayPool{T}"/> are powers of two:
/// blocks of which some rows are decoded would leave a third of the memory unused.</remarks>
/// <param name="unusedBytes">The largest size of all buffers that are kept for later use.</param>
internal sealed class BlockBuffers(long unusedBytes)
{
    private const int StepsOfPower = 16, SmallestStep = 64;

    private readonly ConcurrentDictionary<int, ConcurrentBag<byte[]>> unused = new();
    private long usable = unusedBytes;

    /// <summary>Returns the size of the buffer for some bytes.</summary>
    internal static long SizeFor(long bytes)
    {
        long step = Math.Max((long)BitOperations.RoundUpToPowerOf2((ulong)bytes) / StepsOfPower, SmallestStep);
        return (bytes + step - 1) / step * step;
    }

    /// <summary>Returns a buffer of <see cref="SizeFor"/> bytes, with any content.</summary>
    internal byte[] Rent(int bytes)
    {
        int size = checked((int)SizeFor(bytes));
        if (!Unused(size).TryTake(out byte[]? buffer))
            return GC.AllocateUninitializedArray<byte>(size);
        Interlocked.Add(ref usable, size);
        return buffer;
    }

    /// <summary>Takes a buffer back.</summary>
    internal void Return(byte[] buffer)
    {
        if (Interlocked.Add(ref usable, -buffer.Length) < 0)
            Interlocked.Add(ref usable, buffer.Length);
        else
            Unused(buffer.Length).Add(buffer);
    }

    private ConcurrentBag<byte[]> Unused(int size) => unused.GetOrAdd(size, static _ => []);
}
