using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pile.CrossMatch;

/// <summary>Counts pairs by cell while they are found. Thread-safe. Merges cells into larger ones when too many are occupied.</summary>
/// <remarks>An array for all cells of the finest order would need 6 MB, and its first access would take 2 % of the time of a match of ten
/// million rows.</remarks>
internal sealed class DensityCount
{
    private readonly Lock turn = new();
    private long[] cells = [], pairs = []; // ascending
    private int occupied;
    private volatile int order = MatchDensity.FinestOrder;

    /// <summary>The order at which pairs are counted, which only decreases.</summary>
    internal int Order => order;

    /// <summary>Adds numbers of pairs.</summary>
    /// <param name="more">Cells, ascending. They are merged in place if the order has decreased.</param>
    /// <param name="pairsOfMore">The number of pairs in each cell.</param>
    /// <param name="orderOfMore">The order of the cells: an earlier value of <see cref="Order"/>.</param>
    internal void Add(Span<long> more, Span<long> pairsOfMore, int orderOfMore)
    {
        lock (turn)
        {
            int count = Join(more, pairsOfMore, orderOfMore - order);
            Merge(more[..count], pairsOfMore[..count]);
            while (occupied > MatchDensity.MaxCells)
            {
                occupied = Join(cells.AsSpan(0, occupied), pairs.AsSpan(0, occupied), 1);
                order--;
            }
        }
    }

    internal MatchDensity ToDensity()
    {
        (long Pixel, long Pairs)[] found = new (long, long)[occupied];
        for (int i = 0; i < found.Length; i++)
            found[i] = (cells[i], pairs[i]);
        return new MatchDensity(order, ImmutableCollectionsMarshal.AsImmutableArray(found));
    }

    /// <summary>Merges cells into cells of a coarser order.</summary>
    /// <returns>The number of merged cells.</returns>
    private static int Join(Span<long> cells, Span<long> pairs, int orders)
    {
        if (orders == 0)
            return cells.Length;
        int joined = 0;
        for (int i = 0; i < cells.Length; i++)
        {
            long cell = cells[i] >> (2 * orders), more = pairs[i];
            if (joined > 0 && cells[joined - 1] == cell)
                pairs[joined - 1] += more;
            else
                (cells[joined], pairs[joined++]) = (cell, more);
        }
        return joined;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Merge(ReadOnlySpan<long> more, ReadOnlySpan<long> pairsOfMore)
    {
        long[] ofBoth = new long[occupied + more.Length], pairsOfBoth = new long[occupied + more.Length];
        int own = 0, other = 0, to = 0;
        for (; own < occupied || other < more.Length; to++)
        {
            long cell = other == more.Length || (own < occupied && cells[own] <= more[other]) ? cells[own] : more[other];
            ofBoth[to] = cell;
            if (own < occupied && cells[own] == cell)
                pairsOfBoth[to] = pairs[own++];
            if (other < more.Length && more[other] == cell)
                pairsOfBoth[to] += pairsOfMore[other++];
        }
        (cells, pairs, occupied) = (ofBoth, pairsOfBoth, to);
    }
}
