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
    public bool LooksLikeHours => MinRa >= 0 && MaxRa <= HoursPerCircle && MaxRa - MinRa > MinHours
        && MaxDec - MinDec > MinDegrees;

    /// <summary>Returns the union of two extents.</summary>
    /// <param name="other">Another part of the same table.</param>
    public PositionExtent Union(PositionExtent other) => new(
        Math.Min(MinRa, other.MinRa), Math.Max(MaxRa, other.MaxRa), Math.Min(MinDec, other.MinDec),
        Math.Max(MaxDec, other.MaxDec));
}
