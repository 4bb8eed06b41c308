using System.Globalization;

namespace Pile.Format;

/// <summary>Right ascensions look like hours, and neither the table nor the caller declares their unit.</summary>
/// <param name="source">The table.</param>
/// <param name="column">The column of right ascension.</param>
/// <param name="extent">The extent of all positions.</param>
internal sealed class RaUnitUndeclaredException(string source, string? column, PositionExtent extent)
    : PileException(string.Create(CultureInfo.InvariantCulture,
        $"{source}{(column is null ? "" : $", column '{column}'")}: right ascension looks like hours: its values span "
            + $"{extent.MinRa:0.####} to {extent.MaxRa:0.####} while the declinations span {extent.MinDec:0.####} to "
            + $"{extent.MaxDec:0.####}, and no unit is given. ")
        + "Declare the unit with PositionOptions.RaUnit = RaUnit.Hours or PositionOptions.RaUnit = RaUnit.Degrees.")
{
    /// <summary>The extent of all positions.</summary>
    public PositionExtent Extent { get; } = extent;
}
