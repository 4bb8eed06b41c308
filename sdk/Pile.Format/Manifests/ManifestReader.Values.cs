using System.Text;
using Pile.Format.Yaml;

namespace Pile.Format;

/// <content>Single values of a manifest.</content>
internal static partial class ManifestReader
{
    private const int Sha256Digits = 64;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static string ReadText(ReadOnlySpan<byte> utf8, string path)
    {
        try
        {
            return StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException e)
        {
            ReadOnlySpan<byte> before = utf8[..Math.Max(e.Index, 0)];
            throw new DocumentInvalidException(path, before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'),
                $"expected UTF-8, found the byte 0x{e.BytesUnknown?.FirstOrDefault():X2}", e);
        }
    }

    private static string OneOf(YamlNode node, params ReadOnlySpan<string> words) =>
        node.AsScalar() is var scalar && words.Contains(scalar.Text)
        ? scalar.Text : throw scalar.Invalid($"expected {string.Join(" or ", words!)}, found '{scalar.Text}'");

    private static string ReadSubset(YamlScalar subset) => subset.Text.Length > 0 && ColumnNames.ToFileName(subset.Text) == subset.Text
        ? subset.Text : throw subset.Invalid("expected the name of a folder in the dataset (letters, digits, '-', '_', '.' and '~'), "
            + $"found '{subset.Text}'");

    private static string ReadSha256(YamlScalar digits) => digits.Text.Length == Sha256Digits && digits.Text.All(char.IsAsciiHexDigitLower)
        ? digits.Text : throw digits.Invalid($"expected a SHA-256 of {Sha256Digits} lower-case hexadecimal digits, found '{digits.Text}'");

    private static (string Scale, string? Reference) ReadTimeWords(YamlMap map) =>
        (TimeWords.ReadScale(map.Required("scale").AsScalar()), map.Find("reference") is { } reference
            ? TimeWords.ReadReference(reference.AsScalar()) : null);

    private static double ReadScale(YamlScalar factor) =>
        factor.AsDouble() is not 0 and var value ? value : throw factor.Invalid("expected a factor other than 0");
}
