using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>The unit of the pixels of a frame.</summary>
internal static class PixelUnit
{
    /// <summary>Finds the factor that converts pixels to the unit of the recipe.</summary>
    /// <param name="band">The units of the recipe.</param>
    /// <param name="frame">The frame, with its BUNIT.</param>
    /// <param name="factor">The factor; 1 if there is nothing to convert.</param>
    /// <returns>False if the unit of the recipe replaces that of the file, which is missing, unknown or of another quantity.</returns>
    /// <exception cref="SchemaMismatchException">The recipe has both units, and they differ in quantity.</exception>
    internal static bool TryConvert(BandRecipe band, Frame frame, out double factor)
    {
        factor = 1;
        string? from = band.FileUnit ?? frame.Unit;
        if (band.Unit is not { } to)
            return true;
        if (!string.IsNullOrWhiteSpace(from) && UnitFactors.TryConvert(from, to, 1, out factor))
            return true;
        factor = 1;
        return band.FileUnit is null ? false
            : throw new SchemaMismatchException(frame.Path, null,
                $"HDU {frame.Header.Hdu}: '{band.FileUnit}' cannot be converted to '{to}'", "Correct 'unit' or 'file_unit' of the band");
    }
}
