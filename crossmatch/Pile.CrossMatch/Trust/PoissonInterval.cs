namespace Pile.CrossMatch;

/// <summary>A 95 % interval for the mean of a number of events.</summary>
/// <remarks>The limits of Gehrels 1986, ApJ 303, 336, equations 9 and 14, at 97.5 % each. For events that are clustered, the count is
/// divided by the ratio of variance and mean before, and the limits are multiplied by it (McCullagh and Nelder 1989, §6.2.3).</remarks>
internal static class PoissonInterval
{
    private const double Z = 1.959964; // Φ⁻¹(0.975)

    /// <summary>Returns the limits.</summary>
    /// <param name="count">The number of events.</param>
    /// <param name="dispersion">The ratio of variance and mean, at least 1.</param>
    internal static (double Low, double High) Of(double count, double dispersion = 1)
    {
        double n = count / dispersion, next = n + 1;
        double low = n > 0 ? n * Math.Pow(Math.Max(0, 1 - (1 / (9 * n)) - (Z / (3 * Math.Sqrt(n)))), 3) : 0;
        return (low * dispersion, next * Math.Pow(1 - (1 / (9 * next)) + (Z / (3 * Math.Sqrt(next))), 3) * dispersion);
    }
}
