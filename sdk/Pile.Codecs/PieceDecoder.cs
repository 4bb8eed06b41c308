using Pile.Format;

namespace Pile.Codecs;

/// <summary>Turns stored pieces into raw rows. One per thread; reuse it, it keeps its buffer.</summary>
internal sealed class PieceDecoder : IDisposable
{
    private readonly ZlibDecompressor decompressor = new();
    private byte[] shuffled = [];
    private byte[] whole = [];

    /// <summary>Decodes one piece to exactly the destination's length.</summary>
    /// <param name="codec">How it is stored.</param>
    /// <param name="stored">The stored bytes.</param>
    /// <param name="elementBytes">Size of an element in bytes, at least 1.</param>
    /// <param name="destination">Receives the elements, little-endian; its content is undefined after an error. Must not overlap the
    /// input.</param>
    /// <exception cref="CodecException">The bytes are damaged, or hold another number of raw bytes, or the codec is not known.</exception>
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
            default:
                throw new CodecException($"codec {(int)codec} is not known to this version of Pile");
        }
    }

    /// <summary>Decodes one piece whose size is not known, as of ragged rows, which are padded to the longest of their shard.</summary>
    /// <param name="codec">How it is stored.</param>
    /// <param name="stored">The stored bytes; no more is allocated than deflate can make of so many.</param>
    /// <param name="elementBytes">Size of an element in bytes, at least 1.</param>
    /// <param name="expectedBytes">A guess of the size; the right one saves a second attempt.</param>
    /// <returns>The elements, little-endian, in the decoder's own buffer or in <paramref name="stored"/>: until the next call.</returns>
    /// <exception cref="CodecException">The bytes are damaged, or the codec is not known.</exception>
    public ReadOnlySpan<byte> DecodeWhole(PieceCodec codec, ReadOnlySpan<byte> stored, int elementBytes, int expectedBytes)
    {
        switch (codec)
        {
            case PieceCodec.None:
                return stored;
            case PieceCodec.Shuffle:
                Grow(ref whole, stored.Length);
                Shuffle.Undo(stored, elementBytes, whole);
                return whole.AsSpan(0, stored.Length);
            case PieceCodec.Deflate:
                int rawBytes = Inflate(ref whole, stored, expectedBytes);
                return whole.AsSpan(0, rawBytes);
            case PieceCodec.ShuffleDeflate:
                rawBytes = Inflate(ref shuffled, stored, expectedBytes);
                Grow(ref whole, rawBytes);
                Shuffle.Undo(shuffled.AsSpan(0, rawBytes), elementBytes, whole);
                return whole.AsSpan(0, rawBytes);
            default:
                throw new CodecException($"codec {(int)codec} is not known to this version of Pile");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => decompressor.Dispose();

    private int Inflate(ref byte[] buffer, ReadOnlySpan<byte> stored, int expectedBytes)
    {
        // No stream grows by more than 1032 (258 bytes for two bits): what asks for more is damaged.
        int most = (int)Math.Min((1032L * stored.Length) + 64, Array.MaxLength);
        int size = Math.Clamp(expectedBytes, 1, most);
        while (true)
        {
            Grow(ref buffer, size);
            if (decompressor.TryDecompress(stored, buffer.AsSpan(0, size), out int rawBytes))
                return rawBytes;
            if (size == most)
                throw new CodecException($"the zlib stream of {stored.Length} bytes holds more than the {most} raw bytes that it can");
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
            throw new CodecException($"the piece has {storedBytes} bytes where its shape needs {rawBytes}");
    }
}
