using Pile.Codecs.Native;

namespace Pile.Codecs;

/// <summary>Decompresses the zlib format. Not thread-safe; reuse it, because it keeps its tables.</summary>
internal sealed class ZlibDecompressor : IDisposable
{
    /// <summary>The largest ratio of decompressed to compressed bytes: deflate expands two bits to at most 258 bytes (RFC 1951, 3.2.5: the
    /// longest match, with codes of one bit each).</summary>
    internal const long LargestRatio = 1032;

    private readonly DecompressorHandle handle;

    /// <summary>Creates a decompressor.</summary>
    /// <exception cref="Format.NativeLibraryMissingException">libdeflate is not installed.</exception>
    public ZlibDecompressor()
    {
        handle = DeflateNative.AllocDecompressor();
        if (handle.IsInvalid)
            throw new CodecException("libdeflate could not allocate a decompressor: free some memory and try again.");
    }

    /// <summary>Decompresses to exactly the destination's length; never writes beyond it for any input.</summary>
    /// <param name="stored">One zlib stream; bytes after its end are ignored, as in HDF5.</param>
    /// <param name="destination">Receives the raw bytes; its content is undefined after an error.</param>
    /// <exception cref="CodecException">The stream is corrupt, or has another decompressed length.</exception>
    public void Decompress(ReadOnlySpan<byte> stored, Span<byte> destination)
    {
        DeflateResult result = DeflateNative.ZlibDecompress(handle, stored, (nuint)stored.Length, destination,
            (nuint)destination.Length, 0);
        if (result is not DeflateResult.Success)
            throw new CodecException(Finding(result, stored.Length, destination.Length));
    }

    /// <summary>Decompresses a stream of unknown decompressed length; never writes beyond the destination.</summary>
    /// <param name="stored">One zlib stream; bytes after its end are ignored, as in HDF5.</param>
    /// <param name="destination">Receives the raw bytes; its content is undefined after false or an error.</param>
    /// <param name="rawBytes">The decompressed length.</param>
    /// <returns>False if the destination is too short.</returns>
    /// <exception cref="CodecException">The stream is corrupt.</exception>
    public bool TryDecompress(ReadOnlySpan<byte> stored, Span<byte> destination, out int rawBytes)
    {
        DeflateResult result = DeflateNative.ZlibDecompress(handle, stored, (nuint)stored.Length, destination, (nuint)destination.Length,
            out nuint actual);
        rawBytes = result is DeflateResult.Success ? (int)actual : 0;
        return result switch
        {
            DeflateResult.Success => true,
            DeflateResult.InsufficientSpace => false,
            _ => throw new CodecException(Finding(result, stored.Length, destination.Length)),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private static string Finding(DeflateResult result, int storedBytes, int rawBytes) => result switch
    {
        DeflateResult.ShortOutput => $"the zlib stream of {storedBytes} bytes ends before the expected {rawBytes} raw bytes",
        DeflateResult.InsufficientSpace => $"the zlib stream of {storedBytes} bytes has more than the expected {rawBytes} raw bytes",
        _ => $"the {storedBytes} bytes are not a valid zlib stream: they are corrupt, truncated, or encoded with another codec",
    };
}
