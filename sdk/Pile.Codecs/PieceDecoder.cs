using Pile.Format;

namespace Pile.Codecs;

/// <summary>Turns stored pieces into raw rows. One per thread; reuse it, it keeps its buffer.</summary>
public sealed class PieceDecoder : IDisposable
{
    private readonly ZlibDecompressor decompressor = new();
    private byte[] shuffled = [];

    /// <summary>Decodes one piece to exactly the destination's length.</summary>
    /// <param name="codec">How it is stored.</param>
    /// <param name="stored">The stored bytes.</param>
    /// <param name="elementBytes">Size of an element in bytes, at least 1.</param>
    /// <param name="destination">Receives the elements, little-endian; its content is undefined after an error. Must not overlap the input.</param>
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

    /// <inheritdoc/>
    public void Dispose() => decompressor.Dispose();

    private static void CheckLength(int storedBytes, int rawBytes)
    {
        if (storedBytes != rawBytes)
            throw new CodecException($"the piece has {storedBytes} bytes where its shape needs {rawBytes}");
    }
}
