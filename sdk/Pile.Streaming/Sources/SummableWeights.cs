namespace Pile.Streaming;

/// <summary>Weights whose sum is finite.</summary>
internal static class SummableWeights
{
    // More than an array has elements; a power of two changes no digit of a weight that matters beside the largest.
    private const double Scale = 1.0 / (1L << 32);

    /// <summary>Returns the weights, all scaled by the same factor if their sum would be infinite.</summary>
    /// <param name="weights">Finite numbers, zero or more.</param>
    internal static double[] Of(ReadOnlySpan<double> weights)
    {
        double[] summable = weights.ToArray();
        if (double.IsInfinity(summable.Sum()))
            for (int i = 0; i < summable.Length; i++)
                summable[i] *= Scale;
        return summable;
    }
}
