using Pile.Codecs;

namespace Pile.Reading;

/// <summary>Reusable memory for decoding: a decompressor with its tables, and a buffer for stored bytes. Not safe for concurrent
/// use.</summary>
internal sealed class PieceScratch : IDisposable
{
    private byte[] stored = [];

    internal PieceDecoder Decoder { get; } = new();

    /// <summary>The last chunk of a file outside the dataset.</summary>
    internal DecodedChunk Chunk { get; } = new();

    /// <summary>Returns a buffer for stored bytes, valid until the next call.</summary>
    internal Span<byte> Stored(int bytes)
    {
        if (stored.Length < bytes)
            stored = GC.AllocateUninitializedArray<byte>(bytes);
        return stored.AsSpan(0, bytes);
    }

    public void Dispose() => Decoder.Dispose();
}
