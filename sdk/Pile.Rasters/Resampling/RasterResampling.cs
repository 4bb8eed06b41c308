using Pile.Earth;

namespace Pile.Rasters;

/// <summary>The grid on which a raster is read, if it is not its own.</summary>
/// <param name="Method">How pixels are computed.</param>
/// <param name="Width">The width of the grid in pixels.</param>
/// <param name="Height">The height of the grid in pixels.</param>
/// <param name="Transform">The transform of the grid, in the coordinate reference system of the raster.</param>
internal sealed record RasterResampling(ResamplingMethod Method, int Width, int Height, Affine Transform)
{
    private const double Tolerance = 1e-6;

    // Lines are parallel if they diverge by less than this part of a pixel.
    private const double Parallel = 1e-3;

    /// <summary>Returns where the centres of the grid's pixels are in a raster.</summary>
    /// <param name="own">The transform of the raster, which can be inverted.</param>
    /// <param name="width">The width of the raster in pixels.</param>
    /// <param name="height">The height of the raster in pixels.</param>
    /// <returns>Null if rows of the grid are not parallel to rows of the raster.</returns>
    internal (AxisPositions Columns, AxisPositions Rows)? PositionsIn(Affine own, int width, int height)
    {
        (Affine t, double x, double y, double area) = (Transform, Transform.C - own.C, Transform.F - own.F, own.Determinant);
        if (own is { B: 0, D: 0 } && t is { B: 0, D: 0 })
            return (new(t.A / own.A, x / own.A, Width, width), new(t.E / own.E, y / own.E, Height, height));
        double columnPerRow = ((own.E * t.B) - (own.B * t.E)) / area, rowPerColumn = ((own.A * t.D) - (own.D * t.A)) / area;
        if (!(Math.Abs(columnPerRow * Height) < Parallel && Math.Abs(rowPerColumn * Width) < Parallel))
            return null;
        return (new(((own.E * t.A) - (own.B * t.D)) / area, ((own.E * x) - (own.B * y)) / area, Width, width),
            new(((own.A * t.E) - (own.D * t.B)) / area, ((own.A * y) - (own.D * x)) / area, Height, height));
    }

    /// <summary>Returns why a raster cannot be read on the grid; null if it can.</summary>
    /// <param name="own">The transform of the raster.</param>
    internal string? ObstacleOf(Affine own)
    {
        if (Width < 1 || Height < 1 || !own.IsInvertible || !Transform.IsInvertible)
            return "a transform cannot be inverted";
        if (own is not { B: 0, D: 0 } || Transform is not { B: 0, D: 0 })
            return "one of the grids is rotated";
        return Math.Abs(Transform.A) > Math.Abs(own.A) * (1 + Tolerance) || Math.Abs(Transform.E) > Math.Abs(own.E) * (1 + Tolerance)
            ? "its pixels are narrower or lower than those of the grid" : null;
    }
}
