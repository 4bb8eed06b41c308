using System.Collections;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pile.Layers;

namespace Pile.Reading;

/// <summary>Writes values as the canonical JSON that hashes of saved queries and pins are computed over.</summary>
/// <remarks>UTF-8 without blanks; members sorted by their UTF-16 code units; integers as digits, and no other numbers; of the characters,
/// only quotation mark, backslash and controls are escaped. For such values it equals the JSON Canonicalization Scheme (RFC 8785).
/// </remarks>
internal static class HashedJson
{
    /// <summary>Returns the SHA-256 of a value's canonical JSON, in lower-case hexadecimal.</summary>
    /// <param name="value">A dictionary with text keys, a list, a text, an integer or a bool, and so on. Members that are null are left
    /// out.</param>
    internal static string Hash(object value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text(value))));

    /// <summary>Returns a value's canonical JSON.</summary>
    /// <inheritdoc cref="Hash" path="/param"/>
    internal static string Text(object value)
    {
        StringBuilder json = new();
        Write(json, value);
        return json.ToString();
    }

    private static void Write(StringBuilder json, object value)
    {
        switch (value)
        {
            case string text:
                CanonicalJson.AppendText(json, text);
                break;
            case bool flag:
                json.Append(flag ? "true" : "false");
                break;
            case int or long or ulong:
                json.Append(CultureInfo.InvariantCulture, $"{value}");
                break;
            case IReadOnlyDictionary<string, object?> members:
                json.Append('{');
                foreach ((string name, object? member) in members.Where(m => m.Value is not null)
                    .OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    Separate(json, '{');
                    CanonicalJson.AppendText(json, name);
                    json.Append(':');
                    Write(json, member!);
                }
                json.Append('}');
                break;
            case IEnumerable items:
                json.Append('[');
                foreach (object item in items)
                {
                    Separate(json, '[');
                    Write(json, item);
                }
                json.Append(']');
                break;
            default:
                throw new ArgumentException($"Canonical JSON has no form for {value.GetType().Name}.", nameof(value));
        }
    }

    private static void Separate(StringBuilder json, char opening)
    {
        if (json[^1] != opening)
            json.Append(',');
    }
}
