namespace Pile.Sky;

public static partial class Separation
{
    /// <summary>Computes the direction of the great circle from one position to another at both of its ends.</summary>
    /// <param name="fromRaDeg">Right ascension of the first position: ICRS degrees.</param>
    /// <param name="fromDecDeg">Declination of the first position: ICRS degrees in [-90, 90].</param>
    /// <param name="toRaDeg">Right ascension of the second position.</param>
    /// <param name="toDecDeg">Declination of the second position.</param>
    /// <returns>The components to the east and to the north: of the direction at the first position, and of its continuation at the second.
    /// Each has length 1; north for equal positions.</returns>
    /// <remarks>The bearings of Vincenty's inverse formula, as in <see cref="PositionAngleDeg"/>, for both ends. A tensor at one position,
    /// turned by the angle between the two directions, is its parallel transport along the great circle. At a pole, the direction is
    /// measured from the meridian of the position there.</remarks>
    internal static (double FromEast, double FromNorth, double ToEast, double ToNorth) Directions(double fromRaDeg, double fromDecDeg,
        double toRaDeg, double toDecDeg)
    {
        double deltaRaDeg = toRaDeg - fromRaDeg;
        if (Math.Abs(deltaRaDeg) > 180.0)
            deltaRaDeg = Math.IEEERemainder(deltaRaDeg, 360.0);
        (double sinFrom, double cosFrom) = Bearing.SinCosOfDec(fromDecDeg);
        (double sinTo, double cosTo) = Bearing.SinCosOfDec(toDecDeg);
        (double sinHalf, double cosHalf) = Math.SinCos(0.5 * deltaRaDeg * AngleUnits.RadPerDeg);
        double sinDeltaDec = Math.Sin((toDecDeg - fromDecDeg) * AngleUnits.RadPerDeg), versine = 2.0 * sinHalf * sinHalf,
            sinDeltaRa = 2.0 * sinHalf * cosHalf;
        double fromEast = cosTo * sinDeltaRa, fromNorth = sinDeltaDec + (sinFrom * cosTo * versine),
            toEast = cosFrom * sinDeltaRa, toNorth = sinDeltaDec - (sinTo * cosFrom * versine);
        double fromLength = Math.Sqrt((fromEast * fromEast) + (fromNorth * fromNorth)),
            toLength = Math.Sqrt((toEast * toEast) + (toNorth * toNorth));
        return fromLength > 0 && toLength > 0
            ? (fromEast / fromLength, fromNorth / fromLength, toEast / toLength, toNorth / toLength) : (0, 1, 0, 1);
    }
}
