namespace Pile.Drawing;

/// <summary>Wavelengths in standard air: 15 °C, 101,325 Pa, dry, 450 ppm CO₂.</summary>
internal static class AirWavelength
{
    private const double VacuumBelowAngstrom = 2000;

    /// <summary>Converts a vacuum wavelength to one in air; below 2000 Å it is not changed.</summary>
    /// <param name="vacuumAngstrom">Wavelength in vacuum, Å.</param>
    /// <remarks>Source: Ciddor 1996, Applied Optics 35, 1566, equation 1.</remarks>
    public static double FromVacuum(double vacuumAngstrom)
    {
        if (!(vacuumAngstrom >= VacuumBelowAngstrom))
            return vacuumAngstrom;
        double wavenumber = 1e4 / vacuumAngstrom; // per µm
        double square = wavenumber * wavenumber;
        double index = 1 + 0.05792105 / (238.0185 - square) + 0.00167917 / (57.362 - square);
        return vacuumAngstrom / index;
    }
}
