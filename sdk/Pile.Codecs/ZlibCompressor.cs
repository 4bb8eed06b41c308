using System.Buffers.Binary;
using Pile.Codecs.Native;

namespace Pile.Codecs;

/// <summary>Compresses to the zlib format of HDF5's deflate filter. Not thread-safe; reuse it, because it keeps its tables.</summary>
internal sealed class ZlibCompressor : IDisposable
{
    private const int MaxStoredBlockBytes = ushort.MaxValue, StoredBlockHeaderBytes = 5;

    private readonly CompressorHandle handle;

    /// <summary>Deflate with a window of 32 KiB, by the fastest algorithm (RFC 1950, section 2.2).</summary>
    private static ReadOnlySpan<byte> StreamHeader => [0x78, 0x01];

    /// <summary>Creates a compressor.</summary>
    /// <param name="level">0 (stored) to 12 (slowest). For float images, level 1 is 1.6 times as fast as level 4 and nearly as
    /// small.</param>
    /// <exception cref="ArgumentOutOfRangeException">The level is outside 0 to 12.</exception>
    /// <exception cref="Format.NativeLibraryMissingException">libdeflate is not installed.</exception>
    public ZlibCompressor(int level = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, 12);
        handle = DeflateNative.AllocCompressor(level);
        if (handle.IsInvalid)
            throw new CodecException("libdeflate could not allocate a compressor: free some memory and try again.");
    }

    /// <summary>Returns the maximum compressed size at any level.</summary>
    public static int MaxCompressedBytes(int rawBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rawBytes);
        return checked((int)DeflateNative.ZlibCompressBound(0, (nuint)rawBytes) + StoredBlockHeaderBytes); // of one more block
    }

    /// <summary>Compresses, and returns the number of bytes written.</summary>
    /// <exception cref="ArgumentException">The destination is too short; <see cref="MaxCompressedBytes"/> is always sufficient.</exception>
    public int Compress(ReadOnlySpan<byte> raw, Span<byte> destination)
    {
        nuint stored = DeflateNative.ZlibCompress(handle, raw, (nuint)raw.Length, destination, (nuint)destination.Length);
        return stored > 0 ? (int)stored : throw TooShort(raw.Length, destination.Length);
    }

    /// <summary>Compresses bytes whose beginning is known to be incompressible, and returns the number of bytes written: that part becomes
    /// stored blocks (RFC 1951, section 3.2.4) without a search for repetitions.</summary>
    /// <param name="raw">The bytes.</param>
    /// <param name="storedCount">The number of bytes to store as they are, at the beginning.</param>
    /// <param name="destination">Receives the stream.</param>
    /// <exception cref="ArgumentException">The destination is too short; <see cref="MaxCompressedBytes"/> is always sufficient.</exception>
    public int Compress(ReadOnlySpan<byte> raw, int storedCount, Span<byte> destination)
    {
        if (storedCount == 0)
            return Compress(raw, destination);
        if (destination.Length < MaxCompressedBytes(raw.Length))
            throw TooShort(raw.Length, destination.Length);
        StreamHeader.CopyTo(destination);
        int at = StreamHeader.Length;
        for (int first = 0; first < storedCount; first += MaxStoredBlockBytes)
        {
            int length = Math.Min(MaxStoredBlockBytes, storedCount - first);
            destination[at] = 0; // not the last block, and stored
            BinaryPrimitives.WriteUInt16LittleEndian(destination[(at + 1)..], (ushort)length);
            BinaryPrimitives.WriteUInt16LittleEndian(destination[(at + 3)..], (ushort)~length);
            raw.Slice(first, length).CopyTo(destination[(at + StoredBlockHeaderBytes)..]);
            at += StoredBlockHeaderBytes + length;
        }
        ReadOnlySpan<byte> rest = raw[storedCount..];
        nuint compressed = DeflateNative.DeflateCompress(handle, rest, (nuint)rest.Length, destination[at..],
            (nuint)(destination.Length - at));
        if (compressed == 0)
            throw TooShort(raw.Length, destination.Length);
        at += (int)compressed;
        BinaryPrimitives.WriteUInt32BigEndian(destination[at..], DeflateNative.Adler32(1, raw, (nuint)raw.Length));
        return at + sizeof(uint);
    }

    /// <summary>Returns whether bytes that stand for others cannot be compressed by more than a few per cent.</summary>
    /// <param name="sample">The bytes.</param>
    /// <param name="scratch">Memory of at least <see cref="MaxCompressedBytes"/>.</param>
    public bool IsIncompressible(ReadOnlySpan<byte> sample, Span<byte> scratch) =>
        DeflateNative.DeflateCompress(handle, sample, (nuint)sample.Length, scratch, (nuint)(sample.Length - (sample.Length / 32))) == 0;

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private static ArgumentException TooShort(int rawBytes, int destinationBytes) =>
        new($"{rawBytes} bytes cannot be compressed to {destinationBytes} bytes. Provide {MaxCompressedBytes(rawBytes)} bytes.");
}
