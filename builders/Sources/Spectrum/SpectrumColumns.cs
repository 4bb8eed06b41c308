using Pile.Format;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>The columns of the modality for one spectrum.</summary>
internal static class SpectrumColumns
{
    internal static IEnumerable<ColumnData> Of(Segment spectrum, string? unit)
    {
        yield return Standard("spectrum_flux", spectrum.Flux, unit);
        yield return Standard("spectrum_lambda", Array.ConvertAll(spectrum.Angstrom, w => (float)w));
        if (spectrum.Ivar is { } ivar)
            yield return Standard("spectrum_ivar", ivar, InverseSquareUnit.Of(unit ?? ""));
        yield return Standard("spectrum_mask", spectrum.IsBad);
        if (spectrum.LsfSigma is { } sigma)
            yield return Standard("spectrum_lsf_sigma", sigma);
    }

    private static ColumnData<T> Standard<T>(string name, T[] values, string? unit = null) where T : unmanaged =>
        new(Modality.Get("spectrum").Find(name)!.With(DTypes.Of<T>(), [ColumnSchema.Ragged], unit), values, [values.Length]);
}
