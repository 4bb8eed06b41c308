using System.Globalization;
using System.Text.RegularExpressions;

namespace Pile.Earth;

/// <summary>A square of 100 km of the Military Grid Reference System, for example <c>20HNJ</c>; near the poles, of UPS, for example
/// <c>ZAH</c>.</summary>
/// <param name="Name">Two digits of the zone, the letter of the latitude band, and those of the column and row; near the poles, three
/// letters.</param>
/// <param name="Zone">The zone.</param>
/// <param name="EastingM">The easting of its western side, a multiple of 100 km.</param>
/// <param name="NorthingM">The northing of its southern side, a multiple of 100 km.</param>
/// <remarks>Source: NGA.STND.0037, Universal Grids and Grid Reference Systems (2014), chapter 3.</remarks>
internal readonly partial record struct MgrsSquare(string Name, UtmZone Zone, double EastingM, double NorthingM)
{
    /// <summary>The length of a side in metres.</summary>
    internal const double SizeM = 100_000.0;

    private const string Bands = "CDEFGHJKLMNPQRSTUVWX", RowLetters = "ABCDEFGHJKLMNPQRSTUV";
    private const int RowCount = 20, EquatorRow = 100, FirstNorthBand = 10;

    // UPS: by hemisphere (south, north) and side (west, east); columns from 800 km (south) or 1300 km (north), or 2000 km in the east.
    private const int PolarMiddle = 20, PolarFirstSouth = 8, PolarFirstNorth = 13;
    private const string PolarBands = "ABYZ";

    private static readonly string[] ColumnLetters = ["ABCDEFGH", "JKLMNPQR", "STUVWXYZ"];
    private static readonly string[] PolarColumns = ["JKLPQRSTUXYZ", "ABCFGHJKLPQR", "RSTUXYZ", "ABCFGHJ"];
    private static readonly string[] PolarRows = ["ABCDEFGHJKLMNPQRSTUVWXYZ", "ABCDEFGHJKLMNP"];

    /// <summary>Returns the square that contains a position.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The position is not on the earth.</exception>
    internal static MgrsSquare Of(double lonDeg, double latDeg)
    {
        UtmZone zone = UtmZone.Of(lonDeg, latDeg);
        (double eastingM, double northingM) = Utm.Project(zone, lonDeg, latDeg);
        return zone.IsPolar ? Polar(zone, eastingM, northingM) : Of(zone, eastingM, northingM, BandOf(latDeg));
    }

    /// <summary>Returns the square that contains a position given in a zone. The zone is kept, also where MGRS uses another one.</summary>
    /// <remarks>Northings beyond the equator are those of the other hemisphere: Landsat scenes have negative northings south of it, in the
    /// northern zone.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The position is outside the letters of MGRS: eastings from 100 to 900 km, latitudes
    /// from -80 to 84.</exception>
    internal static MgrsSquare Of(UtmZone zone, double eastingM, double northingM)
    {
        if (zone.IsPolar)
            return Polar(zone, eastingM, northingM);
        if (zone.IsNorth && northingM < 0)
            (zone, northingM) = (zone with { IsNorth = false }, northingM + (EquatorRow * SizeM));
        else if (!zone.IsNorth && northingM >= EquatorRow * SizeM)
            (zone, northingM) = (zone with { IsNorth = true }, northingM - (EquatorRow * SizeM));
        if (!(eastingM is >= SizeM and < 9 * SizeM) || !(northingM is >= 0 and <= EquatorRow * SizeM))
            throw Outside(zone, eastingM, northingM);
        (_, double latDeg) = Utm.Unproject(zone, eastingM, northingM);
        return latDeg is >= -80.0 - 1e-9 and < 84.0 + 1e-9 ? Of(zone, eastingM, northingM, BandOf(latDeg))
            : throw Outside(zone, eastingM, northingM);
    }

    /// <summary>Reads a name; the first digit of the zone may be missing.</summary>
    /// <exception cref="FormatException">There is no such square.</exception>
    internal static MgrsSquare Parse(string name) =>
        TryParse(name, out MgrsSquare square) ? square
            : throw new FormatException($"'{(name.Length <= 40 ? name : name[..40] + "…")}' is not the name of a 100 km square of MGRS; "
                + "expected zone, latitude band, column and row as in 20HNJ, or three letters near a pole.");

    /// <summary>Reads a name, if there is such a square.</summary>
    internal static bool TryParse(string name, out MgrsSquare square)
    {
        square = default;
        if (PolarName().IsMatch(name))
            return TryParsePolar(name, out square);
        if (name.Length is < 4 or > 5 || !UtmName().IsMatch(name))
            return false;
        int number = int.Parse(name.AsSpan(0, name.Length - 3)), band = Bands.IndexOf(name[^3], StringComparison.Ordinal);
        if (number is < 1 or > 60)
            return false;
        int column = ColumnLetters[(number - 1) % 3].IndexOf(name[^2], StringComparison.Ordinal) + 1;
        int row = RowLetters.IndexOf(name[^1], StringComparison.Ordinal);
        if (column == 0 || row < 0 || band < 0)
            return false;
        UtmZone zone = new(number, band >= FirstNorthBand);
        row = (row + RowCount - FirstRow(number)) % RowCount;
        for (; row < EquatorRow; row += RowCount) // rows repeat every 2000 km; a band is 900 km high
            if (HasPartIn(zone, column, row, band))
            {
                square = new MgrsSquare($"{number:00}{name[^3..]}", zone, column * SizeM, row * SizeM);
                return true;
            }
        return false;
    }

    private static MgrsSquare Of(UtmZone zone, double eastingM, double northingM, int band)
    {
        int column = (int)Math.Floor(eastingM / SizeM), row = (int)Math.Floor(northingM / SizeM);
        if (!zone.IsNorth && row == EquatorRow) // on the equator, or above it by rounding
            row--;
        if (column is < 1 or > 8)
            throw Outside(zone, eastingM, northingM);
        band = zone.IsNorth ? Math.Max(band, FirstNorthBand) : Math.Min(band, FirstNorthBand - 1); // a latitude may be rounded to 0
        string name = $"{zone.Number:00}{Bands[band]}{ColumnLetters[(zone.Number - 1) % 3][column - 1]}"
            + RowLetters[(row + FirstRow(zone.Number)) % RowCount];
        return new MgrsSquare(name, zone, column * SizeM, row * SizeM);
    }

    private static MgrsSquare Polar(UtmZone zone, double eastingM, double northingM)
    {
        int first = zone.IsNorth ? PolarFirstNorth : PolarFirstSouth;
        int column = (int)Math.Floor(eastingM / SizeM), row = (int)Math.Floor(northingM / SizeM);
        bool isEast = column >= PolarMiddle;
        int kind = (zone.IsNorth ? 2 : 0) + (isEast ? 1 : 0);
        int letter = column - (isEast ? PolarMiddle : first);
        if (letter < 0 || letter >= PolarColumns[kind].Length || row < first || row - first >= PolarRows[kind / 2].Length)
            throw Outside(zone, eastingM, northingM);
        return new MgrsSquare($"{PolarBands[kind]}{PolarColumns[kind][letter]}{PolarRows[kind / 2][row - first]}", zone,
            column * SizeM, row * SizeM);
    }

    private static bool TryParsePolar(string name, out MgrsSquare square)
    {
        int kind = PolarBands.IndexOf(name[0], StringComparison.Ordinal), first = kind >= 2 ? PolarFirstNorth : PolarFirstSouth;
        int column = PolarColumns[kind].IndexOf(name[1], StringComparison.Ordinal);
        int row = PolarRows[kind / 2].IndexOf(name[2], StringComparison.Ordinal);
        square = new MgrsSquare(name, new UtmZone(0, kind >= 2), (column + (kind % 2 == 1 ? PolarMiddle : first)) * SizeM,
            (row + first) * SizeM);
        return column >= 0 && row >= 0;
    }

    /// <summary>Returns whether a part of a square is in a latitude band.</summary>
    private static bool HasPartIn(UtmZone zone, int column, int row, int band)
    {
        // On a line of constant northing, the latitude is farthest from the equator at the central meridian, 500 km.
        double near = column < 5 ? (column + 1) * SizeM : column * SizeM, far = column < 5 ? column * SizeM : (column + 1) * SizeM;
        (double low, double high) = zone.IsNorth ? (far, near) : (near, far);
        double south = Utm.Unproject(zone, low, row * SizeM).LatDeg, north = Utm.Unproject(zone, high, (row + 1) * SizeM).LatDeg;
        double bandSouth = -80.0 + (8.0 * band), bandNorth = band == Bands.Length - 1 ? 84.0 : bandSouth + 8.0;
        return south < bandNorth && north > bandSouth;
    }

    private static int FirstRow(int zone) => zone % 2 == 0 ? 5 : 0;

    private static int BandOf(double latDeg) => Math.Clamp((int)Math.Floor((latDeg + 80.0) / 8.0), 0, Bands.Length - 1);

    private static ArgumentOutOfRangeException Outside(UtmZone zone, double eastingM, double northingM) =>
        new(nameof(eastingM), string.Create(CultureInfo.InvariantCulture,
            $"Easting {eastingM:R}, northing {northingM:R} of EPSG:{zone.EpsgCode} are outside the squares of MGRS."));

    [GeneratedRegex("^[0-9]{1,2}[C-HJ-NP-X][A-HJ-NP-Z][A-HJ-NP-V]\\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex UtmName();

    [GeneratedRegex("^[ABYZ][A-Z][A-Z]\\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex PolarName();
}
