using System.Text.RegularExpressions;
using Pile.Format;
using Pile.Sky;
using Pile.Tables.Opening;

namespace Pile.Tables;

/// <summary>The names of position columns by frame, and the frame that follows from a column's name or UCD.</summary>
internal static partial class FrameWords
{
    private static readonly PositionWords GalacticLongitude = new("galactic longitude", ["pos.galactic.lon;meta.main"],
        ["glon", "gal_lon", "gal_l", "galactic_longitude", "l_ii", "lii", "l"], ["pos.galactic.lon", "POS_GAL_LON"]);

    private static readonly PositionWords GalacticLatitude = new("galactic latitude", ["pos.galactic.lat;meta.main"],
        ["glat", "gal_lat", "gal_b", "galactic_latitude", "b_ii", "bii", "b"], ["pos.galactic.lat", "POS_GAL_LAT"]);

    private static readonly PositionWords EclipticLongitude = new("ecliptic longitude", ["pos.ecliptic.lon;meta.main"],
        ["elon", "ecl_lon", "ecliptic_longitude", "lambda"], ["pos.ecliptic.lon", "POS_ECL_LON"]);

    private static readonly PositionWords EclipticLatitude = new("ecliptic latitude", ["pos.ecliptic.lat;meta.main"],
        ["elat", "ecl_lat", "ecliptic_latitude", "beta"], ["pos.ecliptic.lat", "POS_ECL_LAT"]);

    private static readonly string[] RaB1950 = ["RAB1950", "_RAB1950", "RA1950", "ra_b1950", "RA_1950", "_RA1950"];
    private static readonly string[] DecB1950 = ["DEB1950", "_DEB1950", "DE1950", "dec1950", "dec_b1950", "DEC_1950", "_DE1950"];

    // In a catalogue with both, the position of B1950 has one of these names, and the main one may have any name.
    private static readonly PositionWords OldRa = PositionWords.Ra with { MainUcds = [], Names = [.. RaB1950, .. PositionWords.Ra.Names] };
    private static readonly PositionWords OldDec = PositionWords.Dec with
    {
        MainUcds = [],
        Names = [.. DecB1950, .. PositionWords.Dec.Names]
    };
    private static readonly PositionWords AnyRa = PositionWords.Ra with { Names = [.. PositionWords.Ra.Names, .. RaB1950] };
    private static readonly PositionWords AnyDec = PositionWords.Dec with { Names = [.. PositionWords.Dec.Names, .. DecB1950] };

    /// <summary>Returns the names of longitude and latitude in a frame.</summary>
    internal static (PositionWords Longitude, PositionWords Latitude) Of(SkyFrame? frame) => frame?.System switch
    {
        CelestialSystem.Galactic => (GalacticLongitude, GalacticLatitude),
        CelestialSystem.Ecliptic => (EclipticLongitude, EclipticLatitude),
        CelestialSystem.Fk4 or CelestialSystem.Fk4NoE => (OldRa, OldDec),
        _ => (AnyRa, AnyDec),
    };

    /// <summary>Parses the frame in the options.</summary>
    /// <exception cref="ArgumentException">The frame is unknown; the exception's parameter is the options.</exception>
    internal static SkyFrame Parse(PositionOptions options) => SkyFrame.TryParse(options.Frame, out SkyFrame frame) ? frame
        : throw new ArgumentException(
            $"'{options.Frame}' is not a supported frame (PositionOptions.Frame): expected one of {SkyFrame.Words}.",
            nameof(options));

    /// <summary>Returns the frame of a column of longitudes or latitudes: what its UCD or name implies takes precedence over what the file
    /// declares for all its columns. A declared ecliptic frame remains: it states the equinox, and that it is not the mean
    /// ecliptic.</summary>
    /// <param name="column">The column.</param>
    /// <param name="declared">The frame that the file declares; null for none.</param>
    internal static string? Of(ColumnSchema column, string? declared) =>
        Implied(column) is not { } implied ? declared ?? ImpliedByName(column)
        : implied == SkyFrame.Ecliptic.ToString() && declared is not null && (declared.Contains("ECLIPTIC", StringComparison.Ordinal)
            || declared.StartsWith("ECL_", StringComparison.Ordinal)) ? declared : implied;

