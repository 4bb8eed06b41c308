using System.Runtime.InteropServices;
using Pile.Codecs;
using Pile.Rasters.Native;

namespace Pile.Rasters;

/// <summary>Decompresses Zstandard frames. Not thread-safe; reuse it, because it keeps its tables.</summary>
internal sealed class ZstdDecompressor : IDisposable
{
    /// <summary>The largest ratio of decompressed to compressed bytes: blocks of 128 KiB by at least 4 bytes (RFC 8878, 3.1.1.2).</summary>
    internal const long LargestRatio = 1 << 15;

    private readonly ZstdHandle handle;

    /// <summary>Creates a decompressor.</summary>
    /// <exception cref="Format.NativeLibraryMissingException">libzstd is not installed.</exception>
    internal ZstdDecompressor()
    {
        handle = ZstdNative.CreateContext();
        if (handle.IsInvalid)
            throw new CodecException("libzstd could not allocate a context: free some memory and try again.");
    }

    /// <summary>Decompresses all frames; never writes beyond the destination for any input.</summary>
    /// <exception cref="CodecException">The frames are corrupt or do not have the destination's length.</exception>
    internal void Decompress(ReadOnlySpan<byte> stored, Span<byte> destination)
    {
        nuint result = ZstdNative.Decompress(handle, destination, (nuint)destination.Length, stored, (nuint)stored.Length);
        if (ZstdNative.IsError(result) is not 0)
            throw new CodecException($"the {stored.Length} bytes are not valid zstd data of {destination.Length} raw bytes: "
                + Marshal.PtrToStringUTF8(ZstdNative.ErrorName(result)));
        if (result != (nuint)destination.Length)
            throw new CodecException($"the {stored.Length} bytes of zstd data have {result} raw bytes; expected {destination.Length}");
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
