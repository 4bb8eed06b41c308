namespace Pile.Drawing;

/// <summary>How a line is usually observed.</summary>
public enum LineKind
{
    /// <summary>Mostly in emission.</summary>
    Emission,

    /// <summary>Mostly in absorption.</summary>
    Absorption,
}

/// <summary>The medium in which the wavelengths of a spectrum were measured: a property of the column, never guessed.</summary>
public enum WavelengthMedium
{
    /// <summary>Vacuum: SDSS, DESI.</summary>
    Vacuum,

    /// <summary>Standard air: MUSE, and most older optical spectra.</summary>
    Air,
}

/// <summary>A spectral line as labelled in plots.</summary>
/// <param name="Label">Short name, such as "[O III] 5007"; numbers in names are air wavelengths by convention.</param>
/// <param name="VacuumAngstrom">Rest wavelength in vacuum, Å; for blends the mean of their lines.</param>
/// <param name="Kind">How the line is usually observed.</param>
public sealed record SpectralLine(string Label, double VacuumAngstrom, LineKind Kind)
{
    /// <summary>The rest wavelength in standard air, Å; below 2000 Å, by convention, that in vacuum.</summary>
    public double AirAngstrom => AirWavelength.FromVacuum(VacuumAngstrom);

    /// <summary>Returns the observed wavelength of the line at a redshift, Å in the spectrum's medium.</summary>
    /// <param name="z">Redshift, above -1.</param>
    /// <param name="medium">The spectrum's medium. The redshift applies in vacuum, so the conversion to air is last.</param>
    public double ObservedAngstrom(double z, WavelengthMedium medium) =>
        medium is WavelengthMedium.Air ? AirWavelength.FromVacuum(VacuumAngstrom * (1 + z)) : VacuumAngstrom * (1 + z);
}
