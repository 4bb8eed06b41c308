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

    /// <exception cref="FitsException">A file does not open, or has no such image.</exception>
    /// <exception cref="SchemaMismatchException">The size of noise or mask differs from that of the frame, or the mask does not hold
    /// integers, or a unit cannot be converted.</exception>
    internal FrameImages(BandRecipe band, Frame frame)
    {
        (this.band, this.frame, files) = (band, frame, new ImageFiles(frame));
        try
        {
            science = files.Open(frame.Path).Hdu(frame.HduIndex).Image();
            noise = band.Companions.Ivar is { } ivar ? Companion(ivar, "ivar") : null;
            bool isConverted = PixelUnit.TryConvert(band, frame, out fluxFactor);
            if (noise is not null)
                noiseFactor = Math.Pow(fluxFactor, NoiseUnits.Power(band.Companions.IvarKind))
                    * NoiseUnits.Factor(new(noise.Header.Path, $"HDU {noise.Header.Hdu}", band.Companions.IvarKind,
                        band.Companions.IvarUnit ?? noise.Unit), frame.Unit, band.FileUnit ?? (isConverted ? null : band.Unit));
            mask = band.Companions.Mask is { } dq ? Companion(dq, "mask") : null;
            psf = band.PsfFwhm?.Image is { } sizes ? Companion(sizes, "PSF size") : null;
            if (mask is not null && mask.Type is FitsType.Float32 or FitsType.Float64 or FitsType.UInt64)
                throw new SchemaMismatchException(band.Companions.Mask!.Files[frame.Number], null,
                    $"a mask should hold integers of at most 32 bits, found {mask.Type}", "Choose another HDU in the recipe");
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
        science.Read(across.Start + across.Skip, up.Start + up.Skip, across.Count, up.Count, destination);
        if (fluxFactor == 1)
            return;
        Span<float> flux = destination[..(across.Count * up.Count)];
        for (int i = 0; i < flux.Length; i++)
        {
            float converted = (float)(flux[i] * fluxFactor);
            flux[i] = !float.IsInfinity(converted) || float.IsInfinity(flux[i]) ? converted
                : throw new SchemaMismatchException($"{frame.Path}, HDU {science.Header.Hdu}", null,
                    $"{Place(across, up, i)}: {flux[i]} in '{band.FileUnit ?? frame.Unit}' is out of the range of float32 in '{band.Unit}'",
                    "Set 'unit' of the band to a larger unit");
        }
    }

    /// <summary>Reads the noise of the pixels as inverse variance. Returns false if the band has no noise.</summary>
    internal bool TryReadIvar(CutoutWindow across, CutoutWindow up, Span<float> destination)
    {
        if (noise is null)
            return false;
        noise.Read(across.Start + across.Skip, up.Start + up.Skip, across.Count, up.Count, destination);
        int wrong = Noise.ToIvar(destination[..(across.Count * up.Count)], band.Companions.IvarKind, noiseFactor);
        if (wrong >= 0)
            throw new SchemaMismatchException($"{noise.Header.Path}, HDU {noise.Header.Hdu}", null,
                $"{Place(across, up, wrong)}: noise of {destination[wrong]} gives an inverse variance out of the range of float32",
                "Set 'unit' of the band to a smaller unit, for example '10**-20 erg s-1 cm-2 Angstrom-1', or correct the pixel");
        return true;
    }

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
        if (mask.Type is not (FitsType.UInt32 or FitsType.Int64))
        {
            mask.Read(x, y, across.Count, up.Count, destination);
            return true;
        }
        long[] wide = new long[across.Count * up.Count];
        mask.Read<long>(x, y, across.Count, up.Count, wide);
        for (int i = 0; i < wide.Length; i++)
            destination[i] = wide[i] is >= int.MinValue and <= uint.MaxValue ? unchecked((int)wide[i])
                : throw new SchemaMismatchException(band.Companions.Mask!.Files[frame.Number], null,
                    $"the mask holds {wide[i]}, more than 32 bits", "Choose another HDU in the recipe");
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => files.Dispose();

    private FitsImage Companion(CompanionRecipe recipe, string role)
    {
        FitsHdu hdu = files.Companion(recipe, role);
        FitsImage image = hdu.Image();
        return image.Width == frame.Width && image.Height == frame.Height && image.PlaneCount == 1 ? image
            : throw new SchemaMismatchException($"{recipe.Files[frame.Number]}, HDU {hdu.Label}", null,
                $"the {role} of {Path.GetFileName(frame.Path)} should have {frame.Width} x {frame.Height} pixels like the image; found the "
                    + $"axes [{string.Join(", ", image.Axes)}]", "Correct the recipe");
    }
}
