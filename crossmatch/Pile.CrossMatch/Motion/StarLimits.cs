using System.Text.RegularExpressions;
using Pile.Format;
using Pile.Tables;

namespace Pile.CrossMatch;

/// <summary>The largest motions of stars. Values beyond them are no measurements: fill values, or rates of objects in the Solar
/// System.</summary>
internal static partial class StarLimits
{
    /// <summary>The largest proper motion. The largest known one is 10.39 arcsec/yr, of Barnard's star.</summary>
    internal const double ProperMotionMasPerYr = 12_000;

    /// <summary>The largest parallax. The largest known one is 0.77 arcsec, of Proxima Centauri.</summary>
    internal const double ParallaxMas = 1000;

    /// <summary>Returns whether no star can have a proper motion: it is too large; or a component is 9999, which no star has; or both have
    /// one fill value, of nines.</summary>
    /// <param name="pmRaMasPerYr">Proper motion in right ascension, with the cosine of the declination.</param>
    /// <param name="pmDecMasPerYr">Proper motion in declination.</param>
    internal static bool IsImpossible(double pmRaMasPerYr, double pmDecMasPerYr) =>
        (pmRaMasPerYr * pmRaMasPerYr) + (pmDecMasPerYr * pmDecMasPerYr) > ProperMotionMasPerYr * ProperMotionMasPerYr
            || Is9999(pmRaMasPerYr) || Is9999(pmDecMasPerYr) || (pmRaMasPerYr == pmDecMasPerYr && IsOfNines(pmRaMasPerYr));

    /// <summary>Returns whether a column has angles per day or a shorter time, such as the rates of asteroids, which change within
    /// days.</summary>
    internal static bool IsOfSolarSystem(ColumnSchema column) => !string.IsNullOrWhiteSpace(column.Unit)
        && ShortTime().IsMatch(column.Unit) && Units.TryConvert(column.Unit, "mas/yr", out _);

    // Barnard's star, with 10362 mas/yr in declination, is the only one beyond.
    private static bool Is9999(double value) => (float)Math.Abs(value) is 9999f or 9999.9f or 9999.99f or 9999.999f;

    private static bool IsOfNines(double value) =>
        (float)Math.Abs(value) is 99f or 99.9f or 99.99f or 99.999f or 999f or 999.9f or 999.99f or 999.999f;

    [GeneratedRegex("(^|[^a-z])(s|sec|secs|seconds?|min|mins|minutes?|h|hr|hrs|hours?|d|days?)([^a-z]|$)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ShortTime();
}
