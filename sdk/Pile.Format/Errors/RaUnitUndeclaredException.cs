using System.Globalization;

namespace Pile.Format;

/// <summary>Right ascensions look like hours, and neither the table nor the caller declares their unit.</summary>
/// <param name="source">The table.</param>
/// <param name="column">The column of right ascension.</param>
/// <param name="extent">The extent of all positions.</param>
/// <param name="flagPrefix">What precedes the command line's options, for example <c>--</c> or <c>--a-</c>.</param>
internal sealed class RaUnitUndeclaredException(string source, string? column, PositionExtent extent, string flagPrefix = "--")
    : PileException(string.Create(CultureInfo.InvariantCulture,
        $"{source}{(column is null ? "" : $", column '{column}'")}: right ascension looks like hours: its values span "
            + $"{extent.LeastRa:0.####} to {extent.GreatestRa:0.####} while the declinations span {extent.LeastDec:0.####} to "
            + $"{extent.GreatestDec:0.####}, and no unit is given. ")
        + $"Declare the unit with {flagPrefix}ra-unit hours or {flagPrefix}ra-unit deg ('ra_unit' in a recipe, PositionOptions.RaUnit in "
        + "the SDK).")
{
    /// <summary>The extent of all positions.</summary>
    public PositionExtent Extent { get; } = extent;
}
