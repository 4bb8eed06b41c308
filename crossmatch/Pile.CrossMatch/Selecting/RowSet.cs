using System.Numerics;

namespace Pile.CrossMatch;

/// <summary>A set of rows with one bit per row.</summary>
internal sealed class RowSet(long rows)
{
    /// <summary>The bits, 64 rows per word.</summary>
    internal ulong[] Bits { get; } = new ulong[(rows + 63) / 64];

    internal bool this[int row] => (Bits[row >> 6] >> (row & 63) & 1) != 0;

    internal void Add(int row) => Bits[row >> 6] |= 1UL << (row & 63);

    /// <summary>Adds rows of a range. Several threads may add rows of other ranges at the same time.</summary>
    /// <param name="firstRow">The first row of the range.</param>
    /// <param name="isAdded">Whether each row of the range is added.</param>
    internal void Add(int firstRow, ReadOnlySpan<bool> isAdded)
    {
        for (int i = 0; i < isAdded.Length;)
        {
            int word = (firstRow + i) >> 6, end = Math.Min(isAdded.Length, ((word + 1) << 6) - firstRow);
            ulong bits = 0;
            for (; i < end; i++)
                bits |= (isAdded[i] ? 1UL : 0) << (firstRow + i & 63);
            Interlocked.Or(ref Bits[word], bits);
        }
    }

    internal long Count
    {
        get
        {
            long count = 0;
            foreach (ulong word in Bits)
                count += BitOperations.PopCount(word);
            return count;
        }
    }

    /// <summary>Finds the next row.</summary>
    /// <param name="row">The first row to consider.</param>
    /// <param name="endRow">The end of the range.</param>
    /// <returns>A row of the set, or the end if no row of the range is in it.</returns>
    internal int Next(int row, int endRow)
    {
        while (row < endRow)
        {
            ulong rest = Bits[row >> 6] >> (row & 63);
            if (rest != 0)
                return Math.Min(row + BitOperations.TrailingZeroCount(rest), endRow);
            row = (row | 63) + 1;
        }
        return endRow;
    }

    /// <summary>Returns true if any row of a range is in the set.</summary>
    internal bool Any(int firstRow, int endRow) => Next(firstRow, endRow) < endRow;
}
