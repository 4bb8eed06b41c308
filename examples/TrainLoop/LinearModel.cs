namespace Pile.Examples.TrainLoop;

/// <summary>A linear model of features, fitted by stochastic gradient descent. Features and target are scaled to a mean of 0 and a standard
/// deviation of 1.</summary>
/// <param name="Means">The mean of each feature, then of the target.</param>
/// <param name="Scatters">The standard deviation of each feature, then of the target.</param>
/// <param name="Weights">The weight of each scaled feature, then the constant.</param>
internal sealed record LinearModel(double[] Means, double[] Scatters, double[] Weights)
{
    // The limit of the gradient in Huber's loss, in standard deviations of the target: it limits the effect of stars with a neighbour.
    private const double Knee = 0.25;

    /// <summary>Creates an untrained model with the means and standard deviations of the pairs.</summary>
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

    /// <summary>Predicts the target from features, in the target's unit.</summary>
    internal double Predict(double[] features) => (Scaled(features) * Scatters[^1]) + Means[^1];

    /// <summary>Makes one step of gradient descent with a batch.</summary>
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
