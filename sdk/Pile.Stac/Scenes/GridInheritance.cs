using Pile.Earth;

namespace Pile.Stac;

/// <summary>Completes the grid of an asset that states a shape without a transform, or the reverse, with what its item states.</summary>
/// <remarks>In STAC, members of an asset replace those of the item one by one. But many items have the grid of one pixel size in their
/// properties and only the shape of another size in an asset: together they are a grid that no file has. Therefore, a shape and a transform
/// of different places of the document are taken together only if one of the two is stated in both, or their pixels end where the
/// <c>proj:bbox</c> or the footprint does.</remarks>
internal static class GridInheritance
{
    // Pixel sizes of one scene differ by a factor of 3/2 or more. Footprints are known to some pixels, and are a few percent off their box
    // in longitude and latitude.
    private const double LargestShareOfBox = 0.01, LargestShareOfFootprint = 0.1;

    private const int SamplesPerAxis = 9;

    /// <summary>Returns the grid of an asset.</summary>
    /// <param name="asset">The asset.</param>
    /// <param name="scene">The scene with the grid of the item.</param>
    /// <param name="footprintBboxDeg">West, south, east and north of the footprint in degrees.</param>
    /// <param name="coordinates">Transforms coordinates.</param>
    /// <param name="obstacle">Why the grid of the item is not used, as the end of "the document states"; null if it is used, or there is
    /// nothing to use.</param>
    internal static SceneGrid Complete(SceneAsset asset, Scene scene, ReadOnlySpan<double> footprintBboxDeg, ICrsCoordinates coordinates,
        out string? obstacle)
    {
        obstacle = null;
        SceneGrid own = asset.OwnGrid, item = scene.Grid;
        bool lacksShape = own.Rows is null && item.Rows is not null, lacksTransform = own.Transform.IsEmpty && !item.Transform.IsEmpty;
        if (own.HasNoPixels || (!lacksShape && !lacksTransform))
            return asset.Grid;
        SceneGrid whole = asset.Grid with
        {
            Transform = lacksTransform ? item.Transform : own.Transform,
            HasNineNumbers = lacksTransform ? item.HasNineNumbers : own.HasNineNumbers,
            Rows = lacksShape ? item.Rows : own.Rows,
            Columns = lacksShape ? item.Columns : own.Columns,
            Bbox = own.Bbox.IsEmpty ? item.Bbox : own.Bbox,
        };
        if (whole.Rows is null || whole.Transform.IsEmpty)
            return asset.Grid;
        bool isSame = (own.Rows is not null && own.Rows == item.Rows && own.Columns == item.Columns)
            || (!own.Transform.IsEmpty && own.Transform.AsSpan().SequenceEqual(item.Transform.AsSpan()));
        if (isSame || Agrees(whole, footprintBboxDeg, coordinates))
            return whole;
        string place = whole.Bbox.IsEmpty ? "the footprint" : "'proj:bbox'";
        obstacle = lacksTransform
            ? $"no transform for the shape of the asset, [{own.Rows}, {own.Columns}] (with that of the properties, its pixels do not end "
                + $"where {place} does, so that the two may be of different pixel sizes)"
            : $"no shape for the transform of the asset (with that of the properties, [{item.Rows}, {item.Columns}], its pixels do not end "
                + $"where {place} does, so that the two may be of different pixel sizes)";
        return asset.Grid;
    }

    private static bool Agrees(SceneGrid grid, ReadOnlySpan<double> footprintBboxDeg, ICrsCoordinates coordinates)
    {
        foreach (Affine reading in TransformReading.ReadingsOf(grid))
            if (reading.IsInvertible && (grid.Bbox is [double x0, double y0, double x1, double y1]
                ? EndsAt(TransformReading.BoxOf(reading, grid.Rows!.Value, grid.Columns!.Value),
                    (Math.Min(x0, x1), Math.Min(y0, y1), Math.Max(x0, x1), Math.Max(y0, y1)), LargestShareOfBox)
                : EndsAtFootprint(reading, grid, footprintBboxDeg, coordinates)))
                return true;
        return false;
    }

    private static bool EndsAtFootprint(Affine transform, SceneGrid grid, ReadOnlySpan<double> bboxDeg, ICrsCoordinates coordinates)
    {
        if (grid.Crs is null || bboxDeg.Length != 4)
            return false;
        Span<double> xs = stackalloc double[SamplesPerAxis * SamplesPerAxis], ys = stackalloc double[xs.Length];
        for (int i = 0; i < xs.Length; i++)
            (xs[i], ys[i]) = transform.Apply(i % SamplesPerAxis / (SamplesPerAxis - 1.0) * grid.Columns!.Value,
                i / SamplesPerAxis / (SamplesPerAxis - 1.0) * grid.Rows!.Value);
        coordinates.ToLonLat(grid.Crs, xs, ys);
        double east = bboxDeg[2] + (bboxDeg[2] < bboxDeg[0] ? 360 : 0), centre = (bboxDeg[0] + east) / 2;
        (double X0, double Y0, double X1, double Y1) box = (double.MaxValue, double.MaxValue, double.MinValue, double.MinValue);
        for (int i = 0; i < xs.Length; i++)
        {
            if (!double.IsFinite(xs[i]) || !double.IsFinite(ys[i]))
                return false;
            double lon = xs[i] - (360 * Math.Round((xs[i] - centre) / 360));
            box = (Math.Min(box.X0, lon), Math.Min(box.Y0, ys[i]), Math.Max(box.X1, lon), Math.Max(box.Y1, ys[i]));
        }
        return EndsAt(box, (bboxDeg[0], bboxDeg[1], east, bboxDeg[3]), LargestShareOfFootprint);
    }

    private static bool EndsAt((double X0, double Y0, double X1, double Y1) box, (double X0, double Y0, double X1, double Y1) other,
        double share)
    {
        double toleranceX = share * (other.X1 - other.X0), toleranceY = share * (other.Y1 - other.Y0);
        return Math.Abs(box.X0 - other.X0) <= toleranceX && Math.Abs(box.X1 - other.X1) <= toleranceX
            && Math.Abs(box.Y0 - other.Y0) <= toleranceY && Math.Abs(box.Y1 - other.Y1) <= toleranceY;
    }
}
