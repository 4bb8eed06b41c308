using Pile.Format;

namespace Pile.Codecs;

/// <summary>Decodes stored pieces. Not thread-safe; reuse it, because it keeps its buffers.</summary>
/// <param name="decompressor">Decompresses zlib streams; disposed with the decoder.</param>
internal sealed class PieceDecoder(ZlibDecompressor decompressor) : IDisposable
{
    private byte[] shuffled = [];
    private byte[] unsized = [];

    /// <summary>Creates a decoder.</summary>
    /// <exception cref="NativeLibraryMissingException">The variable of libdeflate specifies a file that cannot be loaded.</exception>
    public PieceDecoder()
        : this(new ZlibDecompressor())
    {
    }

    /// <summary>Decodes a piece to exactly the destination's length.</summary>
    /// <param name="codec">The codec of the piece.</param>
    /// <param name="stored">The stored bytes.</param>
    /// <param name="elementBytes">Size of an element in bytes, at least 1.</param>
    /// <param name="destination">Receives the elements, little-endian; its content is undefined after an error. Must not overlap the
    /// input.</param>
    /// <exception cref="CodecException">The bytes are corrupt or have another decoded length, or the codec is unknown.</exception>
    public void Decode(PieceCodec codec, ReadOnlySpan<byte> stored, int elementBytes, Span<byte> destination)
    {
        switch (codec)
        {
            case PieceCodec.None:
                CheckLength(stored.Length, destination.Length);
                stored.CopyTo(destination);
                break;
            case PieceCodec.Shuffle:
                CheckLength(stored.Length, destination.Length);
                Shuffle.Undo(stored, elementBytes, destination);
                break;
            case PieceCodec.Deflate:
                decompressor.Decompress(stored, destination);
                break;
            case PieceCodec.ShuffleDeflate:
                if (shuffled.Length < destination.Length)
                    shuffled = GC.AllocateUninitializedArray<byte>(destination.Length);
                Span<byte> planes = shuffled.AsSpan(0, destination.Length);
                decompressor.Decompress(stored, planes);
                Shuffle.Undo(planes, elementBytes, destination);
                break;
            case PieceCodec.Lzf:
                CheckLength(Lzf.Decompress(stored, destination), destination.Length);
                break;
            case PieceCodec.ShuffleLzf:
                Grow(ref shuffled, destination.Length);
                Span<byte> lzf = shuffled.AsSpan(0, destination.Length);
                CheckLength(Lzf.Decompress(stored, lzf), lzf.Length);
                Shuffle.Undo(lzf, elementBytes, destination);
                break;
            default:
                throw new CodecException($"the codec {(int)codec} is not supported by this version of Pile");
        }
    }

    /// <summary>Decodes a piece of unknown length, such as a ragged row, which is padded to the longest of its shard.</summary>
    /// <param name="codec">The codec of the piece.</param>
    /// <param name="stored">The stored bytes. Allocations are limited to what deflate can produce from them.</param>
    /// <param name="elementBytes">Size of an element in bytes, at least 1.</param>
    /// <param name="expectedBytes">The expected length; a correct value avoids a second attempt.</param>
    /// <returns>The elements, little-endian, in the decoder's buffer or in <paramref name="stored"/>; valid until the next call.</returns>
    /// <exception cref="CodecException">The bytes are corrupt, or the codec is unknown.</exception>
    public ReadOnlySpan<byte> DecodeUnsized(PieceCodec codec, ReadOnlySpan<byte> stored, int elementBytes, int expectedBytes)
    {
        switch (codec)
        {
            case PieceCodec.None:
                return stored;
            case PieceCodec.Shuffle:
                Grow(ref unsized, stored.Length);
                Shuffle.Undo(stored, elementBytes, unsized);
                return unsized.AsSpan(0, stored.Length);
            case PieceCodec.Deflate:
                int rawBytes = Inflate(ref unsized, stored, expectedBytes);
                return unsized.AsSpan(0, rawBytes);
            case PieceCodec.ShuffleDeflate:
                rawBytes = Inflate(ref shuffled, stored, expectedBytes);
                Grow(ref unsized, rawBytes);
                Shuffle.Undo(shuffled.AsSpan(0, rawBytes), elementBytes, unsized);
                return unsized.AsSpan(0, rawBytes);
            default:
                throw new CodecException($"the codec {(int)codec} is not supported by this version of Pile");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => decompressor.Dispose();

    private int Inflate(ref byte[] buffer, ReadOnlySpan<byte> stored, int expectedBytes)
    {
        int most = (int)Math.Min((ZlibDecompressor.LargestRatio * stored.Length) + 64, Array.MaxLength);
        int size = Math.Clamp(expectedBytes, 1, most);
        while (true)
        {
            Grow(ref buffer, size);
            if (decompressor.TryDecompress(stored, buffer.AsSpan(0, size), out int rawBytes))
                return rawBytes;
            if (size == most)
                throw new CodecException($"the zlib stream of {stored.Length} bytes expands to more than {most} bytes, the maximum for its "
                    + "length");
            size = (int)Math.Min(2L * size, most);
        }
    }

    private static void Grow(ref byte[] buffer, int bytes)
    {
        if (buffer.Length < bytes)
            buffer = GC.AllocateUninitializedArray<byte>(bytes);
    }

    private static void CheckLength(int storedBytes, int rawBytes)
    {
        if (storedBytes != rawBytes)
            throw new CodecException($"the piece has {storedBytes} bytes, but its shape requires {rawBytes}");
    }
}
