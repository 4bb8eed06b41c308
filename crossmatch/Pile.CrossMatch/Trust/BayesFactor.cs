namespace Pile.CrossMatch;

/// <summary>The Bayes factor of the hypotheses that two positions are of one object, or of two.</summary>
/// <remarks>Budavári and Szalay 2008, ApJ 679, 301, equation 16: 2 / (σa² + σb²) · exp(-ψ² / 2(σa² + σb²)), in radians. With covariances
/// 2 / √det(Ca + Cb) · exp(-χ² / 2).</remarks>
internal static class BayesFactor
{
    private const double ArcsecPerRad = 180 * 3600 / Math.PI;

    private static readonly double LogOfUnits = Math.Log(2) + (2 * Math.Log(ArcsecPerRad));

    /// <summary>Returns the natural logarithm of the factor; NaN if the sum of the covariances is not positive definite.</summary>
    /// <param name="sum">The sum of the covariances of both positions.</param>
    /// <param name="eastArcsec">ΔRA·cos δ; for circular errors the separation.</param>
    /// <param name="northArcsec">Δδ; for circular errors 0.</param>
    internal static double Log(PositionCovariance sum, double eastArcsec, double northArcsec)
    {
        double determinant = (sum.VarRa * sum.VarDec) - (sum.Cov * sum.Cov);
        if (!(determinant > 0 && sum.VarRa > 0 && double.IsFinite(determinant)))
            return double.NaN;
        double chi2 = ((eastArcsec * eastArcsec * sum.VarDec) - (2 * eastArcsec * northArcsec * sum.Cov)
            + (northArcsec * northArcsec * sum.VarRa)) / determinant;
        return LogOfUnits - (0.5 * (Math.Log(determinant) + chi2));
    }
}
