using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>All conditions on a pair except the radius, the cheapest first.</summary>
/// <remarks>Called on several threads with different blocks. Missing values are NaN, which meets no condition.</remarks>
internal sealed class PairFilters : IDisposable
{
    private readonly List<Action<PairBuffer>> filters = [];
    private readonly List<IDisposable> owned = [];

    internal bool IsEmpty => filters.Count == 0;

    /// <summary>Adds a test of one pair.</summary>
    internal void Add<TTest>(TTest test) where TTest : struct, IPairTest => filters.Add(pairs => Keep(pairs, test));

    /// <summary>Adds a test of one pair before all others, which then see no pair that does not meet it.</summary>
    internal void AddFirst<TTest>(TTest test) where TTest : struct, IPairTest => filters.Insert(0, pairs => Keep(pairs, test));

    /// <summary>Adds a filter that removes pairs from a block.</summary>
    internal void Add(Action<PairBuffer> filter, IDisposable? owns = null)
    {
        filters.Add(filter);
        if (owns is not null)
            owned.Add(owns);
    }

    /// <summary>Removes the pairs that do not meet all conditions, and keeps the order of the others.</summary>
    internal void Apply(PairBuffer pairs)
    {
        foreach (Action<PairBuffer> filter in filters)
            if (pairs.Count > 0)
                filter(pairs);
    }

    public void Dispose() => owned.ForEach(o => o.Dispose());

    private static void Keep<TTest>(PairBuffer pairs, TTest test) where TTest : struct, IPairTest
    {
        int[] rowA = pairs.RowA, rowB = pairs.RowB;
        double[] separation = pairs.SeparationArcsec;
        int kept = 0, count = pairs.Count;
        for (int i = 0; i < count; i++)
            if (test.IsMet(rowA[i], rowB[i], separation[i]))
            {
                (rowA[kept], rowB[kept], separation[kept]) = (rowA[i], rowB[i], separation[i]);
                kept++;
            }
        pairs.Count = kept;
    }
}
