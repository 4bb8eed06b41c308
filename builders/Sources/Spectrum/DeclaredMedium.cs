using Pile.Builders.Sources.SpectralCubes;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>The medium of wavelengths that headers and recipe declare.</summary>
internal static class DeclaredMedium
{
    /// <summary>Returns the medium that the axis and the header of the flux declare, otherwise the primary header, or the
    /// recipe.</summary>
    /// <exception cref="SchemaMismatchException">None does, or file and recipe contradict each other, or the file contradicts itself and
    /// the recipe declares none.</exception>
    internal static SpectralMedium Of(string path, ArmRecipe arm, WavelengthAxis axis, FitsHeader header, FitsHeader primary)
    {
        Statement[] found = [.. OfAxis(axis, header)];
        found = axis.IsConverted ? found : [.. found, .. InHeader(header, isNeeded: found.Length == 0)];
        found = found.Length > 0 ? found : [.. InHeader(primary, isNeeded: true)];
        if (found.Length == 0)
            return arm.Medium is not SpectralMedium.Undeclared ? arm.Medium : throw new SchemaMismatchException(path, null,
                $"{arm.Label}the file says neither that its wavelengths are in air nor in vacuum",
                "Set 'wavelength: { medium: air }' or 'vacuum' in the recipe's source");
        if (Array.Exists(found, statement => statement.Medium == arm.Medium))
            return arm.Medium;
        SpectralMedium ofFile = found[0].Medium;
        if (Array.Find(found, statement => statement.Medium != ofFile) is { } other) // so that the recipe declares none
            throw new SchemaMismatchException(path, null,
                $"{arm.Label}{found[0].Text} says that the wavelengths are in {SpectralMediums.Word(ofFile)}, "
                    + $"{other.Text} that they are in {SpectralMediums.Word(other.Medium)}",
                "Set 'wavelength: { medium: air }' or 'vacuum' in the recipe's source, or leave out this file");
        return arm.Medium is SpectralMedium.Undeclared ? ofFile
            : throw new SchemaMismatchException(path, null,
                $"{arm.Label}the file says that its wavelengths are in {SpectralMediums.Word(ofFile)}, "
                    + $"the recipe {SpectralMediums.Word(arm.Medium)}",
                "Remove 'wavelength.medium' from the recipe's source, or leave out this file");
    }

    private static IEnumerable<Statement> OfAxis(WavelengthAxis axis, FitsHeader header)
    {
        if (axis.Medium is not SpectralMedium.Undeclared)
            yield return new(axis.Medium, header.GetText("CTYPE1")?.Trim() is { } type
                && SpectralAxis.MediumOf(type.ToUpperInvariant()) == axis.Medium ? $"CTYPE1 = '{type}'" : "the unit of the wavelengths");
    }

    // VACUUM of SDSS, AIRORVAC of the IDL library and of DESI.
    private static IEnumerable<Statement> InHeader(FitsHeader header, bool isNeeded)
    {
        if (header.Find("VACUUM") is { } card && (isNeeded || card is { Value: "T" or "F", IsText: false }))
            yield return new(header.GetBool("VACUUM") == true ? SpectralMedium.Vacuum : SpectralMedium.Air, $"VACUUM = {card.Value}");
        string? word = header.GetText("AIRORVAC")?.Trim();
        if (word?.ToLowerInvariant() is "vac" or "vacuum" or "air")
            yield return new(word.Equals("air", StringComparison.OrdinalIgnoreCase) ? SpectralMedium.Air : SpectralMedium.Vacuum,
                $"AIRORVAC = '{word}'");
    }

    /// <summary>A medium, and what declares it.</summary>
    private sealed record Statement(SpectralMedium Medium, string Text);
}
