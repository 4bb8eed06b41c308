using Pile.DuckDb;
using Pile.Sky;

namespace Pile.Reading;

/// <summary>A set of pixels: matches rows by their order-29 pixel.</summary>
internal sealed record PixelSearch(HealpixRanges Pixels) : SearchRegion, IDuckDbPredicate
{
    private readonly HealpixRanges ranges = Pixels.AtOrder29();

    internal override SavedRegion Saved => throw new InvalidOperationException("A selection of tiles has no exact form.");

    internal override HealpixRanges Coverage => Pixels;

    public override string ToString() => "pixels";

    internal override string Condition(DuckDbConnection connection, string healpix29, string ra,
        string dec) => connection.PredicateSql(this, healpix29, ra, dec);

    void IDuckDbPredicate.Test(ReadOnlySpan<long> keys, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<bool> destination)
    {
        for (int i = 0; i < keys.Length; i++)
            destination[i] = ranges.Contains(keys[i]);
    }
}
