using System.Collections.Immutable;
using Pile.Format.Yaml;

namespace Pile.Reading;

/// <summary>Values that saved queries and pins have in common.</summary>
internal static class SavedText
{
    /// <summary>Reads one text, or a list of texts.</summary>
    internal static ImmutableArray<string> List(YamlNode node) => node is YamlScalar only ? [only.Text]
        : [.. node.AsList().Items.Select(item => item.AsScalar().Text)];

    /// <summary>Writes a list of texts, unless it is empty.</summary>
    internal static void Write(YamlText text, string key, IEnumerable<string> values)
    {
        if (values.Any())
            text.List(key, () =>
            {
                foreach (string value in values)
                    text.TextItem(value);
            });
    }

    /// <summary>Reads 64 lower-case hexadecimal digits.</summary>
    internal static string Sha256(YamlNode node) =>
        node.AsScalar().Text is { Length: 64 } digits && digits.All(char.IsAsciiHexDigitLower) ? digits
            : throw node.Invalid($"expected 64 lower-case hexadecimal digits, found '{node.AsScalar().Text}'");

    /// <summary>Reads a number that is zero or more; null if the key is missing.</summary>
    internal static long? Count(YamlMap map, string key) => map.Find(key) is not { } node ? null
        : node.AsScalar().AsInt64() is >= 0 and var count ? count : throw node.Invalid("expected a number of at least 0");
}
