using System.Security.Cryptography;
using System.Text;
using Pile.DuckDb;
using Pile.Sky;

namespace Pile.Reading;

/// <summary>A coverage map: matches rows whose order-29 pixel is in one of its cells.</summary>
internal sealed record MocSearch : SearchRegion, IDuckDbPredicate
{
    private readonly HealpixRanges ranges;

    internal MocSearch(Moc moc) => (Coverage, ranges) = (moc.Ranges, moc.Ranges.AtOrder29());

    internal override SavedRegion Saved => new(SavedRegion.Moc, Moc.Of(Coverage).ToString());

    internal override HealpixRanges Coverage { get; }

    // maps may be long
    public override string ToString() =>
        $"moc sha256 {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Moc.Of(Coverage).ToString())))}";

    internal override string Condition(DuckDbConnection connection, string healpix29, string ra,
        string dec) => connection.PredicateSql(this, healpix29, ra, dec);

    void IDuckDbPredicate.Test(ReadOnlySpan<long> keys, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<bool> destination)
    {
        for (int i = 0; i < keys.Length; i++)
            destination[i] = ranges.Contains(keys[i]);
    }
}
