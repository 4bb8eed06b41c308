using System.Globalization;
using System.Text;

namespace Pile.Tables;

/// <summary>Parses a position as written by people: numbers, or sexagesimal text.</summary>
internal static class PositionText
{
    /// <summary>Parses a right ascension, or a longitude.</summary>
    /// <param name="text"><c>188.73</c>, <c>12:34:56.7</c>, <c>12h34m56.7s</c>, <c>188d44m10s</c>.</param>
    /// <param name="unit">The unit of a number; null for degrees. Text without letters is hours, minutes and seconds, unless this is
    /// degrees or <paramref name="isHours"/> is false.</param>
    /// <param name="isHours">False for the longitude of a frame whose longitudes are not right ascensions: text is in degrees.</param>
    /// <param name="degrees">The angle.</param>
    /// <returns>False if the text is not an angle, or is a number although the unit is sexagesimal.</returns>
    public static bool TryRightAscension(string text, RaUnit? unit, bool isHours, out double degrees) =>
        TryNumber(text, unit, unit is RaUnit.Hours ? 15 : unit is RaUnit.Radians ? 180 / Math.PI : 1, out degrees)
            || TrySexagesimal(text, isHours && unit is not RaUnit.Degrees, out degrees);

    /// <summary>Parses a declination, or a latitude: degrees, or radians if <paramref name="unit"/> is radians; text is degrees, minutes
    /// and seconds.</summary>
    /// <returns>False if the text is not an angle, or is in hours.</returns>
    public static bool TryDeclination(string text, RaUnit? unit, out double degrees) =>
        TryNumber(text, unit, unit is RaUnit.Radians ? 180 / Math.PI : 1, out degrees)
            || (TrySexagesimal(text, isHours: false, out degrees) && !text.Contains('h', StringComparison.OrdinalIgnoreCase));

    private static bool TryNumber(string text, RaUnit? unit, double factor, out double degrees)
    {
        degrees = 0;
        if (unit is RaUnit.Sexagesimal || !double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            || !double.IsFinite(number))
            return false;
        degrees = number * factor;
        return true;
    }

    private static bool TrySexagesimal(string text, bool isHours, out double degrees)
    {
        bool isAngle = Sexagesimal.TryParse(Encoding.UTF8.GetBytes(text), out decimal seconds, out Sexagesimal.Kind kind);
        degrees = (double)(seconds / (kind is Sexagesimal.Kind.Hours || (kind is Sexagesimal.Kind.Unspecified && isHours) ? 240 : 3600));
        return isAngle;
    }
}
