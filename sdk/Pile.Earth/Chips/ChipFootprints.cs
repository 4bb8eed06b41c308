using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Pile.Earth;

/// <summary>The footprints of the chips of one raster. The corners are transformed once for all chips; a chip allocates nothing unless it
/// crosses the antimeridian, touches a pole, or is of a raster whose chips are tens of degrees wide.</summary>
/// <remarks>Not thread-safe. A chip's footprint has its whole size, also where it is padded.</remarks>
internal sealed class ChipFootprints
{
    private const int HeaderBytes = 13, PositionBytes = 16, CloserPoints = 8;

    // Points of an edge that goes around the earth several times, up to a hundred, where a small global raster is padded to a large chip.
    private const int PointsAround = 256;

    // The longitude of the middle of an edge may differ by this from that between its ends.
    private const double MaxBendDeg = 45.0;

    // An edge whose middle is farther than this part of its length from a straight line has more points.
    private const double MaxBend = 0.005;

    // Wider edges may go around the earth the other way.
    private const double WidestEdgeDeg = 90.0;

    // A chip is wider than this part of its height.
    private const double LeastShape = 1e-9;

    // The corners of a raster of 2³¹ × 2³¹ pixels in chips of 256 would not fit into memory.
    private const long MaxPositions = 1L << 26;

    private readonly ChipGrid grid;
    private readonly CoordinateTransform toLonLat;
    private readonly int pointsPerEdge;

    // One point per edge: the lattice of all corners. More: the borders of one row of chips.
    private readonly double[] lon, lat;
    private readonly int[] columns, rows; // the pixels of the lattice's lines
    private readonly bool isBent, isWide;
    private int borderRow = -1;
    private ChipFootprints? straight; // for chips whose border does not project everywhere

