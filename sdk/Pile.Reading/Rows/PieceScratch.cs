using Pile.Codecs;

namespace Pile.Reading;

/// <summary>What decoding needs: a decompressor with its tables, and room for stored bytes. For one thread at a time.</summary>
internal sealed class PieceScratch : IDisposable
{
    private byte[] stored = [];

    internal PieceDecoder Decoder { get; } = new();

    /// <summary>Room for stored bytes, until the next call.</summary>
    internal Span<byte> Stored(int bytes)
    {
        if (stored.Length < bytes)
            stored = GC.AllocateUninitializedArray<byte>(bytes);
        return stored.AsSpan(0, bytes);
    }

    public void Dispose() => Decoder.Dispose();
}
