using System.Collections.Immutable;
using System.Globalization;
using Pile.Earth;

namespace Pile.Stac;

/// <summary>Transforms coordinates in place: xs are eastings or longitudes in degrees, ys northings or latitudes. A point that the CRS does
/// not reach becomes NaN or infinite.</summary>
internal interface ICrsCoordinates
{
    void ToLonLat(string crs, Span<double> xs, Span<double> ys);

    void FromLonLat(string crs, Span<double> xs, Span<double> ys);
}

/// <summary>Decides whether six numbers are in STAC's order (a, b, c, d, e, f) or in GDAL's (c, a, b, f, d, e).</summary>
/// <remarks>Both occur under the name <c>proj:transform</c>, and nothing in the document says which it is. The reading that places the
/// pixels where <c>proj:bbox</c> or the footprint says is taken. Near poles, in projections of large areas, and if a few pixels are
/// somewhere in a large footprint, pixels as long as the distance to the origin may fit, too. Such a reading does not count if the pixels
/// of the other one are much closer to squares.</remarks>
internal static class TransformReading
{
    private const int SamplesPerAxis = 9;

    // The corners of a global map or of a full disk are off the earth: a fifth of either. A wrong reading has one point on it, or a row.
    private const double LeastOnEarth = 0.25;

    // Most scenes have so much of their pixels in the box that nothing else is compared.
    private const double MostPixels = 0.5;

    private const double LargestRatio = 1e6, ClearElongationRatio = 10;

    // Pixels of global grids may have their centres at the poles; those of GCMs are up to some degrees high.
    private const double HighestPixelDeg = 5;

    // A wrong order makes pixels as long as the distance to the origin; real ones are at most some tens of times longer than wide.
    private const double MostElongated = 1000;

    /// <summary>Returns the transform of a grid.</summary>
    /// <param name="grid">The grid of an asset.</param>
    /// <param name="scene">The scene with the footprint.</param>
    /// <param name="footprintBboxDeg">West, south, east and north of the footprint in degrees; empty for the scene's own box.</param>
    /// <param name="coordinates">Transforms coordinates.</param>
    /// <param name="asset">The key of the asset, for messages; empty for the grid of the scene.</param>
    /// <param name="remedy">What to do if the transform is refused.</param>
    /// <returns>Null if the grid has no transform: the header of the file decides. Nine numbers are in STAC's order; they are compared with
    /// the footprint if the CRS is known.</returns>
    /// <exception cref="SceneInvalidException">Both readings fit, or neither; the message contains both.</exception>
    internal static Affine? Resolve(SceneGrid grid, Scene scene, ReadOnlySpan<double> footprintBboxDeg, ICrsCoordinates coordinates,
        string asset, string remedy)
    {
        Affine[] readings = ReadingsOf(grid);
        if (readings.Length == 0)
            return null;
        Affine stac = readings[0];
        if (footprintBboxDeg.IsEmpty)
            footprintBboxDeg = scene.BboxDeg.AsSpan();
        bool hasEvidence = HasBox(grid) || (footprintBboxDeg.Length == 4 && grid.Crs is not null);
        string evidence = HasBox(grid) ? $"'proj:bbox' ({TextOf(grid.Bbox)})" : $"the footprint ({Where(footprintBboxDeg)})";
        bool isStac = Fits(stac, grid, footprintBboxDeg, scene, asset, coordinates, out Place stacWhere);
        if (grid.HasNineNumbers)
            return isStac || !hasEvidence ? stac : throw RefusedBox(grid, [stac], scene, footprintBboxDeg, coordinates, asset, remedy)
                ?? Refused(scene, asset, remedy,
                    $"the transform {stac} places the pixels {stacWhere}, which is not where {evidence} is");
        Affine gdal = readings[1];
        bool isGdal = Fits(gdal, grid, footprintBboxDeg, scene, asset, coordinates, out Place gdalWhere);
        bool stacCounts = !IsDegenerate(stac, gdal), gdalCounts = !IsDegenerate(gdal, stac);
        (bool takesStac, bool takesGdal) = (isStac && stacCounts, isGdal && gdalCounts);
        if (takesStac != takesGdal)
            return takesStac ? stac : gdal;
        Affine[] counting = stacCounts && gdalCounts ? readings : stacCounts ? [stac] : [gdal];
        string orders = takesStac ? "in both orders" : "in no order";
        throw (takesStac ? null : RefusedBox(grid, counting, scene, footprintBboxDeg, coordinates, asset, remedy))
            ?? Refused(scene, asset, remedy, $"the six numbers fit {evidence} {orders}: STAC's order places the pixels {stacWhere}"
                + $"{FormOf(stac, isStac, stacCounts)}, GDAL's order {gdalWhere}{FormOf(gdal, isGdal, gdalCounts)}");

        static string FormOf(Affine reading, bool fits, bool counts) => fits && !counts
            ? string.Create(CultureInfo.InvariantCulture, $" (but as pixels that are {Elongation(reading):F0} times as long as wide)") : "";
    }

