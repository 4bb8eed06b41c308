using System.Buffers.Binary;
using Pile.Codecs.Deflate;
using Pile.Codecs.Native;

namespace Pile.Codecs;

/// <summary>Compresses to the zlib format of HDF5's deflate filter (RFC 1950). Not thread-safe; reuse it, because it keeps its
/// tables.</summary>
/// <remarks>The bytes depend on nothing but the input.</remarks>
internal sealed class ZlibCompressor
{
    private const int ChecksumBytes = sizeof(uint), WordBytes = sizeof(ulong), LeastPlaneBytes = 2048;

    private readonly Matches matches = new();
    private readonly DeflateBlock block = new();

    /// <summary>Deflate with a window of 32 KiB, by a fast algorithm (RFC 1950, section 2.2).</summary>
    private static ReadOnlySpan<byte> StreamHeader => [0x78, 0x01];

    /// <summary>Returns the maximum compressed size, including bytes that are written for a moment only.</summary>
    public static int MaxCompressedBytes(int rawBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rawBytes);
        int blocks = (rawBytes / LeastPlaneBytes) + 2;
        return checked(StreamHeader.Length + rawBytes + (blocks * (DeflateBlock.StoredHeaderBytes + 1)) + ChecksumBytes + WordBytes);
    }

    /// <summary>Compresses, and returns the number of bytes written.</summary>
    /// <param name="raw">The bytes.</param>
    /// <param name="destination">Receives the stream; at least <see cref="MaxCompressedBytes"/>.</param>
    /// <param name="planes">The number of equal parts that have different statistics: the bytes of an element, for shuffled
    /// elements.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="Format.NativeLibraryMissingException">libdeflate is not installed.</exception>
    public int Compress(ReadOnlySpan<byte> raw, Span<byte> destination, int planes = 1)
    {
        if (destination.Length < MaxCompressedBytes(raw.Length))
            throw new ArgumentException($"{raw.Length} bytes may need {MaxCompressedBytes(raw.Length)} bytes when they are compressed, but "
                + $"the destination has {destination.Length}.", nameof(destination));
        StreamHeader.CopyTo(destination);
        BitWriter writer = new(destination[StreamHeader.Length..]);
        int plane = raw.Length / planes >= LeastPlaneBytes ? raw.Length / planes : raw.Length;
        int blockBytes = BlockBytes(plane), end = 0;
        matches.Reset();
        do
        {
            int start = end, planeEnd = plane == 0 ? 0 : Math.Min((start / plane * plane) + plane, raw.Length);
            end = Math.Min(start + blockBytes, planeEnd);
            matches.Find(raw, start, end, block.Begin(raw[start..end]));
            block.Write(ref writer, raw[start..end], matches.Found, isLast: end == raw.Length);
        }
        while (end < raw.Length);
        writer.Align();
        int length = StreamHeader.Length + writer.Bytes;
        BinaryPrimitives.WriteUInt32BigEndian(destination[length..], DeflateNative.Adler32(1, raw, (nuint)raw.Length));
        return length + ChecksumBytes;
    }

    /// <summary>Divides a plane into the fewest blocks, of equal sizes.</summary>
    private static int BlockBytes(int planeBytes)
    {
        int blocks = Math.Max((planeBytes + DeflateBlock.MaxBytes - 1) / DeflateBlock.MaxBytes, 1);
        return (planeBytes + blocks - 1) / blocks;
    }
}
