using Pile.Format;

namespace Pile.Codecs;

/// <summary>Encodes pieces. Not thread-safe; reuse it, because it keeps its buffers.</summary>
internal sealed class PieceEncoder
{
    private readonly ZlibCompressor compressor = new();
    private byte[] shuffled = [];

    /// <summary>Returns the maximum stored size of a piece.</summary>
    public static int MaxStoredBytes(PieceCodec codec, int rawBytes) =>
        codec is PieceCodec.Deflate or PieceCodec.ShuffleDeflate ? ZlibCompressor.MaxCompressedBytes(rawBytes) : rawBytes;

    /// <summary>Encodes bytes with deflate before the number of zeros that follow them is known; <see cref="Close"/> completes the
    /// piece.</summary>
    /// <param name="raw">The bytes without the zeros.</param>
    /// <param name="destination">Receives the open piece; at least <see cref="MaxStoredBytes"/>.</param>
    /// <param name="byteCounts">How often each of the 256 values occurs is added to it; empty if that is not wanted.</param>
    /// <returns>The number of bytes written.</returns>
    public int EncodeOpen(ReadOnlySpan<byte> raw, Span<byte> destination, Span<int> byteCounts = default) =>
        compressor.CompressOpen(raw, destination, byteCounts);

    /// <inheritdoc cref="ZlibCompressor.Close"/>
    public static int Close(Span<byte> stream, int openBytes, int zeros) => ZlibCompressor.Close(stream, openBytes, zeros);

    /// <summary>Encodes a piece, and returns the number of bytes written.</summary>
    /// <param name="codec">The codec to use.</param>
    /// <param name="raw">The elements of the piece, little-endian.</param>
    /// <param name="elementBytes">Size of an element in bytes, at least 1.</param>
    /// <param name="destination">Receives the piece; <see cref="MaxStoredBytes"/> always suffices. Must not overlap the input.</param>
    /// <exception cref="ArgumentException">The destination is too short, or the codec is unknown.</exception>
    public int Encode(PieceCodec codec, ReadOnlySpan<byte> raw, int elementBytes, Span<byte> destination)
    {
        switch (codec)
        {
            case PieceCodec.None:
                raw.CopyTo(destination);
                return raw.Length;
            case PieceCodec.Shuffle:
                Shuffle.Apply(raw, elementBytes, destination);
                return raw.Length;
            case PieceCodec.Deflate:
                return compressor.Compress(raw, destination);
            case PieceCodec.ShuffleDeflate when elementBytes == 1:
                return compressor.Compress(raw, destination);
            case PieceCodec.ShuffleDeflate:
                if (shuffled.Length < raw.Length)
                    shuffled = GC.AllocateUninitializedArray<byte>(raw.Length);
                Shuffle.Apply(raw, elementBytes, shuffled);
                return compressor.Compress(shuffled.AsSpan(0, raw.Length), destination, elementBytes);
            default:
                throw new ArgumentOutOfRangeException(nameof(codec), codec, "The codec is not supported.");
        }
    }
}
