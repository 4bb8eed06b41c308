using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch.Plain;

/// <summary>Encodes the text ids of the rows of a block as a Parquet page.</summary>
internal static class PairTexts
{
    /// <summary>Returns the page.</summary>
    /// <param name="side">The positions with the ids.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="levels">The definition levels before the values; empty for no levels.</param>
    internal static byte[] Of(MappedPositions side, ReadOnlySpan<int> rows, ReadOnlySpan<byte> levels)
    {
        int bytes = levels.Length;
        Each(side, rows, [], ref bytes);
        byte[] texts = new byte[bytes];
        levels.CopyTo(texts);
        bytes = levels.Length;
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
