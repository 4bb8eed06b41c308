using Pile.Storage;

namespace Pile.Adopting;

/// <summary>Reads the headers of an archive: many at once if members are small, and little more than the header if they are
/// large.</summary>
internal sealed class TarWindow(IRandomAccessFile file, StoreTraits traits)
{
    private const int LargeBytes = 1 << 20, SmallBytes = 4096;

    /// <summary>The distance of headers up to which reading everything is faster than a system call for each header.</summary>
    private const int LocalGapBytes = 16 << 10;

    private readonly int gapBytes = traits.IsLocal ? LocalGapBytes : traits.GapBytes;
    private byte[] buffer = new byte[SmallBytes];
    private long start, last;
    private int length;

    /// <summary>The bytes read so far, for tests.</summary>
    internal long BytesRead { get; private set; }

    /// <summary>Returns bytes of the file, which are valid until the next call.</summary>
    /// <param name="offset">The offset of the first byte, within the file.</param>
    /// <param name="count">The number of bytes, at most to the end of the file.</param>
    internal ReadOnlySpan<byte> Read(long offset, int count)
    {
        if (offset < start || offset + count > start + length)
            Fill(offset, count);
        last = offset;
        return buffer.AsSpan((int)(offset - start), count);
    }

    private void Fill(long offset, int count)
    {
        // Whether the next headers are near follows from the distance to the last one.
        int wanted = offset - last is >= 0 and var distance && distance <= gapBytes
            ? Math.Clamp(4 * Math.Max(length, SmallBytes), SmallBytes, LargeBytes)
            : traits.IsLocal ? SmallBytes : Math.Min(gapBytes, LargeBytes);
        length = (int)Math.Min(Math.Max(count, wanted), file.LengthBytes - offset);
        if (length > buffer.Length)
            buffer = new byte[length];
        start = offset;
        file.Read(offset, buffer.AsSpan(0, length));
        BytesRead += length;
    }
}
