using Pile.Sky;

namespace Pile.Earth;

/// <summary>The projections of UTM and UPS on WGS84, for the names of grid squares; coordinates of data are transformed by PROJ.</summary>
/// <remarks>Transverse Mercator by Krüger's series to the sixth order: within 10 nm of the exact projection up to 30° from the central
/// meridian. Sources: C. F. F. Karney, J. Geodesy 85 (2011) 475, equations 7 to 36; polar stereographic: J. P. Snyder, USGS Professional
/// Paper 1395 (1987), equations 15-9, 21-33.</remarks>
internal static class Utm
{
    private const double EquatorialRadiusM = 6_378_137.0, Flattening = 1.0 / 298.257223563;
    private const double FalseEastingM = 500_000.0, FalseNorthingSouthM = 10_000_000.0, Scale = 0.9996;
    private const double PolarOffsetM = 2_000_000.0, PolarScale = 0.994;

    private static readonly double Eccentricity = Math.Sqrt(Flattening * (2.0 - Flattening));
    private static readonly double N = Flattening / (2.0 - Flattening);
    private static readonly double RectifyingRadiusM =
        EquatorialRadiusM / (1.0 + N) * (1.0 + (N * N * ((1.0 / 4.0) + (N * N * ((1.0 / 64.0) + (N * N / 256.0))))));

    // Karney's equations 35 and 36: the coefficients of n, n², … for each j.
    private static readonly double[] Alpha =
    [
        Sum(1, 1.0 / 2.0, -2.0 / 3.0, 5.0 / 16.0, 41.0 / 180.0, -127.0 / 288.0, 7891.0 / 37800.0),
        Sum(2, 13.0 / 48.0, -3.0 / 5.0, 557.0 / 1440.0, 281.0 / 630.0, -1983433.0 / 1935360.0),
        Sum(3, 61.0 / 240.0, -103.0 / 140.0, 15061.0 / 26880.0, 167603.0 / 181440.0),
        Sum(4, 49561.0 / 161280.0, -179.0 / 168.0, 6601661.0 / 7257600.0),
        Sum(5, 34729.0 / 80640.0, -3418889.0 / 1995840.0),
        Sum(6, 212378941.0 / 319334400.0),
    ];

    private static readonly double[] Beta =
    [
        Sum(1, 1.0 / 2.0, -2.0 / 3.0, 37.0 / 96.0, -1.0 / 360.0, -81.0 / 512.0, 96199.0 / 604800.0),
        Sum(2, 1.0 / 48.0, 1.0 / 15.0, -437.0 / 1440.0, 46.0 / 105.0, -1118711.0 / 3870720.0),
        Sum(3, 17.0 / 480.0, -37.0 / 840.0, -209.0 / 4480.0, 5569.0 / 90720.0),
        Sum(4, 4397.0 / 161280.0, -11.0 / 504.0, -830251.0 / 7257600.0),
        Sum(5, 4583.0 / 161280.0, -108847.0 / 3991680.0),
        Sum(6, 20648693.0 / 638668800.0),
    ];

    /// <summary>Returns easting and northing in metres of a position in a zone.</summary>
    /// <param name="zone">The zone; positions up to 30° from its central meridian.</param>
    /// <param name="lonDeg">Any finite longitude.</param>
    /// <param name="latDeg">In [-90, 90].</param>
    internal static (double EastingM, double NorthingM) Project(UtmZone zone, double lonDeg, double latDeg)
    {
        if (zone.IsPolar)
            return ProjectPolar(zone.IsNorth, lonDeg, latDeg);
        (double sinLon, double cosLon) = SinCosDeg(UtmZone.Wrapped(lonDeg - zone.CentralMeridianDeg));
        double tau = ConformalTangent(Math.Tan(latDeg * AngleUnits.RadPerDeg));
        double xi = Math.Atan2(tau, cosLon), eta = Math.Asinh(sinLon / Math.Sqrt((tau * tau) + (cosLon * cosLon)));
        (double dXi, double dEta) = Series(Alpha, xi, eta);
        return (FalseEastingM + (Scale * RectifyingRadiusM * (eta + dEta)),
            (zone.IsNorth ? 0.0 : FalseNorthingSouthM) + (Scale * RectifyingRadiusM * (xi + dXi)));
    }

