using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pile.Codecs;

namespace Pile.Layers;

/// <summary>Writes and checks JSON of which there is one spelling only: keys in ordinal order, no blanks, integers, UTF-8 with the shortest
/// escapes. It is the JSON Canonicalization Scheme (RFC 8785) without fractions, exponents and nulls.</summary>
/// <remarks>Every document has a checksum of itself, because nothing names the hash of a tag, or of the newest commit.</remarks>
internal static class CanonicalJson
{
    private const int DeepestNesting = 8;
    private const string ChecksumKey = "crc32c";
    private const long ExactInDouble = 1L << 53;

    /// <summary>Adds the checksum to a document and returns its bytes.</summary>
    internal static byte[] Write(JsonObject json)
    {
        json.Remove(ChecksumKey);
        json[ChecksumKey] = ChecksumOf(BytesOf(json));
        return BytesOf(json);
    }

    private static byte[] BytesOf(JsonObject json)
    {
        using JsonDocument document = JsonSerializer.SerializeToDocument(json);
        StringBuilder text = new();
        Append(text, document.RootElement);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Parses a document and checks that it is canonical.</summary>
    /// <param name="bytes">The document.</param>
    /// <param name="invalid">Makes the exception from a finding.</param>
    internal static JsonMap Read(ReadOnlyMemory<byte> bytes, Func<string, Exception> invalid)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = DeepestNesting });
        }
        catch (JsonException e)
        {
            throw invalid($"it is not JSON, or is nested deeper than {DeepestNesting} levels ({e.Message})");
        }
        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw invalid("it is not a JSON object");
            StringBuilder text = new();
            try
            {
                Append(text, document.RootElement);
            }
            catch (Exception e) when (e is FormatException or InvalidOperationException)
            {
                throw invalid(e.Message);
            }
            if (!Encoding.UTF8.GetBytes(text.ToString()).AsSpan().SequenceEqual(bytes.Span))
                throw invalid("it is not canonical JSON: sorted keys without blanks");
            JsonObject rest = JsonObject.Create(document.RootElement)!;
            string? stated = rest.TryGetPropertyValue(ChecksumKey, out JsonNode? node) && node is JsonValue value
                && value.TryGetValue(out string? given) ? given : null;
            rest.Remove(ChecksumKey);
            byte[] others = BytesOf(rest);
            if (stated != ChecksumOf(others))
                throw invalid($"its '{ChecksumKey}' is {stated ?? "missing"}, but the other members have {ChecksumOf(others)}: it was "
                    + $"changed");
            return new JsonMap(JsonSerializer.SerializeToElement(rest), invalid);
        }
    }

    private static string ChecksumOf(ReadOnlySpan<byte> bytes) => Crc32C.Compute(bytes).ToString("x8", CultureInfo.InvariantCulture);

    private static void Append(StringBuilder text, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(text, element);
                break;
            case JsonValueKind.Array:
                text.Append('[');
                bool isFirst = true;
                foreach (JsonElement item in element.EnumerateArray())
                {
                    text.Append(isFirst ? "" : ",");
                    Append(text, item);
                    isFirst = false;
                }
                text.Append(']');
                break;
            case JsonValueKind.String:
                AppendText(text, element.GetString()!);
                break;
            case JsonValueKind.Number when element.TryGetInt64(out long number) && number is >= -ExactInDouble and <= ExactInDouble:
                text.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            case JsonValueKind.True or JsonValueKind.False:
                text.Append(element.ValueKind == JsonValueKind.True ? "true" : "false");
                break;
            default:
                throw new FormatException($"'{Shorten(element.GetRawText())}' is not text, true, false or an integer below 2^53");
        }
    }

    private static void AppendObject(StringBuilder text, JsonElement element)
    {
        text.Append('{');
        string? before = null;
        foreach (JsonProperty property in element.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            if (property.Name == before)
                throw new FormatException($"the key '{Shorten(before)}' is a duplicate");
            text.Append(before is null ? "" : ",");
            AppendText(text, property.Name);
            text.Append(':');
            Append(text, property.Value);
            before = property.Name;
        }
        text.Append('}');
    }

    /// <summary>Appends a text in quotation marks, with the escapes of RFC 8785.</summary>
    internal static void AppendText(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char c in value)
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        text.Append('"');
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
