using System.Globalization;

namespace Pile.Cli.Terminal;

/// <summary>Parses angles on the command line: a number in the unit of the option, or a number with a unit.</summary>
internal static class AngleText
{
    private const double ArcsecPerDegree = 3600, WholeSkyArcsec = 180 * ArcsecPerDegree;

    // Factors are fractions of integers, so that a number in arcseconds is not changed by rounding.
    private static readonly Unit Arcsec = new("arcsec", 1, 1), Degree = new("deg", ArcsecPerDegree, 1);
    private static readonly Unit[] Units =
        [Arcsec, new("arcmin", 60, 1), new("mas", 1, 1000), new("uas", 1, 1_000_000), Degree, new("\"", 1, 1), new("'", 60, 1)];

    private sealed class Unit(string suffix, double arcsec, double per)
    {
        internal readonly string Suffix = suffix;
        internal readonly double Arcsec = arcsec, Per = per;
    }

    /// <summary>Reads a radius: arcseconds unless it has a unit (<c>0.5deg</c>, <c>2arcmin</c>, <c>1arcsec</c>, <c>50mas</c>,
    /// <c>500uas</c>).</summary>
    /// <exception cref="UsageException">The text is not an angle in (0, 180] degrees.</exception>
    internal static double RadiusArcsec(string text, string option)
    {
        if (!TryParse(text, Arcsec, out double value, out Unit unit))
            throw NoAngle(text, option, "arcsec");
        double radius = value * unit.Arcsec / unit.Per;
        return radius is > 0 and <= WholeSkyArcsec ? radius
            : throw new UsageException($"{option} {text}: a radius must be above 0 and at most 180 degrees.");
    }

    /// <summary>Reads a separation: a radius that may also be 0.</summary>
    /// <exception cref="UsageException">The text is not an angle in [0, 180] degrees.</exception>
    internal static double SeparationArcsec(string text, string option)
    {
        if (!TryParse(text, Arcsec, out double value, out Unit unit))
            throw NoAngle(text, option, "arcsec");
        double separation = value * unit.Arcsec / unit.Per;
        return separation is >= 0 and <= WholeSkyArcsec ? separation
            : throw new UsageException($"{option} {text}: a radius must be at least 0 and at most 180 degrees.");
    }

    /// <summary>Returns true for a number, with or without a unit of angle.</summary>
    internal static bool IsAngle(string text) => TryParse(text, Arcsec, out _, out _);

    /// <summary>Reads the radius of a cone like <see cref="SeparationArcsec"/>, and returns degrees.</summary>
    internal static double ConeRadiusDeg(string text, string option) => SeparationArcsec(text, option) / ArcsecPerDegree;

    /// <summary>Reads a coordinate: degrees unless it has a unit.</summary>
    internal static double CoordinateDeg(string text, string option)
    {
        if (!TryParse(text, Degree, out double value, out Unit unit))
            throw NoAngle(text, option, "degrees");
        return unit == Degree ? value : value * unit.Arcsec / (unit.Per * ArcsecPerDegree);
    }

    private static bool TryParse(string text, Unit bare, out double value, out Unit unit)
    {
        ReadOnlySpan<char> number = text.AsSpan().Trim();
        unit = bare;
        foreach (Unit candidate in Units)
            if (number.EndsWith(candidate.Suffix, StringComparison.Ordinal))
            {
                number = number[..^candidate.Suffix.Length].TrimEnd();
                unit = candidate;
                break;
            }
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    private static UsageException NoAngle(string text, string option, string bareUnit) =>
        new($"{option} {text}: expected an angle: a number in {bareUnit}, or with a unit (0.5deg, 2arcmin, 1arcsec).");
}
