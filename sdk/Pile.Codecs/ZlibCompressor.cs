using Pile.Codecs.Native;

namespace Pile.Codecs;

/// <summary>Compresses to the zlib format of HDF5's deflate filter. Not thread-safe; reuse it, because it keeps its tables.</summary>
internal sealed class ZlibCompressor : IDisposable
{
    private readonly CompressorHandle handle;

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
        return checked((int)DeflateNative.ZlibCompressBound(0, (nuint)rawBytes));
    }

    /// <summary>Compresses, and returns the number of bytes written.</summary>
    /// <exception cref="ArgumentException">The destination is too short; <see cref="MaxCompressedBytes"/> is always sufficient.</exception>
    public int Compress(ReadOnlySpan<byte> raw, Span<byte> destination)
    {
        nuint stored = DeflateNative.ZlibCompress(handle, raw, (nuint)raw.Length, destination, (nuint)destination.Length);
        return stored > 0
            ? (int)stored
            : throw new ArgumentException(
                $"{raw.Length} bytes cannot be compressed to {destination.Length} bytes. Provide {MaxCompressedBytes(raw.Length)} bytes.",
                nameof(destination));
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