    /// <summary>Returns longitude and latitude in degrees of a position given in a zone, not a polar one.</summary>
    internal static (double LonDeg, double LatDeg) Unproject(UtmZone zone, double eastingM, double northingM)
    {
        double xi = (northingM - (zone.IsNorth ? 0.0 : FalseNorthingSouthM)) / (Scale * RectifyingRadiusM);
        double eta = (eastingM - FalseEastingM) / (Scale * RectifyingRadiusM);
        (double dXi, double dEta) = Series(Beta, xi, eta);
        (xi, eta) = (xi - dXi, eta - dEta);
        (double sinXi, double cosXi) = Math.SinCos(xi);
        double sinh = Math.Sinh(eta), conformal = sinXi / Math.Sqrt((sinh * sinh) + (cosXi * cosXi));
        double e2 = Eccentricity * Eccentricity, tau = conformal;
        for (int i = 0; i < 5; i++) // Newton's method; Karney's equations 19 to 21
        {
            double found = ConformalTangent(tau);
            tau += (conformal - found) / Math.Sqrt(1.0 + (found * found)) * (1.0 + ((1.0 - e2) * tau * tau))
                / ((1.0 - e2) * Math.Sqrt(1.0 + (tau * tau)));
        }
        return (UtmZone.Wrapped((Math.Atan2(sinh, cosXi) * AngleUnits.DegPerRad) + zone.CentralMeridianDeg),
            Math.Atan(tau) * AngleUnits.DegPerRad);
    }

    private static (double EastingM, double NorthingM) ProjectPolar(bool isNorth, double lonDeg, double latDeg)
    {
        double e = Eccentricity, distanceRad = (90.0 - (isNorth ? latDeg : -latDeg)) * AngleUnits.RadPerDeg; // from the pole
        double sinLat = Math.Cos(distanceRad);
        double t = Math.Tan(0.5 * distanceRad) * Math.Pow((1.0 + (e * sinLat)) / (1.0 - (e * sinLat)), 0.5 * e);
        double rho = 2.0 * EquatorialRadiusM * PolarScale * t / Math.Sqrt(Math.Pow(1.0 + e, 1.0 + e) * Math.Pow(1.0 - e, 1.0 - e));
        (double sinLon, double cosLon) = SinCosDeg(UtmZone.Wrapped(lonDeg));
        return (PolarOffsetM + (rho * sinLon), PolarOffsetM + ((isNorth ? -rho : rho) * cosLon));
    }

    /// <summary>Returns the tangent of the conformal latitude of a tangent of latitude (Karney's equations 7 to 9).</summary>
    private static double ConformalTangent(double tau)
    {
        double secant = Math.Sqrt(1.0 + (tau * tau));
        double sigma = Math.Sinh(Eccentricity * Math.Atanh(Eccentricity * tau / secant));
        return (tau * Math.Sqrt(1.0 + (sigma * sigma))) - (sigma * secant);
    }

    private static (double DeltaXi, double DeltaEta) Series(double[] coefficients, double xi, double eta)
    {
        double deltaXi = 0.0, deltaEta = 0.0;
        for (int j = coefficients.Length; j >= 1; j--)
        {
            (double sin, double cos) = Math.SinCos(2 * j * xi);
            deltaXi += coefficients[j - 1] * sin * Math.Cosh(2 * j * eta);
            deltaEta += coefficients[j - 1] * cos * Math.Sinh(2 * j * eta);
        }
        return (deltaXi, deltaEta);
    }

    /// <summary>Exact at multiples of 90 degrees: the antimeridian separates two columns of polar squares.</summary>
    private static (double Sin, double Cos) SinCosDeg(double deg)
    {
        int quarters = (int)Math.Round(deg / 90.0);
        (double sin, double cos) = Math.SinCos((deg - (90.0 * quarters)) * AngleUnits.RadPerDeg);
        return (quarters & 3) switch { 0 => (sin, cos), 1 => (cos, -sin), 2 => (-sin, -cos), _ => (-cos, sin) };
    }

    private static double Sum(int firstPower, params ReadOnlySpan<double> coefficients)
    {
        double sum = 0.0;
        for (int i = coefficients.Length - 1; i >= 0; i--)
            sum = (sum * N) + coefficients[i];
        return sum * Math.Pow(N, firstPower);
    }
}
