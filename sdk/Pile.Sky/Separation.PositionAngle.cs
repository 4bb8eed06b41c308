namespace Pile.Sky;

public static partial class Separation
{
    /// <summary>Computes the position angle of the second position as seen from the first, east of north.</summary>
    /// <param name="fromRaDeg">Right ascension of the first position: ICRS degrees, any finite value.</param>
    /// <param name="fromDecDeg">Declination of the first position: ICRS degrees in [-90, 90].</param>
    /// <param name="toRaDeg">Right ascension of the second position.</param>
    /// <param name="toDecDeg">Declination of the second position.</param>
    /// <returns>Degrees in [0, 360): 0 is north, 90 is east. 0 for equal positions; NaN if any input is NaN.</returns>
    /// <remarks>At a pole, the angle is measured from the meridian of <paramref name="fromRaDeg"/>.</remarks>
    public static double PositionAngleDeg(double fromRaDeg, double fromDecDeg, double toRaDeg, double toDecDeg)
    {
        Bearing bearing = Bearing.Between(fromRaDeg, fromDecDeg, toRaDeg, toDecDeg);
        double angleDeg = Math.Atan2(bearing.East, bearing.North) * AngleUnits.DegPerRad;
        if (angleDeg < 0.0)
            angleDeg += 360.0;
        return angleDeg >= 360.0 ? 0.0 : angleDeg; // a tiny negative angle rounds up to the full turn
    }
}
