using System.Numerics;

namespace Pile.CrossMatch;

/// <summary>A set of rows: a bit for each.</summary>
internal sealed class RowSet(long rows)
{
    private readonly ulong[] bits = new ulong[(rows + 63) / 64];

    internal bool this[int row] => (bits[row >> 6] >> (row & 63) & 1) != 0;

    internal void Add(int row) => bits[row >> 6] |= 1UL << (row & 63);

    internal long Count => bits.Sum(word => (long)BitOperations.PopCount(word));
}
