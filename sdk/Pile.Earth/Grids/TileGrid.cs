namespace Pile.Earth;

/// <summary>A grid of tiles that shards are keyed by.</summary>
internal abstract class TileGrid
{
    /// <summary>Returns the key of the tile that contains the centre of a raster or chip.</summary>
    /// <param name="crs">The authority code of the raster's coordinate reference system, for example <c>EPSG:32720</c>.</param>
    /// <param name="transform">Its transform.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <exception cref="FormatException">The raster is not in a system of the grid, or outside it.</exception>
    internal string KeyOf(string crs, Affine transform, int rows, int columns)
    {
        (double x, double y) = CentreOf(transform, rows, columns);
        return KeyAt(crs, x, y);
    }

    /// <summary>Returns the key of the tile that contains a position.</summary>
    /// <param name="crs">The authority code of its coordinate reference system.</param>
    /// <param name="x">Its x in that system.</param>
    /// <param name="y">Its y in that system.</param>
    /// <exception cref="FormatException">The position is not in a system of the grid, or outside it.</exception>
    internal abstract string KeyAt(string crs, double x, double y);

    /// <summary>Returns whether a key is that of a tile of this grid, in its canonical form.</summary>
    internal abstract bool IsKey(string key);

    /// <summary>Returns whether a key can be that of a raster or chip: the rule of finding G004.</summary>
    /// <returns>False if they contradict each other, or the key is malformed.</returns>
    internal virtual bool Matches(string key, string crs, Affine transform, int rows, int columns)
    {
        try
        {
            return KeyOf(crs, transform, rows, columns) == key;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Returns the coordinates of the middle of a raster.</summary>
    internal static (double X, double Y) CentreOf(Affine transform, int rows, int columns)
    {
        (double x, double y) = transform.Apply(0.5 * columns, 0.5 * rows);
        return double.IsFinite(x) && double.IsFinite(y) ? (x, y) : throw new FormatException($"The transform {transform} is not finite.");
    }
}
