using Pile.Sky;

namespace Pile.Streaming;

/// <summary>Leaves out the rows of a split that are too close to a row of another part.</summary>
/// <remarks>Positions become points of the ellipsoid, and their distance is that of the chord, which is never longer than the geodesic:
/// rows that remain are at least the guard apart. The chord of 100 km is 1 m shorter, so that hardly a row more than necessary is left
/// out. Rows are sorted along HEALPix, and blocks of them are the leaves of a tree of boxes, of which those with rows of one part only
/// are not searched.</remarks>
internal sealed class SplitGuard
{
    /// <summary>The greatest guard in metres.</summary>
    internal const double WidestM = 5_000_000;

    private const int LeafRows = 16, Children = 8, NoPart = -1, SeveralParts = -2;

    // The ellipsoid of WGS 84, and the relative error of distances computed with float64.
    private const double EquatorialRadiusM = 6_378_137.0, Flattening = 1.0 / 298.257223563, Rounding = 1e-12;

    private readonly double[] x, y, z;
    private readonly int[] rows; // by HEALPix pixel
    private readonly int[] part;
    private readonly List<Box[]> levels = []; // from the leaves to the root

    private SplitGuard(int[] part, ReadOnlySpan<double> lonDeg, ReadOnlySpan<double> latDeg)
    {
        this.part = part;
        int count = part.Length;
        (x, y, z) = (new double[count], new double[count], new double[count]);
        long[] pixels = new long[count];
        rows = [.. Enumerable.Range(0, count)];
        const double SquaredEccentricity = Flattening * (2 - Flattening);
        for (int row = 0; row < count; row++)
        {
            (double sinLat, double cosLat) = Math.SinCos(double.DegreesToRadians(latDeg[row]));
            (double sinLon, double cosLon) = Math.SinCos(double.DegreesToRadians(lonDeg[row]));
            double radiusM = EquatorialRadiusM / Math.Sqrt(1 - (SquaredEccentricity * sinLat * sinLat));
            (x[row], y[row], z[row]) = (radiusM * cosLat * cosLon, radiusM * cosLat * sinLon, radiusM * (1 - SquaredEccentricity) * sinLat);
            pixels[row] = Healpix.AngToPix(Healpix.MaxOrder, lonDeg[row] < 0 ? lonDeg[row] + 360 : lonDeg[row], latDeg[row]);
        }
        Array.Sort(pixels, rows);
        Box[] level = [.. Enumerable.Range(0, (count + LeafRows - 1) / LeafRows).Select(BoxOfLeaf)];
        levels.Add(level);
        while (level.Length > 1)
            levels.Add(level = [.. level.Chunk(Children).Select(boxes => boxes.Aggregate(Box.Around))]);
    }

    /// <summary>Returns the parts of rows, negative for those that are in no part or nearer than the guard to a row of another
    /// part.</summary>
    /// <param name="part">The part of each row; negative for none.</param>
    /// <param name="lonDeg">Longitudes in degrees, WGS 84.</param>
    /// <param name="latDeg">Geodetic latitudes in degrees.</param>
    /// <param name="guardM">The least distance of rows of different parts, in metres.</param>
    internal static int[] Apply(int[] part, ReadOnlySpan<double> lonDeg, ReadOnlySpan<double> latDeg, double guardM) =>
        guardM > 0 && part.Length > 0 ? new SplitGuard(part, lonDeg, latDeg).Kept(guardM * guardM * (1 + Rounding)) : part;

    private int[] Kept(double squaredM)
    {
        int[] kept = [.. part];
        for (int leaf = 0; leaf < levels[0].Length; leaf++)
        {
            Box box = levels[0][leaf];
            if (box.Part == NoPart || (box.Part >= 0 && !IsNearOther(box, box.Part, levels.Count - 1, 0, squaredM)))
                continue;
            foreach (int row in RowsOf(leaf))
                if (part[row] >= 0 && IsNearOther(BoxOf(row), part[row], levels.Count - 1, 0, squaredM))
                    kept[row] = NoPart;
        }
        return kept;
    }

    /// <summary>Returns whether a node has a row of another part within the distance of a box.</summary>
    private bool IsNearOther(in Box box, int own, int level, int node, double squaredM)
    {
        ref readonly Box other = ref levels[level][node];
        if (other.Part == own || other.Part == NoPart || other.SquaredDistance(box) >= squaredM)
            return false;
        if (level > 0)
        {
            int end = Math.Min((node + 1) * Children, levels[level - 1].Length);
            for (int child = node * Children; child < end; child++)
                if (IsNearOther(box, own, level - 1, child, squaredM))
                    return true;
            return false;
        }
        foreach (int row in RowsOf(node))
            if (part[row] >= 0 && part[row] != own && BoxOf(row).SquaredDistance(box) < squaredM)
                return true;
        return false;
    }

    private ReadOnlySpan<int> RowsOf(int leaf) => rows.AsSpan(leaf * LeafRows, Math.Min(LeafRows, rows.Length - (leaf * LeafRows)));

    private Box BoxOf(int row) => new(x[row], x[row], y[row], y[row], z[row], z[row], part[row] >= 0 ? part[row] : NoPart);

    private Box BoxOfLeaf(int leaf)
    {
        ReadOnlySpan<int> own = RowsOf(leaf);
        Box box = BoxOf(own[0]);
        foreach (int row in own[1..])
            box = Box.Around(box, BoxOf(row));
        return box;
    }

    /// <summary>A box of points in metres, and the part of its rows.</summary>
    private readonly record struct Box(double MinX, double MaxX, double MinY, double MaxY, double MinZ, double MaxZ, int Part)
    {
        internal static Box Around(Box a, Box b) => new(Math.Min(a.MinX, b.MinX), Math.Max(a.MaxX, b.MaxX), Math.Min(a.MinY, b.MinY),
            Math.Max(a.MaxY, b.MaxY), Math.Min(a.MinZ, b.MinZ), Math.Max(a.MaxZ, b.MaxZ),
            a.Part == b.Part || b.Part == NoPart ? a.Part : a.Part == NoPart ? b.Part : SeveralParts);

        internal double SquaredDistance(in Box other)
        {
            double dx = Gap(MinX, MaxX, other.MinX, other.MaxX), dy = Gap(MinY, MaxY, other.MinY, other.MaxY),
                dz = Gap(MinZ, MaxZ, other.MinZ, other.MaxZ);
            return (dx * dx) + (dy * dy) + (dz * dz);
        }

        private static double Gap(double min, double max, double otherMin, double otherMax) =>
            Math.Max(0, Math.Max(min - otherMax, otherMin - max));
    }
}
