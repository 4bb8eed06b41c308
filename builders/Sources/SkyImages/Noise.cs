using System.Collections.Frozen;

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

    /// <summary>Returns the inverse variance; 0, which means unknown, if the noise is 0, negative, NaN or infinite.</summary>
    /// <param name="noise">The noise.</param>
    /// <param name="kind">The quantity that the noise is.</param>
    /// <param name="factor">The factor that converts the noise to the unit of the flux.</param>
    internal static float ToIvar(float noise, NoiseKind kind, double factor)
    {
        if (!(noise > 0) || float.IsInfinity(noise))
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
