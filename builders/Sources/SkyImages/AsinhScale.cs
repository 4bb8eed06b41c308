using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>The scale of images whose pixels are inverse hyperbolic sines of the flux: the stacks of Pan-STARRS1, whose headers have
/// BSOFTEN and BOFFSET (Waters et al. 2020, ApJS 251, 4).</summary>
/// <param name="Offset">BOFFSET: the flux of a pixel of 0.</param>
/// <param name="Softening">BSOFTEN, in the unit of the flux.</param>
internal readonly record struct AsinhScale(double Offset, double Softening)
{
    private static readonly double SinhPerPixel = Math.Log(10) / 2.5;

    /// <summary>Returns the scale of an image; null if its pixels are linear.</summary>
    /// <exception cref="SchemaMismatchException">BOFFSET is missing, or the softening is not positive.</exception>
    internal static AsinhScale? Of(FitsImage image)
    {
        if (image.Header.Find("BSOFTEN") is null)
            return null;
        double softening = image.Header.GetFloat64("BSOFTEN") ?? double.NaN, offset = image.Header.GetFloat64("BOFFSET") ?? double.NaN;
        return softening > 0 && double.IsFinite(softening) && double.IsFinite(offset) ? new(offset, softening)
            : throw new SchemaMismatchException($"{image.Header.Path}, HDU {image.Header.Hdu}", null,
                $"BSOFTEN is '{image.Header.GetText("BSOFTEN")}' and BOFFSET '{image.Header.GetText("BOFFSET")}', but pixels on an asinh "
                    + "scale need a positive number and a number", "Correct the header; without BSOFTEN, the pixels are linear");
    }

    /// <summary>Converts pixels to linear fluxes.</summary>
    internal void ToLinear(Span<double> pixels)
    {
        foreach (ref double pixel in pixels)
            pixel = Offset + (2 * Softening * Math.Sinh(pixel * SinhPerPixel));
    }
}
