using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Pile.Format;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Pile.Stac;

/// <summary>Converts the documents of a YAML file to JSON, with the types that ODC's reader (YAML 1.1) gives to values without
/// quotes.</summary>
/// <remarks>Differences: dates and times stay text; numbers in base 60 stay text; a number with an exponent needs no decimal point
/// (YAML 1.2). NaN and infinity become the texts <c>nan</c>, <c>inf</c> and <c>-inf</c>; those of properties in the form of
/// <see cref="JsonValue.NotANumber"/>. Aliases are followed; the size of the result, the depth and the number of nodes are limited, so
/// that aliases of aliases cannot fill the memory.</remarks>
internal static class YamlDocuments
{
    private const int DepthLimit = 48, LongestJson = 32 << 20;
    private const int OfProperties = 2; // the depth of their values: the document, its properties, a value

    /// <summary>Converts all documents.</summary>
    /// <param name="text">The file as UTF-8.</param>
    /// <param name="source">The file, for messages.</param>
    /// <returns>The bytes and the JSON of each document that is not empty.</returns>
    /// <exception cref="DocumentInvalidException">The text is not YAML, or a limit is exceeded.</exception>
    internal static List<(ReadOnlyMemory<byte> Document, byte[] Json)> Read(ReadOnlyMemory<byte> text, string source)
    {
        if (!System.Text.Unicode.Utf8.IsValid(text.Span))
            throw new DocumentInvalidException(source, 1, 1, "the text is not UTF-8");
        string characters = Encoding.UTF8.GetString(text.Span);
        Parser parser = new(new StringReader(characters));
        List<(long Start, byte[] Json)> found = [];
        try
        {
            parser.Consume<StreamStart>();
            while (!parser.Accept<StreamEnd>(out _))
            {
                long start = parser.Consume<DocumentStart>().Start.Index;
                object? root = ReadNode(parser, source, DepthLimit, new Dictionary<AnchorName, object?>());
                parser.Consume<DocumentEnd>();
                if (root is not null)
                    found.Add((start, ToJson(root, source)));
            }
        }
        catch (YamlException e)
        {
            throw new DocumentInvalidException(source, (int)Math.Max(e.Start.Line, 1), (int)Math.Max(e.Start.Column, 1),
                e.Message.TrimEnd('.'), e);
        }
        // YamlDotNet's scanner throws these for some unclosed brackets and malformed directives.
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException
            or IndexOutOfRangeException or NullReferenceException)
        {
            Mark at = parser.Current?.End ?? default;
            throw new DocumentInvalidException(source, (int)Math.Max(at.Line, 1), (int)Math.Max(at.Column, 1),
                "the YAML is not valid after this position", e);
        }
        List<(ReadOnlyMemory<byte>, byte[])> documents = [];
        for (int i = 0; i < found.Count; i++)
            documents.Add((found.Count == 1 ? text : Encoding.UTF8.GetBytes(
                characters[(int)found[i].Start..(i + 1 < found.Count ? (int)found[i + 1].Start : characters.Length)]), found[i].Json));
        return documents;
    }

    // A mapping is a list of pairs, in its order; a scalar is an event.
    private static object? ReadNode(Parser parser, string source, int depthLeft, Dictionary<AnchorName, object?> anchors)
    {
        ParsingEvent next = parser.Current!;
        if (depthLeft == 0)
            throw Invalid(source, next, $"nested deeper than {DepthLimit} levels");
        if (parser.TryConsume<AnchorAlias>(out AnchorAlias? alias))
            return anchors.TryGetValue(alias.Value, out object? value) ? value
                : throw Invalid(source, next, $"the alias '{alias.Value}' refers to no earlier node that is complete");
        if (next is NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } tag } && tag.Value is not "tag:yaml.org,2002:str")
            throw Invalid(source, next, $"the tag '{SceneInvalidException.Shown(tag.Value)}' is not supported");
        AnchorName anchor = ((NodeEvent)next).Anchor;
        object? node;
        if (parser.TryConsume<Scalar>(out Scalar? scalar))
            node = scalar;
        else if (parser.TryConsume<SequenceStart>(out _))
        {
            List<object?> items = [];
            while (!parser.TryConsume<SequenceEnd>(out _))
                items.Add(ReadNode(parser, source, depthLeft - 1, anchors));
            node = items;
        }
        else
        {
            parser.Consume<MappingStart>();
            Dictionary<string, object?> entries = new(StringComparer.Ordinal);
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                ParsingEvent at = parser.Current!;
                string key = ReadNode(parser, source, depthLeft - 1, anchors) is Scalar name ? name.Value
                    : throw Invalid(source, at, "expected a text as key");
                if (key is "<<")
                    throw Invalid(source, at, "merge keys ('<<') are not supported: write the entries out");
                if (!entries.TryAdd(key, ReadNode(parser, source, depthLeft - 1, anchors)))
                    throw Invalid(source, at, $"the key '{SceneInvalidException.Shown(key)}' is a duplicate");
            }
            node = entries;
        }
        if (!anchor.IsEmpty)
            anchors[anchor] = node;
        return node;
    }

    private static byte[] ToJson(object root, string source)
    {
        ArrayBufferWriter<byte> buffer = new(4096);
        using Utf8JsonWriter json = new(buffer, new JsonWriterOptions
        {
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping
        });
        Write(root, 0);
        json.Flush();
        return buffer.WrittenSpan.ToArray();

        void Write(object? node, int depth)
        {
            if (json.BytesCommitted + json.BytesPending > LongestJson)
                throw new DocumentInvalidException(source, 1, 1,
                    $"with its aliases followed, the document has more than {LongestJson} bytes");
            switch (node)
            {
                case Dictionary<string, object?> entries:
                    json.WriteStartObject();
                    foreach ((string key, object? value) in entries)
                    {
                        json.WritePropertyName(key);
                        Write(value, depth + 1);
                    }
                    json.WriteEndObject();
                    break;
                case List<object?> items:
                    json.WriteStartArray();
                    foreach (object? item in items)
                        Write(item, depth + 1);
                    json.WriteEndArray();
                    break;
                case Scalar { Style: ScalarStyle.Plain, Tag.IsEmpty: true } scalar:
                    WritePlain(json, scalar.Value, isMarked: depth == OfProperties);
                    break;
                case Scalar scalar:
                    json.WriteStringValue(scalar.Value);
                    break;
                default:
                    json.WriteNullValue();
                    break;
            }
        }
    }

    private static void WritePlain(Utf8JsonWriter json, string text, bool isMarked)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                json.WriteNullValue();
                return;
            case "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON":
                json.WriteBooleanValue(true);
                return;
            case "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF":
                json.WriteBooleanValue(false);
                return;
            case ".nan" or ".NaN" or ".NAN":
                WriteSpecial("nan", JsonValue.NotANumber);
                return;
            case ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF":
                WriteSpecial("inf", JsonValue.Infinity);
                return;
            case "-.inf" or "-.Inf" or "-.INF":
                WriteSpecial("-inf", JsonValue.NegativeInfinity);
                return;
        }
        if (TryInteger(text, out long integer))
            json.WriteNumberValue(integer);
        else if (IsFloat(text) && double.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float,
            CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
            WriteFloat(json, number);
        else
            json.WriteStringValue(text);

        void WriteSpecial(string plain, string marked)
        {
            if (isMarked)
                json.WriteRawValue(marked, skipInputValidation: true);
            else
                json.WriteStringValue(plain);
        }
    }

    // 30.0 stays a float for readers that distinguish it from 30.
    private static void WriteFloat(Utf8JsonWriter json, double number)
    {
        string text = number.ToString("R", CultureInfo.InvariantCulture);
        json.WriteRawValue(text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0", skipInputValidation: true);
    }

    private static bool TryInteger(string text, out long value)
    {
        value = 0;
        ReadOnlySpan<char> digits = text.AsSpan().TrimStart("+-");
        if (digits.Length == 0 || text.Length - digits.Length > 1 || !char.IsAsciiDigit(digits[0]))
            return false;
        string plain = digits.ToString().Replace("_", "", StringComparison.Ordinal);
        bool isRead = plain switch
        {
            ['0', 'x', .. var hex] => long.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value),
            ['0', 'b', .. var bits] => long.TryParse(bits, NumberStyles.AllowBinarySpecifier, CultureInfo.InvariantCulture, out value),
            ['0', _, ..] => TryOctal(plain, out value),
            _ => long.TryParse(plain, NumberStyles.None, CultureInfo.InvariantCulture, out value),
        };
        if (text[0] == '-')
            value = -value;
        return isRead;
    }

    private static bool TryOctal(string digits, out long value)
    {
        value = 0;
        foreach (char c in digits)
        {
            if (c is < '0' or > '7' || value > long.MaxValue >> 3)
                return false;
            value = (value << 3) | (long)(c - '0');
        }
        return true;
    }

    // A point between digits, or an exponent; not a version such as 1.2.3, nor a date.
    private static bool IsFloat(string text)
    {
        bool hasDigit = false, hasPoint = false, hasExponent = false;
        for (int i = 0; i < text.Length; i++)
            switch (text[i])
            {
                case >= '0' and <= '9':
                    hasDigit = true;
                    break;
                case '.' when !hasPoint && !hasExponent:
                    hasPoint = true;
                    break;
                case 'e' or 'E' when hasDigit && !hasExponent && i + 1 < text.Length:
                    hasExponent = true;
                    break;
                case '+' or '-' when i == 0 || text[i - 1] is 'e' or 'E':
                case '_' when hasDigit && !hasExponent:
                    break;
                default:
                    return false;
            }
        return hasDigit && (hasPoint || hasExponent);
    }

    private static DocumentInvalidException Invalid(string source, ParsingEvent at, string finding) =>
        new(source, (int)at.Start.Line, (int)at.Start.Column, finding);
}
