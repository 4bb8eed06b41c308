namespace Pile.Writing.Shards;

/// <summary>Size and checksum of every chunk of a shard.</summary>
internal sealed class EncodedChunks(int rowCount, int columnCount)
{
    private readonly int[] storedBytes = new int[rowCount * columnCount];
    private readonly uint[] crc32C = new uint[rowCount * columnCount];

    internal void Set(int row, int column, int bytes, uint crc) =>
        (storedBytes[(row * columnCount) + column], crc32C[(row * columnCount) + column]) = (bytes, crc);

    internal int StoredBytes(int row, int column) => storedBytes[(row * columnCount) + column];

    internal uint Crc32C(int row, int column) => crc32C[(row * columnCount) + column];
}
