using System.Globalization;

namespace Pile.Earth;

/// <summary>The grid <c>{kind: utm, tile_m, resolution_m}</c>: squares of each UTM zone from its origin, with keys such as
/// <c>32720_61_629</c>: the EPSG code, and easting and northing in tiles.</summary>
internal sealed class UtmGrid : TileGrid
{
    /// <summary>Creates a grid.</summary>
    /// <param name="tileM">The side of a tile in metres.</param>
    /// <param name="resolutionM">The side of a pixel in metres.</param>
    /// <exception cref="ArgumentException">A tile is not a whole number of pixels.</exception>
    internal UtmGrid(double tileM, double resolutionM)
    {
        if (!(tileM > 0.0 && resolutionM > 0.0 && double.IsFinite(tileM))
            || Math.Abs(Math.IEEERemainder(tileM, resolutionM)) > 1e-9 * resolutionM)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"tile_m must be a positive multiple of resolution_m; they are {tileM:R} and {resolutionM:R}."));
        (TileM, ResolutionM) = (tileM, resolutionM);
    }

    internal double TileM { get; }

    internal double ResolutionM { get; }

    internal override string KeyAt(string crs, double x, double y)
    {
        if (!UtmZone.TryFromCrs(crs, out UtmZone zone))
            throw new FormatException($"The system '{crs}' is not a UTM or polar zone on WGS84 (EPSG:32601 to 32661, 32701 to 32761), "
                + "which the grid utm needs.");
        return KeyOf(zone, x, y);
    }

    /// <summary>Returns the key of the tile that contains a position.</summary>
    /// <exception cref="FormatException">The position is not in the zone.</exception>
    internal string KeyOf(UtmZone zone, double eastingM, double northingM)
    {
        // No northing exceeds 10,000 km but polar ones, and no easting 4,000 km.
        if (!(Math.Abs(eastingM) <= 2e7) || !(Math.Abs(northingM) <= 2e7))
            throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                $"Easting {eastingM:R}, northing {northingM:R} are outside EPSG:{zone.EpsgCode}."));
        return $"{zone.EpsgCode}_{(long)Math.Floor(eastingM / TileM)}_{(long)Math.Floor(northingM / TileM)}";
    }

    internal override bool IsKey(string key) => TryParse(key, out _, out _, out _);

    /// <summary>Returns the zone of a tile, and its western and southern side in metres.</summary>
    /// <exception cref="FormatException">There is no such tile.</exception>
    internal (UtmZone Zone, double WestM, double SouthM) Corner(string key) =>
        TryParse(key, out UtmZone zone, out long column, out long row) ? (zone, column * TileM, row * TileM)
            : throw new FormatException($"'{key}' is not the key of a tile of the grid utm; expected EPSG code, column and row as in "
                + "32720_61_629.");

    private static bool TryParse(string key, out UtmZone zone, out long column, out long row)
    {
        (zone, column, row) = (default, 0, 0);
        return key.Split('_') is [string code, string x, string y] && GridNumber.TryParse(code, out long epsg) && epsg is > 0 and < 100_000
            && UtmZone.TryFromEpsg((int)epsg, out zone) && GridNumber.TryParse(x, out column) && GridNumber.TryParse(y, out row);
    }
}
