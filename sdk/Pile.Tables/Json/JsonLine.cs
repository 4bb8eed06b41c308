using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Pile.Format;
using Pile.Tables.Batches;
using Pile.Tables.Opening;

namespace Pile.Tables.Json;

/// <summary>Parses lines of JSON Lines into the values of their keys.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="listsAsTexts">The keys whose lists are texts.</param>
/// <param name="leftOut">The keys whose lists and objects are texts, because nothing uses them.</param>
/// <remarks>A line is parsed completely before its values are used, so that an invalid line has no effect on columns and types.</remarks>
internal sealed class JsonLine(string path, IReadOnlySet<string> listsAsTexts, IReadOnlySet<string> leftOut)
{
    private const int DeepestNesting = 64;
    private const int MostKeys = 10_000;
    private const int LongestShown = 60;

    private static readonly JsonReaderState Start = new(new() { MaxDepth = 2 * DeepestNesting });

    private readonly JsonWords words = new();
    private JsonCell[] cells = new JsonCell[64];
    private int cellCount;
    private byte[] texts = [];
    private int textBytes;
    private int keyCount;
    private long parsed, objects;
    private long row, line;
    private int invalidByte;
    private JsonKey current = new(null, "");

    /// <summary>The key that contains the lines.</summary>
    internal JsonKey Root { get; } = new(null, "");

    /// <summary>The keys of the line, in the order of their first appearance.</summary>
    internal List<JsonKey> Keys { get; } = [];

    internal JsonCell this[int cell] => cells[cell];

    /// <summary>Returns whether the line has a key.</summary>
    internal bool Has(JsonKey key) => key.Line == parsed;

    /// <summary>Returns the bytes of a value: a text without quotes and escapes, other values as written.</summary>
    internal ReadOnlySpan<byte> BytesOf(int cell, ReadOnlySpan<byte> utf8) =>
        (cells[cell].IsUnescaped ? texts.AsSpan() : utf8).Slice(cells[cell].Start, cells[cell].Length);

    /// <summary>Parses a line.</summary>
    /// <param name="utf8">The line without blanks around it.</param>
    /// <param name="row">Its row, from 0.</param>
    /// <param name="line">Its number, from 1.</param>
    /// <exception cref="ValueInvalidException">The line is not a JSON object that can be a row.</exception>
    internal void Parse(ReadOnlySpan<byte> utf8, long row, long line)
    {
        (this.row, this.line, current) = (row, line, Root);
        (cellCount, textBytes) = (0, 0);
        Keys.Clear();
        parsed++;
        if (utf8[0] != (byte)'{')
            throw Invalid(Shown(utf8), "a JSON object", "Write each row as an object on a line of its own");
        invalidByte = Utf8.IsValid(utf8) ? int.MaxValue : FirstInvalidByte(utf8);
        try
        {
            Utf8JsonReader reader = new(words.Replace(utf8), isFinalBlock: false, Start);
            Next(ref reader);
            ReadObject(ref reader, Root, element: -1, depth: 1);
            reader.Read(); // throws if text follows the object
        }
        catch (JsonException e)
        {
            int position = (int)Math.Clamp(e.BytePositionInLine ?? 0, 0, utf8.Length - 1);
            throw Invalid($"{Shown(utf8[position..])} at byte {position + 1}", "valid JSON", "Correct the line");
        }
    }

    /// <param name="reader">The reader, at the beginning of the object.</param>
    /// <param name="parent">The key that contains the object.</param>
    /// <param name="element">The index of the object in a list; -1 outside of lists.</param>
    /// <param name="depth">The nesting of the object.</param>
    private void ReadObject(ref Utf8JsonReader reader, JsonKey parent, int element, int depth)
    {
        if (depth > DeepestNesting)
            throw Invalid($"a nesting of more than {DeepestNesting} levels", "a row", "Correct the line");
        long thisObject = ++objects;
        int next = 0;
        while (Next(ref reader) is not JsonTokenType.EndObject)
        {
            JsonKey key = current = KeyOf(ref reader, parent, ref next);
            if (key.Object == thisObject)
                throw Invalid("a repeated key", "allowed", "Remove one of the two values");
            key.Object = thisObject;
            JsonTokenType token = Next(ref reader);
            bool isNested = token is JsonTokenType.StartObject or JsonTokenType.StartArray;
            if (isNested && (leftOut.Contains(key.Path)
                || (element < 0 && token is JsonTokenType.StartArray && listsAsTexts.Contains(key.Path))))
                ReadText(ref reader, key, element);
            else if (element >= 0 && isNested)
                throw TooDeep(token, "an object of a list", parent);
            else if (token is JsonTokenType.StartArray)
                ReadList(ref reader, key, depth);
            else if (token is JsonTokenType.StartObject)
            {
                Set(key, JsonForm.Object);
                ReadObject(ref reader, key, element: -1, depth + 1);
            }
            else if (token is JsonTokenType.Null)
                Set(key, JsonForm.Null);
            else
            {
                Set(key, JsonForm.Scalar);
                AddCell(ref reader, key, element);
            }
            current = parent;
        }
    }

