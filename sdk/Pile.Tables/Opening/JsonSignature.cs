namespace Pile.Tables.Opening;

/// <summary>Recognizes JSON by the first bytes of a file.</summary>
internal static class JsonSignature
{
    /// <summary>Returns whether a text begins with an object: the first line of JSON Lines.</summary>
    internal static bool IsObject(ReadOnlySpan<byte> trimmed) =>
        trimmed is [(byte)'{', ..] && trimmed[1..].TrimStart(" \t\r\n"u8) is [(byte)'"' or (byte)'}', ..];

    /// <summary>Returns whether a text begins with an array of objects. Other arrays may be names in brackets.</summary>
    internal static bool IsArrayOfObjects(ReadOnlySpan<byte> trimmed) =>
        trimmed is [(byte)'[', ..] && IsObject(trimmed[1..].TrimStart(" \t\r\n"u8));

    /// <summary>Describes JSON that is not JSON Lines: an array, or an object over several lines; null for other text.</summary>
    internal static string? OtherJson(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> text = head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? head[3..] : head;
        text = text.TrimStart(" \t\r\n"u8);
        if (text is [(byte)'[', ..])
            return $"a JSON array ({Convert(".[]")})";
        int end = text.IndexOf((byte)'\n');
        // A complete object does not end so.
        return IsObject(text) && end > 0
            && text[..end].TrimEnd(" \t\r"u8) is [.., (byte)'{' or (byte)'[' or (byte)',' or (byte)':']
            ? $"a JSON document over several lines ({Convert(".")})" : null;
    }

    // Earlier versions of jq round integers beyond 2⁵³.
    private static string Convert(string filter) => $"convert it with jq 1.7 or later: jq -c '{filter}' FILE > NEW.jsonl";
}
