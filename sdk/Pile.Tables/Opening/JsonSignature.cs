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
    /// <param name="head">The first bytes.</param>
    /// <param name="path">The file, in which the lists of objects of a document are found; null for none.</param>
    internal static string? OtherJson(ReadOnlySpan<byte> head, TablePath? path)
    {
        ReadOnlySpan<byte> text = head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? head[3..] : head;
        text = text.TrimStart(" \t\r\n"u8);
        if (text is [(byte)'[', ..])
            return $"a JSON array ({Convert(".[]")})";
        int end = text.IndexOf((byte)'\n');
        // A complete object does not end so.
        if (!IsObject(text) || end <= 0 || text[..end].TrimEnd(" \t\r"u8) is not [.., (byte)'{' or (byte)'[' or (byte)',' or (byte)':'])
            return null;
        string[] lists = path is null ? [] : ListsOf(path);
        return $"a JSON document over several lines ({(lists.Length == 0 ? Convert(".")
            : $"its lists of objects are {string.Join(", ", lists)}; {Convert(JsonLists.FilterOf(lists[0])!)}")})";
    }

    /// <summary>Returns how a file is converted to JSON Lines.</summary>
    /// <param name="filter">The filter of jq that returns the rows.</param>
    internal static string Convert(string filter) => // Earlier versions of jq round integers beyond 2⁵³.
        $"convert it with jq 1.7 or later: jq -c '{filter}' FILE > NEW.jsonl";

    private static string[] ListsOf(TablePath path)
    {
        using Stream content = path.OpenContent();
        return JsonLists.NamesOf(content);
    }
}
