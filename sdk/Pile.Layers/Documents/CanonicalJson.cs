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
    internal const string ChecksumKey = "crc32c";
    private const long ExactInDouble = 1L << 53;

    /// <summary>Adds the checksum to a document and returns its bytes.</summary>
    internal static byte[] Write(JsonObject json)
    {
        json.Remove(ChecksumKey);
        json[ChecksumKey] = ChecksumOf(BytesOf(json));
        return BytesOf(json);
    }

    // JsonSerializer would do this too, but prepares converters of all types when it is first used, which takes longer than a commit.
    private static byte[] BytesOf(JsonObject json)
    {
        StringBuilder text = new();
        Append(text, json);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Parses a document and checks that it is canonical.</summary>
    /// <param name="bytes">The document.</param>
    /// <param name="invalid">Makes the exception from a finding.</param>
    internal static JsonMap Read(ReadOnlyMemory<byte> bytes, Func<string, Exception> invalid)
    {
        JsonElement root;
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = DeepestNesting });
            root = document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw invalid($"it is not JSON, or is nested deeper than {DeepestNesting} levels ({e.Message})");
        }
        if (root.ValueKind != JsonValueKind.Object)
            throw invalid("it is not a JSON object");
        StringBuilder text = new(bytes.Length);
        try
        {
            Append(text, root, without: null);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            throw invalid(e.Message.TrimEnd('.'));
        }
        if (!Encoding.UTF8.GetBytes(text.ToString()).AsSpan().SequenceEqual(bytes.Span))
            throw invalid("it is not canonical JSON: sorted keys without blanks");
        string? stated = root.TryGetProperty(ChecksumKey, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;
        Append(text.Clear(), root, without: ChecksumKey);
        string found = ChecksumOf(Encoding.UTF8.GetBytes(text.ToString()));
        return stated == found ? new JsonMap(root, invalid, isDocument: true) : throw invalid(
            $"its '{ChecksumKey}' is {stated ?? "missing"}, but the other members have {found}: it was changed");
    }

    private static string ChecksumOf(ReadOnlySpan<byte> bytes) => Crc32C.Compute(bytes).ToString("x8", CultureInfo.InvariantCulture);

    private static void Append(StringBuilder text, JsonElement element, string? without)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(text, element, without);
                break;
            case JsonValueKind.Array:
                text.Append('[');
                bool isFirst = true;
                foreach (JsonElement item in element.EnumerateArray())
                {
                    text.Append(isFirst ? "" : ",");
                    Append(text, item, without: null);
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

    private static void AppendObject(StringBuilder text, JsonElement element, string? without)
    {
        text.Append('{');
        string? before = null;
        bool isFirst = true;
        foreach (JsonProperty property in element.EnumerateObject())
        {
            string name = property.Name;
            if (before is not null && string.CompareOrdinal(name, before) is var order && order <= 0)
                throw new FormatException(order == 0 ? $"the key '{Shorten(name)}' is a duplicate"
                    : "it is not canonical JSON: sorted keys without blanks");
            before = name;
            if (name == without)
                continue;
            text.Append(isFirst ? "" : ",");
            isFirst = false;
            AppendText(text, name);
            text.Append(':');
            Append(text, property.Value, without: null);
        }
        text.Append('}');
    }

    private static void Append(StringBuilder text, JsonNode? node)
    {
        bool isFirst = true;
        switch (node)
        {
            case JsonObject members:
                string[] keys = new string[members.Count];
                ((IDictionary<string, JsonNode?>)members).Keys.CopyTo(keys, 0);
                Array.Sort(keys, StringComparer.Ordinal);
                text.Append('{');
                foreach (string key in keys)
                {
                    text.Append(isFirst ? "" : ",");
                    isFirst = false;
                    AppendText(text, key);
                    text.Append(':');
                    Append(text, members[key]);
                }
                text.Append('}');
                break;
            case JsonArray items:
                text.Append('[');
                foreach (JsonNode? item in items)
                {
                    text.Append(isFirst ? "" : ",");
                    isFirst = false;
                    Append(text, item);
                }
                text.Append(']');
                break;
            case JsonValue value when value.TryGetValue(out string? given):
                AppendText(text, given);
                break;
            case JsonValue value when value.TryGetValue(out long number):
                text.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            case JsonValue value when value.TryGetValue(out int number):
                text.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            case JsonValue value when value.TryGetValue(out bool flag):
                text.Append(flag ? "true" : "false");
                break;
            default:
                throw new InvalidOperationException("A document of a layer has texts, integers, flags, lists and objects alone.");
        }
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
