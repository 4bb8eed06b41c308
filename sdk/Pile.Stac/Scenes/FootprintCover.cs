using Pile.Earth;

namespace Pile.Stac;

/// <summary>How much of a footprint is in the area of the pixels of its assets.</summary>
/// <remarks>A footprint is often a small part of the pixels: the valid ones at the edge of a swath. Pixels are often a small part of a
/// footprint: a file of a mosaic. Coarse outlines, such as the four corners of a tile at the edge of a map, have little in common with
/// the pixels. Therefore a transform is only refused if almost nothing of either area is in the other one.</remarks>
internal sealed class FootprintCover
{
    // A wrong sign places the pixels beside the footprint, where the two have an edge in common.
    private const double LeastPart = 0.1, Most = 0.5, MostVertices = 0.75;

    // Edges that are straight in longitude and latitude are not in the CRS: by 1 % of 110 km at 80° of latitude.
    internal const double Tolerance = 0.02;

    private const int SamplesPerAxis = 9, Turns = 3, BoundaryPoints = 256;

    private readonly double[] lons, lats;
    private readonly ICrsCoordinates coordinates;

    private FootprintCover(double[] lons, double[] lats, ICrsCoordinates coordinates) =>
        (this.lons, this.lats, this.coordinates) = (lons, lats, coordinates);

    /// <summary>Returns whether a transform may be right though most of the pixels are outside of the footprint's box.</summary>
    /// <param name="transform">The transform.</param>
    /// <param name="grid">Its CRS and shape.</param>
    /// <param name="bboxDeg">West, south, east and north of the footprint in degrees.</param>
    /// <param name="scene">The scene with the geometry, which is only read if the box does not decide, and with the other assets.</param>
    /// <param name="asset">The key of the asset.</param>
    /// <param name="coordinates">Transforms coordinates.</param>
    internal static bool Allows(Affine transform, SceneGrid grid, ReadOnlySpan<double> bboxDeg, Scene scene, string asset,
        ICrsCoordinates coordinates)
    {
        if (OfBox(bboxDeg, coordinates).PartIn(transform, grid) >= LeastPart
            || OfPixels(transform, grid, coordinates).PartIn(bboxDeg) >= LeastPart)
            return true;
        Footprint footprint = SceneFootprint.Of(scene, coordinates.ToLonLat);
        FootprintCover boundary = OfBoundary(footprint, coordinates);
        return boundary.PartIn(transform, grid) >= Most || boundary.PartIn(transform, grid, -Tolerance) >= LeastPart
            || OfVertices(footprint, coordinates).PartIn(transform, grid) >= MostVertices
            || boundary.IsOfPieces(transform, grid, scene, asset);
    }

    private static FootprintCover OfBox(ReadOnlySpan<double> bboxDeg, ICrsCoordinates coordinates)
    {
        double[] lonDeg = new double[SamplesPerAxis * SamplesPerAxis], latDeg = new double[lonDeg.Length];
        double width = bboxDeg[2] - bboxDeg[0] + (bboxDeg[2] < bboxDeg[0] ? 360 : 0), height = bboxDeg[3] - bboxDeg[1];
        for (int i = 0; i < lonDeg.Length; i++)
        {
            lonDeg[i] = bboxDeg[0] + (((i % SamplesPerAxis) + 0.5) / SamplesPerAxis * width);
            latDeg[i] = bboxDeg[1] + (((i / SamplesPerAxis) + 0.5) / SamplesPerAxis * height);
        }
        return new(lonDeg, latDeg, coordinates);
    }

    // The centres of parts of the raster that are on the earth: beyond the outline of a map, such as a sinusoidal one, there are
    // longitudes whose place in the CRS is another one.
    private static FootprintCover OfPixels(Affine transform, SceneGrid grid, ICrsCoordinates coordinates)
    {
        double[] lonDeg = new double[SamplesPerAxis * SamplesPerAxis], latDeg = new double[lonDeg.Length];
        (double Column, double Row)[] pixels = new (double, double)[lonDeg.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (((i % SamplesPerAxis) + 0.5) / SamplesPerAxis * grid.Columns!.Value,
                ((i / SamplesPerAxis) + 0.5) / SamplesPerAxis * grid.Rows!.Value);
            (lonDeg[i], latDeg[i]) = transform.Apply(pixels[i].Column, pixels[i].Row);
        }
        coordinates.ToLonLat(grid.Crs!, lonDeg, latDeg);
        bool[] isOnEarth = new bool[pixels.Length];
        FootprintCover all = new(lonDeg, latDeg, coordinates);
        all.ForEachPixel(transform, grid, (i, column, row) => isOnEarth[i] |=
            Math.Abs(column - pixels[i].Column) <= Tolerance * grid.Columns!.Value
            && Math.Abs(row - pixels[i].Row) <= Tolerance * grid.Rows!.Value);
        return new([.. lonDeg.Where((_, i) => isOnEarth[i])], [.. latDeg.Where((_, i) => isOnEarth[i])], coordinates);
    }

    // Edges of a few vertices may be far from those of the pixels, near a pole or across the antimeridian. Where a ring is cut there, it
    // has more vertices than the document.
    private static FootprintCover OfVertices(Footprint footprint, ICrsCoordinates coordinates)
    {
        List<double> lonDeg = [], latDeg = [];
        foreach (NetTopologySuite.Geometries.Polygon part in footprint.Parts)
            foreach (NetTopologySuite.Geometries.Coordinate vertex in part.ExteriorRing.Coordinates[1..])
                if (Math.Abs(vertex.X) < 180 && Math.Abs(vertex.Y) < 90)
                {
                    lonDeg.Add(vertex.X);
                    latDeg.Add(vertex.Y);
                }
        return new([.. lonDeg], [.. latDeg], coordinates);
    }