    /// <summary>Checks that the pixels of a file are where the document says.</summary>
    /// <param name="grid">The shape and CRS of the file, and the <c>proj:bbox</c> of the document if it has one.</param>
    /// <param name="own">The transform of the file.</param>
    /// <param name="scene">The scene with the footprint.</param>
    /// <param name="footprintBboxDeg">West, south, east and north of the footprint in degrees.</param>
    /// <param name="coordinates">Transforms coordinates.</param>
    /// <param name="asset">The key of the asset.</param>
    /// <exception cref="SceneInvalidException">They are elsewhere.</exception>
    internal static void RequireFileAt(SceneGrid grid, Affine own, Scene scene, ReadOnlySpan<double> footprintBboxDeg,
        ICrsCoordinates coordinates, string asset)
    {
        bool hasBox = HasBox(grid);
        bool isComparable = hasBox || (footprintBboxDeg.Length == 4 && grid.Crs is not null);
        if (Fits(own, grid, footprintBboxDeg, scene, asset, coordinates, out Place where) || !isComparable)
            return;
        (string field, string stated) = hasBox ? (scene.FieldOf(asset, "proj:bbox"), TextOf(grid.Bbox))
            : ("geometry", $"{Where(footprintBboxDeg)}");
        throw new SceneInvalidException(SceneProblem.InvalidValue, scene.Source, scene.Index, scene.Id, field,
            $"it is {stated}, but the transform in the file of the asset '{asset}', {own}, places the pixels {where}",
            "Correct the document, or leave the asset out ('assets.exclude')");
    }

    private static bool HasBox(SceneGrid grid) => grid is { Bbox: [_, _, _, _], Rows: not null, Columns: not null };

    private static string TextOf(ImmutableArray<double> box) => string.Create(CultureInfo.InvariantCulture,
        $"[{box[0]}, {box[1]}, {box[2]}, {box[3]}]");

    // If the transform agrees with the footprint, the box that contradicts both is wrong. Null for other transforms.
    private static SceneInvalidException? RefusedBox(SceneGrid grid, Affine[] readings, Scene scene, ReadOnlySpan<double> footprintBboxDeg,
        ICrsCoordinates coordinates, string asset, string remedy)
    {
        if (!HasBox(grid) || footprintBboxDeg.Length != 4 || grid.Crs is null)
            return null;
        SceneGrid withoutBox = grid with { Bbox = [] };
        foreach (Affine reading in readings)
            if (Fits(reading, withoutBox, footprintBboxDeg, scene, asset, coordinates, out _))
            {
                (double x0, double y0, double x1, double y1) = BoxOf(reading, grid.Rows!.Value, grid.Columns!.Value);
                return new SceneInvalidException(SceneProblem.InvalidValue, scene.Source, scene.Index, scene.Id,
                    scene.FieldOf(asset, "proj:bbox"), $"found {TextOf(grid.Bbox)}, but 'proj:transform' and 'proj:shape' give "
                        + $"{TextOf([x0, y0, x1, y1])}, where the footprint is, too", remedy);
            }
        return null;
    }

    // A wrong order takes an origin for the side of a pixel. As such pixels may be anywhere, where they are says nothing.
    private static bool IsDegenerate(Affine reading, Affine other) =>
        Elongation(other) <= MostElongated && Elongation(reading) > Elongation(other) * ClearElongationRatio;

    // 2 for squares, and about the ratio of the sides for long or oblique pixels.
    private static double Elongation(Affine t) => ((t.A * t.A) + (t.B * t.B) + (t.D * t.D) + (t.E * t.E)) / Math.Abs(t.Determinant);

