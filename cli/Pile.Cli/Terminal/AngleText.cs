using System.Globalization;

namespace Pile.Cli.Terminal;

/// <summary>Angles as people type them: a bare number in the unit that the option says, or a number with a unit.</summary>
internal static class AngleText
{
    private static readonly (string Suffix, double Degrees)[] Units =
        [("arcsec", 1 / 3600.0), ("arcmin", 1 / 60.0), ("mas", 1 / 3_600_000.0), ("deg", 1), ("\"", 1 / 3600.0), ("'", 1 / 60.0)];

    /// <summary>Reads a radius: arcseconds unless it has a unit (<c>0.5deg</c>, <c>2arcmin</c>, <c>1arcsec</c>, <c>50mas</c>).</summary>
    /// <exception cref="UsageException">It is no angle, or not within (0, 180] degrees.</exception>
    internal static double RadiusDeg(string text, string option)
    {
        double degrees = Parse(text, 1 / 3600.0, option, "arcsec");
        return degrees is > 0 and <= 180 ? degrees : throw new UsageException($"{option} {text}: a radius is more than 0 and at most 180 degrees.");
    }

    /// <summary>Reads a coordinate: degrees unless it has a unit.</summary>
    internal static double CoordinateDeg(string text, string option) => Parse(text, 1, option, "degrees");

    private static double Parse(string text, double bareUnitDegrees, string option, string bareUnit)
    {
        ReadOnlySpan<char> number = text.AsSpan().Trim();
        double unit = bareUnitDegrees;
        foreach ((string suffix, double degrees) in Units)
            if (number.EndsWith(suffix, StringComparison.Ordinal))
            {
                number = number[..^suffix.Length].TrimEnd();
                unit = degrees;
                break;
            }
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value * unit
            : throw new UsageException($"{option} {text}: expected an angle: a number in {bareUnit}, or with a unit (0.5deg, 2arcmin, 1arcsec).");
    }
}
