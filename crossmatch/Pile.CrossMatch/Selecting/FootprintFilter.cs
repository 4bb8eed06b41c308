using Pile.CrossMatch.Matching;
using Pile.Earth;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>Keeps pairs by the footprint of one row or of both, exactly; edges are straight in longitude and latitude.</summary>
internal static class FootprintFilter
{
    /// <summary>The column of footprints, WKB.</summary>
    internal const string Column = "geometry";

    /// <summary>Keeps pairs whose footprints have a point in common.</summary>
    internal static Action<PairBuffer> Overlapping(PreparedSide a, PreparedSide b) => pairs =>
    {
        int row = -1;
        FootprintRegion? region = null; // of the row of A, which has its pairs in succession
        Keep(pairs, (rowA, rowB) =>
        {
            if (rowA != row)
            {
                row = rowA;
                region = a.Bytes(Column, rowA) is { IsEmpty: false } wkb ? new FootprintRegion(Footprint.FromWkb(wkb)) : null;
            }
            return region is not null && b.Bytes(Column, rowB) is { IsEmpty: false } other && region.Intersects(other);
        });
    };

    /// <summary>Keeps pairs in which the position of one row is in the footprint of the other, or on its border.</summary>
    /// <param name="areas">The side with footprints.</param>
    /// <param name="places">The other side.</param>
    /// <param name="areasAreA">True if the side with footprints is A.</param>
    internal static Action<PairBuffer> Containing(PreparedSide areas, PreparedSide places, bool areasAreA) => pairs =>
        Keep(pairs, (rowA, rowB) =>
        {
            (int area, int place) = areasAreA ? (rowA, rowB) : (rowB, rowA);
            (double lonDeg, double latDeg) = places.Positions.At(place);
            return areas.Bytes(Column, area) is { IsEmpty: false } wkb && FootprintMeasures.Contains(wkb, lonDeg, latDeg);
        });

    private static void Keep(PairBuffer pairs, Func<int, int, bool> isMet)
    {
        int kept = 0;
        for (int i = 0; i < pairs.Count; i++)
        {
            (int rowA, int rowB, double separation) = (pairs.RowA[i], pairs.RowB[i], pairs.SeparationArcsec[i]);
            try
            {
                if (!isMet(rowA, rowB))
                    continue;
            }
            catch (FormatException e)
            {
                throw new SourceUnreadableException($"the column '{Column}'", $"a footprint is not valid: {e.Message.TrimEnd('.')}",
                    "Run 'pile validate' for all findings", e);
            }
            (pairs.RowA[kept], pairs.RowB[kept], pairs.SeparationArcsec[kept]) = (rowA, rowB, separation);
            kept++;
        }
        pairs.Count = kept;
    }
}