    private static SceneInvalidException Refused(Scene scene, string asset, string remedy, string finding) =>
        new(SceneProblem.InvalidValue, scene.Source, scene.Index, scene.Id, scene.FieldOf(asset, "proj:transform"), finding, remedy);

    private static bool Fits(Affine transform, SceneGrid grid, ReadOnlySpan<double> bboxDeg, Scene scene, string asset,
        ICrsCoordinates coordinates, out Place where)
    {
        where = new("nowhere (it cannot be inverted)");
        if (!transform.IsInvertible)
            return false;
        if (grid.Bbox is [double x0, double y0, double x1, double y1] && grid is { Rows: { } rows, Columns: { } columns })
            // Writers of grids whose first row is the southern one swap south and north.
            return FitsBox(transform, rows, columns, (Math.Min(x0, x1), Math.Min(y0, y1), Math.Max(x0, x1), Math.Max(y0, y1)), out where);
        if (bboxDeg.Length != 4 || grid.Crs is null)
        {
            where = new("somewhere, but the document has no CRS or box to compare with");
            return false;
        }
        return FitsFootprint(transform, grid, bboxDeg, scene, asset, coordinates, out where)
            || (grid.Rows is null && ReachesFootprint(transform, grid.Crs, bboxDeg, coordinates));
    }

    // The box of a file is known to a fraction of a pixel; half its size is generous, and the other order is far away.
    private static bool FitsBox(Affine transform, long rows, long columns, (double X0, double Y0, double X1, double Y1) box,
        out Place where)
    {
        (double x0, double y0, double x1, double y1) = BoxOf(transform, rows, columns);
        where = new("at x {0:G10} to {2:G10}, y {1:G10} to {3:G10}", x0, y0, x1, y1);
        double toleranceX = (box.X1 - box.X0) / 2, toleranceY = (box.Y1 - box.Y0) / 2;
        return Math.Abs(x0 - box.X0) <= toleranceX && Math.Abs(x1 - box.X1) <= toleranceX
            && Math.Abs(y0 - box.Y0) <= toleranceY && Math.Abs(y1 - box.Y1) <= toleranceY;
    }

    /// <summary>Returns what the transform of a grid may be: its numbers in STAC's order, and if they are six, in GDAL's.</summary>
    internal static Affine[] ReadingsOf(SceneGrid grid) =>
        grid.Transform is not [double t0, double t1, double t2, double t3, double t4, double t5] ? []
        : grid.HasNineNumbers ? [new(t0, t1, t2, t3, t4, t5)] : [new(t0, t1, t2, t3, t4, t5), new(t1, t2, t0, t4, t5, t3)];

    /// <summary>Returns the box of pixels in their CRS.</summary>
    internal static (double X0, double Y0, double X1, double Y1) BoxOf(Affine transform, long rows, long columns)
    {
        (double x0, double y0, double x1, double y1) = (double.MaxValue, double.MaxValue, double.MinValue, double.MinValue);
        foreach ((long column, long row) in ((long, long)[])[(0, 0), (columns, 0), (0, rows), (columns, rows)])
        {
            (double x, double y) = transform.Apply(column, row);
            (x0, y0, x1, y1) = (Math.Min(x0, x), Math.Min(y0, y), Math.Max(x1, x), Math.Max(y1, y));
        }
        return (x0, y0, x1, y1);
    }

