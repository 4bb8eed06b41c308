using System.Runtime.InteropServices;
using Pile.Codecs;
using Pile.Rasters.Native;

namespace Pile.Rasters;

/// <summary>Decompresses Zstandard frames. Not thread-safe; reuse it, because it keeps its tables.</summary>
internal sealed class ZstdDecompressor : IDisposable
{
    /// <summary>The largest ratio of decompressed to compressed bytes: blocks of 128 KiB by at least 4 bytes (RFC 8878, 3.1.1.2).</summary>
    internal const long LargestRatio = 1 << 15;

    private readonly ZstdHandle? handle; // null without libzstd
    private readonly ZstdSharp.Decompressor? managed;

    /// <summary>Creates a decompressor: by libzstd if it is installed, otherwise by ZstdSharp, which takes up to half as long
    /// again.</summary>
    /// <exception cref="Format.NativeLibraryMissingException">The variable of libzstd specifies a file that cannot be loaded.</exception>
    internal ZstdDecompressor()
        : this(ZstdNative.IsInstalled)
    {
    }

    /// <summary>Creates a decompressor with or without libzstd, for tests.</summary>
    internal ZstdDecompressor(bool usesLibzstd)
    {
        if (!usesLibzstd)
        {
            managed = new ZstdSharp.Decompressor();
            return;
        }
        handle = ZstdNative.CreateContext();
        if (handle.IsInvalid)
            throw new CodecException("libzstd could not allocate a context: free some memory and try again.");
    }

    /// <summary>Decompresses all frames; never writes beyond the destination for any input.</summary>
    /// <exception cref="CodecException">The frames are corrupt or do not have the destination's length.</exception>
    internal void Decompress(ReadOnlySpan<byte> stored, Span<byte> destination)
    {
        long rawBytes = managed is null ? ByLibrary(stored, destination) : ByZstdSharp(managed, stored, destination);
        if (rawBytes != destination.Length)
            throw new CodecException($"the {stored.Length} bytes of zstd data have {rawBytes} raw bytes; expected {destination.Length}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        handle?.Dispose();
        managed?.Dispose();
    }

    private long ByLibrary(ReadOnlySpan<byte> stored, Span<byte> destination)
    {
        nuint result = ZstdNative.Decompress(handle!, destination, (nuint)destination.Length, stored, (nuint)stored.Length);
        return ZstdNative.IsError(result) is 0 ? (long)result
            : throw Invalid(stored, destination, Marshal.PtrToStringUTF8(ZstdNative.ErrorName(result)));
    }

    private static long ByZstdSharp(ZstdSharp.Decompressor zstd, ReadOnlySpan<byte> stored, Span<byte> destination)
    {
        try
        {
            return zstd.Unwrap(stored, destination);
        }
        catch (ZstdSharp.ZstdException e)
        {
            throw Invalid(stored, destination, e.Message);
        }
    }

    private static CodecException Invalid(ReadOnlySpan<byte> stored, Span<byte> destination, string? reason) =>
        new($"the {stored.Length} bytes are not valid zstd data of {destination.Length} raw bytes: {reason}");
}
