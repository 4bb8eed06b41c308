using Pile.Format;
using Pile.Format.Yaml;
using Pile.Sky;

namespace Pile.Builders.Sources;

/// <summary>The key <c>frame</c> of a recipe's source: the celestial frame of a table's positions.</summary>
internal static class FrameKey
{
    /// <summary>Reads the frame; null if the recipe does not have the key.</summary>
    /// <exception cref="DocumentInvalidException">The value is not a supported frame.</exception>
    internal static string? Read(YamlMap map) => map.Find("frame")?.AsScalar() is not { } word ? null
        : SkyFrame.TryParse(word.Text, out _) ? word.Text
            : throw word.Invalid($"'{word.Text}' is not a supported frame: expected one of {SkyFrame.Words}");
}
