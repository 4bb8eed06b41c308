using Pile.Codecs.Native;

namespace Pile.Codecs;

/// <summary>Decompresses the zlib format to a size known beforehand. One per thread; reuse it, it holds the tables.</summary>
internal sealed class ZlibDecompressor : IDisposable
{
    private readonly DecompressorHandle handle;

    /// <summary>Makes a decompressor.</summary>
    /// <exception cref="Format.NativeLibraryMissingException">libdeflate is not on this machine.</exception>
    public ZlibDecompressor()
    {
        handle = DeflateNative.AllocDecompressor();
        if (handle.IsInvalid)
            throw new CodecException("libdeflate could not allocate a decompressor: free some memory and try again.");
    }

    /// <summary>Decompresses to exactly the destination's length; never writes past it, whatever the input holds.</summary>
    /// <param name="stored">One zlib stream; bytes behind its end are ignored, as HDF5 does.</param>
    /// <param name="destination">Receives the raw bytes; its content is undefined after an error.</param>
    /// <exception cref="CodecException">The stream is damaged, or holds fewer or more bytes than that.</exception>
    public void Decompress(ReadOnlySpan<byte> stored, Span<byte> destination)
    {
        DeflateResult result = DeflateNative.ZlibDecompress(handle, stored, (nuint)stored.Length, destination,
            (nuint)destination.Length, 0);
        if (result is not DeflateResult.Success)
            throw new CodecException(Finding(result, stored.Length, destination.Length));
    }

    /// <summary>Decompresses a stream whose size is not known; never writes past the destination.</summary>
    /// <param name="stored">One zlib stream; bytes behind its end are ignored, as HDF5 does.</param>
    /// <param name="destination">Receives the raw bytes; its content is undefined after false or an error.</param>
    /// <param name="rawBytes">How many there are.</param>
    /// <returns>False when the stream holds more than the destination takes.</returns>
    /// <exception cref="CodecException">The stream is damaged.</exception>
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
        DeflateResult.InsufficientSpace => $"the zlib stream of {storedBytes} bytes holds more than the expected {rawBytes} raw bytes",
        _ => $"the {storedBytes} bytes are no whole zlib stream: damaged, cut short, or stored with another codec",
    };
}