    private void ReadList(ref Utf8JsonReader reader, JsonKey key, int depth)
    {
        Set(key, JsonForm.EmptyList);
        int count = 0;
        for (JsonTokenType token; (token = Next(ref reader)) is not JsonTokenType.EndArray; count++)
        {
            if (token is JsonTokenType.StartArray && count == 0)
            {
                ReadArray(ref reader, key);
                return;
            }
            if (token is JsonTokenType.StartArray)
                throw TooDeep(token, "a list of values");
            if (token is JsonTokenType.Null)
                continue;
            JsonForm form = token is JsonTokenType.StartObject ? JsonForm.Objects : JsonForm.Scalars;
            if (key.Form is not JsonForm.EmptyList && key.Form != form)
                throw Invalid("a list of objects and of other values", "a list of one kind", "Store them under two keys");
            key.Form = form;
            if (form is JsonForm.Objects)
                ReadObject(ref reader, key, count, depth + 1);
            else
                AddCell(ref reader, key, count);
            current = key;
        }
        key.Count = count;
    }

    // Reads lists in a list after the second bracket: an array, whose lists of one level have one length.
    private void ReadArray(ref Utf8JsonReader reader, JsonKey key)
    {
        const int mostAxes = 8;
        key.Form = JsonForm.Scalars;
        List<int> shape = [0, 0]; // the lengths of the lists of each level that have ended
        List<int> open = [0, 0];
        bool isDeepest = false;
        while (open.Count > 0)
            switch (Next(ref reader))
            {
                case JsonTokenType.StartArray:
                    if (isDeepest && open.Count == shape.Count)
                        throw Uneven();
                    open.Add(0);
                    if (open.Count > shape.Count)
                        shape.Add(0);
                    if (open.Count > mostAxes)
                        throw Invalid($"lists of more than {mostAxes} levels", "an array", "Write its values under keys of their own");
                    break;
                case JsonTokenType.EndArray:
                    isDeepest |= open.Count == shape.Count;
                    int level = open.Count - 1;
                    if (open[level] == 0)
                        throw Invalid("an empty list in a list", "an array with values, which state its shape and type",
                            $"Write null, or leave the key out: {JsonLists.WithoutKey(current.Path)}");
                    if (!isDeepest || (shape[level] != 0 && shape[level] != open[level]))
                        throw Uneven();
                    shape[level] = open[level];
                    open.RemoveAt(level);
                    if (level > 0)
                        open[level - 1]++;
                    break;
                case JsonTokenType.StartObject:
                    throw TooDeep(JsonTokenType.StartObject, "a list in a list");
                case var token:
                    if (open.Count < shape.Count)
                        throw Uneven();
                    isDeepest = true;
                    if (token is not JsonTokenType.Null)
                        AddCell(ref reader, key, key.Count);
                    key.Count++;
                    open[^1]++;
                    break;
            }
        key.InnerShape = [.. shape[1..]];

        ValueInvalidException Uneven() => Invalid("lists in a list of different lengths", "an array, whose lists have one length",
            $"Write its values under keys of their own, or leave the key out: {JsonLists.WithoutKey(current.Path)}");
    }

    // Skips a list or an object, whose bytes are the value.
    private void ReadText(ref Utf8JsonReader reader, JsonKey key, int element)
    {
        Set(key, JsonForm.Scalar);
        int start = (int)reader.TokenStartIndex, depth = reader.CurrentDepth;
        while (Next(ref reader) is not (JsonTokenType.EndArray or JsonTokenType.EndObject) || reader.CurrentDepth > depth)
        {
        }
        AddCell(new(JsonKind.Text, start, (int)reader.BytesConsumed - start, element, IsUnescaped: false), key);
    }

    private JsonTokenType Next(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
            throw Invalid("an object that does not end", "valid JSON",
                "Write each object on one line; if this is the last line, the file is truncated: fetch it again");
        return reader.BytesConsumed <= invalidByte ? reader.TokenType
            : throw Invalid($"'{Encoding.Latin1.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, LongestShown)])}' at byte "
                + $"{invalidByte + 1}", "UTF-8",
                "Convert the file, for example with iconv -f ISO-8859-1 -t UTF-8");
    }

