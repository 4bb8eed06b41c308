using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Layers;

/// <summary>Reads lists of texts that a table has as JSON, such as <c>["a", "b"]</c> in a CSV file, and stages lists of texts.</summary>
internal static class TextLists
{
    private const int LongestShown = 60;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Returns whether a column has lists of texts.</summary>
    internal static bool Has(ColumnSchema column) => column is { DType: DType.String, IsScalar: false };

    /// <summary>Reads the lists of a column of a field of lists of texts.</summary>
    /// <param name="column">Lists as JSON; other columns are returned as they are.</param>
    /// <param name="source">The table, for messages.</param>
    /// <param name="firstRow">The number of its first row.</param>
    /// <exception cref="ValueInvalidException">A text is not a list in JSON.</exception>
    internal static ColumnData Parse(ColumnData column, string source, long firstRow)
    {
        if (column is not TextColumnData { Schema.IsScalar: true } texts)
            return column;
        List<string>?[] lists = new List<string>?[texts.RowCount];
        for (int row = 0; row < lists.Length; row++)
            if (!texts.IsNullAt(row) && !texts.Element(row).IsEmpty)
            {
                lists[row] = [];
                if (FaultOf(texts.Element(row), lists[row]!) is { } fault)
                    throw new ValueInvalidException(source, firstRow + row, column.Schema.Name,
                        $"{Shorten(texts.Text(row))}{fault}", "a list of texts in JSON, such as [\"a\", \"b\"]",
                        "Correct the table");
            }
        return TextColumnData.FromLists(column.Schema with { Shape = [ColumnSchema.Ragged] }, lists);
    }

    /// <summary>Returns a column as it is staged: lists of texts as JSON.</summary>
    internal static DuckDbColumn Staged(ColumnData column)
    {
        if (column is not TextColumnData texts || !Has(column.Schema))
            return DuckDbColumn.Of(column);
        ArrayBufferWriter<byte> json = new();
        using Utf8JsonWriter writer = new(json, Plain);
        int[] starts = new int[texts.RowCount + 1];
        for (int row = 0; row < texts.RowCount; row++)
        {
            writer.WriteStartArray();
            for (int i = 0; i < texts.ElementsOf(row); i++)
                writer.WriteStringValue(texts.Element(row, i));
            writer.WriteEndArray();
            writer.Flush();
            writer.Reset(json);
            starts[row + 1] = json.WrittenCount;
        }
        return DuckDbColumn.Utf8(starts, json.WrittenMemory, texts.IsNull);
    }

    /// <summary>Makes lists of the JSON of a staged column.</summary>
    internal static void Unpack(DuckDbConnection connection, string table, string name, CancellationToken cancellationToken) =>
        connection.Execute($"ALTER TABLE {table} ALTER {name} TYPE VARCHAR[] USING from_json({name}, '[\"VARCHAR\"]')",
            cancellationToken: cancellationToken);

    // As in JSON Lines, numbers and booleans are texts as written, and a missing text is empty. Returns null if nothing is wrong.
    private static string? FaultOf(ReadOnlySpan<byte> utf8, List<string> list)
    {
        try
        {
            Utf8JsonReader reader = new(utf8);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
                return "";
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                    return $", in which element {list.Count + 1} is "
                        + (reader.TokenType == JsonTokenType.StartArray ? "a list," : "an object,");
                else
                    list.Add(reader.TokenType switch
                    {
                        JsonTokenType.Null => "",
                        JsonTokenType.String => reader.GetString()!,
                        _ => System.Text.Encoding.UTF8.GetString(reader.ValueSpan),
                    });
            reader.Read(); // throws if text follows the list
            return null;
        }
        catch (JsonException)
        {
            return "";
        }
        catch (InvalidOperationException) // an escape such as \ud800
        {
            return $", in which element {list.Count + 1} has half of a surrogate pair,";
        }
    }

    private static string Shorten(string text) => text.Length <= LongestShown ? text : $"{text[..LongestShown]}…";
}
