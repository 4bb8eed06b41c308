namespace Pile.Sky;

/// <summary>A direction as a vector of length one.</summary>
internal readonly record struct UnitVector(double X, double Y, double Z)
{
    internal static UnitVector FromRaDec(double raDeg, double decDeg)
    {
        (double sinRa, double cosRa) = Math.SinCos(raDeg % 360.0 * AngleUnits.RadPerDeg);
        double sinDec = Math.Sin(decDeg * AngleUnits.RadPerDeg);
        // The cosine of the declination as a sine: exactly 0 at the poles, full precision near them.
        double cosDec = Math.Sin((90.0 - Math.Abs(decDeg)) * AngleUnits.RadPerDeg);
        return new UnitVector(cosDec * cosRa, cosDec * sinRa, sinDec);
    }

    /// <summary>Returns longitude in [0, 360) and latitude, in degrees, of a vector of any length; precise at the poles.</summary>
    internal (double LongitudeDeg, double LatitudeDeg) ToAngles()
    {
        double longitudeDeg = Math.Atan2(Y, X) * AngleUnits.DegPerRad;
        if (longitudeDeg < 0.0)
            longitudeDeg += 360.0;
        return (longitudeDeg >= 360.0 ? 0.0 : longitudeDeg, Math.Atan2(Z, Math.Sqrt((X * X) + (Y * Y))) * AngleUnits.DegPerRad);
    }

    internal UnitVector Antipode => new(-X, -Y, -Z);

    /// <summary>Returns the squared straight-line distance to another direction. It
    /// grows with the angle between them and is precise for small angles.</summary>
    internal double SquaredChordTo(UnitVector other)
    {
        double dx = X - other.X, dy = Y - other.Y, dz = Z - other.Z;
        return dx * dx + dy * dy + dz * dz;
    }

    /// <summary>Returns the squared chord of an angle in [0, π] radians.</summary>
    internal static double SquaredChord(double angleRad)
    {
        double chord = 2.0 * Math.Sin(0.5 * angleRad);
        return chord * chord;
    }
}
