using System.Runtime.InteropServices;

namespace Pile.Sky;

/// <summary>Descends the quad-tree of pixels along the border of a region and collects ranges of pixels in ascending order.</summary>
internal static class CoverageDescent
{
    // A pixel that possibly touches the border is checked up to this many orders finer: with three, about half as many pixels are included
    // needlessly as with two (healpy's default, fact=4).
    private const int RefinedOrders = 3;

    internal const int FinestOrder = Healpix.MaxOrder + RefinedOrders;

    internal static HealpixRanges Cover<TRegion>(TRegion region, int order) where TRegion : struct, ISkyRegion
    {
        Healpix.CheckOrder(order);
        List<HealpixRange> ranges = [];
        for (int face = 0; face < Healpix.FaceCount; face++)
            Descend(region, FaceSquare.OfFace(face), 0, face, order, ranges);
        return HealpixRanges.FromSorted(order, CollectionsMarshal.AsSpan(ranges));
    }

    private static void Descend<TRegion>(in TRegion region, FaceSquare square, int order, long pixel, int targetOrder,
        List<HealpixRange> ranges)
        where TRegion : struct, ISkyRegion
    {
        Overlap overlap = region.Compare(square, order);
        if (overlap == Overlap.Disjoint)
            return;
        if (overlap == Overlap.Inside)
            Append(ranges, Healpix.RangeAtOrder(pixel, order, targetOrder));
        else if (order < targetOrder)
            for (int child = 0; child < 4; child++)
                Descend(region, square.Child(child), order + 1, (pixel << 2) + child, targetOrder, ranges);
        else if (overlap == Overlap.Certain || MayTouch(region, square, order, order + RefinedOrders))
            Append(ranges, new HealpixRange(pixel, pixel + 1));
    }

    private static bool MayTouch<TRegion>(in TRegion region, FaceSquare square, int order, int finestOrder)
        where TRegion : struct, ISkyRegion
    {
        if (order == finestOrder)
            return true;
        for (int child = 0; child < 4; child++)
        {
            FaceSquare part = square.Child(child);
            Overlap overlap = region.Compare(part, order + 1);
            if (overlap is Overlap.Certain or Overlap.Inside
                || (overlap == Overlap.Possible && MayTouch(region, part, order + 1, finestOrder)))
                return true;
        }
        return false;
    }

    private static void Append(List<HealpixRange> ranges, HealpixRange range)
    {
        if (ranges.Count > 0 && ranges[^1].End == range.Start)
            ranges[^1] = new HealpixRange(ranges[^1].Start, range.End);
        else
            ranges.Add(range);
    }
}
