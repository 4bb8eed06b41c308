using System.Text;
using Pile.DuckDb;
using Pile.Format;
using Pile.Sky;

namespace Pile.Reading;

/// <summary>The keys of ids in a dataset without positions: skips row groups. The ids themselves are compared elsewhere.</summary>
/// <remarks>A key has 60 bits, so that it is within the range of order-29 pixels, and sets of keys can be ranges of those.</remarks>
internal sealed record KeySearch : SearchRegion
{
    internal KeySearch(ReadOnlySpan<ObjectId> ids)
    {
        HealpixRange[] keys = new HealpixRange[ids.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            long key = ids[i].IsText ? IndexKey.OfId(Encoding.UTF8.GetBytes(ids[i].Text)) : IndexKey.OfId(ids[i].Number);
            keys[i] = new HealpixRange(key, key + 1);
        }
        Coverage = HealpixRanges.FromRanges(Healpix.MaxOrder, keys);
    }

    internal override SavedRegion Saved => throw new InvalidOperationException("A selection of row groups has no exact form.");

    internal override HealpixRanges Coverage { get; }

    public override string ToString() => "ids";

    internal override string Condition(DuckDbConnection connection, string key, string ra, string dec) => "true";
}
