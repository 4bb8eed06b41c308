using Pile.Fits;
using Pile.Format;
using Pile.Tables;

namespace Pile.Builders.Sources;

/// <summary>The unit of a column of times.</summary>
internal static class TimeUnits
{
    /// <summary>Returns the factor that converts values of a column to days; 1 without a unit.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="column">The column, for messages.</param>
    /// <param name="unit">The unit that the file declares.</param>
    /// <param name="remedy">What to do about a unit of another quantity.</param>
    /// <exception cref="SchemaMismatchException">The unit is not a unit of time.</exception>
    internal static double DaysPer(string path, string column, string? unit, string remedy) =>
        TryDaysPer(path, column, unit, remedy)
            ?? throw new SchemaMismatchException(path, column, $"'{unit}' is not a unit of time", remedy);

    /// <summary>Returns the factor that converts values of a column to days, as <see cref="DaysPer"/>; null if the unit is not known as a
    /// unit of time.</summary>
    internal static double? TryDaysPer(string path, string column, string? unit, string remedy) =>
        string.IsNullOrWhiteSpace(unit) ? 1
        : Units.TryDays(unit, out double factor) ? factor
        : NamedZero.Of(unit).Kind == NamedZero.Meaning.None ? null
        // Of units such as "BJD - 2457000, days", the zero point is interpreted separately.
        : TimeTokens.Of(unit).FirstOrDefault(token => Units.TryDays(token.Word, out double days) && days != 1).Word is { } other
            ? throw new SchemaMismatchException(path, column, $"'{unit}' has a zero point of days, but another unit, '{other}'", remedy)
        : 1;

    /// <summary>Returns whether a unit that is not one of time is one of another quantity. <c>S</c>, <c>H</c> and <c>D</c>, which are
    /// siemens, henry and debye, are mostly meant as units of time.</summary>
    internal static bool IsOfOtherQuantity(string unit) => unit.Trim() is not ("S" or "H" or "D") && FitsUnits.IsKnown(unit);
}
