using System.Globalization;
using Pile.Format.Yaml;

namespace Pile.Format;

/// <summary>The keywords of time scales and reference positions (FITS 4.0, tables 30 and 31), and years as MJD.</summary>
internal static class TimeWords
{
    /// <summary>The Julian date of MJD 0.</summary>
    internal const double JdOfMjdZero = 2_400_000.5;

    private const int SignificantLetters = 8; // FITS compares only these letters of a reference position

    private static readonly HashSet<string> Scales = new(
        ["UTC", "TAI", "TT", "TDB", "TCG", "TCB", "UT1", "UT", "GMT", "GPS", "TDT", "ET", "IAT", "LOCAL"], StringComparer.Ordinal);

    private static readonly HashSet<string> References = new(
        ["TOPOCENT", "GEOCENTE", "GEOCENTR", "BARYCENT", "HELIOCEN", "EMBARYCE", "GALACTIC", "RELOCATA", "CUSTOM",
            "MERCURY", "VENUS", "MARS", "JUPITER", "SATURN", "URANUS", "NEPTUNE"], StringComparer.Ordinal);

    private const string ExpectedScale = "expected a time scale of FITS (UTC, TAI, TT, TDB, TCG, TCB, UT1, GPS, LOCAL …)",
        ExpectedReference = "expected a reference position of FITS (TOPOCENTER, GEOCENTER, BARYCENTER, HELIOCENTER …)";

    /// <summary>Returns the MJD of a Julian year (IAU SOFA epj2jd).</summary>
    internal static double MjdOfJulianYear(double year) => 51_544.5 + ((year - 2000) * 365.25);

    /// <summary>Returns the MJD of a Besselian year (IAU SOFA epb2jd).</summary>
    internal static double MjdOfBesselianYear(double year) => 15_019.81352 + ((year - 1900) * 365.242198781);

    /// <summary>Returns true for a time scale of FITS, with or without its realization: <c>TAI</c>, <c>UTC(NIST)</c>.</summary>
    /// <param name="text">The word, in upper case.</param>
    public static bool IsScale(string text)
    {
        int bracket = text.IndexOf('(', StringComparison.Ordinal);
        return bracket < 0 ? Scales.Contains(text) : text[^1] == ')' && bracket < text.Length - 2 && Scales.Contains(text[..bracket]);
    }

    /// <summary>Returns true for a reference position of FITS, compared by its first eight letters.</summary>
    /// <param name="text">The word, in upper case.</param>
    public static bool IsReference(string text) => text.All(char.IsAsciiLetterUpper)
        && References.Contains(text[..Math.Min(text.Length, SignificantLetters)]);

    /// <summary>Describes times in a message: <c>TDB at BARYCENTER since MJD 51544.5</c>.</summary>
    public static string Describe(TimeAxis axis) => string.Create(CultureInfo.InvariantCulture,
        $"{axis.Scale}{(axis.Reference is { } place ? $" at {place}" : "")}{(axis.ZeroMjd == 0 ? "" : $" since MJD {axis.ZeroMjd:R}")}");

    /// <summary>Reads a time scale.</summary>
    /// <exception cref="DocumentInvalidException">The value is not a time scale of FITS.</exception>
    public static string ReadScale(YamlScalar scale) =>
        IsScale(scale.Text) ? scale.Text : throw scale.Invalid($"{ExpectedScale}, found '{scale.Text}'");

    /// <summary>Reads a reference position.</summary>
    /// <exception cref="DocumentInvalidException">The value is not a reference position of FITS.</exception>
    public static string ReadReference(YamlScalar reference) =>
        IsReference(reference.Text) ? reference.Text : throw reference.Invalid($"{ExpectedReference}, found '{reference.Text}'");

    /// <summary>Checks a time scale and a reference position that a program declares.</summary>
    /// <param name="source">The declaring object, for messages.</param>
    /// <param name="column">The column of times, for messages.</param>
    /// <param name="scale">The time scale; null if not declared.</param>
    /// <param name="reference">The reference position; null if not declared.</param>
    /// <exception cref="SchemaMismatchException">One of them is not a keyword of FITS.</exception>
    public static void Require(string source, string column, string? scale, string? reference)
    {
        if (scale is not null && !IsScale(scale))
            throw new SchemaMismatchException(source, column, $"{ExpectedScale}, found '{scale}'", "Correct the time scale");
        if (reference is not null && !IsReference(reference))
            throw new SchemaMismatchException(source, column, $"{ExpectedReference}, found '{reference}'",
                "Correct the reference position");
    }
}
