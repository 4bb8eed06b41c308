using System.Collections.Frozen;
using System.Runtime.Intrinsics;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>The quantity that a survey's noise image holds.</summary>
internal enum NoiseKind
{
    /// <summary>Inverse variance (DECam oow, Legacy Survey invvar).</summary>
    Ivar,

    /// <summary>Variance (Pan-STARRS wt, MUSE STAT).</summary>
    Variance,

    /// <summary>Standard deviation (XDF rms, JWST ERR).</summary>
    Rms,
}

/// <summary>Converts a survey's noise to inverse variance.</summary>
internal static class Noise
{
    internal static FrozenDictionary<string, NoiseKind> Words { get; } = new Dictionary<string, NoiseKind>
    {
        ["ivar"] = NoiseKind.Ivar,
        ["variance"] = NoiseKind.Variance,
        ["rms"] = NoiseKind.Rms,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Replaces noise by the inverse variance; 0, which means unknown, if the noise is 0, negative, NaN or infinite.</summary>
    /// <param name="values">The noise.</param>
    /// <param name="kind">The quantity that the noise is.</param>
    /// <param name="factor">The factor that converts the noise to the unit of the flux.</param>
    /// <returns>The index of the first value whose inverse variance is out of the range of float32, and which is unchanged; -1 if there
    /// is no such value.</returns>
    internal static int ToIvar(Span<float> values, NoiseKind kind, double factor)
    {
        int i = 0;
        Vector256<double> factors = Vector256.Create(factor), one = Vector256<double>.One;
        Vector256<float> infinity = Vector256.Create(float.PositiveInfinity);
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> noise = Vector256.Create<float>(values[i..]);
            (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(noise);
            (lower, upper) = (lower * factors, upper * factors);
            if (kind is NoiseKind.Rms)
                (lower, upper) = (lower * lower, upper * upper);
            if (kind is not NoiseKind.Ivar)
                (lower, upper) = (one / lower, one / upper);
            Vector256<float> isKnown = Vector256.GreaterThan(noise, Vector256<float>.Zero) & Vector256.LessThan(noise, infinity),
                ivar = Vector256.Narrow(lower, upper) & isKnown;
            if (!Vector256.LessThanAll(ivar, infinity))
                break; // the loop below finds the value
            ivar.CopyTo(values[i..]);
        }
        for (; i < values.Length; i++)
        {
            float ivar = ToIvar(values[i], kind, factor);
            if (!float.IsFinite(ivar))
                return i;
            values[i] = ivar;
        }
        return -1;
    }

    /// <summary>Converts noise of more than float32's precision or range, which is rounded only once it is in the unit of the
    /// flux.</summary>
    /// <param name="noise">The noise.</param>
    /// <param name="ivar">Receives the inverse variances; 0 as of <see cref="ToIvar(Span{float}, NoiseKind, double)"/>.</param>
    /// <param name="kind">The quantity that the noise is.</param>
    /// <param name="factor">The factor that converts the noise to the unit of the flux.</param>
    /// <returns>The index of the first value whose inverse variance is out of the range of float32; -1 if there is no such value.</returns>
    internal static int ToIvar(ReadOnlySpan<double> noise, Span<float> ivar, NoiseKind kind, double factor)
    {
        for (int i = 0; i < noise.Length; i++)
            if (!float.IsFinite(ivar[i] = ToIvar(noise[i], kind, factor)))
                return i;
        return -1;
    }

    private static float ToIvar(double noise, NoiseKind kind, double factor)
    {
        if (!(noise > 0) || double.IsInfinity(noise))
            return 0;
        double inUnit = noise * factor;
        return (float)(kind switch
        {
            NoiseKind.Ivar => inUnit,
            NoiseKind.Variance => 1 / inUnit,
            _ => 1 / (inUnit * inUnit),
        });
    }
}
