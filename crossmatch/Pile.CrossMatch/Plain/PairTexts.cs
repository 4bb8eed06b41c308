using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch.Plain;

/// <summary>Text ids of the rows of a block, as a Parquet page has them.</summary>
internal static class PairTexts
{
    internal static byte[] Of(MappedPositions side, ReadOnlySpan<int> rows)
    {
        int bytes = 0;
        Each(side, rows, [], ref bytes);
        byte[] texts = new byte[bytes];
        bytes = 0;
        Each(side, rows, texts, ref bytes);
        return texts;
    }

    private static void Each(MappedPositions side, ReadOnlySpan<int> rows, byte[] destination, ref int bytes)
    {
        ReadOnlySpan<byte> texts = default;
        ReadOnlySpan<int> starts = default;
        int chunk = -1;
        foreach (int row in rows)
        {
            if (row >> SortedPositions.ChunkShift != chunk)
            {
                chunk = row >> SortedPositions.ChunkShift;
                texts = side.TextIds(chunk, out starts);
            }
            int at = row & (SortedPositions.ChunkRows - 1);
            if (destination.Length > 0)
                texts[starts[at]..starts[at + 1]].CopyTo(destination.AsSpan(bytes));
            bytes = checked(bytes + starts[at + 1] - starts[at]);
        }
    }
}
