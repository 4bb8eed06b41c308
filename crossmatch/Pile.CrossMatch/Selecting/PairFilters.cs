using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>All conditions on a pair but the radius, in the order of what they cost.</summary>
/// <remarks>Called on several threads, each with a block of its own. Values that are missing are NaN, which meets no condition.</remarks>
internal sealed class PairFilters : IDisposable
{
    private readonly List<Action<PairBuffer>> filters = [];
    private readonly List<IDisposable> owned = [];

    internal bool IsEmpty => filters.Count == 0;

    /// <summary>Adds a test of one pair.</summary>
    internal void Add<TTest>(TTest test) where TTest : struct, IPairTest => filters.Add(pairs => Keep(pairs, test));

    /// <summary>Adds something that takes pairs out of a block.</summary>
    internal void Add(Action<PairBuffer> filter, IDisposable? owns = null)
    {
        filters.Add(filter);
        if (owns is not null)
            owned.Add(owns);
    }

    /// <summary>Takes out the pairs that do not meet all conditions; the others keep their order.</summary>
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
