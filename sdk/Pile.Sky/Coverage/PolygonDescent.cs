using System.Runtime.InteropServices;

namespace Pile.Sky;

/// <summary>Descends the quad-tree of pixels along the border of a polygon.
/// At each step, only the edges near the parent pixel are checked.</summary>
internal sealed class PolygonDescent(UnitVector[] corners, PolygonEdges edges, int targetOrder)
{
    // As in ConeRegion: the pixel of a point on the border must be included, however AngToPix rounds.
    private const double SlackRad = 4e-14;

    // With two levels, few pixels are included that are near the border without touching it.
    private const int RefinedOrders = 2;

    private readonly List<HealpixRange> ranges = [];

    internal HealpixRanges Cover()
    {
        int[] all = [.. Enumerable.Range(0, corners.Length)];
        for (int face = 0; face < Healpix.FaceCount; face++)
            Descend(FaceSquare.OfFace(face), 0, face, all);
        return HealpixRanges.FromSorted(targetOrder, CollectionsMarshal.AsSpan(ranges));
    }

    private void Descend(FaceSquare square, int order, long pixel, int[] near)
    {
        UnitVector centre = square.Centre.ToUnitVector();
        near = Near(centre, order, near);
        if (near.Length == 0)
        {
            if (edges.Contains(centre))
                Append(Healpix.RangeAtOrder(pixel, order, targetOrder));
        }
        else if (order < targetOrder)
            for (int child = 0; child < 4; child++)
                Descend(square.Child(child), order + 1, (pixel << 2) + child, near);
        else if (edges.Contains(centre) || MayTouch(square, order, order + RefinedOrders, near))
            Append(new HealpixRange(pixel, pixel + 1));
    }

    private bool MayTouch(FaceSquare square, int order, int finestOrder, int[] near)
    {
        for (int child = 0; child < 4; child++)
        {
            FaceSquare part = square.Child(child);
            UnitVector centre = part.Centre.ToUnitVector();
            if (edges.Contains(centre))
                return true;
            int[] nearer = Near(centre, order + 1, near);
            if (nearer.Length > 0 && (order + 1 == finestOrder || MayTouch(part, order + 1, finestOrder, nearer)))
                return true;
        }
        return false;
    }

    private int[] Near(UnitVector centre, int order, int[] candidates)
    {
        double reachRad = PixelRadius.MaxRad(order) + SlackRad;
        if (reachRad >= Math.PI / 2.0)
            return candidates;
        double chord2 = UnitVector.SquaredChord(reachRad), sine = Math.Sin(reachRad);
        return Array.FindAll(candidates, e => edges.IsWithin(e, centre, chord2, sine));
    }

    private void Append(HealpixRange range)
    {
        if (ranges.Count > 0 && ranges[^1].End == range.Start)
            ranges[^1] = new HealpixRange(ranges[^1].Start, range.End);
        else
            ranges.Add(range);
    }
}
