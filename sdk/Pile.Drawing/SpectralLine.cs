namespace Pile.Drawing;

/// <summary>How a line is usually seen.</summary>
public enum LineKind
{
    /// <summary>Mostly in emission.</summary>
    Emission,

    /// <summary>Mostly in absorption.</summary>
    Absorption,
}

/// <summary>What the wavelengths of a spectrum were measured in: a property of the column, never guessed.</summary>
public enum WavelengthMedium
{
    /// <summary>Vacuum: SDSS, DESI.</summary>
    Vacuum,

    /// <summary>Standard air: MUSE, and most older optical spectra.</summary>
    Air,
}

/// <summary>A line as labelled in plots.</summary>
/// <param name="Label">Short name, as "[O III] 5007"; numbers in names are air wavelengths, by custom.</param>
/// <param name="VacuumAngstrom">Rest wavelength in vacuum, Å; for blends the mean of their lines.</param>
/// <param name="Kind">How it is usually seen.</param>
public sealed record SpectralLine(string Label, double VacuumAngstrom, LineKind Kind)
{
    /// <summary>Rest wavelength in standard air, Å; below 2000 Å that in vacuum, as is the custom.</summary>
    public double AirAngstrom => AirWavelength.FromVacuum(VacuumAngstrom);

    /// <summary>Where the line is observed at a redshift, Å in the spectrum's medium.</summary>
    /// <param name="z">Redshift, above -1.</param>
    /// <param name="medium">The spectrum's medium. Light is stretched in vacuum and measured in air, so air comes last.</param>
    public double ObservedAngstrom(double z, WavelengthMedium medium) =>
        medium is WavelengthMedium.Air ? AirWavelength.FromVacuum(VacuumAngstrom * (1 + z)) : VacuumAngstrom * (1 + z);
}
