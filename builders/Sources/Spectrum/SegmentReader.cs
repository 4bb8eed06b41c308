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
    private int known, underflows; // of the inverse variances of pixels with flux
    private (double[] Flux, double[] Ivar)? ofUnderflow;

    /// <summary>Reads the line.</summary>
    /// <exception cref="SchemaMismatchException">Arrays differ in length, wavelengths are not monotonic, or values are out of
    /// range.</exception>
    internal Segment Read()
    {
        double[] angstrom = arm.Wavelengths.Read(line), flux = Valid(arm.Flux.Read(line), angstrom);
        Require("wavelengths", arm.Wavelengths.Stored, angstrom.Length, flux.Length);
        double[]? noise = Valid(arm.Noise?.Read(line), angstrom), lsf = Valid(arm.Lsf?.Read(line), angstrom);
        long[]? bits = Valid(arm.Mask?.ReadBits(line, arm.Recipe.MaskRule.HasBits, flux.Length), angstrom);
        Require("values of noise", arm.Noise, noise?.Length, flux.Length);
        Require("values of the mask", arm.Mask, bits?.Length, flux.Length);
        Require("values of the line-spread function", arm.Lsf, lsf?.Length, flux.Length);
        Range pixels = WithWavelength(angstrom);
        (flux, angstrom, noise, bits, lsf) = (flux[pixels], angstrom[pixels], noise?[pixels], bits?[pixels], lsf?[pixels]); // copies
        if (arm.Wavelengths.IsDescending(arm.Flux, label, angstrom))
            foreach (Array? values in new Array?[] { flux, angstrom, noise, bits, lsf })
                Array.Reverse(values ?? Array.Empty<double>());

        for (int i = 0; i < flux.Length; i++)
        {
            double scale = arm.Scale.At(angstrom[i]);
            flux[i] *= scale;
            if (noise is not null)
                noise[i] = Ivar(noise[i] * arm.NoiseFactor, arm.Recipe.NoiseKind, scale);
        }
        float[] stored = new float[flux.Length], ivar = new float[noise?.Length ?? 0];
        bool[] isBad = new bool[flux.Length];
        for (int i = 0; i < flux.Length; i++)
        {
            stored[i] = (float)flux[i];
            if (float.IsInfinity(stored[i]) && double.IsFinite(flux[i]))
                throw OutOfRange($"the flux {flux[i].ToString("R", CultureInfo.InvariantCulture)} is", [.. flux.Where(double.IsFinite)
                    .Select(Math.Abs).Where(f => f > 0)], flux, noise);
            if (noise is not null)
                ivar[i] = float.IsInfinity(stored[i]) ? 0 : Narrow(flux, noise, i);
            isBad[i] = !float.IsFinite(stored[i]) || (noise is not null && !(ivar[i] > 0))
                || (bits is not null && arm.Recipe.MaskRule.IsBad(bits[i]));
        }
        return new(NameInFile(), angstrom, stored, noise is null ? null : ivar, isBad, LsfSigma(lsf, angstrom));
    }

    /// <summary>Returns the values at wavelengths: the lines of an image may have fewer than the image has pixels.</summary>
    [return: NotNullIfNotNull(nameof(values))]
    private T[]? Valid<T>(T[]? values, double[] angstrom) =>
        arm.Wavelengths.HasOwnLengths && values?.Length > angstrom.Length ? values[..angstrom.Length] : values;

    // Tables of spectra of several lengths fill their arrays with NaN, which is also the value of a null, or with 0.
    private static Range WithWavelength(double[] angstrom)
    {
        int first = Array.FindIndex(angstrom, IsWavelength), last = Array.FindLastIndex(angstrom, IsWavelength);
        return first < 0 ? Range.All : first..(last + 1);

        static bool IsWavelength(double angstrom) => !double.IsNaN(angstrom) && angstrom != 0;
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

    // NaN if it is unknown, so that 0 is one that float64 cannot represent.
    private static double Ivar(double noise, NoiseKind kind, double scale) => !(noise > 0) || double.IsInfinity(noise) ? double.NaN
        : kind switch
        {
            NoiseKind.Ivar => noise / (scale * scale),
            NoiseKind.Variance => 1 / (noise * scale * scale),
            _ => 1 / (noise * scale * noise * scale),
        };

    private float Narrow(double[] flux, double[] ivar, int index)
    {
        float stored = (float)ivar[index];
        if (float.IsInfinity(stored))
            throw OutOfRange($"the inverse variance {ivar[index].ToString("R", CultureInfo.InvariantCulture)} is", Sigmas(ivar), flux,
                ivar);
        if (double.IsNaN(ivar[index]))
            return 0;
        if (double.IsNaN(flux[index]))
            return stored;
        known++;
        if (stored == 0)
        {
            underflows++;
            ofUnderflow = (flux, ivar);
        }
        return stored;
    }

    /// <summary>Requires that float32 represents at least half of the inverse variances of a spectrum. Those of a few pixels, whose noise
    /// is a large number that marks them as bad, may be too small; those of most pixels are too small in a wrong unit.</summary>
    /// <param name="parts">The parts of the spectrum, which have been read.</param>
    /// <exception cref="SchemaMismatchException">More than half are too small.</exception>
    internal static void RequireRange(IReadOnlyList<SegmentReader> parts)
    {
        int all = parts.Sum(p => p.known), lost = parts.Sum(p => p.underflows);
        if (lost > all - lost && parts.First(p => p.underflows > 0) is { ofUnderflow: var (flux, ivar) } part)
            throw part.OutOfRange($"{lost} of {all} inverse variances are so small that they are", Sigmas(ivar), flux, ivar);
    }

    private static double[] Sigmas(double[] ivar) =>
        [.. ivar.Select(i => 1 / Math.Sqrt(i)).Where(sigma => sigma > 0 && double.IsFinite(sigma)).DefaultIfEmpty(1)];

    private SchemaMismatchException OutOfRange(string finding, double[] values, double[] flux, double[]? ivar) => new(arm.Flux.Path, null,
        $"{arm.Recipe.Label}{label}: {finding} out of the range of float32 in the unit '{arm.Scale.Unit}'",
        FittingUnit.Remedy(arm.Scale.Unit, values, flux, ivar))
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
