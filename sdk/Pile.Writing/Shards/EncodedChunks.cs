namespace Pile.Writing.Shards;

/// <summary>Place, size and checksum of every chunk of a shard.</summary>
internal sealed class EncodedChunks(int rowCount, int columnCount)
{
    private readonly long[] offsets = new long[rowCount * columnCount];
    private readonly int[] storedBytes = new int[rowCount * columnCount];
    private readonly uint[] crc32C = new uint[rowCount * columnCount];

    internal void Set(int row, int column, long offset, int bytes, uint crc)
    {
        int chunk = (row * columnCount) + column;
        (offsets[chunk], storedBytes[chunk], crc32C[chunk]) = (offset, bytes, crc);
    }

    internal long Offset(int row, int column) => offsets[(row * columnCount) + column];

    internal int StoredBytes(int row, int column) => storedBytes[(row * columnCount) + column];

    internal uint Crc32C(int row, int column) => crc32C[(row * columnCount) + column];
}
