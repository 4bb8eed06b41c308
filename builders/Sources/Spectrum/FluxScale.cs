using Pile.Fits;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>Converts flux from the unit of a file to the unit of the recipe.</summary>
/// <param name="Unit">The unit after conversion.</param>
/// <param name="Factor">The factor; for a conversion between frequency and wavelength, that at 1 Å.</param>
/// <param name="LambdaPower">The power of the wavelength in Å that the factor is multiplied by.</param>
internal sealed record FluxScale(string? Unit, double Factor, int LambdaPower)
{
    private const string PerHertz = "erg s-1 cm-2 Hz-1", PerAngstrom = "erg s-1 cm-2 Angstrom-1";
    private const double SpeedOfLightAngstromPerSecond = 2.99792458e18;

    internal bool IsIdentity => Factor == 1 && LambdaPower == 0;

    /// <summary>Finds the conversion; F_λ = F_ν c / λ².</summary>
    /// <param name="flux">The flux, for messages.</param>
    /// <param name="from">The unit of the file; null if unknown.</param>
    /// <param name="to">The unit of the recipe; null to keep the unit.</param>
    /// <exception cref="Pile.Format.SchemaMismatchException">The unit is unknown, or of another quantity.</exception>
    internal static FluxScale Of(SpectrumValues flux, string? from, string? to)
    {
        if (from is null)
            throw flux.Unlike($"HDU {flux.Hdu.Label}: the flux has no unit. Set 'file_unit' to the unit of the file, or '' for none");
        if (to is null)
            return new(from, 1, 0);
        return Find(from, to) ?? throw flux.Unlike($"HDU {flux.Hdu.Label}: '{from}' cannot be converted to '{to}'"
            + $"{UnitReading.Suggestion(from, "file_unit", unit => Find(unit, to) is not null)}. Correct 'unit' or 'file_unit'");
    }

    private static FluxScale? Find(string from, string to)
    {
        if (UnitFactors.TryConvert(from, to, 1, out double factor))
            return new(to, factor, 0);
        if (FitsUnits.TryConvert(from, PerHertz, out double inPerHertz) && FitsUnits.TryConvert(PerAngstrom, to, out double ofPerAngstrom))
            return new(to, inPerHertz * SpeedOfLightAngstromPerSecond * ofPerAngstrom, -2);
        if (FitsUnits.TryConvert(from, PerAngstrom, out double inPerAngstrom) && FitsUnits.TryConvert(PerHertz, to, out double ofPerHertz))
            return new(to, inPerAngstrom / SpeedOfLightAngstromPerSecond * ofPerHertz, 2);
        return null;
    }

    /// <summary>Returns the factor at a wavelength.</summary>
    internal double At(double angstrom) => LambdaPower switch
    {
        0 => Factor,
        2 => Factor * angstrom * angstrom,
        _ => Factor / (angstrom * angstrom),
    };
}
