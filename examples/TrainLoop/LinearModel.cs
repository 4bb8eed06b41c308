namespace Pile.Examples.TrainLoop;

/// <summary>A straight line through features, fitted by stochastic gradient descent. Features and target are brought to a mean of 0 and a
/// scatter of 1 first.</summary>
/// <param name="Means">Mean of each feature, then of the target.</param>
/// <param name="Scatters">Standard deviation of each.</param>
/// <param name="Weights">One for each feature, then the constant; of scaled values.</param>
internal sealed record LinearModel(double[] Means, double[] Scatters, double[] Weights)
{
    // Huber's loss: a star whose neighbour fell into the square pulls no harder than this, in scatters of the target.
    private const double Knee = 0.25;

    /// <summary>A model that knows the pairs' means and scatters, and nothing else.</summary>
    internal static LinearModel Start(IReadOnlyList<(double[] Features, double Target)> pairs)
    {
        int features = pairs[0].Features.Length;
        double[] means = new double[features + 1], scatters = new double[features + 1];
        for (int i = 0; i <= features; i++)
        {
            double[] values = [.. pairs.Select(p => i < features ? p.Features[i] : p.Target)];
            means[i] = values.Average();
            scatters[i] = Math.Max(Math.Sqrt(values.Average(v => (v - means[i]) * (v - means[i]))), 1e-9);
        }
        return new LinearModel(means, scatters, new double[features + 1]);
    }

    /// <summary>What the model makes of features, in the target's unit.</summary>
    internal double Predict(double[] features) => (Scaled(features) * Scatters[^1]) + Means[^1];

    /// <summary>Goes one step down the gradient of a batch.</summary>
    /// <returns>The sum of the squared residuals before the step, in the target's unit.</returns>
    internal double Step(IReadOnlyList<(double[] Features, double Target)> batch, double rate)
    {
        double[] gradient = new double[Weights.Length];
        double squares = 0;
        foreach ((double[] features, double target) in batch)
        {
            double residual = Scaled(features) - ((target - Means[^1]) / Scatters[^1]), pull = Math.Clamp(residual, -Knee, Knee);
            for (int i = 0; i < features.Length; i++)
                gradient[i] += pull * (features[i] - Means[i]) / Scatters[i];
            gradient[^1] += pull;
            squares += residual * residual * Scatters[^1] * Scatters[^1];
        }
        for (int i = 0; i < Weights.Length && batch.Count > 0; i++)
            Weights[i] -= rate * gradient[i] / batch.Count;
        return squares;
    }

    private double Scaled(double[] features)
    {
        double sum = Weights[^1];
        for (int i = 0; i < features.Length; i++)
            sum += Weights[i] * (features[i] - Means[i]) / Scatters[i];
        return sum;
    }
}
