using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.CubeSpectrum;

/// <summary>Finds the unit that the values of a cube are stored in, and the factor from the unit of the file.</summary>
internal static class CubeUnit
{
    /// <summary>Returns the unit, the factor that converts stored values to it, and whether the factor follows from BUNIT.</summary>
    /// <exception cref="SchemaMismatchException">The unit is unknown, cannot be summed over spaxels, or cannot be converted to that of the
    /// recipe.</exception>
    internal static (FluxUnit Unit, double Factor, bool IsOfFileUnit) Of(CubeRecipe recipe, FitsHeader header)
    {
        string? from = header.GetText("BUNIT")?.Trim() is { Length: > 0 } declared ? declared : null;
        if ((recipe.Unit ?? from) is not { } text)
            throw new SchemaMismatchException(header.Path, null,
                $"HDU {header.Hdu} has no BUNIT, so that the unit of its values is unknown", "Set 'unit' in the recipe's source");
        FluxUnit to = FluxUnit.TryParse(text, out string? reason)
            ?? throw new SchemaMismatchException(header.Path, null, $"HDU {header.Hdu}: the unit {reason}",
                recipe.Unit is not null ? "Correct 'unit' in the recipe's source"
                    : NonAdditiveUnit.Reason(text) is not null
                        ? "Convert the cube, or, if BUNIT is wrong, set 'unit' and 'scale' in the recipe's source"
                    : "Set 'unit' in the recipe's source to the unit of the values, such as 'Jy/beam', and 'scale: 1'");
        if (recipe.Scale is { } scale)
            return (to, scale, false);
        if (recipe.Unit is null || from is null)
            return (to, 1, recipe.Unit is null);
        if (TryConvert(from, to, out double factor))
            return (to, factor, true);
        return IsUnit(from) || NonAdditiveUnit.Reason(from) is not null
            ? throw new SchemaMismatchException(header.Path, null,
                $"HDU {header.Hdu}: values in '{from}' (BUNIT) cannot be converted to '{text}'",
                "Set 'unit' in the recipe's source to a unit of the values of a spaxel, not of their sum, such as 'Jy/sr'; or, if BUNIT is "
                    + "wrong, set 'scale' too, the factor from the stored values to 'unit'")
            : (to, 1, false);
    }

    /// <summary>Finds the factor between two units. Values per spaxel may omit "per spaxel".</summary>
    private static bool TryConvert(string from, FluxUnit to, out double factor)
    {
        FluxUnit? stored = FluxUnit.TryParse(from, out _);
        return UnitFactors.TryConvert(stored?.Spaxel ?? from, to.Spaxel, 1, out factor)
            || (to.Per is FluxPer.Spaxel && stored is { Per: FluxPer.Spaxel } && UnitFactors.TryConvert(stored.Sum, to.Sum, 1, out factor));
    }

    private static bool IsUnit(string text) => UnitFactors.ToFits(FluxUnit.TryParse(text, out _)?.Sum ?? text) is not null;
}
