using System.Globalization;
using Pile.DuckDb;
using Pile.Sky;

namespace Pile.Reading;

/// <summary>A region of the sky to search: by pixels first, then exactly.</summary>
internal abstract record SearchRegion
{
    /// <summary>More ranges than this exclude hardly any more tiles.</summary>
    private protected const int MaxRanges = 48;

    /// <summary>The pixels that the region touches; may contain extra pixels and never misses one.</summary>
    internal abstract HealpixRanges Coverage { get; }

    /// <summary>The region in the form of a saved query.</summary>
    internal abstract SavedRegion Saved { get; }

    /// <summary>Returns the exact SQL condition on a row.</summary>
    /// <param name="connection">The connection that will execute it.</param>
    /// <param name="healpix29">SQL of the order-29 index.</param>
    /// <param name="ra">SQL of right ascension.</param>
    /// <param name="dec">SQL of declination.</param>
    internal abstract string Condition(DuckDbConnection connection, string healpix29, string ra, string dec);

    /// <summary>Returns the condition on the order-29 pixel that follows from <see cref="Coverage"/>. It skips row groups and is not
    /// exact.</summary>
    /// <remarks>It is one span from the first pixel to the last. DuckDB skips row groups by a BETWEEN, but not by an OR of several: two
    /// spans take 10 ms in a tile of a million rows, one takes 2 ms.</remarks>
    internal string PixelCondition(string healpix29) =>
        Span is { } span ? string.Create(CultureInfo.InvariantCulture, $"{healpix29} BETWEEN {span.Start} AND {span.End - 1}") : "false";

    /// <summary>The span from the first pixel to the last, at order 29; null if there is no pixel.</summary>
    internal HealpixRange? Span => Coverage.AtOrder29().Ranges is [var first, ..] and [.., var last]
        ? new HealpixRange(first.Start, last.End) : null;

    /// <summary>Returns whether the region may touch one of a range of order-29 pixels, both ends included.</summary>
    internal bool MayTouch(long first29, long last29)
    {
        HealpixRanges coverage = Coverage;
        int shift = 2 * (Healpix.MaxOrder - coverage.Order);
        ReadOnlySpan<HealpixRange> ranges = coverage.Ranges;
        int low = 0, high = ranges.Length; // the first range that ends after the first pixel
        while (low < high)
            if (ranges[(low + high) / 2] is var middle && middle.End <= first29 >> shift)
                low = ((low + high) / 2) + 1;
            else
                high = (low + high) / 2;
        return low < ranges.Length && ranges[low].Start <= last29 >> shift;
    }

    /// <summary>Covers a region with pixels of about an eighth of its size, or coarser ones to limit the number of ranges.</summary>
    /// <param name="sizeDeg">The smaller size of the region.</param>
    /// <param name="longDeg">Its larger size, for regions that may be long and narrow.</param>
    /// <param name="coverAt">Returns the pixels of an order.</param>
    private protected static HealpixRanges Cover(double sizeDeg, double longDeg, Func<int, HealpixRanges> coverAt)
    {
        // A region that is 2⁸ pixels long has more ranges than the limit: smaller pixels would be many and of no use.
        int most = Math.Min(OrderOf(longDeg) + 8, Healpix.MaxOrder), order = Math.Clamp(OrderOf(sizeDeg) + 3, 2, Math.Max(most, 2));
        HealpixRanges ranges = coverAt(order);
        while (ranges.Ranges.Length > MaxRanges && order > 2)
            ranges = coverAt(--order);
        return ranges;

        static int OrderOf(double deg) => deg > 0 ? (int)Math.Min(Math.Ceiling(Math.Log2(58.6 / deg)), Healpix.MaxOrder) : Healpix.MaxOrder;
    }
}

/// <summary>A box between meridians and parallels.</summary>
internal sealed record BoxSearch : SearchRegion
{
    private readonly double ra1Deg, dec1Deg, ra2Deg, dec2Deg;

    internal BoxSearch(double ra1Deg, double dec1Deg, double ra2Deg, double dec2Deg)
    {
        (this.ra1Deg, this.dec1Deg, this.ra2Deg, this.dec2Deg) = (ra1Deg, dec1Deg, ra2Deg, dec2Deg);
        double height = dec2Deg - dec1Deg, width = ra2Deg >= ra1Deg ? ra2Deg - ra1Deg : ra2Deg - ra1Deg + 360;
        Coverage = Cover(Math.Min(height, width), Math.Max(height, width),
            order => Healpix.CoverBoxInclusive(ra1Deg, dec1Deg, ra2Deg, dec2Deg, order));
    }

    internal override SavedRegion Saved => SavedRegion.Of(SavedRegion.Box, ra1Deg, dec1Deg, ra2Deg, dec2Deg);

    internal override HealpixRanges Coverage { get; }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"box {ra1Deg:R},{dec1Deg:R},{ra2Deg:R},{dec2Deg:R}");

    internal override string Condition(DuckDbConnection connection, string healpix29, string ra, string dec)
    {
        string decs = $"{dec} BETWEEN {DuckDbSql.Literal(dec1Deg)} AND {DuckDbSql.Literal(dec2Deg)}";
        if (ra2Deg - ra1Deg >= 360)
            return decs;
        double west = Wrap(ra1Deg), east = Wrap(ra2Deg);
        return $"{decs} AND ({ra} >= {DuckDbSql.Literal(west)} {(west <= east ? "AND" : "OR")} {ra} <= {DuckDbSql.Literal(east)}"
            + (ra2Deg > ra1Deg && east == 0 ? $" OR {ra} >= {DuckDbSql.Literal(west)})" : ")"); // a box up to 360 ends where 0 begins
    }

    private static double Wrap(double raDeg)
    {
        double wrapped = raDeg - (360 * Math.Floor(raDeg / 360));
        return wrapped < 360 ? wrapped : 0;
    }
}
