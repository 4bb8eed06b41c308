namespace Pile.Sky;

/// <summary>The E-terms of aberration: the part that the eccentricity of the
/// Earth's orbit causes, up to 0.34″. FK4 positions include it.</summary>
/// <remarks>Source: Explanatory Supplement (Seidelmann 1992) §3.53; the orbit's elements after Newcomb, in Julian centuries since B1950;
/// the obliquity after the IAU of 1980 (Lieske et al. 1977, A&amp;A 58, 1).</remarks>
internal static class ETerms
{
    private const double AberrationRad = 0.0056932 * AngleUnits.RadPerDeg;

    /// <summary>Returns the vector of the E-terms at a Besselian year.</summary>
    internal static UnitVector At(double besselianYear)
    {
        double sinceJ2000 = FrameMatrices.CenturiesOfBesselianYear(besselianYear),
            t = sinceJ2000 - FrameMatrices.CenturiesOfBesselianYear(1950);
        double eccentricity = 0.01673011 + (t * (-0.00004193 + (t * -0.000000126)));
        double perigee = (1_015_489.951 + (t * (6190.67 + (t * (1.65 + (t * 0.012)))))) / 3600 * AngleUnits.RadPerDeg;
        double obliquity = (84_381.448 + (sinceJ2000 * (-46.8150 + (sinceJ2000 * (-0.00059 + (sinceJ2000 * 0.001813)))))) / 3600
            * AngleUnits.RadPerDeg;
        double size = eccentricity * AberrationRad;
        return new UnitVector(size * Math.Sin(perigee), -size * Math.Cos(perigee) * Math.Cos(obliquity),
            -size * Math.Cos(perigee) * Math.Sin(obliquity));
    }

    /// <summary>Returns the direction without the E-terms, not normalized.</summary>
    internal static UnitVector Remove(UnitVector v, UnitVector terms)
    {
        double along = 1 + Dot(v, terms);
        return new UnitVector((v.X * along) - terms.X, (v.Y * along) - terms.Y, (v.Z * along) - terms.Z);
    }

    /// <summary>Returns the direction with the E-terms: the inverse of <see cref="Remove"/>, by iteration. Each step reduces the error by a
    /// factor of 3·10⁵.</summary>
    internal static UnitVector Add(UnitVector v, UnitVector terms)
    {
        double norm = Math.Sqrt(Dot(v, v));
        v = new UnitVector(v.X / norm, v.Y / norm, v.Z / norm);
        UnitVector found = v;
        for (int i = 0; i < 4; i++)
        {
            double along = 1 + Dot(found, terms);
            found = new UnitVector((v.X + terms.X) / along, (v.Y + terms.Y) / along, (v.Z + terms.Z) / along);
        }
        return found;
    }

    private static double Dot(UnitVector a, UnitVector b) => (a.X * b.X) + (a.Y * b.Y) + (a.Z * b.Z);
}
