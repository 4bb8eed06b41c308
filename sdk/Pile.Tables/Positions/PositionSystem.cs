using Pile.Format;
using Pile.Sky;

namespace Pile.Tables;

/// <summary>Checks that the longitude and the latitude of a position are of one system.</summary>
/// <remarks>A right ascension of one equinox with a declination of another is a position nowhere in the catalogue: it is off by as much as
/// precession, half a degree from 1950 to 2000.</remarks>
internal static class PositionSystem
{
    /// <summary>Returns whether the names and UCDs of two columns allow them to be one position.</summary>
    internal static bool IsPossible(ColumnSchema lon, ColumnSchema lat) => IsOne(lon, lat, null, null);

    /// <summary>Requires that the columns of a position are of one system.</summary>
    /// <param name="table">The table, which may declare the systems.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="options">The caller's options. A frame is a statement about both columns: it precedes what the file declares and, if
    /// both columns are named too, what their names imply.</param>
    /// <exception cref="ArgumentException">The columns are of different systems.</exception>
    internal static void Require(ITableReader table, PositionColumns columns, PositionOptions options)
    {
        (ColumnSchema lon, ColumnSchema lat) = (columns.Ra, columns.Dec);
        if (options is { Frame: not null, RaColumn: not null, DecColumn: not null })
            return;
        (string? lonFrame, string? latFrame) = options.Frame is { } stated ? (stated, stated)
            : (table.FrameOf(lon.Name), table.FrameOf(lat.Name));
        if (!IsOne(lon, lat, lonFrame, latFrame))
            throw new ArgumentException(
                (AreNamedDifferently(lon, lat)
                    ? $"columns '{lon.Name}' ({NamedSystem(lon)} by its name) and '{lat.Name}' ({NamedSystem(lat)} by its name)"
                    : $"columns '{lon.Name}' ({Words(lon, lonFrame)}) and '{lat.Name}' ({Words(lat, latFrame)})")
                + " are not in the same system, so they are not one position. Name two columns of one system with PositionOptions.RaColumn "
                + "and PositionOptions.DecColumn; if these are of one system, also state it with PositionOptions.Frame.");
    }

    private static bool IsOne(ColumnSchema lon, ColumnSchema lat, string? lonDeclared, string? latDeclared)
    {
        string? lonFrame = FrameWords.Of(lon, lonDeclared), latFrame = FrameWords.Of(lat, latDeclared);
        if (lonFrame is not null && latFrame is not null && !AreEqual(lonFrame, latFrame))
            return false;
        if (AreNamedDifferently(lon, lat))
            return false;
        // A name without a year is that of the main position, unless the file declares that it is FK4.
        (bool isOldLon, bool isOldLat) = (FrameWords.IsNamedB1950(lon), FrameWords.IsNamedB1950(lat));
        if (isOldLon != isOldLat && (IsNamedJ2000(isOldLon ? lat : lon) || !IsFk4(isOldLon ? latFrame : lonFrame)))
            return false;
        // Without a frame, longitudes are read as right ascensions in ICRS, and so are latitudes with them.
        return latFrame is null ? !(IsSpherical(lonFrame) && FrameWords.IsEquatorial(lat))
            : lonFrame is not null || AreEqual(latFrame, SkyFrame.Icrs.ToString());
    }

    private static bool IsNamedJ2000(ColumnSchema column) => NamedSystem(column) is not null;

    /// <summary>Returns the system in the name of a column: in catalogues with both, RA_ICRS is mostly at another epoch than RAJ2000.
    /// </summary>
    private static string? NamedSystem(ColumnSchema column) =>
        column.Name.Contains("icrs", StringComparison.OrdinalIgnoreCase) ? "ICRS"
            : column.Name.Contains("2000", StringComparison.Ordinal) ? "J2000" : null;

    private static bool AreNamedDifferently(ColumnSchema lon, ColumnSchema lat) =>
        NamedSystem(lon) is { } ofLon && NamedSystem(lat) is { } ofLat && ofLon != ofLat;

    private static bool IsSpherical(string? frame) => SkyFrame.TryParse(frame, out SkyFrame parsed) && !parsed.IsEquatorial;

    private static bool IsFk4(string? frame) =>
        SkyFrame.TryParse(frame, out SkyFrame parsed) && parsed.System is CelestialSystem.Fk4 or CelestialSystem.Fk4NoE;

    private static bool AreEqual(string first, string second) =>
        SkyFrame.TryParse(first, out SkyFrame a) && SkyFrame.TryParse(second, out SkyFrame b) ? a == b
            : first.Equals(second, StringComparison.OrdinalIgnoreCase);

    private static string Words(ColumnSchema column, string? declared) =>
        FrameWords.Of(column, declared) ?? "no declared system, so that of the main position, ICRS";
}
