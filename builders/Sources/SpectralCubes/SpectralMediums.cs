using System.Collections.Frozen;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.SpectralCubes;

/// <summary>The medium of wavelengths: the words of the format, and which of file and recipe declares it.</summary>
internal static class SpectralMediums
{
    /// <summary>The words of a recipe.</summary>
    internal static FrozenDictionary<string, SpectralMedium> Words { get; } = new Dictionary<string, SpectralMedium>
    {
        ["air"] = SpectralMedium.Air,
        ["vacuum"] = SpectralMedium.Vacuum,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Returns the word of the format for a medium.</summary>
    internal static string Word(SpectralMedium medium) => medium is SpectralMedium.Air ? "air" : "vacuum";

    /// <summary>Returns the medium of a cube's wavelengths.</summary>
    /// <param name="header">The header of the cube.</param>
    /// <param name="axis">Its spectral axis.</param>
    /// <param name="declared">The medium that the recipe declares.</param>
    /// <exception cref="SchemaMismatchException">Neither declares the medium, or they contradict each other.</exception>
    internal static SpectralMedium Of(FitsHeader header, SpectralAxis axis, SpectralMedium declared)
    {
        string says = $"CTYPE{axis.Axis + 1} = '{axis.Type}'";
        if (declared is SpectralMedium.Undeclared && axis.Medium is SpectralMedium.Undeclared)
            throw new SchemaMismatchException(header.Path, null, $"HDU {header.Hdu}, {says} says neither air nor vacuum",
                "Set 'wavelength: { medium: air }' or 'vacuum' in the recipe's source");
        return declared is SpectralMedium.Undeclared ? axis.Medium
            : axis.Medium is SpectralMedium.Undeclared || axis.Medium == declared ? declared
            : throw new SchemaMismatchException(header.Path, null,
                $"HDU {header.Hdu}, {says} gives wavelengths in {Word(axis.Medium)}, but the recipe says {Word(declared)}",
                "Remove 'wavelength.medium' from the recipe's source, or leave out this file");
    }
}
