using Pile.DuckDb;
using Pile.Format;
using Pile.Sky;

namespace Pile.Reading;

/// <summary>A space-time coverage map: matches rows whose order-29 pixel and time are in one of its elements.</summary>
internal sealed record SpaceTimeSearch : SearchRegion, IDuckDbPredicate
{
    /// <summary>The names of the start and of the end of a row's time in SQL.</summary>
    internal const string Start = "_pile_start", End = "_pile_end";

    private readonly SpaceTimeMoc map;
    private readonly string scale;

    /// <param name="map">The map.</param>
    /// <param name="scale">The scale of the rows' times, a name of <see cref="TimeScales.Name"/>.</param>
    internal SpaceTimeSearch(SpaceTimeMoc map, string scale) => (this.map, this.scale, Coverage) = (map, scale, map.Space().Ranges);

    internal override SavedRegion Saved => throw new ArgumentException("A space-time coverage map cannot be part of a saved query. Use a "
        + "coverage map of the sky and conditions on mjd.");

    internal override HealpixRanges Coverage { get; }

    public override string ToString() => $"space-time map of {map.Elements.Length} elements";

    internal override string Condition(DuckDbConnection connection, string healpix29, string ra, string dec) =>
        connection.PredicateSql(this, healpix29, $"d.{Start}", $"d.{End}");

    void IDuckDbPredicate.Test(ReadOnlySpan<long> keys, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<bool> destination)
    {
        for (int i = 0; i < keys.Length; i++)
        {
            (double from, double to) = double.IsNaN(y[i]) ? (x[i], x[i]) : double.IsNaN(x[i]) ? (y[i], y[i]) : (x[i], y[i]);
            long start = SpaceTimeMoc.Microsecond(TimeScales.ToTcb(scale, from)),
                end = SpaceTimeMoc.Microsecond(TimeScales.ToTcb(scale, to));
            destination[i] = start >= 0 && end >= start && map.Overlaps(keys[i], start, end);
        }
    }
}
