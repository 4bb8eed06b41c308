namespace Pile.Reading;

/// <summary>The chunk of a file outside the dataset that was decoded last: neighbouring rows are often in one chunk. Not safe for
/// concurrent use.</summary>
internal sealed class DecodedChunk
{
    // A larger chunk would stay in memory for no more than a few rows.
    private const int LargestKeptBytes = 64 << 20;

    private byte[] buffer = [];
    private (int Source, Piece Piece, int ElementBytes) key;
    private int bytes = -1;

    /// <summary>Returns the decoded bytes if a chunk is the last one.</summary>
    internal bool TryGet(int source, in Piece piece, int elementBytes, int chunkBytes, out ReadOnlySpan<byte> decoded)
    {
        bool isSame = bytes == chunkBytes && key == (source, piece, elementBytes);
        decoded = isSame ? buffer.AsSpan(0, bytes) : default;
        return isSame;
    }

    /// <summary>Returns memory for another chunk; call <see cref="Keep"/> once it is decoded.</summary>
    internal Span<byte> Begin(int chunkBytes)
    {
        bytes = -1;
        if (buffer.Length < chunkBytes || buffer.Length > LargestKeptBytes)
            buffer = GC.AllocateUninitializedArray<byte>(chunkBytes);
        return buffer.AsSpan(0, chunkBytes);
    }

    internal void Keep(int source, in Piece piece, int elementBytes, int chunkBytes) =>
        (key, bytes) = ((source, piece, elementBytes), chunkBytes);
}
