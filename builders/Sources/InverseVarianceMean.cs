namespace Pile.Builders.Sources;

/// <summary>The mean of two measurements of one pixel, weighted by their inverse variances.</summary>
internal static class InverseVarianceMean
{
    /// <summary>Returns the mean; the first value if neither has a weight. A value without a weight may be NaN.</summary>
    /// <param name="value">The first value.</param>
    /// <param name="weight">Its inverse variance; 0 if it is masked or unknown.</param>
    /// <param name="other">The second value.</param>
    /// <param name="otherWeight">Its inverse variance; 0 if it is masked or unknown.</param>
    internal static double Of(double value, double weight, double other, double otherWeight)
    {
        double sum = weight + otherWeight;
        return sum > 0 ? ((weight > 0 ? weight * value : 0) + (otherWeight > 0 ? otherWeight * other : 0)) / sum : value;
    }
}
