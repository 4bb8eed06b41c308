using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>Counts pairs by separation, in bins of equal width from 0 to the radius. Thread-safe.</summary>
internal sealed class SeparationCounts(double radiusArcsec)
{
    /// <summary>The number of bins.</summary>
    internal const int Bins = 40;

    private readonly double binsPerArcsec = radiusArcsec > 0 ? Bins / radiusArcsec : 0;
    private readonly long[] counts = new long[Bins];

    /// <summary>The number of pairs in each bin. A separation at a border is in the bin below it.</summary>
    internal ReadOnlySpan<long> Counts => counts;

    /// <summary>Adds the pairs of a block.</summary>
    internal void Add(PairBuffer pairs)
    {
        Span<long> ofBlock = stackalloc long[Bins];
        ofBlock.Clear();
        foreach (double arcsec in pairs.SeparationArcsec.AsSpan(0, pairs.Count))
            ofBlock[BinOf(arcsec)]++;
        for (int bin = 0; bin < Bins; bin++)
            if (ofBlock[bin] > 0)
                Interlocked.Add(ref counts[bin], ofBlock[bin]);
    }

    /// <summary>Returns the bin of a separation.</summary>
    internal int BinOf(double arcsec) => Math.Clamp((int)Math.Ceiling(arcsec * binsPerArcsec) - 1, 0, Bins - 1);
}