    // Points of the boundary and not of the area: a strip may be narrower than any raster of samples in its box.
    private static FootprintCover OfBoundary(Footprint footprint, ICrsCoordinates coordinates)
    {
        List<double> lonDeg = [], latDeg = [];
        double length = 0;
        foreach (NetTopologySuite.Geometries.Polygon part in footprint.Parts)
            length += part.ExteriorRing.Length;
        foreach (NetTopologySuite.Geometries.Polygon part in footprint.Parts)
        {
            NetTopologySuite.Geometries.Coordinate[] ring = part.ExteriorRing.Coordinates;
            for (int i = 0; i + 1 < ring.Length; i++)
            {
                int points = (int)Math.Ceiling(ring[i].Distance(ring[i + 1]) / length * BoundaryPoints);
                for (int k = 0; k < points; k++)
                {
                    lonDeg.Add(ring[i].X + ((k + 0.5) / points * (ring[i + 1].X - ring[i].X)));
                    latDeg.Add(ring[i].Y + ((k + 0.5) / points * (ring[i + 1].Y - ring[i].Y)));
                }
            }
        }
        return new([.. lonDeg], [.. latDeg], coordinates);
    }

    private double PartIn(ReadOnlySpan<double> bboxDeg)
    {
        double width = bboxDeg[2] - bboxDeg[0] + (bboxDeg[2] < bboxDeg[0] ? 360 : 0), centre = bboxDeg[0] + (width / 2);
        int inside = 0;
        for (int i = 0; i < lons.Length; i++)
            if (Math.Abs(Math.IEEERemainder(lons[i] - centre, 360)) <= width / 2 && lats[i] >= bboxDeg[1] && lats[i] <= bboxDeg[3])
                inside++;
        return lons.Length == 0 ? 0 : (double)inside / lons.Length;
    }

    private double PartIn(Affine transform, SceneGrid grid, double margin = Tolerance)
    {
        bool[] isIn = new bool[lons.Length];
        int count = Mark(transform, grid, isIn, margin);
        return count == 0 ? 0 : (double)isIn.Count(inside => inside) / count;
    }

    /// <summary>Returns whether the assets are pieces of the footprint: no other one has most of it, and they have some of it together, or
    /// the place of one is only in its file.</summary>
    private bool IsOfPieces(Affine transform, SceneGrid grid, Scene scene, string asset)
    {
        bool[] together = new bool[lons.Length];
        int count = Mark(transform, grid, together, -Tolerance);
        bool isUnknown = false;
        foreach (SceneAsset other in scene.Assets)
        {
            if (other.Key == asset || !IsRaster(other))
                continue;
            Affine[] readings = ReadingsOf(other.Grid);
            isUnknown |= readings.Length == 0;
            if (other.Grid.Transform.AsSpan().SequenceEqual(grid.Transform.AsSpan()))
                continue;
            foreach (Affine reading in readings)
                if (reading.IsInvertible)
                {
                    if (PartIn(reading, other.Grid) >= Most)
                        return false;
                    Mark(reading, other.Grid, together, -Tolerance);
                }
        }
        return isUnknown || together.Count(inside => inside) >= LeastPart * count;
    }

    // The order of six numbers is not known; a wrong order places the pixels far away.
    private static Affine[] ReadingsOf(SceneGrid grid) => grid is { Crs: not null, Rows: not null, Columns: not null }
        && grid.Transform is [var t0, var t1, var t2, var t3, var t4, var t5]
        ? [new(t0, t1, t2, t3, t4, t5), new(t1, t2, t0, t4, t5, t3)] : [];

    private static bool IsRaster(SceneAsset asset) => ((string[])["tif", "hdf", "netcdf"]).Any(word => asset.Type is { } type
        ? type.Contains(word, StringComparison.OrdinalIgnoreCase) : asset.Href.Contains('.' + word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Marks the points that are in the area of pixels, and returns the number of points that the CRS reaches.</summary>
    private int Mark(Affine transform, SceneGrid grid, bool[] isIn, double margin = Tolerance)
    {
        bool[] isReached = new bool[lons.Length];
        ForEachPixel(transform, grid, (i, column, row) =>
        {
            isReached[i] = true;
            isIn[i] |= IsBelow(column, grid.Columns!.Value) && IsBelow(row, grid.Rows!.Value);
        });
        return isReached.Count(reached => reached);

        bool IsBelow(double pixel, long pixels) => pixel >= -margin * pixels && pixel <= (1 + margin) * pixels;
    }

    private void ForEachPixel(Affine transform, SceneGrid grid, Action<int, double, double> action)
    {
        Affine inverse = transform.Inverse();
        for (int turn = 0; turn < Turns; turn++) // longitudes of a grid may be from 0 to 360
        {
            double offset = 360 * (turn - 1);
            double[] xs = [.. lons.Select(lon => lon + offset)], ys = [.. lats];
            coordinates.FromLonLat(grid.Crs!, xs, ys);
            for (int i = 0; i < xs.Length; i++)
            {
                (double column, double row) = inverse.Apply(xs[i], ys[i]);
                if (double.IsFinite(column) && double.IsFinite(row))
                    action(i, column, row);
            }
        }
    }
}
