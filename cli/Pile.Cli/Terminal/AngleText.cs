using System.Globalization;

namespace Pile.Cli.Terminal;

/// <summary>Angles as people type them: a bare number in the unit that the option says, or a number with a unit.</summary>
internal static class AngleText
{
    private const double ArcsecPerDegree = 3600, WholeSkyArcsec = 180 * ArcsecPerDegree;

    // As fractions of whole numbers, so that what is typed in arcseconds stays what was typed.
    private static readonly (string Suffix, double Arcsec, double Per)[] Units =
        [("arcsec", 1, 1), ("arcmin", 60, 1), ("mas", 1, 1000), ("deg", ArcsecPerDegree, 1), ("\"", 1, 1), ("'", 60, 1)];

    /// <summary>Reads a radius: arcseconds unless it has a unit (<c>0.5deg</c>, <c>2arcmin</c>, <c>1arcsec</c>, <c>50mas</c>).</summary>
    /// <exception cref="UsageException">It is no angle, or not within (0, 180] degrees.</exception>
    internal static double RadiusArcsec(string text, string option)
    {
        (double value, double arcsec, double per) = Parse(text, "arcsec") ?? throw NoAngle(text, option, "arcsec");
        double radius = value * arcsec / per;
        return radius is > 0 and <= WholeSkyArcsec ? radius : throw new UsageException($"{option} {text}: a radius is more than 0 and at most 180 degrees.");
    }

    /// <summary>Reads a separation: as a radius, but 0 is one.</summary>
    /// <exception cref="UsageException">It is no angle, or not within [0, 180] degrees.</exception>
    internal static double SeparationArcsec(string text, string option)
    {
        (double value, double arcsec, double per) = Parse(text, "arcsec") ?? throw NoAngle(text, option, "arcsec");
        double separation = value * arcsec / per;
        return separation is >= 0 and <= WholeSkyArcsec ? separation : throw new UsageException($"{option} {text}: a separation is at least 0 and at most 180 degrees.");
    }

    /// <summary>Reads a radius as <see cref="RadiusArcsec"/> does, and gives degrees.</summary>
    internal static double RadiusDeg(string text, string option) => RadiusArcsec(text, option) / ArcsecPerDegree;

    /// <summary>Reads a coordinate: degrees unless it has a unit.</summary>
    internal static double CoordinateDeg(string text, string option)
    {
        (double value, double arcsec, double per) = Parse(text, "deg") ?? throw NoAngle(text, option, "degrees");
        return arcsec == ArcsecPerDegree ? value : value * arcsec / (per * ArcsecPerDegree);
    }

    private static (double Value, double Arcsec, double Per)? Parse(string text, string bareUnit)
    {
        ReadOnlySpan<char> number = text.AsSpan().Trim();
        (string Suffix, double Arcsec, double Per) unit = Array.Find(Units, u => u.Suffix == bareUnit);
        foreach ((string Suffix, double Arcsec, double Per) candidate in Units)
            if (number.EndsWith(candidate.Suffix, StringComparison.Ordinal))
            {
                number = number[..^candidate.Suffix.Length].TrimEnd();
                unit = candidate;
                break;
            }
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? (value, unit.Arcsec, unit.Per) : null;
    }

    private static UsageException NoAngle(string text, string option, string bareUnit) =>
        new($"{option} {text}: expected an angle: a number in {bareUnit}, or with a unit (0.5deg, 2arcmin, 1arcsec).");
}
