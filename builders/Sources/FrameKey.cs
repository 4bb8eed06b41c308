using Pile.Format;
using Pile.Format.Yaml;
using Pile.Sky;

namespace Pile.Builders.Sources;

/// <summary>The key <c>frame</c> of a recipe's source: in which frame a table's positions are.</summary>
internal static class FrameKey
{
    /// <summary>Reads it; null where it is left out.</summary>
    /// <exception cref="DocumentInvalidException">It is no frame.</exception>
    internal static string? Read(YamlMap map) => map.Find("frame")?.AsScalar() is not { } word ? null
        : SkyFrame.TryParse(word.Text, out _) ? word.Text
            : throw word.Invalid($"'{word.Text}' is no frame that is converted: expected one of {SkyFrame.Words}");
}
