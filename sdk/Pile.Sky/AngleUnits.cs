namespace Pile.Sky;

/// <summary>Conversion factors between degrees (used in the API) and radians (used in computations).</summary>
/// <remarks>The factors are rounded as numpy rounds them, because HEALPix indices depend on the last bit.</remarks>
internal static class AngleUnits
{
    internal const double RadPerDeg = Math.PI / 180.0;
    internal const double DegPerRad = 180.0 / Math.PI;
    internal const double ArcsecPerRad = 3600.0 * 180.0 / Math.PI;
}
