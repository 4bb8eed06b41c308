using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pile.Tables.Opening;

/// <summary>Finds the lists of objects in a JSON document, such as <c>annotations</c> in one of COCO, each of which can be a
/// table.</summary>
internal static partial class JsonLists
{
    private const int BufferBytes = 1 << 16, LongestToken = 1 << 24, MostNames = 3;

    /// <summary>Returns the names of the lists of objects that a document has as members, the longest list first; at most three. Those of a
    /// document that is not valid are the ones before the fault.</summary>
    internal static string[] NamesOf(Stream document)
    {
        Dictionary<string, long> objects = new(StringComparer.Ordinal);
        try
        {
            Count(document, objects);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or InvalidDataException)
        {
            // The lists before are enough for a message.
        }
        return [.. objects.Where(list => PlainName().IsMatch(list.Key)).OrderByDescending(list => list.Value)
            .ThenBy(list => list.Key, StringComparer.Ordinal).Take(MostNames).Select(list => list.Key)];
    }

    /// <summary>Returns the filter of jq for the elements of a list; null if the name would need quotes.</summary>
    internal static string? FilterOf(string list) => PlainName().IsMatch(list) ? $".{list}[]" : null;

    /// <summary>Says how a key is left out.</summary>
    /// <param name="key">The keys from the outermost object, joined by dots.</param>
    /// <param name="list">The list of objects that have the key; null if it is in none.</param>
    internal static string WithoutKey(string key, string? list = null)
    {
        const string exclude = "exclude the column when you build a dataset";
        return !PlainName().IsMatch(key) ? $"{exclude}, or remove the key from the file"
            : $"{exclude}, or remove the key: jq -c 'del(.{(list is null ? key : $"{list}[]{key[list.Length..]}")})' FILE > NEW.jsonl";
    }

    private static void Count(Stream document, Dictionary<string, long> objects)
    {
        byte[] buffer = new byte[BufferBytes];
        int filled = document.ReadAtLeast(buffer, 3, throwOnEndOfStream: false);
        if (buffer.AsSpan(0, filled).StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            buffer.AsSpan(3..filled).CopyTo(buffer.AsSpan(0, filled -= 3));
        JsonReaderState state = default;
        string? name = null;
        bool isInList = false;
        for (bool isLast = false; !isLast;)
        {
            int read = document.Read(buffer, filled, buffer.Length - filled);
            (filled, isLast) = (filled + read, read == 0);
            Utf8JsonReader reader = new(buffer.AsSpan(0, filled), isLast, state);
            while (reader.Read())
                if (reader.CurrentDepth == 1)
                {
                    name = reader.TokenType is JsonTokenType.PropertyName ? reader.GetString() : name;
                    isInList = reader.TokenType is JsonTokenType.StartArray;
                }
                else if (isInList && reader is { CurrentDepth: 2, TokenType: JsonTokenType.StartObject })
                    objects[name!] = objects.GetValueOrDefault(name!) + 1;
            state = reader.CurrentState;
            int rest = filled - (int)reader.BytesConsumed;
            buffer.AsSpan((int)reader.BytesConsumed, rest).CopyTo(buffer);
            filled = rest;
            if (filled == buffer.Length)
                if (filled >= LongestToken)
                    return;
                else
                    Array.Resize(ref buffer, 2 * filled);
        }
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\z", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex PlainName();
}
