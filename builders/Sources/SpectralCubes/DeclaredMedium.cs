using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.SpectralCubes;

/// <summary>The medium of wavelengths that an axis declares.</summary>
/// <param name="Medium">The medium; undeclared if the axis declares none.</param>
/// <param name="Text">What of the axis declares it, or does not, for messages; empty to leave it out.</param>
/// <param name="IsConverted">True for frequencies and other quantities, which become wavelengths in vacuum whatever the header
/// declares.</param>
internal sealed record MediumOfAxis(SpectralMedium Medium, string Text, bool IsConverted)
{
    /// <summary>Returns the medium of a cube's spectral axis.</summary>
    internal static MediumOfAxis Of(SpectralAxis axis) => new(axis.Medium, $"CTYPE{axis.Axis + 1} = '{axis.Type}'",
        axis.Medium is not SpectralMedium.Undeclared && SpectralAxis.MediumOf(axis.Type) is SpectralMedium.Undeclared);
}

/// <summary>The medium of wavelengths that headers and recipe declare.</summary>
/// <param name="Medium">The medium.</param>
/// <param name="IsOfRecipe">True if the recipe decides, because the file declares none or contradicts itself.</param>
internal sealed record DeclaredMedium(SpectralMedium Medium, bool IsOfRecipe)
{
    /// <summary>Returns the medium that the spectral axis of a cube and the header of the cube declare, otherwise the primary header, or
    /// the recipe.</summary>
    /// <inheritdoc cref="Of(string, string, SpectralMedium, MediumOfAxis, FitsHeader, FitsHeader)"/>
    internal static DeclaredMedium OfCube(SpectralMedium ofRecipe, SpectralAxis axis, FitsHeader header, FitsHeader primary) =>
        Of(header.Path, $"HDU {header.Hdu}: ", ofRecipe, MediumOfAxis.Of(axis), header, primary);

    /// <summary>Returns the medium that the axis and the header of the flux declare, otherwise the primary header, or the
    /// recipe.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="label">The arm or the HDU, for messages, with a colon; empty for the whole file.</param>
    /// <param name="ofRecipe">The medium that the recipe declares.</param>
    /// <param name="axis">The medium that the axis declares.</param>
    /// <param name="header">The header of the flux.</param>
    /// <param name="primary">The primary header.</param>
    /// <exception cref="SchemaMismatchException">None does, or file and recipe contradict each other, or the file contradicts itself and
    /// the recipe declares none.</exception>
    internal static DeclaredMedium Of(string path, string label, SpectralMedium ofRecipe, MediumOfAxis axis, FitsHeader header,
        FitsHeader primary)
    {
        Statement[] found = axis.Medium is SpectralMedium.Undeclared ? [] : [new(axis.Medium, axis.Text)];
        found = axis.IsConverted ? found : [.. found, .. InHeader(header, isNeeded: found.Length == 0)];
        found = found.Length > 0 ? found : [.. InHeader(primary, isNeeded: true)];
        if (found.Length == 0)
            return ofRecipe is not SpectralMedium.Undeclared ? new(ofRecipe, IsOfRecipe: true) : throw new SchemaMismatchException(path,
                null, $"{label}the file says neither that its wavelengths are in air nor in vacuum"
                    + (axis.Text.Length > 0 ? $" ({axis.Text})" : ""),
                "Set 'wavelength: { medium: air }' or 'vacuum' in the recipe's source");
        SpectralMedium ofFile = found[0].Medium;
        Statement? other = Array.Find(found, statement => statement.Medium != ofFile);
        if (ofFile == ofRecipe || other?.Medium == ofRecipe)
            return new(ofRecipe, IsOfRecipe: other is not null);
        if (other is not null) // so that the recipe declares none
            throw new SchemaMismatchException(path, null,
                $"{label}{found[0].Text} says that the wavelengths are in {SpectralMediums.Word(ofFile)}, "
                    + $"{other.Text} that they are in {SpectralMediums.Word(other.Medium)}",
                "Set 'wavelength: { medium: air }' or 'vacuum' in the recipe's source, or leave out this file");
        return ofRecipe is SpectralMedium.Undeclared ? new(ofFile, IsOfRecipe: false)
            : throw new SchemaMismatchException(path, null,
                $"{label}the file says that its wavelengths are in {SpectralMediums.Word(ofFile)} ({found[0].Text}), "
                    + $"the recipe {SpectralMediums.Word(ofRecipe)}",
                "Remove 'wavelength.medium' from the recipe's source, or leave out this file");
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
