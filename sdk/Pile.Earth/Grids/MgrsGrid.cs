namespace Pile.Earth;

/// <summary>The grid <c>{kind: mgrs}</c>: tiles are the 100 km squares of MGRS, with keys such as <c>20HNJ</c>.</summary>
/// <remarks>Tiles of Sentinel-2 are 109.8 km large and overlap, so a chip in the overlap keeps the key of its scene: see
/// <see cref="SentinelTile"/>.</remarks>
internal sealed class MgrsGrid : TileGrid
{
    internal override string KeyAt(string crs, double x, double y)
    {
        if (!UtmZone.TryFromCrs(crs, out UtmZone zone))
            throw new FormatException($"The system '{crs}' is not a UTM or polar zone on WGS84 (EPSG:32601 to 32661, 32701 to 32761), "
                + "which the grid mgrs needs.");
        try
        {
            return MgrsSquare.Of(zone, x, y).Name;
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new FormatException(e.Message.Split(" (Parameter ")[0], e);
        }
    }

    internal override bool IsKey(string key) => MgrsSquare.TryParse(key, out MgrsSquare square) && square.Name == key;

    /// <summary>Returns whether the key is that of the centre's square, or of the Sentinel-2 tile that contains the whole raster.</summary>
    internal override bool Matches(string key, string crs, Affine transform, int rows, int columns) =>
        base.Matches(key, crs, transform, rows, columns)
        || (IsKey(key) && UtmZone.TryFromCrs(crs, out UtmZone zone)
            && SentinelTile.MayContain(MgrsSquare.Parse(key), zone, transform, rows, columns));
}
