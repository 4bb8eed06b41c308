using System.Numerics;
using Pile.DuckDb;

namespace Pile.Review;

/// <summary>A set of rows by their index positions, with one bit per row of the dataset.</summary>
internal sealed class RowMarks(long rowCount) : IDuckDbPredicate
{
    private ulong[] bits = [];

    /// <summary>The number of marked rows.</summary>
    internal long Count { get; private set; }

    internal void Add(long position)
    {
        if (bits.Length == 0)
            bits = new ulong[(rowCount + 63) / 64];
        bits[position >> 6] |= 1UL << (int)(position & 63);
        Count++;
    }

    /// <summary>The marked positions, in ascending order.</summary>
    internal IEnumerable<long> Positions()
    {
        for (long word = 0; word < bits.Length; word++)
            for (ulong left = bits[word]; left != 0; left &= left - 1)
                yield return (word * 64) + BitOperations.TrailingZeroCount(left);
    }

    void IDuckDbPredicate.Test(ReadOnlySpan<long> keys, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<bool> destination)
    {
        for (int i = 0; i < keys.Length; i++)
            destination[i] = (ulong)keys[i] < (ulong)rowCount && (bits[keys[i] >> 6] >> (int)(keys[i] & 63) & 1) != 0;
    }
}
