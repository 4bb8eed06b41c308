using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Pile.Builders.Sources.SkyImages;
using Pile.Builders.Sources.SpectralCubes;
using Pile.Format;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>Reads one line or row of an arm, converts its units, and sorts it by wavelength.</summary>
/// <param name="arm">The arm.</param>
/// <param name="line">The line of an image, or the row of a table, among those of the flux.</param>
/// <param name="kind">The word for a line in messages: spectrum or order.</param>
internal sealed class SegmentReader(SpectrumArm arm, int line, string kind)
{
    private readonly string label = string.Create(CultureInfo.InvariantCulture, $"{kind} {line}");

    /// <summary>Reads the line.</summary>
    /// <exception cref="SchemaMismatchException">Arrays differ in length, wavelengths are not monotonic, or values are out of
    /// range.</exception>
    internal Segment Read()
    {
        double[] angstrom = arm.Wavelengths.Read(line), flux = Valid(arm.Flux.Read(line), angstrom);
        Require("wavelengths", arm.Wavelengths.Stored, angstrom.Length, flux.Length);
        double[]? noise = Valid(arm.Noise?.Read(line), angstrom), lsf = Valid(arm.Lsf?.Read(line), angstrom);
        long[]? bits = Valid(arm.Mask?.ReadBits(line), angstrom);
        Require("values of noise", arm.Noise, noise?.Length, flux.Length);
        Require("values of the mask", arm.Mask, bits?.Length, flux.Length);
        Require("values of the line-spread function", arm.Lsf, lsf?.Length, flux.Length);
        Range pixels = WithWavelength(angstrom);
        (flux, angstrom, noise, bits, lsf) = (flux[pixels], angstrom[pixels], noise?[pixels], bits?[pixels], lsf?[pixels]); // copies
        if (arm.Wavelengths.IsDescending(arm.Flux, label, angstrom))
            foreach (Array? values in new Array?[] { flux, angstrom, noise, bits, lsf })
                Array.Reverse(values ?? Array.Empty<double>());

        float[] stored = new float[flux.Length], ivar = new float[noise?.Length ?? 0];
        bool[] isBad = new bool[flux.Length];
        for (int i = 0; i < flux.Length; i++)
        {
            double scale = arm.Scale.At(angstrom[i]);
            stored[i] = Narrow("flux", flux[i] * scale);
            if (noise is not null)
                ivar[i] = Ivar(noise[i] * arm.NoiseFactor, arm.Recipe.NoiseKind, scale);
            isBad[i] = float.IsNaN(stored[i]) || (noise is not null && !(ivar[i] > 0))
                || (bits is not null && (bits[i] & arm.Recipe.BadBits) != 0);
        }
        return new(NameInFile(), angstrom, stored, noise is null ? null : ivar, isBad, LsfSigma(lsf, angstrom));
    }

    /// <summary>Returns the values at wavelengths: the lines of an image may have fewer than the image has pixels.</summary>
    [return: NotNullIfNotNull(nameof(values))]
    private T[]? Valid<T>(T[]? values, double[] angstrom) =>
        arm.Wavelengths.HasOwnLengths && values?.Length > angstrom.Length ? values[..angstrom.Length] : values;

    // Tables of spectra of several lengths fill their arrays with NaN, which is also the value of a null.
    private static Range WithWavelength(double[] angstrom)
    {
        int first = Array.FindIndex(angstrom, a => !double.IsNaN(a)), last = Array.FindLastIndex(angstrom, a => !double.IsNaN(a));
        return first < 0 ? Range.All : first..(last + 1);
    }

    private float[]? LsfSigma(double[]? stored, double[] angstrom)
    {
        if (arm.Recipe.Lsf is not { } lsf)
            return null;
        float[] sigma = new float[angstrom.Length];
        for (int i = 0; i < sigma.Length; i++)
            sigma[i] = (float)lsf.SigmaAngstrom(stored is null ? lsf.At(angstrom[i]) : stored[i] * arm.LsfFactor, angstrom[i],
                PixelSize.Angstrom(angstrom, i));
        return sigma;
    }

    private float Ivar(double noise, NoiseKind kind, double scale)
    {
        if (!(noise > 0) || double.IsInfinity(noise))
            return 0;
        double ivar = kind switch
        {
            NoiseKind.Ivar => noise / (scale * scale),
            NoiseKind.Variance => 1 / (noise * scale * scale),
            _ => 1 / (noise * scale * noise * scale),
        };
        float stored = Narrow("inverse variance", ivar);
        return stored > 0 ? stored : throw OutOfRange("inverse variance", ivar);
    }

    private float Narrow(string quantity, double value)
    {
        float stored = (float)value;
        return float.IsInfinity(stored) && double.IsFinite(value) ? throw OutOfRange(quantity, value) : stored;
    }

    private SchemaMismatchException OutOfRange(string quantity, double value) =>
        new(arm.Flux.Path, null, string.Create(CultureInfo.InvariantCulture,
            $"{arm.Recipe.Label}{label}: the {quantity} {value:R} is out of the range of float32 in the unit '{arm.Scale.Unit}'"),
            "Set 'unit' in the recipe's source to a unit with a factor, for example 10**-17 erg s-1 cm-2 Angstrom-1")
        { IsOfRow = true };

    private string NameInFile() => arm.Recipe.Name.Length > 0
        ? arm.Flux.Count == 1 ? $"arm '{arm.Recipe.Name}'" : $"arm '{arm.Recipe.Name}', {label}"
        : arm.Flux.Count == 1 ? $"HDU {arm.Flux.Hdu.Label}" : label;

    // Arrays of a fixed length differ in all spectra or in none.
    private void Require(string what, SpectrumValues? values, int? found, int expected)
    {
        if (found is { } count && count != expected)
            throw arm.Flux.UnlikeOfOne($"{label} has {expected} values of flux, but {count} {what}",
                isShared: !(arm.Flux.HasLengths || values?.HasLengths == true || arm.Wavelengths.HasOwnLengths));
    }
}
