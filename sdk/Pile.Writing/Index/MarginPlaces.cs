using System.Collections.Immutable;
using Pile.Sky;

namespace Pile.Writing.Index;

/// <summary>Divides the whole sky into the tiles of the index and, between them, the coarsest pixels without rows; and finds which of these
/// places are near a row.</summary>
/// <remarks>It never misses a place within the threshold, but may return one that is a quarter of it farther away. Rows deep inside their
/// tile are skipped in runs, by cones around the pixels that contain them: only rows near the edge are tested one by one.</remarks>
internal sealed class MarginPlaces
{
    /// <summary>The orders, relative to that of a tile and in steps, of the pixels whose rows are tested together.</summary>
    private const int FirstStep = 2, NextStep = 2;

    private readonly ImmutableArray<HealpixPixel> places;
    private readonly long[] starts;
    private readonly double thresholdDeg;
    private readonly int finestRunOrder, coverOrder;
    private readonly long[] lastPixel = new long[Healpix.MaxOrder + 1];
    private readonly bool[] lastIsInside = new bool[Healpix.MaxOrder + 1];

    /// <summary>Divides the sky.</summary>
    /// <param name="tiles">The tiles, in NESTED order.</param>
    /// <param name="thresholdArcsec">The distance from another tile within which a row belongs to that tile's margin.</param>
    internal MarginPlaces(IReadOnlyList<IndexTile> tiles, double thresholdArcsec)
    {
        thresholdDeg = thresholdArcsec / 3600;
        HealpixPixel[] pixels = [.. tiles.Select(tile => new HealpixPixel(tile.Order, tile.Pixel))];
        ImmutableArray<HealpixPixel>.Builder all = ImmutableArray.CreateBuilder<HealpixPixel>();
        int next = 0;
        for (int face = 0; face < 12; face++)
            Divide(new HealpixPixel(0, face), pixels, ref next, all);
        places = all.ToImmutable();
        starts = [.. places.Select(place => place.RangeAtOrder29.Start)];
        int sizeOrder = OrderOfSize(thresholdDeg);
        finestRunOrder = Math.Min(sizeOrder, Healpix.MaxOrder - 1);
        coverOrder = Math.Clamp(sizeOrder + 3, 0, Healpix.MaxOrder);
        Array.Fill(lastPixel, -1);
    }

    /// <summary>All places, in NESTED order.</summary>
    internal ImmutableArray<HealpixPixel> Places => places;

    /// <summary>Finds the places near a row, except its own.</summary>
    /// <param name="healpix29">The row's pixel at order 29.</param>
    /// <param name="raDeg">Its right ascension: ICRS degrees.</param>
    /// <param name="decDeg">Its declination: ICRS degrees.</param>
    /// <param name="found">Receives the numbers of the places, ascending.</param>
    internal void Near(long healpix29, double raDeg, double decDeg, List<int> found)
    {
        found.Clear();
        int own = PlaceOf(healpix29);
        for (int order = places[own].Order + FirstStep; order <= finestRunOrder; order += NextStep)
            if (IsInside(own, order, healpix29 >> (2 * (Healpix.MaxOrder - order))))
                return;
        foreach (HealpixRange range in Healpix.CoverConeInclusive(raDeg, decDeg, thresholdDeg, coverOrder).AtOrder29().Ranges)
            for (int place = PlaceOf(range.Start); place < starts.Length && starts[place] < range.End; place++)
                if (place != own && (found.Count == 0 || found[^1] != place))
                    found.Add(place);
    }

    /// <summary>Returns whether all points within the threshold of a pixel are inside the place. The last result at each order is cached,
    /// because rows are sorted.</summary>
    private bool IsInside(int place, int order, long pixel)
    {
        if (lastPixel[order] == pixel)
            return lastIsInside[order];
        (double raDeg, double decDeg) = Healpix.PixToAng(order, pixel);
        double radiusDeg = thresholdDeg + (PixelRadius.MaxRad(order) * (180 / Math.PI));
        HealpixRange own = places[place].RangeAtOrder29;
        ReadOnlySpan<HealpixRange> cover =
            Healpix.CoverConeInclusive(raDeg, decDeg, radiusDeg, Math.Min(order + 1, Healpix.MaxOrder)).AtOrder29().Ranges;
        bool isInside = cover.Length > 0 && cover[0].Start >= own.Start && cover[^1].End <= own.End;
        (lastPixel[order], lastIsInside[order]) = (pixel, isInside);
        return isInside;
    }

    private int PlaceOf(long healpix29) => Array.BinarySearch(starts, healpix29) is var at && at >= 0 ? at : ~at - 1;

    private static void Divide(HealpixPixel pixel, HealpixPixel[] tiles, ref int next, ImmutableArray<HealpixPixel>.Builder all)
    {
        bool isTile = next < tiles.Length && tiles[next] == pixel;
        if (isTile || next == tiles.Length || !pixel.Contains(tiles[next]))
        {
            all.Add(pixel);
            next += isTile ? 1 : 0;
            return;
        }
        foreach (HealpixPixel child in pixel.Children)
            Divide(child, tiles, ref next, all);
    }

    /// <summary>Returns the finest order whose pixels are at least about as large as an angle.</summary>
    private static int OrderOfSize(double angleDeg)
    {
        double faceDeg = Math.Sqrt(Math.PI / 3) * (180 / Math.PI); // the square root of a twelfth of the sphere
        return Math.Clamp((int)Math.Floor(Math.Log2(faceDeg / angleDeg)), 0, Healpix.MaxOrder);
    }
}
