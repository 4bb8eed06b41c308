using System.Globalization;
using System.Numerics;
using Pile.Builders.Sources.SkyImages;

namespace Pile.Builders.Sources.Cube;

/// <summary>Converts noise to inverse variance in place.</summary>
internal static class InverseVariance
{
    /// <summary>Converts all values; 0, which means unknown, where the noise is 0, negative, NaN or infinite.</summary>
    /// <param name="noise">The noise; receives the inverse variance.</param>
    /// <param name="kind">The quantity that the noise is.</param>
    /// <param name="factor">The factor that the values of the cube are multiplied by.</param>
    /// <param name="noiseFactor">The factor that converts the noise to the unit of the values before that.</param>
    /// <returns>Null, or the first inverse variance that the type cannot represent with full precision.</returns>
    internal static string? TryConvert<T>(Span<T> noise, NoiseKind kind, double factor, double noiseFactor)
        where T : IBinaryFloatingPointIeee754<T>
    {
        double scale = 1 / (factor * factor);
        bool isSame = kind is NoiseKind.Ivar && factor == 1 && noiseFactor == 1;
        for (int i = 0; i < noise.Length; i++)
        {
            double value = double.CreateTruncating(noise[i]);
            if (!(value > 0) || double.IsInfinity(value))
            {
                noise[i] = T.Zero;
                continue;
            }
            if (isSame)
                continue;
            value *= noiseFactor;
            double ivar = scale * (kind switch
            {
                NoiseKind.Ivar => value,
                NoiseKind.Variance => 1 / value,
                _ => 1 / (value * value),
            });
            noise[i] = T.CreateTruncating(ivar);
            if (!T.IsNormal(noise[i]))
                return ivar.ToString("R", CultureInfo.InvariantCulture);
        }
        return null;
    }
}
