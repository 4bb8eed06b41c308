using System.Globalization;

namespace Pile.Format;

/// <summary>The ranges of the right ascensions and declinations of a table, in the table's own units.</summary>
/// <param name="MinRa">The smallest right ascension.</param>
/// <param name="MaxRa">The largest right ascension.</param>
/// <param name="MinDec">The smallest declination.</param>
/// <param name="MaxDec">The largest declination.</param>
internal sealed record PositionExtent(double MinRa, double MaxRa, double MinDec, double MaxDec)
{
    private const double HoursPerCircle = 24, MinHours = 16, MinDegrees = 60;

    /// <summary>True if the right ascensions look like hours: they are within 0
    /// to 24 and span most of it, while the declinations span the sky.</summary>
    /// <remarks>A survey field between 0 and 24 degrees spans less in right ascension or in declination. A field of more than 16 by 60
    /// degrees between 0 and 24 is unlikely, and its unit can be declared.</remarks>
    public bool LooksLikeHours => SpansHours && MaxDec - MinDec > MinDegrees;

    private bool SpansHours => IsWithinHours && MaxRa - MinRa > MinHours;

    private bool IsWithinHours => MinRa >= 0 && MaxRa <= HoursPerCircle;

    /// <summary>Returns a message about right ascensions that are within 0 to 24, so that they may be hours or degrees; null for others,
    /// for those that look like hours, and for a single one.</summary>
    /// <param name="source">The table.</param>
    /// <param name="column">The column of right ascension.</param>
    public string? Warning(string source, string? column) => !IsWithinHours || MinRa == MaxRa || LooksLikeHours ? null
        : string.Create(CultureInfo.InvariantCulture, $"{source}{(column is null ? "" : $", column '{column}'")}: right ascension may be "
            + $"in hours: its values are {MinRa:0.####} to {MaxRa:0.####}, and no unit is given. They are read as degrees. ")
            + "Declare the unit with PositionOptions.RaUnit = RaUnit.Hours or PositionOptions.RaUnit = RaUnit.Degrees.";

    /// <summary>Returns the union of two extents.</summary>
    /// <param name="other">Another part of the same table.</param>
    public PositionExtent Union(PositionExtent other) => new(
        Math.Min(MinRa, other.MinRa), Math.Max(MaxRa, other.MaxRa), Math.Min(MinDec, other.MinDec),
        Math.Max(MaxDec, other.MaxDec));
}
