namespace Pile.Builders.Sources.Spectrum;

/// <summary>Counts the spectra of a file whose noise is unknown in all pixels.</summary>
internal sealed class NoiseCount
{
    private int spectra;
    private bool isKnown;

    /// <summary>Adds a spectrum.</summary>
    /// <param name="ivar">Its inverse variances, 0 where the noise is unknown; null if the recipe names no noise.</param>
    internal void Add(float[]? ivar)
    {
        spectra++;
        isKnown |= ivar is null || ivar.AsSpan().ContainsAnyExcept(0f);
    }

    /// <summary>A message if no pixel of the file has noise; otherwise null.</summary>
    internal string? Finding => isKnown || spectra == 0 ? null
        : $"no pixel of {(spectra == 1 ? "the spectrum" : $"{spectra} spectra")} has noise: it is NaN, 0 or negative "
            + "everywhere, so that all pixels are masked. Remove 'ivar' from the recipe's source, or name other values";
}
