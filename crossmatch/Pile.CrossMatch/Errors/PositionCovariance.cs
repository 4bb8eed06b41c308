namespace Pile.CrossMatch;

/// <summary>The covariance of a position in its tangent plane, in arcsec²; NaN if it is not known. East is right ascension with the cosine
/// of the declination.</summary>
/// <param name="VarRa">The variance to the east.</param>
/// <param name="VarDec">The variance to the north.</param>
/// <param name="Cov">The covariance of both.</param>
internal readonly record struct PositionCovariance(double VarRa, double VarDec, double Cov)
{
    /// <summary>The error of a row that has none.</summary>
    internal static PositionCovariance Missing { get; } = new(double.NaN, double.NaN, double.NaN);

    /// <summary>True if both variances are 0, so that the position is exact.</summary>
    internal bool IsZero => VarRa == 0 && VarDec == 0;

    /// <summary>The standard deviation per axis of a circle with the same trace: the root mean square of the axes.</summary>
    internal double MeanSigma => Math.Sqrt((VarRa + VarDec) / 2);

    /// <summary>Returns the covariance of equal and independent errors.</summary>
    internal static PositionCovariance OfCircle(double sigmaArcsec) => new(sigmaArcsec * sigmaArcsec, sigmaArcsec * sigmaArcsec, 0);

    /// <summary>Returns the covariance of errors along the axes.</summary>
    internal static PositionCovariance OfAxes(double sigmaRaArcsec, double sigmaDecArcsec, double correlation) =>
        new(sigmaRaArcsec * sigmaRaArcsec, sigmaDecArcsec * sigmaDecArcsec, correlation * sigmaRaArcsec * sigmaDecArcsec);

    /// <summary>Returns the covariance of an ellipse of one standard deviation.</summary>
    /// <param name="majorArcsec">The semi-major axis.</param>
    /// <param name="minorArcsec">The semi-minor axis.</param>
    /// <param name="angleDeg">The position angle of the major axis, from north through east.</param>
    internal static PositionCovariance OfEllipse(double majorArcsec, double minorArcsec, double angleDeg)
    {
        (double sin, double cos) = Math.SinCos(angleDeg * Math.PI / 180);
        double major = majorArcsec * majorArcsec, minor = minorArcsec * minorArcsec;
        return new((major * sin * sin) + (minor * cos * cos), (major * cos * cos) + (minor * sin * sin), (major - minor) * sin * cos);
    }

    /// <summary>Returns the covariance with independent errors added along the axes.</summary>
    internal PositionCovariance Plus(double varRa, double varDec) => new(VarRa + varRa, VarDec + varDec, Cov);

    /// <summary>Returns the variances along the axes of the ellipse.</summary>
    internal (double Least, double Largest) Axes()
    {
        double mean = (VarRa + VarDec) / 2, half = (VarRa - VarDec) / 2, spread = Math.Sqrt((half * half) + (Cov * Cov));
        return (Math.Max(mean - spread, 0), mean + spread);
    }

    /// <summary>Returns the covariance in axes along and across a direction.</summary>
    /// <param name="east">The component of the direction to the east; it has length 1.</param>
    /// <param name="north">The component of the direction to the north.</param>
    internal (double Along, double Across, double Both) Turned(double east, double north)
    {
        double mixed = 2 * Cov * east * north;
        return ((VarRa * east * east) + (VarDec * north * north) + mixed, (VarRa * north * north) + (VarDec * east * east) - mixed,
            ((VarDec - VarRa) * east * north) + (Cov * ((east * east) - (north * north))));
    }
}
