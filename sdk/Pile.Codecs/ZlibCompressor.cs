using System.Buffers.Binary;
using Pile.Codecs.Deflate;

namespace Pile.Codecs;

/// <summary>Compresses to the zlib format of HDF5's deflate filter (RFC 1950). Not thread-safe; reuse it, because it keeps its
/// tables.</summary>
/// <remarks>The bytes depend on nothing but the input.</remarks>
internal sealed class ZlibCompressor
{
    private const int ChecksumBytes = sizeof(uint), WordBytes = sizeof(ulong), LeastPlaneBytes = 2048, AdlerModulus = 65521;

    private readonly Matches matches = new();
    private readonly DeflateBlock block = new();

    /// <summary>Deflate with a window of 32 KiB, by a fast algorithm (RFC 1950, section 2.2).</summary>
    private static ReadOnlySpan<byte> StreamHeader => [0x78, 0x01];

    /// <summary>Returns the maximum compressed size, including bytes that are written for a moment only.</summary>
    public static int MaxCompressedBytes(int rawBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rawBytes);
        int blocks = (rawBytes / LeastPlaneBytes) + 4; // an open stream has two more
        return checked(StreamHeader.Length + rawBytes + (blocks * (DeflateBlock.StoredHeaderBytes + 1)) + ChecksumBytes + WordBytes);
    }

    /// <summary>Compresses, and returns the number of bytes written.</summary>
    /// <param name="raw">The bytes.</param>
    /// <param name="destination">Receives the stream; at least <see cref="MaxCompressedBytes"/>.</param>
    /// <param name="planes">The number of equal parts that have different statistics: the bytes of an element, for shuffled
    /// elements.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="Format.NativeLibraryMissingException">The variable of libdeflate specifies a file that cannot be
    /// loaded.</exception>
    public int Compress(ReadOnlySpan<byte> raw, Span<byte> destination, int planes = 1)
    {
        RequireRoom(raw, destination);
        BitWriter writer = WriteBlocks(raw, destination, planes, isComplete: true);
        writer.Align();
        int length = StreamHeader.Length + writer.Bytes;
        BinaryPrimitives.WriteUInt32BigEndian(destination[length..], Adler32.Of(raw));
        return length + ChecksumBytes;
    }

    /// <summary>Compresses bytes to which zeros are added later, by <see cref="Close"/>, and returns the number of bytes written.</summary>
    /// <param name="raw">The bytes.</param>
    /// <param name="destination">Receives the blocks of the stream, up to a whole byte, and the checksum of the bytes; at least
    /// <see cref="MaxCompressedBytes"/>.</param>
    /// <param name="byteCounts">How often each of the 256 values occurs is added to it.</param>
    /// <inheritdoc cref="Compress" path="/exception"/>
    public int CompressOpen(ReadOnlySpan<byte> raw, Span<byte> destination, Span<int> byteCounts)
    {
        RequireRoom(raw, destination);
        BitWriter writer = WriteBlocks(raw, destination, planes: 1, isComplete: false, byteCounts);
        DeflateBlock.WriteEmpty(ref writer);
        int length = StreamHeader.Length + writer.Bytes;
        BinaryPrimitives.WriteUInt32BigEndian(destination[length..], Adler32.Of(raw));
        return length + ChecksumBytes;
    }

    /// <summary>Completes a stream of <see cref="CompressOpen"/>, and returns its size.</summary>
    /// <param name="stream">Begins with the open stream; at least <see cref="MaxCompressedBytes"/> of the bytes and the zeros.</param>
    /// <param name="openBytes">The size of the open stream.</param>
    /// <param name="zeros">The number of zeros that follow the bytes.</param>
    public static int Close(Span<byte> stream, int openBytes, int zeros)
    {
        int length = openBytes - ChecksumBytes;
        uint checksum = BinaryPrimitives.ReadUInt32BigEndian(stream[length..]);
        BitWriter writer = new(stream[length..]);
        FixedBlock.WriteLastZeros(ref writer, zeros);
        writer.Align();
        length += writer.Bytes;
        // RFC 1950, section 8.2: a zero adds the sum of the bytes to the sum of the sums.
        uint sum = checksum & 0xFFFF, sums = (uint)(((checksum >> 16) + ((ulong)zeros * sum)) % AdlerModulus);
        BinaryPrimitives.WriteUInt32BigEndian(stream[length..], (sums << 16) | sum);
        return length + ChecksumBytes;
    }

    private BitWriter WriteBlocks(ReadOnlySpan<byte> raw, Span<byte> destination, int planes, bool isComplete,
        Span<int> byteCounts = default)
    {
        StreamHeader.CopyTo(destination);
        BitWriter writer = new(destination[StreamHeader.Length..]);
        int plane = raw.Length / planes >= LeastPlaneBytes ? raw.Length / planes : raw.Length;
        int blockBytes = BlockBytes(plane), end = 0;
        matches.Reset();
        do
        {
            int start = end, planeEnd = plane == 0 ? 0 : Math.Min((start / plane * plane) + plane, raw.Length);
            end = Math.Min(start + blockBytes, planeEnd);
            double bitsPerByte = block.Begin(raw[start..end], needsCounts: !byteCounts.IsEmpty);
            for (int value = 0; value < byteCounts.Length; value++)
                byteCounts[value] += block.ByteCounts[value];
            matches.Find(raw, start, end, bitsPerByte);
            block.Write(ref writer, raw[start..end], matches.Found, isLast: isComplete && end == raw.Length);
        }
        while (end < raw.Length);
        return writer;
    }

    private static void RequireRoom(ReadOnlySpan<byte> raw, Span<byte> destination)
    {
        if (destination.Length < MaxCompressedBytes(raw.Length))
            throw new ArgumentException($"{raw.Length} bytes may need {MaxCompressedBytes(raw.Length)} bytes when they are compressed, but "
                + $"the destination has {destination.Length}.", nameof(destination));
    }

    /// <summary>Divides a plane into the fewest blocks, of equal sizes.</summary>
    private static int BlockBytes(int planeBytes)
    {
        int blocks = Math.Max((planeBytes + DeflateBlock.MaxBytes - 1) / DeflateBlock.MaxBytes, 1);
        return (planeBytes + blocks - 1) / blocks;
    }
}
