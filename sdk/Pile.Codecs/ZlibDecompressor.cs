using Pile.Codecs.Native;

namespace Pile.Codecs;

/// <summary>Decompresses the zlib format. Not thread-safe; reuse it, because it keeps its tables.</summary>
internal sealed class ZlibDecompressor : IDisposable
{
    /// <summary>The largest ratio of decompressed to compressed bytes: deflate expands two bits to at most 258 bytes (RFC 1951, 3.2.5: the
    /// longest match, with codes of one bit each).</summary>
    internal const long LargestRatio = 1032;

    /// <summary>The room that <see cref="DecompressPrefix"/> needs behind the prefix.</summary>
    internal const int PrefixRoomBytes = (64 << 10) + 512;

    /// <summary>How many bytes more than wanted must be decompressed of a stream that is cut, so that the wanted ones are right: libdeflate
    /// reads up to eight zero bytes behind the end, of which two bits become at most 258 bytes.</summary>
    internal const int CutRoomBytes = 16 << 10;

    // libdeflate stops before a match (at most 258 bytes) or a stored block (at most 65,535 bytes) that does not fit. All bytes before the
    // stop are right; up to about 40 bytes behind it may be written in excess.
    private const int MatchRoomBytes = 512, MarkFromBytes = 128, MarkEndBytes = 250;

    private static readonly byte[] Mark = [.. Enumerable.Range(1, MarkEndBytes - MarkFromBytes).Select(i => (byte)((i * i * 167) >> 3))];

    private readonly DecompressorHandle? handle; // null without libdeflate

    /// <summary>Creates a decompressor: by libdeflate if it is installed, otherwise by System.IO.Compression, which takes up to three times
    /// as long.</summary>
    /// <exception cref="Format.NativeLibraryMissingException">The variable of libdeflate specifies a file that cannot be
    /// loaded.</exception>
    public ZlibDecompressor()
        : this(DeflateNative.IsInstalled)
    {
    }

    /// <summary>Creates a decompressor with or without libdeflate, for tests.</summary>
    internal ZlibDecompressor(bool usesLibdeflate)
    {
        if (!usesLibdeflate)
            return;
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
        DeflateResult result;
        if (handle is null)
        {
            result = ManagedInflate.Decompress(stored, destination, out int rawBytes, out _);
            if (result is DeflateResult.Success && rawBytes < destination.Length)
                result = DeflateResult.ShortOutput;
        }
        else
            result = DeflateNative.ZlibDecompress(handle, stored, (nuint)stored.Length, destination, (nuint)destination.Length, 0);
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
        DeflateResult result;
        if (handle is null)
            result = ManagedInflate.Decompress(stored, destination, out rawBytes, out _);
        else
        {
            result = DeflateNative.ZlibDecompress(handle, stored, (nuint)stored.Length, destination, (nuint)destination.Length,
                out nuint actual);
            rawBytes = (int)actual;
        }
        if (result is not DeflateResult.Success)
            rawBytes = 0;
        return result switch
        {
            DeflateResult.Success => true,
            DeflateResult.InsufficientSpace => false,
            _ => throw new CodecException(Finding(result, stored.Length, destination.Length)),
        };
    }

    /// <summary>Decompresses the beginning of a stream, in a time that is proportional to it. Checks the checksum only if the stream ends
    /// within the destination's room.</summary>
    /// <param name="stored">One zlib stream; bytes after its end are ignored. If it is cut, the last <see cref="CutRoomBytes"/> of the
    /// prefix may be wrong.</param>
    /// <param name="prefixBytes">The number of bytes wanted.</param>
    /// <param name="destination">Receives them; at least <see cref="PrefixRoomBytes"/> longer. The content behind them is
    /// undefined.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="CodecException">The stream is corrupt or shorter, or cut before the end of the prefix.</exception>
    /// <remarks>libdeflate does not promise what it has written if the room does not suffice; a test holds that it is the beginning of the
    /// stream. It is cheap to stop shortly behind the prefix, but a stored block that does not fit is not written at all. A mark behind the
    /// prefix shows this, and the second attempt has room for a stored block.</remarks>
    public void DecompressPrefix(ReadOnlySpan<byte> stored, int prefixBytes, Span<byte> destination)
    {
        if (prefixBytes < 0 || destination.Length - PrefixRoomBytes < prefixBytes)
            throw new ArgumentException($"The destination of {destination.Length} bytes must be {PrefixRoomBytes} bytes longer than "
                + $"{prefixBytes}.", nameof(destination));
        if (handle is null)
        {
            DecompressPrefixManaged(stored, prefixBytes, destination[..(prefixBytes + MatchRoomBytes)]);
            return;
        }
        Span<byte> mark = destination[(prefixBytes + MarkFromBytes)..(prefixBytes + MarkEndBytes)];
        Mark.CopyTo(mark);
        if (TryDecompress(stored, destination[..(prefixBytes + MatchRoomBytes)], out int rawBytes))
        {
            if (rawBytes < prefixBytes)
                throw new CodecException(Finding(DeflateResult.ShortOutput, stored.Length, prefixBytes));
        }
        else if (mark.SequenceEqual(Mark) && TryDecompress(stored, destination[..(prefixBytes + PrefixRoomBytes)], out rawBytes)
            && rawBytes < prefixBytes)
        {
            throw new CodecException(Finding(DeflateResult.ShortOutput, stored.Length, prefixBytes));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle?.Dispose();

    // All bytes before the end of a cut stream are right, and stored blocks are written piece by piece.
    private static void DecompressPrefixManaged(ReadOnlySpan<byte> stored, int prefixBytes, Span<byte> destination)
    {
        DeflateResult result = ManagedInflate.Decompress(stored, destination, out int rawBytes, out bool isTruncated);
        if (rawBytes < prefixBytes || (result is DeflateResult.BadData && !isTruncated))
            throw new CodecException(Finding(result is DeflateResult.Success ? DeflateResult.ShortOutput : result, stored.Length,
                prefixBytes));
    }

    private static string Finding(DeflateResult result, int storedBytes, int rawBytes) => result switch
    {
        DeflateResult.ShortOutput => $"the zlib stream of {storedBytes} bytes ends before the expected {rawBytes} raw bytes",
        DeflateResult.InsufficientSpace => $"the zlib stream of {storedBytes} bytes has more than the expected {rawBytes} raw bytes",
        _ => $"the {storedBytes} bytes are not a valid zlib stream: they are corrupt, truncated, or encoded with another codec",
    };
}
