namespace Pile.Format;

/// <summary>The ranges of the right ascensions and declinations of a table, as its numbers are.</summary>
/// <param name="LeastRa">The least right ascension.</param>
/// <param name="GreatestRa">The greatest right ascension.</param>
/// <param name="LeastDec">The least declination.</param>
/// <param name="GreatestDec">The greatest declination.</param>
internal sealed record PositionExtent(double LeastRa, double GreatestRa, double LeastDec, double GreatestDec)
{
    private const double HoursOfTheSky = 24, MostHours = 16, MostDegrees = 60;

    /// <summary>True if the right ascensions look like hours: they are within 0 to 24 and span most of it, while the declinations span the
    /// sky.</summary>
    /// <remarks>A survey field between 0 and 24 degrees spans less in right ascension or in declination. A field of more than 16 by 60
    /// degrees between 0 and 24 is unlikely, and its unit can be declared.</remarks>
    public bool LooksLikeHours => LeastRa >= 0 && GreatestRa <= HoursOfTheSky && GreatestRa - LeastRa > MostHours
        && GreatestDec - LeastDec > MostDegrees;

    /// <summary>Returns the extent of both.</summary>
    /// <param name="other">Another part of the same table.</param>
    public PositionExtent Union(PositionExtent other) => new(
        Math.Min(LeastRa, other.LeastRa), Math.Max(GreatestRa, other.GreatestRa), Math.Min(LeastDec, other.LeastDec),
        Math.Max(GreatestDec, other.GreatestDec));
}