    private JsonKey KeyOf(ref Utf8JsonReader reader, JsonKey parent, ref int next)
    {
        ReadOnlySpan<byte> name = reader.ValueSpan;
        if (reader.ValueIsEscaped)
        {
            int length = Unescape(ref reader);
            name = texts.AsSpan(textBytes, length);
        }
        if (parent.Find(name, ref next) is { } known)
            return known;
        if (name.IsEmpty)
            throw Invalid("an empty key", "the name of a column", "Name the value");
        if (++keyCount > MostKeys)
            throw new SourceUnreadableException(path, $"line {line}: the file has more than {MostKeys} different keys",
                "Write identifiers as values, not as keys");
        return parent.Add(Encoding.UTF8.GetString(name), ref next);
    }

    private void Set(JsonKey key, JsonForm form)
    {
        if (!Has(key))
        {
            (key.Line, key.Form, key.First, key.Last, key.Count, key.InnerShape) = (parsed, JsonForm.Null, -1, -1, 0, []);
            Keys.Add(key);
        }
        if (form is not JsonForm.Null)
            key.Form = form;
    }

    private void AddCell(ref Utf8JsonReader reader, JsonKey key, int element)
    {
        int start = (int)reader.TokenStartIndex;
        JsonCell cell = reader.TokenType switch
        {
            JsonTokenType.String when reader.ValueIsEscaped =>
                new(JsonKind.Text, textBytes, Unescape(ref reader), element, IsUnescaped: true),
            JsonTokenType.String => new(JsonKind.Text, start + 1, reader.ValueSpan.Length, element, IsUnescaped: false),
            JsonTokenType.Number => new(KindOf(reader.ValueSpan), start, reader.ValueSpan.Length, element, IsUnescaped: false),
            _ => new(JsonKind.Bool, start, reader.ValueSpan.Length, element, IsUnescaped: false),
        };
        if (cell.IsUnescaped)
            textBytes += cell.Length;
        AddCell(cell, key);
    }

    private void AddCell(JsonCell cell, JsonKey key)
    {
        if (cellCount == cells.Length)
            Array.Resize(ref cells, 2 * cellCount);
        cells[cellCount] = cell;
        if (key.First < 0)
            key.First = cellCount;
        else
            cells[key.Last].Next = cellCount;
        key.Last = cellCount++;
    }

    private JsonKind KindOf(ReadOnlySpan<byte> number)
    {
        const int longestSafeInteger = 18, longestSafeFloat = 300;
        if (number.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0)
            return number.Length <= longestSafeInteger || CellText.TryParse(number, out long _) || CellText.TryParse(number, out ulong _)
                ? JsonKind.Integer : throw Invalid(Shown(number), "an integer of 64 bits", "Write it as text, in quotes");
        return (number.Length <= longestSafeFloat && number.IndexOfAny((byte)'e', (byte)'E') < 0) || CellText.TryParse(number, out double _)
            ? JsonKind.Float : throw Invalid(Shown(number), "in the range of float64", "Write it as text, in quotes");
    }

    /// <summary>Unescapes a key or a text after the texts so far.</summary>
    /// <returns>Its length.</returns>
    private int Unescape(ref Utf8JsonReader reader)
    {
        if (texts.Length - textBytes < reader.ValueSpan.Length)
            Array.Resize(ref texts, 2 * (textBytes + reader.ValueSpan.Length));
        try
        {
            return reader.CopyString(texts.AsSpan(textBytes));
        }
        catch (InvalidOperationException)
        {
            throw Invalid(Shown(reader.ValueSpan), "valid Unicode", "Correct its escapes: half of a surrogate pair is missing");
        }
    }

    /// <param name="token">The value.</param>
    /// <param name="container">What contains it.</param>
    /// <param name="list">The key of a list whose objects may be meant as rows; null for none.</param>
    private ValueInvalidException TooDeep(JsonTokenType token, string container, JsonKey? list = null) =>
        Invalid($"{(token is JsonTokenType.StartArray ? "a list" : "an object")} in {container}", "a value that a column can have",
            $"Write its values under keys of their own, or leave the key out: {JsonLists.WithoutKey(current.Path, list?.Path)}"
                + (list is null || JsonLists.FilterOf(list.Path) is not { } rows ? ""
                    : $". If the objects of '{list.Path}' are the rows, {JsonSignature.Convert(rows)}"));

    private ValueInvalidException Invalid(string value, string expected, string remedy) =>
        new(path, row, current.Path, $"line {line}: {value}", expected, remedy);

    private static string Shown(ReadOnlySpan<byte> utf8) => $"'{Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, LongestShown)])}'";

    private static int FirstInvalidByte(ReadOnlySpan<byte> utf8)
    {
        int valid = 0;
        while (Rune.DecodeFromUtf8(utf8[valid..], out _, out int length) is System.Buffers.OperationStatus.Done)
            valid += length;
        return valid;
    }
}
