using Pile.Format;
using Pile.Format.Yaml;
using Pile.Sky;
using Pile.Tables;

namespace Pile.Builders.Sources;

/// <summary>The keys <c>id</c>, <c>ra</c>, <c>dec</c>, <c>ra_unit</c> and <c>frame</c> of a recipe's source.</summary>
internal static class PositionKeys
{
    /// <summary>Reads the keys; a missing one is null.</summary>
    /// <exception cref="DocumentInvalidException">The unit or the frame is not supported.</exception>
    internal static PositionOptions Read(YamlMap map) => new()
    {
        IdColumn = map.TextOrNull("id"),
        RaColumn = map.TextOrNull("ra"),
        DecColumn = map.TextOrNull("dec"),
        RaUnit = map.Find("ra_unit")?.AsScalar().AsOneOf(RaUnits.Words),
        Frame = map.Find("frame")?.AsScalar() is { } frame ? FrameOf(frame) : null,
    };

    private static string FrameOf(YamlScalar word) => SkyFrame.TryParse(word.Text, out _) ? word.Text
        : throw word.Invalid($"'{word.Text}' is not a supported frame: expected one of {SkyFrame.Words}");
}
