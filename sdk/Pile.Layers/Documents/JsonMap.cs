using System.Text.Json;

namespace Pile.Layers;

/// <summary>An object of a document, whose members are read with checks.</summary>
/// <param name="element">The object.</param>
/// <param name="invalid">Makes the exception from a finding.</param>
/// <param name="isDocument">True for a complete document, which has a verified checksum.</param>
internal sealed class JsonMap(JsonElement element, Func<string, Exception> invalid, bool isDocument = false)
{
    internal Exception Invalid(string finding) => invalid(finding);

    internal void RequireKeys(params ReadOnlySpan<string> known)
    {
        foreach (JsonProperty property in element.EnumerateObject())
            if (!known.Contains(property.Name) && !(isDocument && property.Name == CanonicalJson.ChecksumKey))
                throw invalid($"unknown key '{property.Name}'; the keys are {string.Join(", ", known!)}");
    }

    internal bool Has(string key) => element.TryGetProperty(key, out _);

    internal string Text(string key) => TextOrNull(key) ?? throw invalid($"the key '{key}' is missing");

    internal string? TextOrNull(string key) => !element.TryGetProperty(key, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : throw invalid($"'{key}' is not text");

    /// <summary>Returns the SHA-256 of a key: 64 lower-case hexadecimal digits.</summary>
    internal string Sha256(string key) => Text(key) is var text && LayerPaths.IsSha256(text) ? text
        : throw invalid($"'{key}' is not a SHA-256 of 64 lower-case hexadecimal digits");

    internal long Integer(string key) => !element.TryGetProperty(key, out JsonElement value) ? throw invalid($"the key '{key}' is missing")
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number >= 0 ? number
        : throw invalid($"'{key}' is not an integer of 0 or more");

    internal bool Flag(string key) => element.TryGetProperty(key, out JsonElement value)
        && (value.ValueKind == JsonValueKind.True ? true : throw invalid($"'{key}' may only be true"));

    internal IReadOnlyList<string> Texts(string key)
    {
        List<string> texts = [];
        foreach (JsonElement item in Array(key))
            texts.Add(item.ValueKind == JsonValueKind.String ? item.GetString()! : throw invalid($"'{key}' is not a list of texts"));
        return texts;
    }

    internal IReadOnlyList<JsonMap> Maps(string key)
    {
        List<JsonMap> maps = [];
        foreach (JsonElement item in Array(key))
            maps.Add(Map(item));
        return maps;
    }

    internal JsonMap? MapOrNull(string key) => element.TryGetProperty(key, out JsonElement value) ? Map(value) : null;

    private JsonMap Map(JsonElement value) => value.ValueKind == JsonValueKind.Object ? new JsonMap(value, invalid)
        : throw invalid("an object is expected");

    private JsonElement.ArrayEnumerator Array(string key) => !element.TryGetProperty(key, out JsonElement value)
        ? throw invalid($"the key '{key}' is missing")
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw invalid($"'{key}' is not a list");
}
