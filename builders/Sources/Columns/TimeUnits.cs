using System.Text.RegularExpressions;
using Pile.Format;
using Pile.Tables;

namespace Pile.Builders.Sources;

/// <summary>The unit and the name of a column of times.</summary>
internal static partial class TimeUnits
{
    [GeneratedRegex(@"^[BHG]?JD([^A-Z0-9]|$)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex JulianDate();

    /// <summary>Returns whether a name is that of Julian dates: <c>JD</c>, <c>BJD_TDB</c>, <c>HJD</c>; not <c>MJD</c>.</summary>
    internal static bool IsJulianDate(string name) => JulianDate().IsMatch(name);

    /// <summary>Returns the factor that converts values of a column to days; 1 without a unit.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="column">The column, for messages.</param>
    /// <param name="unit">The unit that the file declares.</param>
    /// <param name="remedy">What to do about a unit of another quantity.</param>
    /// <exception cref="SchemaMismatchException">The unit is not a unit of time.</exception>
    internal static double DaysPer(string path, string column, string? unit, string remedy) =>
        // For units such as "BJD - 2457000, days", the recipe declares the zero point.
        string.IsNullOrWhiteSpace(unit) || unit.Contains("JD", StringComparison.Ordinal) ? 1
        : Units.TryConvert(unit, "d", out double factor) ? factor
        : throw new SchemaMismatchException(path, column, $"'{unit}' is not a unit of time", remedy);
}
