using System.Collections.Frozen;
using Pile.Fits.Native;

namespace Pile.Fits;

/// <content>The units of axes.</content>
internal sealed partial class SpectralAxis
{
    private const string Metre = "m";

    private static readonly FrozenDictionary<string, string> QuantityOf = new Dictionary<string, string>
    {
        [Metre] = "wavelength",
        ["Hz"] = "frequency",
        ["J"] = "energy",
        ["m-1"] = "wave number",
        ["m/s"] = "velocity",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Returns the cards for wcslib, with the unit that the recipe states, or CUNIT in the spelling of wcslib.</summary>
    /// <exception cref="FitsException">The stated unit is not one of the axis.</exception>
    private static string CardsOf(FitsHeader header, int axis, string type, string? unit)
    {
        if (unit is not null)
            RequireUnit(header, axis, type, unit);
        string cards = Separated(new WcsKeywords(header).CardText(withSpectral: true), axis);
        string keyword = $"CUNIT{axis + 1}";
        return UnitOf(header, axis, unit) is { } stated && FitsUnits.Normalize(stated) is var known
            && (unit is not null || known != stated) // wcslib has no micron
            ? Replaced(cards, FitsCard.Text(keyword, known), name => name == keyword) : cards;
    }

    private static void RequireUnit(FitsHeader header, int axis, string type, string unit)
    {
        const string Remedy = "Correct 'wavelength: { unit: … }' in the recipe's source";
        if (UnitOfQuantity(type) is { } standard)
        {
            if (!FitsUnits.TryConvert(unit, standard, out _))
                throw Failed(header, $"'{unit}' is not a unit of {QuantityOf[standard]}, as CTYPE{axis + 1} = '{type}' requires", Remedy);
        }
        else if (!IsSpectral(type) && !FitsUnits.IsKnown(unit))
            throw Failed(header, $"'{unit}' is not a unit, so that the values of axis {axis + 1} (CTYPE{axis + 1} = '{type}') have none",
                Remedy);
    }

    private static WcsHandle OpenNative(FitsHeader header, string cards, int axis, string type, string? unit)
    {
        try
        {
            return Wcs.OpenNative(header, cards, axis + 1, expectedAxes: 1);
        }
        catch (FitsException) when (unit is not null && IsSpectral(type) && StandardUnit(type) is { } standard
            && !FitsUnits.TryConvert(unit, standard, out _))
        {
            throw Failed(header,
                $"CUNIT{axis + 1} = '{unit}' is not a unit of {QuantityOf[standard]}, as CTYPE{axis + 1} = '{type}' requires"
                    + UnitReading.Suggestion(unit, "wavelength: { unit: … }", reading => FitsUnits.TryConvert(reading, standard, out _)),
                UnitRemedy(type));
        }
    }

    private static double FactorOf(FitsHeader header, int axis, string type, string? unit)
    {
        if (unit is null && UnitOfQuantity(type) is null or Metre)
            throw Failed(header, $"CTYPE{axis + 1} = '{type}' has no CUNIT{axis + 1}", UnitRemedy(type));
        return unit is not null && FitsUnits.TryConvert(unit, "Angstrom", out double factor) && factor > 0 ? factor
            : throw Failed(header, $"CTYPE{axis + 1} = '{type}'{(unit is null ? "" : $" in '{unit}'")} is not a wavelength{(unit is null
                ? "" : UnitReading.Suggestion(unit, "wavelength: { unit: … }", IsLength))}",
                "Specify the HDU that contains the wavelengths, or omit this file");
    }

    private static string UnitRemedy(string type) => "Specify the unit of the "
        + $"{(UnitOfQuantity(type) is null or Metre ? "wavelengths" : "axis")}: 'wavelength: {{ unit: … }}' in the recipe's source";

    /// <summary>Returns the unit that the recipe states, otherwise CUNIT; null without both.</summary>
    private static string? UnitOf(FitsHeader header, int axis, string? unit) =>
        unit ?? (header.GetText($"CUNIT{axis + 1}")?.Trim() is { Length: > 0 } declared ? declared : null);

    private static bool IsLength(string unit) => FitsUnits.TryConvert(unit, "Angstrom", out double factor) && factor > 0;

    /// <summary>Returns the unit of the standard for the quantity that CTYPE names, also with a word that is not one of FITS; null for an
    /// unknown quantity and for those without a unit.</summary>
    private static string? UnitOfQuantity(string type) => IsSpectral(type) ? StandardUnit(type) : type switch
    {
        "WAVELENGTH" or "LAMBDA" => Metre,
        "WAVENUMBER" => "m-1",
        "ENERGY" => "J",
        ['V', 'E', 'L', 'O', ..] => "m/s",
        ['F', 'R', 'E', 'Q', ..] => "Hz",
        _ => null,
    };

    // The unit in which wcslib returns the values of a type; null for redshift and β, which have none.
    private static string? StandardUnit(string type) => type[..4] switch
    {
        "FREQ" => "Hz",
        "ENER" => "J",
        "WAVN" => "m-1",
        "VRAD" or "VOPT" or "VELO" or "FELO" => "m/s",
        "WAVE" or "AWAV" => Metre,
        _ => null,
    };
}
