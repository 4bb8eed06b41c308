using System.Globalization;
using Pile.DuckDb;
using Pile.Sky;

namespace Pile.Reading;

/// <summary>A cone. The predicate tests the row's pixel first: the separation needs a dozen sines per row, a look-up costs a
/// fiftieth.</summary>
internal sealed record ConeSearch : SearchRegion, IDuckDbPredicate
{
    private readonly double raDeg, decDeg, radiusDeg, radiusArcsec;
    private readonly HealpixRanges ranges;

    internal ConeSearch(double raDeg, double decDeg, double radiusDeg)
    {
        (this.raDeg, this.decDeg, this.radiusDeg, radiusArcsec) = (raDeg, decDeg, radiusDeg, radiusDeg * 3600);
        Coverage = Cover(radiusDeg, radiusDeg, order => Healpix.CoverConeInclusive(raDeg, decDeg, radiusDeg, order));
        ranges = Coverage.AtOrder29();
    }

    internal override SavedRegion Saved => SavedRegion.Of(SavedRegion.Cone, raDeg, decDeg, radiusDeg);

    internal override HealpixRanges Coverage { get; }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"cone {raDeg:R},{decDeg:R},{radiusDeg:R}");

    internal override string Condition(DuckDbConnection connection, string healpix29, string ra,
        string dec) => connection.PredicateSql(this, healpix29, ra, dec);

    void IDuckDbPredicate.Test(ReadOnlySpan<long> keys, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<bool> destination)
    {
        for (int i = 0; i < keys.Length; i++)
            destination[i] = ranges.Contains(keys[i]) && Separation.Arcsec(raDeg, decDeg, x[i], y[i]) <= radiusArcsec;
    }
}
