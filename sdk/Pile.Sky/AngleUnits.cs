namespace Pile.Sky;

/// <summary>Degrees at borders, radians inside: the two factors, rounded as numpy rounds them, because HEALPix indices depend on the last
/// bit.</summary>
internal static class AngleUnits
{
    internal const double RadPerDeg = Math.PI / 180.0;
    internal const double DegPerRad = 180.0 / Math.PI;
    internal const double ArcsecPerRad = 3600.0 * 180.0 / Math.PI;
}
