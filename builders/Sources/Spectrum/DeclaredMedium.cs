using Pile.Builders.Sources.SpectralCubes;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>The medium of wavelengths that headers and recipe declare.</summary>
internal static class DeclaredMedium
{
    /// <summary>Returns the medium that the axis declares, otherwise the header of the flux, the primary header, or the recipe.</summary>
    /// <exception cref="SchemaMismatchException">None does, or file and recipe contradict each other.</exception>
    internal static SpectralMedium Of(string path, ArmRecipe arm, SpectralMedium ofAxis, FitsHeader header, FitsHeader primary)
    {
        SpectralMedium ofFile = ofAxis is not SpectralMedium.Undeclared ? ofAxis
            : InHeader(header) is var ofHdu and not SpectralMedium.Undeclared ? ofHdu : InHeader(primary);
        if (ofFile is SpectralMedium.Undeclared && arm.Medium is SpectralMedium.Undeclared)
            throw new SchemaMismatchException(path, null, $"{arm.Label}the file says neither that its wavelengths are in air nor in vacuum",
                "Set 'wavelength: { medium: air }' or 'vacuum' in the recipe's source");
        return ofFile is SpectralMedium.Undeclared || arm.Medium is SpectralMedium.Undeclared || ofFile == arm.Medium
            ? ofFile is SpectralMedium.Undeclared ? arm.Medium : ofFile
            : throw new SchemaMismatchException(path, null,
                $"{arm.Label}the file says that its wavelengths are in {SpectralMediums.Word(ofFile)}, "
                    + $"the recipe {SpectralMediums.Word(arm.Medium)}",
                "Remove 'wavelength.medium' from the recipe's source, or leave out this file");
    }

    // VACUUM of SDSS, AIRORVAC of the IDL library and of DESI.
    private static SpectralMedium InHeader(FitsHeader header) => header.Contains("VACUUM")
        ? header.GetBool("VACUUM") == true ? SpectralMedium.Vacuum : SpectralMedium.Air
        : header.GetText("AIRORVAC")?.Trim().ToLowerInvariant() switch
        {
            "vac" or "vacuum" => SpectralMedium.Vacuum,
            "air" => SpectralMedium.Air,
            _ => SpectralMedium.Undeclared,
        };
}
