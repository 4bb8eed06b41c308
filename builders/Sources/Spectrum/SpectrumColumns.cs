using System.Globalization;
using Pile.Builders.Sources.SkyImages;
using Pile.Format;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>The columns of one spectrum: those of the modality, and arrays of the survey under their own names.</summary>
internal static class SpectrumColumns
{
    internal static IEnumerable<ColumnData> Read(SpectrumFile file, SpectrumRecipe recipe, int spectrum)
    {
        double[] flux = file.Flux.Read(spectrum), angstrom = file.Wavelengths.Read(spectrum);
        Require(file, spectrum, "wavelengths", angstrom.Length, flux.Length);
        double[]? noise = file.Noise?.Read(spectrum), bits = file.Mask?.Read(spectrum);
        Require(file, spectrum, "values of noise", noise?.Length, flux.Length);
        Require(file, spectrum, "values of the mask", bits?.Length, flux.Length);
        if (WavelengthAxis.IsDescending(file.Flux, spectrum, angstrom))
            foreach (double[]? values in new[] { flux, noise, bits, angstrom = [.. angstrom] })
                Array.Reverse(values ?? []);

        float[] stored = new float[flux.Length], ivar = new float[noise?.Length ?? 0];
        bool[] isBad = new bool[flux.Length];
        for (int i = 0; i < flux.Length; i++)
        {
            double scale = file.Scale.At(angstrom[i]);
            stored[i] = Narrow(file, spectrum, "flux", flux[i] * scale);
            if (noise is not null)
                ivar[i] = Ivar(file, spectrum, noise[i], recipe.NoiseKind, scale);
            isBad[i] = float.IsNaN(stored[i]) || (noise is not null && !(ivar[i] > 0))
                || (bits is not null && (double.IsNaN(bits[i]) || ((long)bits[i] & recipe.BadBits) != 0));
        }
        yield return Standard("spectrum_flux", stored, file.Scale.Unit);
        yield return Standard("spectrum_lambda", Array.ConvertAll(angstrom, w => (float)w));
        if (noise is not null)
            yield return Standard("spectrum_ivar", ivar, InverseSquareUnit.Of(file.Scale.Unit ?? ""));
        yield return Standard("spectrum_mask", isBad);
    }

    private static float Ivar(SpectrumFile file, int spectrum, double noise, NoiseKind kind, double scale)
    {
        if (!(noise > 0) || double.IsInfinity(noise))
            return 0;
        double ivar = kind switch
        {
            NoiseKind.Ivar => noise / (scale * scale),
            NoiseKind.Variance => 1 / (noise * scale * scale),
            _ => 1 / (noise * scale * noise * scale),
        };
        float stored = Narrow(file, spectrum, "inverse variance", ivar);
        return stored > 0 ? stored : throw OutOfRange(file, spectrum, "inverse variance", ivar);
    }

    private static float Narrow(SpectrumFile file, int spectrum, string quantity, double value)
    {
        float stored = (float)value;
        return float.IsInfinity(stored) && double.IsFinite(value) ? throw OutOfRange(file, spectrum, quantity, value) : stored;
    }

    private static SchemaMismatchException OutOfRange(SpectrumFile file, int spectrum, string quantity, double value) =>
        new(file.Path, null, string.Create(CultureInfo.InvariantCulture,
            $"spectrum {spectrum}: the {quantity} {value:R} is out of the range of float32 in the unit '{file.Scale.Unit}'"),
            "Set 'unit' in the recipe's source to a unit with a factor, for example 10**-17 erg s-1 cm-2 Angstrom-1");

    private static void Require(SpectrumFile file, int spectrum, string what, int? found, int expected)
    {
        if (found is { } count && count != expected)
            throw file.Flux.Unlike($"spectrum {spectrum} has {expected} values of flux, but {count} {what}");
    }

    private static ColumnData<T> Standard<T>(string name, T[] values, string? unit = null) where T : unmanaged =>
        new(Modality.Get("spectrum").Find(name)!.With(DTypes.Of<T>(), [ColumnSchema.Ragged], unit), values, [values.Length]);
}
