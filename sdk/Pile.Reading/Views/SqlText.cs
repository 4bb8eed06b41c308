using System.Text;
using System.Text.Json;
using Pile.DuckDb;

namespace Pile.Reading;

/// <summary>Replaces parts of a user's SQL, at the places that DuckDB's parser states.</summary>
internal static class SqlText
{
    /// <summary>What stands before an expression, so that DuckDB parses it.</summary>
    internal const string Select = "SELECT ";

    /// <summary>Replaces parts of a text.</summary>
    /// <param name="connection">Any connection.</param>
    /// <param name="before"><see cref="Select"/> for an expression; empty for a statement.</param>
    /// <param name="sql">The expression or statement.</param>
    /// <param name="find">Receives the syntax tree, the text in UTF-8 with what stands before it, and a list for the parts: start, end and
    /// new text of each.</param>
    /// <returns>The same text if nothing was found, or if it cannot be parsed.</returns>
    internal static string Replace(DuckDbConnection connection, string before, string sql,
        Action<JsonElement, byte[], SortedDictionary<int, (int End, string Text)>> find)
    {
        SortedDictionary<int, (int End, string Text)> found = [];
        byte[] text = Encoding.UTF8.GetBytes($"{before}{sql}\n");
        try
        {
            using JsonDocument tree = SqlTree.Parse(connection, $"{before}{sql}\n", why => new FormatException(why));
            find(tree.RootElement, text, found);
        }
        catch (FormatException)
        {
            return sql; // reported when it is used
        }
        if (found.Count == 0)
            return sql;
        StringBuilder replaced = new();
        int at = before.Length;
        foreach ((int start, (int end, string part)) in found)
        {
            replaced.Append(Encoding.UTF8.GetString(text.AsSpan(at..start))).Append(part);
            at = end;
        }
        return replaced.Append(Encoding.UTF8.GetString(text.AsSpan(at..^1))).ToString();
    }

    /// <summary>Finds the names that a statement gives to other expressions. A column that keeps its own name, as in <c>SELECT kind AS
    /// kind</c>, has no other meaning.</summary>
    /// <param name="tree">The syntax tree.</param>
    /// <param name="comparison">Compares names: two that differ by case are one in SQL.</param>
    internal static HashSet<string> AliasesIn(JsonElement tree, StringComparison comparison)
    {
        HashSet<string> aliases = new(StringComparer.FromComparison(comparison));
        Find(tree);
        return aliases;

        void Find(JsonElement element)
        {
            if (element.ValueKind == JsonValueKind.Array)
                foreach (JsonElement child in element.EnumerateArray())
                    Find(child);
            if (element.ValueKind != JsonValueKind.Object)
                return;
            if (element.TryGetProperty("alias", out JsonElement alias) && alias.ValueKind == JsonValueKind.String
                && alias.GetString() is { Length: > 0 } name && !string.Equals(NameOf(element), name, comparison))
                aliases.Add(name);
            foreach (JsonProperty property in element.EnumerateObject())
                Find(property.Value);
        }
    }

    /// <summary>Finds the name of a column in the text.</summary>
    /// <param name="text">The text that was parsed, in UTF-8.</param>
    /// <param name="start">The place that the parser states.</param>
    /// <param name="parts">The parts of the name.</param>
    /// <param name="last">Receives the start of the last part.</param>
    /// <param name="end">Receives the end of the name.</param>
    /// <returns>False if it is written with blanks or comments.</returns>
    internal static bool TryLocate(byte[] text, int start, string[] parts, out int last, out int end)
    {
        last = end = start;
        for (int part = 0; part < parts.Length; part++)
        {
            byte[] bare = Encoding.UTF8.GetBytes(parts[part]), quoted = Encoding.UTF8.GetBytes(DuckDbSql.Identifier(parts[part]));
            bool isNext = part == 0 || (end < text.Length && text[end++] == '.');
            last = end;
            if (isNext && text.AsSpan(end).StartsWith(quoted))
                end += quoted.Length;
            else if (isNext && text.AsSpan(end).StartsWith(bare))
                end += bare.Length;
            else
                return false;
        }
        return true;
    }

    /// <summary>Returns the parts of the name of a column; none for another element.</summary>
    internal static string[] PartsOf(JsonElement element) => NameOf(element) is null ? []
        : [.. element.GetProperty("column_names").EnumerateArray().Select(p => p.GetString() ?? "")];

    /// <summary>Returns the last part of the name of a column; null for another element.</summary>
    internal static string? NameOf(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("column_names", out JsonElement names)
            && names.ValueKind == JsonValueKind.Array && names.GetArrayLength() is > 0 and var count ? names[count - 1].GetString() : null;
}
