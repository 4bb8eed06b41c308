namespace Pile.Builders.Sources.SkyImages;

/// <summary>A circle on the sky.</summary>
/// <param name="Centre">The direction of the centre: a unit vector in ICRS.</param>
/// <param name="CosRadius">The cosine of the radius; −1 for the whole sky.</param>
internal readonly record struct SkyCap((double X, double Y, double Z) Centre, double CosRadius)
{
    internal static SkyCap WholeSky { get; } = new((0, 0, 1), -1);

    /// <summary>Returns true if a direction is in the circle.</summary>
    internal bool Contains((double X, double Y, double Z) direction) => Dot(Centre, direction) >= CosRadius;

    /// <summary>Returns the unit vector of a position.</summary>
    internal static (double X, double Y, double Z) Direction(double longitudeDeg, double latitudeDeg)
    {
        (double sinLon, double cosLon) = Math.SinCos(double.DegreesToRadians(longitudeDeg));
        (double sinLat, double cosLat) = Math.SinCos(double.DegreesToRadians(latitudeDeg));
        return (cosLat * cosLon, cosLat * sinLon, sinLat);
    }

    /// <summary>Returns the cosine of the angle between two unit vectors.</summary>
    internal static double Dot((double X, double Y, double Z) a, (double X, double Y, double Z) b) =>
        (a.X * b.X) + (a.Y * b.Y) + (a.Z * b.Z);
}
