using Pile.Fits;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>Converts wavelengths, frequencies, energies and wave numbers to wavelengths in Å.</summary>
/// <param name="Factor">The factor; with <paramref name="IsReciprocal"/>, the wavelength in Å of the value 1.</param>
/// <param name="IsReciprocal">True for frequencies, energies and wave numbers, whose wavelengths are those in vacuum.</param>
internal readonly record struct WavelengthScale(double Factor, bool IsReciprocal)
{
    // λ · value: c in Å/s, h · c in Å · J, and a metre in Å.
    private static readonly (string Unit, double Product)[] Reciprocals =
        [("Hz", 2.99792458e18), ("J", UnitConstants.PlanckTimesLightSpeed * 1e10), ("m-1", 1e10)];

    /// <summary>Finds the conversion of a unit; null if it measures something else.</summary>
    internal static WavelengthScale? Of(string unit)
    {
        if (FitsUnits.TryConvert(unit, "Angstrom", out double factor) && factor > 0)
            return new(factor, IsReciprocal: false);
        foreach ((string reciprocal, double product) in Reciprocals)
            if (FitsUnits.TryConvert(unit, reciprocal, out factor) && factor > 0)
                return new(product / factor, IsReciprocal: true);
        return null;
    }

    /// <summary>Returns the wavelength of a value, Å.</summary>
    internal double ToAngstrom(double value) => IsReciprocal ? Factor / value : Factor * value;
}
