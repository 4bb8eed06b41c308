using Pile.Builders.Sources.SpectralCubes;
using Pile.Format;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>Compares the values that belong to the flux, such as its noise, with the flux.</summary>
/// <param name="flux">The flux.</param>
/// <param name="wavelengths">The wavelengths of the flux.</param>
/// <param name="recipe">Unit and scale of the wavelengths.</param>
internal sealed class CompanionAxis(SpectrumValues flux, WavelengthAxis wavelengths, ArmRecipe recipe)
{
    /// <summary>Requires that values are not those of the flux themselves.</summary>
    /// <param name="values">The noise or the mask; null for none.</param>
    /// <param name="key">Its key in the recipe.</param>
    /// <exception cref="SchemaMismatchException">They are.</exception>
    internal void RequireOther(SpectrumValues? values, string key)
    {
        if (values?.AreThoseOf(flux) == true)
            throw flux.Unlike($"{flux.Place}: '{key}' selects the very values of the flux"
                + (flux.Column is null ? $". Set 'row' of '{key}' to its line of the image, from 0, or 'plane' or 'hdu'" : ""));
    }

    /// <summary>Requires that an image with a spectral axis in its header has the axis of the flux, if the header of the flux describes
    /// it.</summary>
    /// <param name="values">The image; null for none.</param>
    /// <param name="role">What it is, in messages.</param>
    /// <exception cref="SchemaMismatchException">The axes differ by more than half a pixel at one of their ends.</exception>
    internal void RequireSame(SpectrumValues? values, string role)
    {
        if (values is null || values.Column is not null || flux.Column is not null || values.Hdu == flux.Hdu
            || wavelengths.Stored is not null || wavelengths.HasOwnLengths || values.Axes[0] != flux.Axes[0]
            || LinearAxis.Of(values.Hdu.Header, 0, values.Axes[0]) is not { } numbers)
            return;
        LinearAxis? own = LinearAxis.Of(flux.Hdu.Header, 0, flux.Axes[0]);
        if (own?.Agrees(numbers) == true)
            return;
        // The recipe may state the unit of the flux only, so that the header of the noise counts, too.
        double[] expected = wavelengths.Read(0);
        double[]? found = null;
        foreach (ArmRecipe reading in new[] { recipe, recipe with { WavelengthUnit = null, IsLog10 = null } })
            if (TryRead(values, reading) is { } angstrom)
            {
                if (LinearAxis.Agree(expected, angstrom))
                    return;
                found ??= angstrom;
            }
        if (found is null && own is null)
            return;
        (string stated, string should) = found is not null
            ? (LinearAxis.Text(found[0], found[^1], "Å"), LinearAxis.Text(expected[0], expected[^1], "Å")) : ($"{numbers}", $"{own}");
        throw new SchemaMismatchException(values.Path, null,
            $"{recipe.Label}HDU {values.Hdu.Label}: the {role} must have the spectral axis of the flux in {Path.GetFileName(flux.Path)}, "
                + $"HDU {flux.Hdu.Label}, which is from {should}, but its own header says {stated}",
            "Correct 'files', 'replace' or 'hdu' in the recipe's source, or the header of one of the two");
    }

    private static double[]? TryRead(SpectrumValues values, ArmRecipe reading)
    {
        try
        {
            return WavelengthAxis.Of(values, null, reading).Read(0);
        }
        catch (PileException)
        {
            return null; // without a unit, for example
        }
    }
}