    /// <summary>Returns the frame that follows unambiguously from a column's UCD or name; null if none does.</summary>
    internal static string? Implied(ColumnSchema column)
    {
        string ucd = column.Ucd?.Replace(" ", "", StringComparison.Ordinal) ?? "";
        return ucd.StartsWith("pos.galactic.", StringComparison.OrdinalIgnoreCase)
            || ucd.StartsWith("POS_GAL_", StringComparison.OrdinalIgnoreCase) ? SkyFrame.Galactic.ToString()
            : ucd.StartsWith("pos.ecliptic.", StringComparison.OrdinalIgnoreCase)
                || ucd.StartsWith("POS_ECL_", StringComparison.OrdinalIgnoreCase) ? SkyFrame.Ecliptic.ToString()
            : IsNamedInSide(column, "glon", "gal_lon", "galactic_longitude", "glat", "gal_lat", "galactic_latitude")
                ? SkyFrame.Galactic.ToString()
            : null;
    }

    /// <summary>Returns whether a column has a name of a right ascension or declination of B1950.</summary>
    internal static bool IsNamedB1950(ColumnSchema column) => IsNamedInSide(column, RaB1950) || IsNamedInSide(column, DecB1950);

    /// <summary>Returns whether a column has a name or UCD of right ascension or declination.</summary>
    internal static bool IsEquatorial(ColumnSchema column) => Array.Exists([AnyRa, AnyDec], words => IsNamed(column, words.Names)
        || column.Ucd is { } ucd && Array.Exists([.. words.MainUcds, .. words.Ucds],
            w => w.Equals(ucd.Replace(" ", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)));

    /// <summary>Returns whether the name of a column has an old equinox (<c>RAB1950</c>), and a frame is of another one.</summary>
    internal static bool IsOfOtherEquinox(ColumnSchema column, string? frame) => SkyFrame.TryParse(frame, out SkyFrame declared)
        && SkyFrame.TryParse(ImpliedByName(column), out SkyFrame named) && named.System is CelestialSystem.Fk4
        && named.EquinoxYear != declared.EquinoxYear;

    /// <summary>Returns the frame that follows from a column's name if the file does not declare one.</summary>
    private static string? ImpliedByName(ColumnSchema column) => IsNamedB1950(column) ? SkyFrame.Fk4.ToString()
        : OldEquinox().Match(NameInSide(column)) is { Success: true } old
            ? Frames.Normalize("eq_FK4", $"B{old.Groups["year"].Value}")
        : IsNamedInSide(column, "elon", "ecl_lon", "ecliptic_longitude", "elat", "ecl_lat", "ecliptic_latitude")
            ? SkyFrame.Ecliptic.ToString()
        : null;

    // RA1900, DEB1875: the FK4 was used for equinoxes before 1984.
    [GeneratedRegex("^_?(RA|DEC?)_?B?(?<year>18[0-9]{2}|19[0-7][0-9])$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
        | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OldEquinox();

    private static bool IsNamed(ColumnSchema column, params string[] names) =>
        names.Contains(column.Name, StringComparer.OrdinalIgnoreCase);

    private static bool IsNamedInSide(ColumnSchema column, params string[] names) =>
        IsNamed(column, names) || names.Contains(NameInSide(column), StringComparer.OrdinalIgnoreCase);

    // A match names its columns a_NAME, b_NAME, and so on.
    private static string NameInSide(ColumnSchema column) => column.Name is [>= 'a' and <= 'z', '_', .. { Length: > 0 } own] ? own
        : column.Name;
}
