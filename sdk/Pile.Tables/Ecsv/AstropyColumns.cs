using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Tables.Opening;

namespace Pile.Tables.Ecsv;

/// <summary>What astropy states of the columns of SkyCoord, Time and TimeDelta objects (<c>__serialized_columns__</c>) in ECSV headers,
/// in the metadata of its Parquet files, and in comments of its FITS tables.</summary>
internal static partial class AstropyColumns
{
    private const string Key = "__serialized_columns__:", FitsBegin = "--BEGIN-ASTROPY-SERIALIZED-COLUMNS--",
        FitsEnd = "--END-ASTROPY-SERIALIZED-COLUMNS--";

    private const double JdOfJ2000 = 2_451_545, JdOfB1900 = 2_415_020.31352, DaysPerJulianYear = 365.25,
        DaysPerBesselianYear = 365.242198781;

    // astropy tags its own objects, and anchors repeated ones; neither affects the columns.
    [GeneratedRegex(@"(?<=[:\-,\[{]\s+)((!!?[\w./:-]+|&\w+)(\s+|$))+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex TagsAndAnchors();

    [GeneratedRegex(@"(?<=[:\-,\[{]\s+)\*\w+(?=\s|$|[,}\]])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Aliases();

    /// <summary>Removes the tags, anchors and aliases of a line of YAML.</summary>
    internal static string Plain(string line) => Aliases().Replace(TagsAndAnchors().Replace(line, ""), "null");

    /// <summary>Returns the comments in which astropy describes the columns of a FITS table, from the text of the header.</summary>
    internal static List<string> LinesOf(string fitsHeader)
    {
        List<string> lines = [];
        bool isWanted = false;
        for (int start = 0; start + 80 <= fitsHeader.Length; start += 80)
        {
            ReadOnlySpan<char> card = fitsHeader.AsSpan(start, 80);
            if (!card.StartsWith("COMMENT ", StringComparison.Ordinal))
                continue;
            string text = card[8..].TrimEnd().ToString();
            if (text is FitsBegin or FitsEnd)
                isWanted = text == FitsBegin;
            else if (isWanted && lines.Count > 0 && lines[^1].EndsWith('\\')) // a long line is continued
                lines[^1] = lines[^1][..^1] + text;
            else if (isWanted)
                lines.Add(text);
        }
        return lines;
    }

    /// <summary>Reads the lines of a header.</summary>
    /// <returns>The facts by the name of a column. Objects that are not understood have none.</returns>
    internal static FrozenDictionary<string, AstropyColumn> Of(IReadOnlyList<string> lines, string path)
    {
        try
        {
            return Of(SerializedOf(lines, path));
        }
        catch (DocumentInvalidException)
        {
            // Objects of other classes may have any YAML; the values of the columns do not depend on it.
            return FrozenDictionary<string, AstropyColumn>.Empty;
        }
    }

    /// <summary>Returns the facts by the name of a column, from the description of the objects.</summary>
    internal static FrozenDictionary<string, AstropyColumn> Of(YamlMap? serialized)
    {
        Dictionary<string, AstropyColumn> found = new(StringComparer.Ordinal);
        foreach ((YamlScalar name, YamlNode described) in serialized?.Entries ?? [])
            if (described is YamlMap map)
                Take(found, name.Text, map);
        return found.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Returns the description of the objects by their names; null if the lines have none.</summary>
    /// <exception cref="DocumentInvalidException">The description is not YAML, or not a mapping.</exception>
    internal static YamlMap? SerializedOf(IReadOnlyList<string> lines, string path)
    {
        for (int line = 0; line < lines.Count; line++)
            if (lines[line].TrimStart(' ', '-') == Key)
            {
                int indent = lines[line].IndexOf(Key, StringComparison.Ordinal);
                IEnumerable<string> block = lines.Skip(line + 1) // a text of several lines has empty ones
                    .TakeWhile(l => string.IsNullOrWhiteSpace(l) || l.Length - l.TrimStart().Length > indent);
                return YamlReader.Read(new string('\n', line + 1) + string.Join('\n', block.Select(Plain)), path).AsMap();
            }
        return null;
    }

    private static void Take(Dictionary<string, AstropyColumn> found, string name, YamlMap described)
    {
        string type = TextOf(described, "__class__") ?? "";
        if (type.EndsWith(".SkyCoord", StringComparison.Ordinal) && TextOf(described, "frame") is { } frame)
        {
            string normalized = Frames.Normalize(frame, EquinoxOf(described, frame)) ?? frame;
            foreach ((string component, string? ucd) in Components(frame))
                if (ColumnOf(described, component) is { } column)
                    found[column] = new AstropyColumn(normalized, ucd, null) { EpochYear = JulianYearOf(described, "obstime") };
            // Motions in other frames are not those of right ascension and declination in ICRS.
            foreach ((string component, string ucd) in frame is "icrs" or "fk5" ? Motions : [])
                if (ColumnOf(described, component) is { } column)
                    found[column] = new AstropyColumn(null, ucd, null);
        }
        else if (type.EndsWith(".Time", StringComparison.Ordinal) && TextOf(described, "scale")?.ToUpperInvariant() is { } scale
            && TimeWords.IsScale(scale) && ColumnOf(described, "value") is { } times && TextOf(described, "format") is { } formatName)
            found[times] = FormatOf(formatName) is { } format
                ? new AstropyColumn(null, null, new TimeAxis(format.Scale ?? scale, null, format.ZeroMjd), format.Unit)
                : TextFormats.Contains(formatName) ? new AstropyColumn(null, null, new TimeAxis(scale))
                : new AstropyColumn(null, null, null) { UnreadFormat = formatName };
        else if (type.EndsWith(".TimeDelta", StringComparison.Ordinal) && ColumnOf(described, "value") is { } durations
            && TextOf(described, "format") is "jd" or "sec")
            found[durations] = new AstropyColumn(null, null, null, TextOf(described, "format") is "jd" ? "d" : "s");
        else if (AstropyTime.In(name, described) is { IsDuration: true } days)
            found[days.First] = found[days.Second] = new AstropyColumn(null, null, null, "d");
        else if (AstropyTime.In(name, described) is { Axis: not null } dates)
            found[dates.First] = new AstropyColumn(null, null, null) { Dates = dates };
    }

    private static readonly (string Component, string Ucd)[] Motions = [("pm_ra_cosdec", "pos.pm;pos.eq.ra"),
        ("pm_dec", "pos.pm;pos.eq.dec"), ("radial_velocity", "phys.veloc;pos.heliocentric")];

    // Dates, days of years, and Julian and Besselian years as text, which TimeText reads.
    private static readonly string[] TextFormats = ["isot", "iso", "fits", "yday", "jyear_str", "byear_str", "datetime64"];

    /// <summary>Returns the meaning of numbers in a format of astropy.time: the MJD of 0, the unit, and the scale of formats that have one
    /// whatever the scale of the object is; null for texts, and for years of unequal length.</summary>
    private static (double ZeroMjd, string Unit, string? Scale)? FormatOf(string? format) => format switch
    {
        "mjd" => (0, "d", null),
        "jd" => (-TimeWords.JdOfMjdZero, "d", null),
        "unix" => (40_587, "s", "UTC"), // 1970-01-01, without leap seconds
        "unix_tai" => (40_587, "s", "TAI"),
        "cxcsec" => (50_814, "s", "TT"), // 1998-01-01
        "gps" => (44_244 + (19 / 86_400.0), "s", "TAI"), // 1980-01-06 00:00:19 TAI
        "jyear" => (JdOfJ2000 - TimeWords.JdOfMjdZero - (2000 * DaysPerJulianYear), "yr", null),
        _ => null,
    };

    private static (string Component, string? Ucd)[] Components(string frame) => frame switch
    {
        "galactic" => [("l", "pos.galactic.lon"), ("b", "pos.galactic.lat")],
        _ when frame.EndsWith("ecliptic", StringComparison.Ordinal) => [("lon", "pos.ecliptic.lon"), ("lat", "pos.ecliptic.lat")],
        "icrs" or "fk5" or "fk4" or "fk4noeterms" => [("ra", "pos.eq.ra"), ("dec", "pos.eq.dec")],
        _ => [("ra", null), ("dec", null), ("lon", null), ("lat", null), ("l", null), ("b", null)],
    };

    /// <summary>Returns the column that a component of an object is stored in: named by itself, or within an angle or a masked
    /// array.</summary>
    internal static string? ColumnOf(YamlMap described, string component) =>
        described.Find(component) is not YamlMap map ? null : TextOf(map, "name") ?? ColumnOf(map, "value") ?? ColumnOf(map, "data");

    // The Julian or Besselian year of an equinox (IAU SOFA epj and epb).
    private static string? EquinoxOf(YamlMap described, string frame) => DaysOf(described, "equinox") is not { } days ? null
        : Math.Round(frame.StartsWith("fk4", StringComparison.Ordinal)
            ? 1900 + ((days + JdOfJ2000 - JdOfB1900) / DaysPerBesselianYear) : 2000 + (days / DaysPerJulianYear), 6)
            .ToString(CultureInfo.InvariantCulture);

    private static double? JulianYearOf(YamlMap described, string key) =>
        DaysOf(described, key) is { } days ? Math.Round(2000 + (days / DaysPerJulianYear), 9) : null;

    // Days since J2000.0 of one time; null for a column of times.
    private static double? DaysOf(YamlMap described, string key) =>
        described.Find(key) is YamlMap time && TextOf(time, "jd1") is { } jd1 && TextOf(time, "jd2") is { } jd2
            && double.TryParse(jd1, NumberStyles.Float, CultureInfo.InvariantCulture, out double whole)
            && double.TryParse(jd2, NumberStyles.Float, CultureInfo.InvariantCulture, out double rest) ? whole - JdOfJ2000 + rest : null;

    /// <summary>Returns a text of a mapping; null if it has none.</summary>
    internal static string? TextOf(YamlMap map, string key) => map.Find(key) is YamlScalar { IsNull: false } text ? text.Text : null;
}
