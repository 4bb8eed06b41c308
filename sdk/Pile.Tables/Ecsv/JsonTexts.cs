using System.Text;
using System.Text.Json;
using Pile.Tables.Batches;

namespace Pile.Tables.Ecsv;

/// <summary>Texts in the cells of text tables, written as JSON: one, or an array of them.</summary>
internal static class JsonTexts
{
    /// <summary>Adds a row out of any JSON value: a text without its quotes, nothing for <c>null</c>, of all else its JSON.</summary>
    internal static void Add(ColumnBuilder column, ReadOnlySpan<byte> json)
    {
        if (json.SequenceEqual("null"u8))
            column.AddNull();
        else
            column.TryAddText(json[0] == (byte)'"' && TryTexts(json) is [var text] ? Encoding.UTF8.GetBytes(text) : json);
    }

    /// <summary>Adds an array of texts as a row; missing ones are empty.</summary>
    /// <returns>False, with nothing added, when it is no array of as many texts as the column has.</returns>
    internal static bool TryAddArray(TextColumnBuilder column, ReadOnlySpan<byte> json, ReadOnlySpan<bool> isMissing)
    {
        if (TryTexts(json) is not { } texts || texts.Count != column.Schema.ElementsPerRow)
            return false;
        for (int i = 0; i < texts.Count; i++)
            column.Add(i < isMissing.Length && isMissing[i] ? [] : Encoding.UTF8.GetBytes(texts[i]));
        return true;
    }

    /// <summary>The texts of a JSON value in order, whatever arrays they stand in; null where it has anything else.</summary>
    private static List<string>? TryTexts(ReadOnlySpan<byte> json)
    {
        List<string> texts = [];
        try
        {
            Utf8JsonReader reader = new(json);
            while (reader.Read())
                if (reader.TokenType is JsonTokenType.String)
                    texts.Add(reader.GetString()!);
                else if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.EndArray))
                    return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter: a lone half of a surrogate pair
        {
            return null;
        }
        return texts;
    }
}
