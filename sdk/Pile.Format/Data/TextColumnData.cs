using System.Text;

namespace Pile.Format;

/// <summary>The values of a text column: UTF-8 bytes and where each element starts, without a string object for each.</summary>
public sealed class TextColumnData : ColumnData
{
    private readonly int elementsPerRow;

    /// <summary>A text column.</summary>
    /// <param name="schema">Name and shape; the dtype is string, the shape fixed.</param>
    /// <param name="utf8">The elements' bytes one after the other.</param>
    /// <param name="starts">Where each element starts, and the end: rows × elements + 1 numbers.</param>
    /// <param name="isNull">True where a row has no value; empty when every row has one.</param>
    /// <exception cref="ArgumentException">The lengths do not fit the schema.</exception>
    public TextColumnData(ColumnSchema schema, ReadOnlyMemory<byte> utf8, ReadOnlyMemory<int> starts, ReadOnlyMemory<bool> isNull = default)
        : base(schema, RowsIn(schema, starts.Length - 1), isNull)
    {
        if (schema.DType != DType.String)
            throw new ArgumentException($"Column '{schema.Name}' is {schema.DType.Name()}, the values are text.", nameof(schema));
        if (starts.Span[^1] != utf8.Length)
            throw new ArgumentException($"Column '{schema.Name}': the elements end at byte {starts.Span[^1]} of {utf8.Length}.", nameof(starts));
        elementsPerRow = schema.ElementsPerRow;
        Utf8 = utf8;
        Starts = starts;
    }

    /// <summary>The elements' bytes one after the other.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>Where each element starts in <see cref="Utf8"/>, and the end.</summary>
    public ReadOnlyMemory<int> Starts { get; }

    /// <summary>A text column out of strings; null strings are null rows (scalars only).</summary>
    public static TextColumnData From(ColumnSchema schema, IReadOnlyList<string?> texts)
    {
        int[] starts = new int[texts.Count + 1];
        for (int i = 0; i < texts.Count; i++)
            starts[i + 1] = starts[i] + Encoding.UTF8.GetByteCount(texts[i] ?? "");
        byte[] utf8 = new byte[starts[^1]];
        bool[] isNull = new bool[texts.Count];
        bool anyNull = false;
        for (int i = 0; i < texts.Count; i++)
        {
            Encoding.UTF8.GetBytes(texts[i] ?? "", utf8.AsSpan(starts[i]));
            anyNull |= isNull[i] = texts[i] is null;
        }
        return new TextColumnData(schema, utf8, starts, anyNull ? isNull : default(ReadOnlyMemory<bool>));
    }

    /// <summary>The bytes of one element of one row.</summary>
    public ReadOnlySpan<byte> Element(int row, int element = 0)
    {
        ReadOnlySpan<int> starts = Starts.Span;
        int index = row * elementsPerRow + element;
        return Utf8.Span[starts[index]..starts[index + 1]];
    }

    /// <summary>One element of one row as text.</summary>
    public string Text(int row, int element = 0) => Encoding.UTF8.GetString(Element(row, element));

    /// <inheritdoc/>
    public override ReadOnlySpan<int> ShapeOf(int row) => Schema.Shape.AsSpan();

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> RowBytes(int row) => throw new InvalidOperationException($"Column '{Schema.Name}' holds text, whose elements have no fixed size.");

    /// <inheritdoc/>
    public override ColumnData Take(ReadOnlySpan<int> rows, ColumnSchema? schema = null)
    {
        int[] starts = new int[(rows.Length * elementsPerRow) + 1];
        for (int i = 0, element = 0; i < rows.Length; i++)
            for (int e = 0; e < elementsPerRow; e++, element++)
                starts[element + 1] = checked(starts[element] + (rows[i] < 0 ? 0 : Element(rows[i], e).Length));
        byte[] utf8 = new byte[starts[^1]];
        for (int i = 0; i < rows.Length; i++)
            for (int e = 0; rows[i] >= 0 && e < elementsPerRow; e++)
                Element(rows[i], e).CopyTo(utf8.AsSpan(starts[(i * elementsPerRow) + e]));
        return new TextColumnData(schema ?? Schema, utf8, starts, TakeNulls(rows));
    }

    /// <inheritdoc/>
    public override ColumnData WithSchema(ColumnSchema schema) => new TextColumnData(schema, Utf8, Starts, IsNull);

    private protected override ColumnData ConcatWith(IReadOnlyList<ColumnData> parts)
    {
        byte[] utf8 = new byte[checked((int)parts.Sum(p => (long)((TextColumnData)p).Utf8.Length))];
        int[] starts = new int[parts.Sum(p => ((TextColumnData)p).Starts.Length - 1) + 1];
        int nextByte = 0, nextElement = 0;
        foreach (TextColumnData part in parts.Cast<TextColumnData>())
        {
            part.Utf8.CopyTo(utf8.AsMemory(nextByte));
            foreach (int end in part.Starts.Span[1..])
                starts[++nextElement] = nextByte + end;
            nextByte += part.Utf8.Length;
        }
        return new TextColumnData(Schema, utf8, starts, ConcatNulls(parts));
    }

    private static int RowsIn(ColumnSchema schema, int elements)
    {
        int perRow = schema.ElementsPerRow;
        return perRow > 0 && elements % perRow == 0
            ? elements / perRow
            : throw new ArgumentException($"Column '{schema.Name}': {elements} elements do not make whole rows of {perRow}.", nameof(elements));
    }
}
