using System.Collections.Frozen;
using Pile.Fits;

namespace Pile.Builders.Sources.SpectralCubes;

/// <summary>The medium of wavelengths: the words of the format.</summary>
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
}
