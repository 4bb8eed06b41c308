using Pile.CrossMatch.Matching;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>Computes the part of the sky within reach of the rows of one side. Rows of the other side outside of it need not be
/// read.</summary>
internal static class SkyReach
{
    // Widening more pixels costs more than it saves.
    private const int MaxPixels = 4096;
    private const int FinestOrder = 12, FinerThanPixel = 2;

    // If more of the sky is occupied, the other side rarely has tiles elsewhere, and widening takes longer than reading them.
    private const double LargestPart = 0.5;

    /// <summary>Returns the pixels within a radius of pixels; null for the whole sky if the pixels cover half of it.</summary>
    internal static HealpixRanges? AroundPart(IReadOnlyCollection<HealpixPixel> pixels, double radiusArcsec)
    {
        double covered = 0;
        foreach (HealpixPixel pixel in pixels)
            covered += 1.0 / Healpix.PixelCount(pixel.Order);
        return covered >= LargestPart ? null : Around(pixels, radiusArcsec);
    }

    /// <summary>Returns a superset of the pixels within a radius of pixels.</summary>
    internal static HealpixRanges Around(IReadOnlyCollection<HealpixPixel> pixels, double radiusArcsec)
    {
        List<HealpixRange> reached = [];
        foreach (HealpixPixel pixel in pixels)
        {
            (double raDeg, double decDeg) = Healpix.PixToAng(pixel.Order, pixel.Pixel);
            double reachDeg = Math.Min((PixelRadius.MaxRad(pixel.Order) * 180 / Math.PI) + (radiusArcsec / 3600), 180);
            reached.AddRange(Healpix.CoverConeInclusive(raDeg, decDeg, reachDeg, Math.Min(pixel.Order + FinerThanPixel, Healpix.MaxOrder))
                .AtOrder29().Ranges);
        }
        return HealpixRanges.FromRanges(Healpix.MaxOrder, [.. reached]);
    }

    /// <summary>Returns a superset of the pixels within a radius of positions, or of the selected ones; null for the whole sky if they
    /// occupy half of it.</summary>
    internal static HealpixRanges? Around(SortedPositions positions, double radiusArcsec, RowSet? selected = null)
    {
        // Pixels must not be much smaller than the radius, because widening would dominate.
        int order = FinestOrder;
        while (order > 0 && PixelRadius.MaxRad(order) < radiusArcsec / 3600 * Math.PI / 180)
            order--;
        List<HealpixPixel> occupied = Occupied(positions, selected, ref order);
        return AroundPart(occupied, radiusArcsec);
    }

    private static List<HealpixPixel> Occupied(SortedPositions positions, RowSet? selected, ref int order)
    {
        List<HealpixPixel> occupied = [];
        long last = -1;
        for (int chunk = 0; chunk < positions.ChunkCount; chunk++)
        {
            int first = chunk << SortedPositions.ChunkShift, end = first + positions.RowsOf(chunk);
            if (selected is not null && !selected.Any(first, end))
                continue;
            ReadOnlySpan<long> healpix29 = positions.Healpix29(chunk);
            for (int row = selected?.Next(first, end) ?? first; row < end; row = selected?.Next(row, end) ?? row)
            {
                int shift = 2 * (Healpix.MaxOrder - order);
                long pixel = healpix29[row - first] >> shift;
                row = first + EndOf(healpix29, row - first, (pixel + 1) << shift);
                if (pixel == last)
                    continue;
                occupied.Add(new HealpixPixel(order, last = pixel));
                if (occupied.Count <= MaxPixels)
                    continue;
                // Too many pixels: continue with the next coarser order, also for the existing ones.
                int coarser = --order;
                occupied = [.. occupied.Select(p => p.Pixel >> 2).Distinct().Select(p => new HealpixPixel(coarser, p))];
                last = occupied[^1].Pixel;
            }
        }
        return occupied;
    }

    // The first row of another pixel: most pixels have few rows, or very many.
    private static int EndOf(ReadOnlySpan<long> healpix29, int row, long end)
    {
        int step = 1;
        while (row + step < healpix29.Length && healpix29[row + step] < end)
            (row, step) = (row + step, step * 2);
        int low = row + 1, high = Math.Min(row + step, healpix29.Length);
        while (low < high)
            if ((low + high) / 2 is var middle && healpix29[middle] < end)
                low = middle + 1;
            else
                high = middle;
        return low;
    }
}
