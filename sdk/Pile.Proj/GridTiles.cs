using System.Collections.Concurrent;
using System.Globalization;
using Pile.Earth;
using Pile.Format;

namespace Pile.Proj;

/// <summary>The tiles of the grid that a manifest or recipe states, for positions in any coordinate reference system.
/// Thread-safe.</summary>
/// <remarks>PROJ is called only for positions in another system than those of the grid; longitudes and latitudes become UTM without
/// it.</remarks>
/// <param name="grid">The grid.</param>
internal sealed class GridTiles(EarthGrid grid) : IDisposable
{
    /// <summary>Two programs that project a position differ by less, relative to its coordinates.</summary>
    private const double Tolerance = 1e-9;

    private readonly ConcurrentDictionary<string, Lazy<CrsTransform>> transforms = new(StringComparer.Ordinal);

    /// <summary>The grid.</summary>
    internal EarthGrid Grid => grid;

    /// <summary>The grid without systems to project from.</summary>
    internal TileGrid Tiles { get; } = grid.Kind switch
    {
        EarthGrid.Mgrs => new MgrsGrid(),
        EarthGrid.Utm => new UtmGrid(grid.TileM, grid.ResolutionM),
        _ => new GridSpec(grid.Crs!, grid.OriginX, grid.OriginY, grid.ResolutionX, grid.ResolutionY, grid.TileRows, grid.TileColumns),
    };

    /// <summary>Returns the key of the tile that contains a position.</summary>
    /// <param name="crs">The system of the position: an authority code or WKT 2; null for WGS 84 longitude and latitude in
    /// degrees.</param>
    /// <param name="x">Its x, or longitude.</param>
    /// <param name="y">Its y, or latitude.</param>
    /// <exception cref="FormatException">The position is on no tile.</exception>
    /// <exception cref="CrsInvalidException">PROJ does not know a system, or cannot relate two.</exception>
    internal string KeyOf(string? crs, double x, double y)
    {
        if (grid.Kind == EarthGrid.Spec)
        {
            if (!IsSame(crs ?? CrsTransform.LonLat, grid.Crs!))
                (x, y) = Projected(crs ?? CrsTransform.LonLat, grid.Crs!, x, y);
            return Tiles.KeyAt(grid.Crs!, x, y);
        }
        if (crs is not null && UtmZone.TryFromCrs(crs, out _))
            return Tiles.KeyAt(crs, x, y);
        if (crs is not null)
            (x, y) = Projected(crs, CrsTransform.LonLat, x, y);
        try
        {
            if (Tiles is not UtmGrid utm)
                return MgrsSquare.Of(x, y).Name;
            UtmZone zone = UtmZone.Of(x, y);
            (double eastingM, double northingM) = Utm.Project(zone, x, y);
            return utm.KeyOf(zone, eastingM, northingM);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new FormatException(ArgumentText.Of(e), e);
        }
    }

    /// <summary>Returns whether a key can be that of a row with a centre: the rule of finding G004.</summary>
    /// <param name="key">The key.</param>
    /// <param name="crs">The system of the centre; null for longitude and latitude.</param>
    /// <param name="x">Its x, or longitude.</param>
    /// <param name="y">Its y, or latitude.</param>
    /// <returns>False if the position is on another tile, or on none, or the key is malformed.</returns>
    /// <exception cref="CrsInvalidException">PROJ does not know a system, or cannot relate two.</exception>
    internal bool Matches(string key, string? crs, double x, double y)
    {
        if (!Tiles.IsKey(key))
            return false;
        if (IsKeyOf(key, crs, x, y) || (grid.Kind == EarthGrid.Mgrs && IsInSentinelTile(MgrsSquare.Parse(key), crs, x, y)))
            return true;
        (double dx, double dy) = (Tolerance * Math.Max(1, Math.Abs(x)), Tolerance * Math.Max(1, Math.Abs(y)));
        return IsKeyOf(key, crs, x - dx, y - dy) || IsKeyOf(key, crs, x - dx, y + dy) || IsKeyOf(key, crs, x + dx, y - dy)
            || IsKeyOf(key, crs, x + dx, y + dy);
    }

    /// <summary>Returns whether the tile of Sentinel-2 that has the name of a square contains a position.</summary>
    internal bool IsInSentinelTile(MgrsSquare square, string? crs, double x, double y)
    {
        UtmZone zone = square.Zone;
        if (crs is null || !UtmZone.TryFromCrs(crs, out zone))
        {
            if (crs is not null)
                (x, y) = Projected(crs, CrsTransform.LonLat, x, y);
            if (!(Math.Abs(y) <= 90))
                return false;
            zone = square.Zone;
            // The projection of a zone is meaningless far from its meridian.
            if (!zone.IsPolar && Math.Abs(Math.IEEERemainder(x - zone.CentralMeridianDeg, 360)) > 30)
                return false;
            (x, y) = Utm.Project(zone, x, y);
        }
        return !zone.IsPolar && SentinelTile.Contains(square, zone, x, y);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Lazy<CrsTransform> transform in transforms.Values)
            if (transform.IsValueCreated)
                transform.Value.Dispose();
    }

    // Geographic coordinates are longitude first in this program, whatever the authority's order.
    private static bool IsSame(string from, string to) => string.Equals(from, to, StringComparison.OrdinalIgnoreCase)
        || (IsLonLat(from) && IsLonLat(to));

    private static bool IsLonLat(string crs) => crs.Equals(CrsTransform.LonLat, StringComparison.OrdinalIgnoreCase)
        || crs.Equals("OGC:CRS84", StringComparison.OrdinalIgnoreCase);

    private bool IsKeyOf(string key, string? crs, double x, double y)
    {
        try
        {
            return KeyOf(crs, x, y) == key;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private (double X, double Y) Projected(string from, string to, double x, double y)
    {
        CrsTransform transform = transforms.GetOrAdd(from, name => new(() => CrsTransform.Create(Crs.Parse(name), Crs.Parse(to)))).Value;
        (double givenX, double givenY) = (x, y);
        return transform.Forward(new Span<double>(ref x), new Span<double>(ref y)) == 0 ? (x, y)
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                $"The position ({givenX:R}, {givenY:R}) in '{from}' does not project to '{to}'."));
    }
}
