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
    internal static float ToIvar(float noise, NoiseKind kind)
    {
        if (!(noise > 0) || float.IsInfinity(noise))
            return 0;
        return kind switch
        {
            NoiseKind.Ivar => noise,
            NoiseKind.Variance => (float)(1.0 / noise),
            _ => (float)(1.0 / ((double)noise * noise)),
        };
    }
}
