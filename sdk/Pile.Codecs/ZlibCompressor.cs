using Pile.Codecs.Native;

namespace Pile.Codecs;

/// <summary>Compresses to the zlib format, as HDF5's deflate filter stores it. One per thread; reuse it, it holds the tables.</summary>
internal sealed class ZlibCompressor : IDisposable
{
    private readonly CompressorHandle handle;

    /// <summary>Makes a compressor.</summary>
    /// <param name="level">0 (stored) to 12 (slowest). Level 1 is the default: on float images it nears level 4's size at 1.6 times its
    /// speed.</param>
    /// <exception cref="ArgumentOutOfRangeException">The level is outside 0 to 12.</exception>
    /// <exception cref="Format.NativeLibraryMissingException">libdeflate is not on this machine.</exception>
    public ZlibCompressor(int level = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, 12);
        handle = DeflateNative.AllocCompressor(level);
        if (handle.IsInvalid)
            throw new CodecException("libdeflate could not allocate a compressor: free some memory and try again.");
    }

    /// <summary>The most bytes that compressing so many can give, at any level.</summary>
    public static int MaxCompressedBytes(int rawBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rawBytes);
        return checked((int)DeflateNative.ZlibCompressBound(0, (nuint)rawBytes));
    }

    /// <summary>Compresses, and returns how many bytes of the destination hold the result.</summary>
    /// <exception cref="ArgumentException">The result does not fit; <see cref="MaxCompressedBytes"/> always does.</exception>
    public int Compress(ReadOnlySpan<byte> raw, Span<byte> destination)
    {
        nuint stored = DeflateNative.ZlibCompress(handle, raw, (nuint)raw.Length, destination, (nuint)destination.Length);
        return stored > 0
            ? (int)stored
            : throw new ArgumentException(
                $"{raw.Length} bytes do not compress into {destination.Length}: offer {MaxCompressedBytes(raw.Length)}.",
                nameof(destination));
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
