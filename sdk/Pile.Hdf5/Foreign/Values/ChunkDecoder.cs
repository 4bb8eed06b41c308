using Pile.Codecs;

namespace Pile.Hdf5;

/// <summary>Undoes the filters of chunks. Not thread-safe; reuse it, because it keeps its buffers.</summary>
internal sealed class ChunkDecoder : IDisposable
{
    private const long LargestRatio = ZlibDecompressor.LargestRatio;
    private ZlibDecompressor? decompressor;
    private byte[] even = [], odd = [], stored = [];

    /// <summary>Returns a buffer for the stored bytes of a chunk, valid until the next call.</summary>
    internal Span<byte> StoredBuffer(int bytes) => Grow(ref stored, bytes);

    /// <summary>Returns true if stored bytes can have a number of decoded bytes, which is then safe to allocate.</summary>
    internal static bool CanHave(ReadOnlySpan<ForeignFilter> filters, long storedBytes, long decodedBytes)
    {
        foreach (ForeignFilter filter in filters)
            storedBytes = Math.Min(filter.IsCompression ? (storedBytes * LargestRatio) + 64 : storedBytes, Array.MaxLength);
        return decodedBytes <= storedBytes;
    }

    /// <summary>Decodes a chunk to exactly the destination's length.</summary>
    /// <param name="filters">The filters in the order in which they were applied; all are supported.</param>
    /// <param name="skipped">The filters that were not applied: bit 0 for the first one.</param>
    /// <param name="chunk">The stored bytes.</param>
    /// <param name="destination">Receives the elements as stored.</param>
    /// <exception cref="CodecException">The bytes are corrupt or have another decoded length.</exception>
    internal void Decode(ReadOnlySpan<ForeignFilter> filters, uint skipped, ReadOnlySpan<byte> chunk, Span<byte> destination)
    {
        ReadOnlySpan<byte> current = chunk;
        bool isInPlace = false, isEven = false;
        for (int i = filters.Length - 1; i >= 0; i--)
        {
            if (IsSkipped(skipped, i))
                continue;
            ForeignFilter filter = filters[i];
            if (filter.Id is ForeignFilter.Fletcher32)
            {
                current = Fletcher32.Verify(current);
                continue;
            }
            int elementBytes = filter.Id is ForeignFilter.Shuffle ? ElementBytes(filter, current.Length) : 0;
            if (elementBytes is 1)
                continue;
            bool isLast = IsLast(skipped, i);
            int bytes = filter.IsCompression ? SizeBefore(filters, skipped, i, destination.Length) : current.Length;
            if (isLast && bytes != destination.Length)
                throw WrongLength(bytes, destination.Length);
            isEven = !isEven; // the current bytes are in one buffer, so the next ones are written to the other
            Span<byte> next = isLast ? destination : isEven ? Grow(ref even, bytes) : Grow(ref odd, bytes);
            if (filter.IsCompression)
                next = next[..Decompress(filter, current, next, isExact: isLast || !HasCompressionBefore(filters, skipped, i))];
            else
                Shuffle.Undo(current, elementBytes, next);
            current = next;
            isInPlace = isLast;
        }
        if (isInPlace)
            return;
        if (current.Length != destination.Length)
            throw WrongLength(current.Length, destination.Length);
        current.CopyTo(destination);
    }

    /// <inheritdoc/>
    public void Dispose() => decompressor?.Dispose();

    private int Decompress(ForeignFilter filter, ReadOnlySpan<byte> current, Span<byte> next, bool isExact)
    {
        int bytes;
        if (filter.Id is ForeignFilter.Lzf)
            bytes = Lzf.Decompress(current, next);
        else if (!(decompressor ??= new()).TryDecompress(current, next, out bytes))
            throw new CodecException($"the zlib stream of {current.Length} bytes has more than the expected {next.Length} raw bytes");
        return !isExact || bytes == next.Length ? bytes : throw WrongLength(bytes, next.Length);
    }

    /// <summary>Returns the size of the elements that were shuffled; 1 if there are fewer than two, which do not change.</summary>
    private static int ElementBytes(ForeignFilter filter, int chunkBytes) =>
        filter.Values is not [> 0 and var size] ? throw new CodecException("the shuffle filter has no size of elements")
        : size <= chunkBytes / 2 ? (int)size : 1;

    /// <summary>Computes the size of a chunk before a filter was applied; with an earlier compression, the largest size.</summary>
    private static int SizeBefore(ReadOnlySpan<ForeignFilter> filters, uint skipped, int index, int decodedBytes)
    {
        long bytes = decodedBytes;
        for (int i = 0; i < index; i++)
            if (!IsSkipped(skipped, i))
                bytes += filters[i].IsCompression ? (bytes / 8) + 64 : filters[i].Id is ForeignFilter.Fletcher32 ? Fletcher32.Bytes : 0;
        return bytes <= Array.MaxLength ? (int)bytes : throw new CodecException($"{bytes} bytes do not fit in memory");
    }

    private static bool HasCompressionBefore(ReadOnlySpan<ForeignFilter> filters, uint skipped, int index)
    {
        for (int i = 0; i < index; i++)
            if (filters[i].IsCompression && !IsSkipped(skipped, i))
                return true;
        return false;
    }

    /// <summary>Returns true if all filters before this one were skipped.</summary>
    private static bool IsLast(uint skipped, int index) => (~skipped & ((1u << index) - 1)) is 0;

    private static bool IsSkipped(uint skipped, int index) => (skipped >> index & 1) is not 0;

    private static Span<byte> Grow(ref byte[] buffer, int bytes)
    {
        if (buffer.Length < bytes)
            buffer = GC.AllocateUninitializedArray<byte>(bytes);
        return buffer.AsSpan(0, bytes);
    }

    private static CodecException WrongLength(int bytes, int expected) => new($"the chunk has {bytes} raw bytes, expected {expected}");
}
