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
