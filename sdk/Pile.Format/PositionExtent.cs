namespace Pile.Format;

/// <summary>The ranges of the right ascensions and declinations of a table, in the table's own units.</summary>
/// <param name="LeastRa">The smallest right ascension.</param>
/// <param name="GreatestRa">The largest right ascension.</param>
/// <param name="LeastDec">The smallest declination.</param>
/// <param name="GreatestDec">The largest declination.</param>
internal sealed record PositionExtent(double LeastRa, double GreatestRa, double LeastDec, double GreatestDec)
{
    private const double HoursPerCircle = 24, MinHours = 16, MinDegrees = 60;

    /// <summary>True if the right ascensions look like hours: they are within 0
    /// to 24 and span most of it, while the declinations span the sky.</summary>
    /// <remarks>A survey field between 0 and 24 degrees spans less in right ascension or in declination. A field of more than 16 by 60
    /// degrees between 0 and 24 is unlikely, and its unit can be declared.</remarks>
    public bool LooksLikeHours => LeastRa >= 0 && GreatestRa <= HoursPerCircle && GreatestRa - LeastRa > MinHours
        && GreatestDec - LeastDec > MinDegrees;

    /// <summary>Returns the union of two extents.</summary>
    /// <param name="other">Another part of the same table.</param>
    public PositionExtent Union(PositionExtent other) => new(
        Math.Min(LeastRa, other.LeastRa), Math.Max(GreatestRa, other.GreatestRa), Math.Min(LeastDec, other.LeastDec),
        Math.Max(GreatestDec, other.GreatestDec));
}
