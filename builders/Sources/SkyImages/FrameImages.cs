using System.Globalization;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>Reads the pixels of a frame with noise and mask.</summary>
internal sealed class FrameImages : IDisposable
{
    private readonly ImageFiles files;
    private readonly BandRecipe band;
    private readonly Frame frame;
    private readonly FitsImage science;
    private readonly FitsImage? noise;
    private readonly double noiseFactor = 1;
    private readonly double fluxFactor;
    private readonly FitsImage? mask;
    private readonly FitsImage? psf;
    private readonly AsinhScale? fluxScale, noiseScale;
    private readonly FramePixels<float> flux;
    private readonly FramePixels<float>? sigma;
    private readonly FramePixels<int>? bits;

    /// <param name="band">The band.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="lines">The number of lines of all rectangles to read; 0 if no pixel is read twice.</param>
    /// <param name="width">The length of a line.</param>
    /// <exception cref="FitsException">A file does not open, or has no such image.</exception>
    /// <exception cref="SchemaMismatchException">The size of noise or mask differs from that of the frame, or the mask does not hold
    /// integers, or a unit cannot be converted.</exception>
    internal FrameImages(BandRecipe band, Frame frame, long lines = 0, int width = 0)
    {
        (this.band, this.frame, files) = (band, frame, new ImageFiles(frame));
        try
        {
            science = files.Open(frame.Path).Hdu(frame.HduIndex).Image();
            noise = band.Companions.Ivar is { } ivar ? Companion(ivar, "ivar") : null;
            (fluxScale, noiseScale) = (AsinhScale.Of(science), noise is null ? null : AsinhScale.Of(noise));
            bool isConverted = PixelUnit.TryConvert(band, frame, out fluxFactor);
            if (noise is not null)
                noiseFactor = Math.Pow(fluxFactor, NoiseUnits.Power(band.Companions.IvarKind))
                    * NoiseUnits.Factor(new(noise.Header.Path, $"HDU {noise.Header.Hdu}", band.Companions.IvarKind,
                        band.Companions.IvarUnit ?? noise.Unit), frame.Unit, band.FileUnit ?? (isConverted ? null : band.Unit));
            mask = band.Companions.Mask is { } dq ? Companion(dq, "mask") : null;
            psf = band.PsfFwhm?.Image is { } sizes ? Companion(sizes, "PSF size") : null;
            if (mask is not null && mask.Type is FitsType.Float32 or FitsType.Float64)
                throw new SchemaMismatchException(band.Companions.Mask!.Files[frame.Number], null,
                    $"a mask should hold integers of at most 32 bits, found {mask.Type}", "Choose another HDU in the recipe");
            flux = new(science, lines, width);
            sigma = noise is null ? null : new(noise, lines, width);
            bits = mask is null ? null : new(mask, lines, width);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The factor by which pixels of the file are multiplied.</summary>
    internal double FluxFactor => fluxFactor;

    /// <summary>Reads pixels of the frame in the unit of the recipe; blank ones are NaN.</summary>
    internal void ReadFlux(CutoutWindow across, CutoutWindow up, Span<float> destination)
    {
        Span<float> values = destination[..(across.Count * up.Count)];
        if (fluxScale is not null || WidePixels.AreOf(science, fluxFactor))
        {
            using WidePixels wide = WidePixels.Read(science, fluxScale, across, up);
            for (int i = 0; i < values.Length; i++)
                values[i] = Narrow(wide.Values[i] * fluxFactor, wide.Values[i], across, up, i);
            return;
        }
        flux.Read(across, up, values);
        if (fluxFactor == 1)
            return;
        for (int i = 0; i < values.Length; i++)
            values[i] = Narrow(values[i] * fluxFactor, values[i], across, up, i);
    }

    private float Narrow(double converted, double stored, CutoutWindow across, CutoutWindow up, int index)
    {
        float value = (float)converted;
        if (!float.IsInfinity(value) || double.IsInfinity(stored))
            return value;
        string? from = band.FileUnit ?? frame.Unit;
        throw new SchemaMismatchException($"{frame.Path}, HDU {science.Header.Hdu}", null, string.Create(CultureInfo.InvariantCulture,
            $"{Place(across, up, index)}: {stored:R}{(from is null ? "" : $" in '{from}'")} is out of the range of float32")
                + (band.Unit is null ? "" : $" in '{band.Unit}'"),
            "Set 'unit' of the band to a larger unit, to which the pixels are converted, or correct the pixel");
    }

    /// <summary>Reads the noise of the pixels as inverse variance. Returns false if the band has no noise.</summary>
    internal bool TryReadIvar(CutoutWindow across, CutoutWindow up, Span<float> destination)
    {
        if (noise is null)
            return false;
        Span<float> ivar = destination[..(across.Count * up.Count)];
        if (noiseScale is not null || WidePixels.AreOf(noise))
        {
            using WidePixels wide = WidePixels.Read(noise, noiseScale, across, up);
            if (Noise.ToIvar(wide.Values, ivar, band.Companions.IvarKind, noiseFactor) is >= 0 and var index)
                throw OutOfRange(noise, wide.Values[index], across, up, index);
            return true;
        }
        sigma!.Read(across, up, ivar);
        int wrong = Noise.ToIvar(ivar, band.Companions.IvarKind, noiseFactor);
        return wrong < 0 ? true : throw OutOfRange(noise, ivar[wrong], across, up, wrong);
    }

    private static SchemaMismatchException OutOfRange(FitsImage noise, double stored, CutoutWindow across, CutoutWindow up, int index) =>
        new($"{noise.Header.Path}, HDU {noise.Header.Hdu}", null, string.Create(CultureInfo.InvariantCulture,
            $"{Place(across, up, index)}: noise of {stored:R} gives an inverse variance out of the range of float32"),
            "Set 'unit' of the band to a smaller unit, for example '10**-20 erg s-1 cm-2 Angstrom-1', or correct the pixel");

    private static string Place(CutoutWindow across, CutoutWindow up, int index) =>
        $"the pixel x = {across.Start + across.Skip + (index % across.Count) + 1}, y = {up.Start + up.Skip + (index / across.Count) + 1}";

    /// <summary>Reads the FWHM of the PSF at a position of the frame, in the unit of the recipe; NaN if it is unknown there.</summary>
    internal double ReadPsfFwhm(double x, double y)
    {
        if (psf is null)
            return band.PsfFwhm?.Number is { } number ? number.Value ?? frame.Number64(number.Keyword!) : double.NaN;
        Span<double> value = stackalloc double[1];
        psf.Read((long)Math.Clamp(Math.Round(x), 0, frame.Width - 1), (long)Math.Clamp(Math.Round(y), 0, frame.Height - 1), 1, 1, value);
        return value[0] > 0 ? value[0] : double.NaN;
    }

    /// <summary>Reads the mask of the pixels. Returns false if the band has no mask.</summary>
    internal bool TryReadMask(CutoutWindow across, CutoutWindow up, Span<int> destination)
    {
        if (mask is null)
            return false;
        (long x, long y) = (across.Start + across.Skip, up.Start + up.Skip);
        int count = across.Count * up.Count;
        switch (mask.Type)
        {
            case FitsType.UInt32 or FitsType.Int64:
                long[] wide = new long[count];
                mask.Read<long>(x, y, across.Count, up.Count, wide);
                for (int i = 0; i < count; i++)
                    destination[i] = wide[i] is >= int.MinValue and <= uint.MaxValue ? unchecked((int)wide[i])
                        : throw TooWide($"{wide[i]}", across, up, i);
                break;
            case FitsType.UInt64:
                ulong[] unsigned = new ulong[count];
                mask.Read<ulong>(x, y, across.Count, up.Count, unsigned);
                for (int i = 0; i < count; i++)
                    destination[i] = unsigned[i] <= uint.MaxValue ? unchecked((int)unsigned[i])
                        : throw TooWide($"{unsigned[i]}", across, up, i);
                break;
            default:
                bits!.Read(across, up, destination);
                break;
        }
        return true;
    }

    private SchemaMismatchException TooWide(string value, CutoutWindow across, CutoutWindow up, int index) =>
        new($"{mask!.Header.Path}, HDU {mask.Header.Hdu}", null, $"{Place(across, up, index)}: the mask holds {value}, more than 32 bits",
            "Choose another HDU in the recipe");

    /// <inheritdoc/>
    public void Dispose()
    {
        flux?.Dispose();
        sigma?.Dispose();
        bits?.Dispose();
        files.Dispose();
    }

    private FitsImage Companion(CompanionRecipe recipe, string role)
    {
        FitsHdu hdu = frame.Label is null ? files.Companion(recipe, role) : files.CompanionOfOne(recipe, role, frame);
        FitsImage image = hdu.Image();
        if (image.Width != frame.Width || image.Height != frame.Height || image.PlaneCount != 1)
            throw new SchemaMismatchException($"{recipe.Files[frame.Number]}, HDU {hdu.Label}", null,
                $"the {role} of {Path.GetFileName(frame.Path)} should have {frame.Width} x {frame.Height} pixels like the image; found the "
                    + $"axes [{string.Join(", ", image.Axes)}]", "Correct the recipe");
        if (SkyAgreement.Difference(frame.Header, hdu.Header, frame.Width, frame.Height) is var (pixel, at, other))
            throw new SchemaMismatchException($"{recipe.Files[frame.Number]}, HDU {hdu.Label}", null,
                $"the {role} of {Path.GetFileName(frame.Path)} should show the sky of the image, whose {pixel} is at {at}, but its own "
                    + $"{pixel} is at {other}", "Correct 'files', 'replace' or 'hdu' in the recipe, or the WCS of one of the files");
        return image;
    }
}
