using System.Globalization;
using Pile.CrossMatch.Matching;
using Pile.Format;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>Checks that the rows of another program's catalogue are in its tiles. The other side is pruned by the tiles, so that a row
/// outside of them would lose its pairs.</summary>
internal static class TileRows
{
    // Programs round differently at the edge of a pixel.
    private const double ToleranceDeg = 0.01 / 3600;

    /// <summary>Checks the sorted positions.</summary>
    /// <exception cref="DatasetInvalidException">A row is in no tile.</exception>
    internal static void Require(string name, SortedPositions positions, IReadOnlyList<HealpixPixel> tiles)
    {
        HealpixRanges all = HealpixRanges.FromRanges(Healpix.MaxOrder, [.. tiles.Select(t => t.RangeAtOrder29)]);
        HealpixRange inside = default;
        for (int chunk = 0; chunk < positions.ChunkCount; chunk++)
        {
            ReadOnlySpan<long> pixels = positions.Healpix29(chunk)[..positions.RowsOf(chunk)];
            for (int row = 0; row < pixels.Length; row++)
            {
                long pixel = pixels[row];
                if (pixel >= inside.Start && pixel < inside.End)
                    continue;
                inside = RangeWith(all, pixel);
                if (pixel >= inside.Start && pixel < inside.End)
                    continue;
                (double raDeg, double decDeg) = (positions.RaDeg(chunk)[row], positions.DecDeg(chunk)[row]);
                if (Healpix.CoverConeInclusive(raDeg, decDeg, ToleranceDeg, Healpix.MaxOrder).Intersect(all).IsEmpty)
                    throw new DatasetInvalidException(name, string.Create(CultureInfo.InvariantCulture,
                        $"a row contradicts its tile: its position {raDeg:R}, {decDeg:R} is not in the pixel of the tile"),
                        "Run 'pile validate' for all findings");
            }
        }
    }

    // The range with a pixel; an empty range if no range has it.
    private static HealpixRange RangeWith(HealpixRanges all, long pixel)
    {
        ReadOnlySpan<HealpixRange> ranges = all.Ranges;
        int low = 0, high = ranges.Length;
        while (low < high)
            if (ranges[(low + high) / 2].End <= pixel)
                low = ((low + high) / 2) + 1;
            else
                high = (low + high) / 2;
        return low < ranges.Length && ranges[low].Start <= pixel ? ranges[low] : default;
    }
}