    /// <summary>Transforms the corners of all chips.</summary>
    /// <param name="grid">The chips.</param>
    /// <param name="toLonLat">The transform of the raster's coordinates to longitude and latitude.</param>
    /// <param name="pointsPerEdge">The points of each edge, its first corner included: 1 for corners only.</param>
    internal ChipFootprints(ChipGrid grid, CoordinateTransform toLonLat, int pointsPerEdge = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pointsPerEdge, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pointsPerEdge, 1000);
        (this.grid, this.toLonLat, this.pointsPerEdge) = (grid, toLonLat, pointsPerEdge);
        if (Math.Max(grid.CountX, grid.CountY) > MaxPositions)
            throw TooMany(grid);
        (columns, rows) = (Lines(grid, grid.CountX, grid.Columns), Lines(grid, grid.CountY, grid.Rows));
        long count = pointsPerEdge == 1 ? (long)columns.Length * rows.Length : 4L * pointsPerEdge * grid.CountX;
        if (count > MaxPositions)
            throw TooMany(grid);
        (lon, lat) = (new double[count], new double[count]);
        if (pointsPerEdge > 1 || count == 0)
            return;
        for (int y = 0, i = 0; y < rows.Length; y++)
            for (int x = 0; x < columns.Length; x++, i++)
                (lon[i], lat[i]) = grid.Transform.Apply(columns[x], rows[y]);
        toLonLat(lon, lat);
        (isBent, isWide) = ShapeOfEdges();
    }

    /// <summary>Returns the footprints by the corners of chips, or with more points where meridians and parallels bend within a chip, as
    /// near a pole.</summary>
    /// <inheritdoc cref="ChipFootprints(ChipGrid, CoordinateTransform, int)" path="/param"/>
    internal static ChipFootprints Of(ChipGrid grid, CoordinateTransform toLonLat)
    {
        ChipFootprints byCorners = new(grid, toLonLat);
        return byCorners.isBent ? new(grid, toLonLat, CloserPoints) : byCorners;
    }

    /// <summary>Returns whether an edge of one of nine chips of the raster is bent, and whether one is so wide that the longitudes of its
    /// ends do not tell its direction. The edges of chips that do not project are not compared.</summary>
    private (bool IsBent, bool IsWide) ShapeOfEdges()
    {
        bool isFound = false;
        Span<double> xs = stackalloc double[8], ys = stackalloc double[8];
        foreach (int chipX in new[] { 0, grid.CountX / 2, grid.CountX - 1 })
            foreach (int chipY in new[] { 0, grid.CountY / 2, grid.CountY - 1 })
            {
                if (chipX < 0 || chipY < 0)
                    return (false, false); // no chips
                (double column, double row) = (grid.Start(chipX, grid.Columns), grid.Start(chipY, grid.Rows));
                for (int i = 0; i < xs.Length; i++)
                    (xs[i], ys[i]) = BorderPoint(column, row, i / 2, i % 2 * grid.SizePixels / 2.0);
                toLonLat(xs, ys);
                for (int edge = 0; edge < xs.Length; edge += 2)
                {
                    int end = (edge + 2) % xs.Length;
                    double dx = Math.IEEERemainder(xs[end] - xs[edge], 360.0), half = Math.IEEERemainder(xs[edge + 1] - xs[edge], 360.0);
                    if (Math.Abs(dx) > WidestEdgeDeg || Math.Abs(half) > WidestEdgeDeg)
                    {
                        isFound = true;
                        continue;
                    }
                    double scale = Math.Cos(ys[edge + 1] * Math.PI / 180.0), dy = ys[end] - ys[edge];
                    (dx, double bendX, double bendY) = (dx * scale, (half - (dx / 2)) * scale, ys[edge + 1] - ys[edge] - (dy / 2));
                    if (Math.Sqrt((bendX * bendX) + (bendY * bendY)) > MaxBend * Math.Sqrt((dx * dx) + (dy * dy)))
                        return (true, isFound);
                }
            }
        return (false, isFound);
    }

    /// <summary>The size of a buffer that the WKB of every chip fits into.</summary>
    internal int MaxWkbBytes => 256 + (3 * BytesOf(Math.Max(PointCount, 4 * CloserPoints)));

    private int PointCount => 4 * pointsPerEdge;

    /// <summary>The size of the WKB of a chip that does not cross the antimeridian.</summary>
    private int WkbBytes => BytesOf(PointCount);

    private static int BytesOf(int points) => HeaderBytes + (PositionBytes * (points + 1));

    /// <summary>Writes the footprint of a chip.</summary>
    /// <param name="chipX">The chip's number to the right.</param>
    /// <param name="chipY">The chip's number down.</param>
    /// <param name="wkb">Receives the WKB, in the stored form; at least <see cref="MaxWkbBytes"/> bytes.</param>
    /// <param name="wkbBytes">The number of bytes written.</param>
    /// <returns>False if a corner of the chip does not project, or the chip goes around the earth obliquely.</returns>
    /// <exception cref="FormatException">The corners are not those of a valid polygon.</exception>
    internal bool TryWrite(int chipX, int chipY, Span<byte> wkb, out int wkbBytes)
    {
        _ = grid.Window(chipX, chipY); // checks the numbers
        int count = PointCount;
        Span<double> ring = MemoryMarshal.Cast<byte, double>(wkb.Slice(HeaderBytes, PositionBytes * (count + 1)));
        if (pointsPerEdge == 1)
            CopyCorners(chipX, chipY, ring);
        else
            CopyBorder(chipX, chipY, ring);
        if (pointsPerEdge > 1 && ring[..(2 * count)].IndexOfAnyExceptInRange(double.MinValue, double.MaxValue) >= 0)
            return (straight ??= new ChipFootprints(grid, toLonLat)).TryWrite(chipX, chipY, wkb, out wkbBytes);
        wkbBytes = 0;
        double twiceArea = 0.0, south = double.MaxValue, north = double.MinValue;
        bool isSimple = !isWide;
        for (int i = 0; i < count; i++)
        {
            int next = 2 * ((i + 1) % count);
            (double x, double y, double dx) = (ring[2 * i], ring[(2 * i) + 1], ring[next] - ring[2 * i]);
            if (!double.IsFinite(x) || !double.IsFinite(y))
                return false;
            (south, north) = (Math.Min(south, y), Math.Max(north, y));
            isSimple &= Math.Abs(dx) <= PolarRing.HalfTurnDeg && Math.Abs(x) <= 180.0 && Math.Abs(y) < PolarRing.PoleLatDeg;
            twiceArea += dx * (ring[next + 1] + y - (2.0 * ring[1]));
        }
        isSimple &= Math.Abs(twiceArea) > LeastShape * (north - south) * (north - south); // both sides may be on the antimeridian
        if (!isSimple)
        {
            double[] outline = Outline(chipX, chipY, ring[..(2 * count)]);
            if (outline.Length == 0)
                return false;
            MoveToEarth(outline);
            Footprint footprint = Footprint.FromRing(outline);
            footprint.Wkb.Span.CopyTo(wkb);
            wkbBytes = footprint.Wkb.Length;
            return true;
        }
        if (twiceArea > 0.0) // clockwise: the other way round from the same corner
            for (int i = 1, k = count - 1; i < k; i++, k--)
                ((ring[2 * i], ring[2 * k]), (ring[(2 * i) + 1], ring[(2 * k) + 1])) =
                    ((ring[2 * k], ring[2 * i]), (ring[(2 * k) + 1], ring[(2 * i) + 1]));
        (ring[2 * count], ring[(2 * count) + 1]) = (ring[0], ring[1]);
        wkb[0] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(wkb[1..], 3);
        BinaryPrimitives.WriteInt32LittleEndian(wkb[5..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(wkb[9..], count + 1);
        wkbBytes = WkbBytes;
        return true;
    }

    private static ArgumentException TooMany(ChipGrid grid) =>
        new($"A raster of {grid.Rows} × {grid.Columns} pixels has {grid.Count} chips of {grid.SizePixels} pixels; use larger chips.");

    private void CopyCorners(int chipX, int chipY, Span<double> ring)
    {
        (int left, int right) = LinesOf(chipX, grid.CountX, columns.Length);
        (int top, int bottom) = LinesOf(chipY, grid.CountY, rows.Length);
        ReadOnlySpan<int> corners = [(top * columns.Length) + left, (bottom * columns.Length) + left, (bottom * columns.Length) + right,
            (top * columns.Length) + right];
        for (int i = 0; i < 4; i++)
            (ring[2 * i], ring[(2 * i) + 1]) = (lon[corners[i]], lat[corners[i]]);
    }

    /// <summary>Returns the outline of a chip that crosses the antimeridian, touches a pole, or is wider than half of the earth; empty if
    /// it goes around the earth, and is no box.</summary>
    private double[] Outline(int chipX, int chipY, Span<double> ring)
    {
        if (PolarRing.AroundEarth(BorderOf(chipX, chipY, PointsAround)) is { Length: > 0 } box)
            return box;
        if (pointsPerEdge > 1)
            return PolarRing.WithPole(ring);
        double[] closer = BorderOf(chipX, chipY, CloserPoints);
        bool bends = false;
        for (int i = 0; i < closer.Length; i += 2 * CloserPoints)
        {
            int middle = i + CloserPoints, end = (i + (2 * CloserPoints)) % closer.Length;
            if (PolarRing.IsPole(closer[i + 1]) || PolarRing.IsPole(closer[end + 1]))
                continue;
            double between = closer[i] + (Math.IEEERemainder(closer[end] - closer[i], 360.0) / 2);
            bends |= PolarRing.IsPole(closer[middle + 1])
                || Math.Abs(Math.IEEERemainder(closer[middle] - between, 360.0)) > MaxBendDeg;
        }
        double turn = PolarRing.TurnOf(closer); // NaN if a point does not project; then the corners, which do, are all there is
        bool isAllPole = PolarRing.IsPole(ring[1]) && PolarRing.IsPole(ring[3]) && PolarRing.IsPole(ring[5])
            && PolarRing.IsPole(ring[7]);
        if (!double.IsFinite(turn) || (!bends && !isAllPole))
            return PolarRing.WithPole(ring);
        return turn >= PolarRing.FullTurnsDeg ? [] : PolarRing.WithPole(closer); // to and fro around the earth: neither side is inside
    }

    private double[] BorderOf(int chipX, int chipY, int points)
    {
        (double column, double row) = (grid.Start(chipX, grid.Columns), grid.Start(chipY, grid.Rows));
        double[] xs = new double[4 * points], ys = new double[4 * points], border = new double[8 * points];
        for (int i = 0; i < xs.Length; i++)
            (xs[i], ys[i]) = BorderPoint(column, row, i / points, grid.SizePixels * (i % points) / (double)points);
        toLonLat(xs, ys);
        for (int i = 0; i < xs.Length; i++)
            (border[2 * i], border[(2 * i) + 1]) = (xs[i], ys[i]);
        return border;
    }

    /// <summary>Moves longitudes by whole turns if they are beyond those of a producer: the padding of a raster may have any.</summary>
    /// <remarks>Others are not moved, because rounding would make edges of half a turn longer.</remarks>
    private static void MoveToEarth(Span<double> outline)
    {
        (double west, double east) = (double.MaxValue, double.MinValue);
        for (int i = 0; i < outline.Length; i += 2)
            (west, east) = (Math.Min(west, outline[i]), Math.Max(east, outline[i]));
        if (west >= -PolygonRings.MaxLonDeg && east <= PolygonRings.MaxLonDeg)
            return;
        double turns = Math.Floor((west + 180.0) / 360.0);
        for (int i = 0; i < outline.Length; i += 2)
            outline[i] -= 360.0 * turns;
    }

    private void CopyBorder(int chipX, int chipY, Span<double> ring)
    {
        if (borderRow != chipY)
            TransformBorders(chipY);
        for (int i = 0, k = PointCount * chipX; i < PointCount; i++, k++)
            (ring[2 * i], ring[(2 * i) + 1]) = (lon[k], lat[k]);
    }

    private void TransformBorders(int chipY)
    {
        borderRow = -1;
        double size = grid.SizePixels, row = grid.Start(chipY, grid.Rows);
        for (int x = 0, k = 0; x < grid.CountX; x++)
        {
            double column = grid.Start(x, grid.Columns);
            for (int edge = 0; edge < 4; edge++)
                for (int i = 0; i < pointsPerEdge; i++, k++)
                    (lon[k], lat[k]) = BorderPoint(column, row, edge, size * i / pointsPerEdge);
        }
        toLonLat(lon, lat);
        borderRow = chipY;
    }

    // Down the left side, right, up, and back.
    private (double X, double Y) BorderPoint(double column, double row, int edge, double along) => edge switch
    {
        0 => grid.Transform.Apply(column, row + along),
        1 => grid.Transform.Apply(column + along, row + grid.SizePixels),
        2 => grid.Transform.Apply(column + grid.SizePixels, row + grid.SizePixels - along),
        _ => grid.Transform.Apply(column + grid.SizePixels - along, row),
    };

    /// <summary>Returns the pixels of the lattice's lines: the start of each chip and the end of the last. Where the last chip overlaps its
    /// neighbour, the neighbour's end is one more.</summary>
    private static int[] Lines(ChipGrid grid, int chips, int length)
    {
        if (chips == 0)
            return [];
        List<int> lines = [.. Enumerable.Range(0, chips).Select(i => grid.Start(i, length))];
        if (grid.Edge is ChipEdge.Overlap && chips > 1)
            lines.Add(checked((chips - 1) * grid.SizePixels));
        lines.Add(checked(grid.Start(chips - 1, length) + grid.SizePixels));
        return [.. lines];
    }

    /// <summary>Returns the lines at which a chip starts and ends.</summary>
    private (int Start, int End) LinesOf(int chip, int chips, int lines) =>
        (chip, chip == chips - 1 ? lines - 1 : grid.Edge is ChipEdge.Overlap && chip == chips - 2 ? lines - 2 : chip + 1);
}
