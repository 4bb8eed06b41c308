using System.Text;
using System.Text.Json;
using Pile.Format;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>Collects texts as UTF-8, without a string object for each.</summary>
/// <param name="memory">The memory of the columns.</param>
internal sealed class TextValues(ColumnMemory memory)
{
    private readonly List<int> starts = [0];
    private byte[] utf8 = [];
    private int length;

    /// <summary>The number of texts.</summary>
    internal int Count => starts.Count - 1;

    /// <summary>Adds a text; null adds an empty one.</summary>
    internal void Add(string? text)
    {
        if (text is { Length: > 0 })
        {
            Span<byte> room = Room(Encoding.UTF8.GetMaxByteCount(text.Length));
            length += Encoding.UTF8.GetBytes(text, room);
        }
        starts.Add(length);
    }

    /// <summary>Adds empty texts until there are this many.</summary>
    internal void PadTo(int count)
    {
        while (Count < count)
            starts.Add(length);
    }

    /// <summary>Adds a JSON value: the text of a string, any other value as JSON without white space between its tokens.</summary>
    /// <returns>The number of bytes of the text.</returns>
    internal int Add(in JsonValue value)
    {
        ReadOnlySpan<byte> json = value.Json.Span;
        Span<byte> room = Room(json.Length);
        int bytes = value.Kind is JsonValueKind.String && TryUnescape(json, room, out int written) ? written : CopyCompact(json, room);
        length += bytes;
        starts.Add(length);
        return bytes;
    }

    /// <summary>Returns the texts as a column with one in each row; none may be added afterwards.</summary>
    internal TextColumnData ToColumn(ColumnSchema schema, ReadOnlyMemory<bool> isNull = default) =>
        new(schema, utf8.AsMemory(0, length), starts.ToArray(), isNull);

    /// <summary>Returns the texts as a column with a list in each row; none may be added afterwards.</summary>
    internal TextColumnData ToLists(ColumnSchema schema, int[] rowLengths) =>
        new(schema, utf8.AsMemory(0, length), starts.ToArray(), rowLengths);

    // Half of a surrogate pair, which JSON can escape, is no text: such a value is stored as JSON.
    private static bool TryUnescape(ReadOnlySpan<byte> json, Span<byte> destination, out int written)
    {
        ReadOnlySpan<byte> inner = json[1..^1];
        written = inner.Length;
        if (!inner.Contains((byte)'\\'))
        {
            inner.CopyTo(destination);
            return true;
        }
        try
        {
            Utf8JsonReader reader = new(json);
            reader.Read();
            written = reader.CopyString(destination);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static int CopyCompact(ReadOnlySpan<byte> json, Span<byte> destination)
    {
        int count = 0;
        bool isInText = false;
        for (int i = 0; i < json.Length; i++)
        {
            byte value = json[i];
            if (!isInText && value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                continue;
            destination[count++] = value;
            if (value == '"')
                isInText = !isInText;
            else if (value == '\\' && isInText)
                destination[count++] = json[++i];
        }
        return count;
    }

    private Span<byte> Room(int bytes)
    {
        if (utf8.Length - length < bytes)
            utf8 = memory.Grow(utf8, length, checked(length + bytes));
        return utf8.AsSpan(length);
    }
}
