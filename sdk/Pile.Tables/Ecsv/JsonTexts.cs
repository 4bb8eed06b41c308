using System.Text;
using System.Text.Json;
using Pile.Tables.Batches;

namespace Pile.Tables.Ecsv;

/// <summary>Parses texts in the cells of text tables, written as JSON: a single text or an array.</summary>
internal static class JsonTexts
{
    /// <summary>Adds a row from any JSON value: a text without its quotes, null for <c>null</c>, otherwise its JSON.</summary>
    internal static void Add(ColumnBuilder column, ReadOnlySpan<byte> json)
    {
        if (json.SequenceEqual("null"u8))
            column.AddNull();
        else
            column.TryAddText(json[0] == (byte)'"' && TryTexts(json) is [var text] ? Encoding.UTF8.GetBytes(text) : json);
    }

    /// <summary>Adds an array of texts as a row; missing ones are empty, numbers and booleans are as written.</summary>
    /// <returns>False, with nothing added, if it is not an array of the column's axes with its number of texts.</returns>
    internal static bool TryAddArray(TextColumnBuilder column, ReadOnlySpan<byte> json, ReadOnlySpan<bool> isMissing)
    {
        if (TryTexts(json, column.Schema.Shape.Length) is not { } texts
            || !(column.Schema.IsRagged || texts.Count == column.Schema.ElementsPerRow))
            return false;
        if (column.Schema.IsRagged)
            column.AddRow(texts.Count);
        for (int i = 0; i < texts.Count; i++)
            column.Add(i < isMissing.Length && isMissing[i] ? [] : Encoding.UTF8.GetBytes(texts[i]));
        return true;
    }

    /// <summary>Returns the texts of a JSON value in order, from all nested arrays; null if it contains anything else.</summary>
    /// <param name="json">The value.</param>
    /// <param name="rank">The number of axes of an array; 0 for a single text.</param>
    private static List<string>? TryTexts(ReadOnlySpan<byte> json, int rank = 0)
    {
        bool isArray = rank > 0;
        List<string> texts = [];
        try
        {
            Utf8JsonReader reader = new(json);
            while (reader.Read())
            {
                bool isBracket = reader.TokenType is JsonTokenType.StartArray or JsonTokenType.EndArray;
                if (isArray && (isBracket ? reader.CurrentDepth >= rank : reader.CurrentDepth != rank))
                    return null;
                if (reader.TokenType is JsonTokenType.String)
                    texts.Add(reader.GetString()!);
                else if (isArray && reader.TokenType is JsonTokenType.Null)
                    texts.Add("");
                else if (isArray && reader.TokenType is (JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False))
                    texts.Add(Encoding.UTF8.GetString(reader.ValueSpan));
                else if (!isBracket)
                    return null;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter: a lone half of a surrogate pair
        {
            return null;
        }
        return texts;
    }
}