    private static bool FitsFootprint(Affine transform, SceneGrid grid, ReadOnlySpan<double> bboxDeg, Scene scene, string asset,
        ICrsCoordinates coordinates, out Place where)
    {
        // Without a shape only the corner is known; it is compared with a box that is three times as large.
        int samples = grid.Rows is null ? 1 : SamplesPerAxis;
        Span<double> xs = stackalloc double[samples * samples], ys = stackalloc double[samples * samples];
        for (int i = 0; i < samples * samples; i++)
        {
            double column = samples == 1 ? 0 : i % samples / (samples - 1.0) * grid.Columns!.Value;
            double row = samples == 1 ? 0 : i / samples / (samples - 1.0) * grid.Rows!.Value;
            (xs[i], ys[i]) = transform.Apply(column, row);
        }
        coordinates.ToLonLat(grid.Crs!, xs, ys);
        double width = bboxDeg[2] - bboxDeg[0] + (bboxDeg[2] < bboxDeg[0] ? 360 : 0), height = bboxDeg[3] - bboxDeg[1];
        double centre = bboxDeg[0] + width / 2, mostLatDeg = 90.0001 + (Math.Min(Math.Abs(transform.E), HighestPixelDeg) / 2);
        (double west, double south, double east, double north) = (double.MaxValue, double.MaxValue, double.MinValue, double.MinValue);
        int onEarth = 0, inBox = 0;
        for (int i = 0; i < xs.Length; i++)
        {
            if (!double.IsFinite(xs[i]) || !double.IsFinite(ys[i]))
                continue;
            if (Math.Abs(ys[i]) > mostLatDeg || Math.Abs(xs[i]) > 540)
            {
                onEarth = 0;
                break;
            }
            onEarth++;
            double lon = xs[i] - 360 * Math.Round((xs[i] - centre) / 360);
            double lat = Math.Clamp(ys[i], -90, 90);
            (west, south, east, north) = (Math.Min(west, lon), Math.Min(south, lat), Math.Max(east, lon), Math.Max(north, lat));
            if (Math.Abs(lon - centre) <= ((0.5 + FootprintCover.Tolerance) * width)
                && Math.Abs(lat - ((bboxDeg[1] + bboxDeg[3]) / 2)) <= ((0.5 + FootprintCover.Tolerance) * height))
                inBox++;
        }
        if (onEarth < LeastOnEarth * xs.Length)
        {
            where = new("outside of its CRS");
            return false;
        }
        where = Where([west, south, east, north]);
        double marginX = samples == 1 ? width : FootprintCover.Tolerance * width;
        double marginY = samples == 1 ? height : FootprintCover.Tolerance * height;
        bool overlaps = west <= centre + width / 2 + marginX && east >= centre - width / 2 - marginX
            && south <= bboxDeg[3] + marginY && north >= bboxDeg[1] - marginY;
        double ratio = (east - west) * (north - south) / (width * height);
        // A few pixels of a scene, or the scene of a small footprint, are of no such ratio, but their pixels have the form of pixels.
        bool isOfSize = ratio is > 1 / LargestRatio and < LargestRatio || Elongation(transform) <= MostElongated;
        return overlaps && (samples == 1 || (isOfSize
            && (inBox >= MostPixels * onEarth
                || FootprintCover.Allows(transform, grid, bboxDeg, scene, asset, coordinates))));
    }

    // A raster of unknown size may end anywhere to the right of its first corner and below it.
    private static bool ReachesFootprint(Affine transform, string crs, ReadOnlySpan<double> bboxDeg, ICrsCoordinates coordinates)
    {
        if (!(Elongation(transform) <= MostElongated))
            return false;
        const int Turns = 3; // longitudes of a grid may be from 0 to 360
        Span<double> xs = stackalloc double[SamplesPerAxis * SamplesPerAxis * Turns], ys = stackalloc double[xs.Length];
        double width = bboxDeg[2] - bboxDeg[0] + (bboxDeg[2] < bboxDeg[0] ? 360 : 0), height = bboxDeg[3] - bboxDeg[1];
        for (int i = 0; i < xs.Length; i++)
        {
            (int turn, int sample) = Math.DivRem(i, SamplesPerAxis * SamplesPerAxis);
            xs[i] = bboxDeg[0] + (sample % SamplesPerAxis / (SamplesPerAxis - 1.0) * width) + (360 * (turn - 1));
            ys[i] = bboxDeg[1] + (sample / SamplesPerAxis / (SamplesPerAxis - 1.0) * height);
        }
        coordinates.FromLonLat(crs, xs, ys);
        Affine inverse = transform.Inverse();
        for (int i = 0; i < xs.Length; i++)
        {
            (double column, double row) = inverse.Apply(xs[i], ys[i]);
            if (column >= 0 && row >= 0 && double.IsFinite(column) && double.IsFinite(row))
                return true;
        }
        return false;
    }

    private static Place Where(ReadOnlySpan<double> box) => box.Length != 4 ? new("unknown")
        : new("at longitude {0:F4} to {2:F4}, latitude {1:F4} to {3:F4}", box[0], box[1], box[2], box[3]);

    /// <summary>A box for messages, which few documents need.</summary>
    private readonly record struct Place(string Format, double X0 = 0, double Y0 = 0, double X1 = 0, double Y1 = 0)
    {
        public override string ToString() => string.Format(CultureInfo.InvariantCulture, Format, X0, Y0, X1, Y1);
    }
}
