using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Pile.Format;

/// <summary>The values of a text column, as UTF-8 bytes and offsets, without a string object for each.</summary>
public sealed class TextColumnData : ColumnData
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly int elementsPerRow;
    private readonly int[]? rowLengths;
    private readonly int[]? rowStarts;

    /// <summary>Creates a text column.</summary>
    /// <param name="schema">Name and shape; the dtype is string and the shape is fixed.</param>
    /// <param name="utf8">The bytes of all elements, concatenated.</param>
    /// <param name="starts">The start offset of each element, and the end offset of the last: rows × elements + 1 numbers.</param>
    /// <param name="isNull">True for each row without a value; empty if every row has one.</param>
    /// <exception cref="ArgumentException">The lengths do not match the schema, or offsets decrease.</exception>
    public TextColumnData(ColumnSchema schema, ReadOnlyMemory<byte> utf8, ReadOnlyMemory<int> starts, ReadOnlyMemory<bool> isNull = default)
        : base(schema, RowsIn(schema, starts.Length - 1), isNull)
    {
        RequireText(schema, utf8, starts);
        elementsPerRow = schema.ElementsPerRow;
        Utf8 = utf8;
        Starts = starts;
    }

    /// <summary>Creates a column of text lists of variable length.</summary>
    /// <param name="schema">Name and shape; the dtype is string and the shape is one <see cref="ColumnSchema.Ragged"/> axis.</param>
    /// <param name="utf8">The bytes of all elements, concatenated.</param>
    /// <param name="starts">The start offset of each element, and the end offset of the last: elements + 1 numbers.</param>
    /// <param name="rowLengths">The number of elements of each row.</param>
    /// <param name="isNull">True for each row without a value; empty if every row has one.</param>
    /// <exception cref="ArgumentException">The lengths do not match the schema or the elements, or offsets decrease.</exception>
    public TextColumnData(ColumnSchema schema, ReadOnlyMemory<byte> utf8, ReadOnlyMemory<int> starts, int[] rowLengths,
        ReadOnlyMemory<bool> isNull = default)
        : base(schema, NotNull(rowLengths).Length, isNull)
    {
        RequireText(schema, utf8, starts);
        if (schema.Shape is not [ColumnSchema.Ragged])
            throw new ArgumentException($"Column '{schema.Name}': text lists of variable length must have exactly one axis.",
                nameof(schema));
        rowStarts = new int[rowLengths.Length + 1];
        for (int row = 0; row < rowLengths.Length; row++)
            rowStarts[row + 1] = rowLengths[row] >= 0 ? checked(rowStarts[row] + rowLengths[row])
                : throw new ArgumentException(
                    $"Column '{schema.Name}', row {row}: the length of a list must not be negative; it is {rowLengths[row]}.",
                    nameof(rowLengths));
        if (rowStarts[^1] != starts.Length - 1)
            throw new ArgumentException($"Column '{schema.Name}': the rows require {rowStarts[^1]} elements, but {starts.Length - 1} were "
                + "given.", nameof(rowLengths));
        this.rowLengths = rowLengths;
        Utf8 = utf8;
        Starts = starts;
    }

    /// <summary>The bytes of all elements, concatenated.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>The start offset of each element in <see cref="Utf8"/>, and the end offset of the last.</summary>
    public ReadOnlyMemory<int> Starts { get; }

    /// <inheritdoc/>
    public override long ValueBytes => Utf8.Length + ((long)Starts.Length * sizeof(int));

    /// <summary>Creates a text column from strings; null strings are null rows (scalars only).</summary>
    /// <exception cref="ArgumentException">A text has half of a surrogate pair, or the number of texts does not match the
    /// schema.</exception>
    public static TextColumnData From(ColumnSchema schema, IReadOnlyList<string?> texts)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(texts);
        int[] starts = new int[texts.Count + 1];
        for (int i = 0; i < texts.Count; i++)
            try
            {
                starts[i + 1] = checked(starts[i] + Strict.GetByteCount(texts[i] ?? ""));
            }
            catch (EncoderFallbackException e)
            {
                throw new ArgumentException($"Column '{schema.Name}', text {i}: the character at {e.Index} is half of a surrogate pair, "
                    + "which UTF-8 cannot represent. Texts are counted from 0.", nameof(texts), e);
            }
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

    /// <summary>Creates a column of text lists from strings.</summary>
    /// <param name="schema">The dtype is string, the shape one <see cref="ColumnSchema.Ragged"/> axis.</param>
    /// <param name="lists">The rows; null for a row without a value.</param>
    /// <exception cref="ArgumentException">A text is null or has half of a surrogate pair, or the schema has another shape.</exception>
    public static TextColumnData FromLists(ColumnSchema schema, IReadOnlyList<IReadOnlyList<string>?> lists)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(lists);
        for (int row = 0; row < lists.Count; row++)
            for (int i = 0; i < lists[row]?.Count; i++)
                if (lists[row]![i] is null)
                    throw new ArgumentException($"Column '{schema.Name}', row {row}: text {i} is null; only a row can be null. "
                        + "Both are counted from 0.", nameof(lists));
        TextColumnData texts = From(schema with { Shape = [] }, [.. lists.SelectMany(list => list ?? [])]);
        bool[] isNull = [.. lists.Select(list => list is null)];
        return new TextColumnData(schema, texts.Utf8, texts.Starts, [.. lists.Select(list => list?.Count ?? 0)],
            isNull.Contains(true) ? isNull : default(ReadOnlyMemory<bool>));
    }

    /// <summary>Returns the number of elements of one row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public int ElementsOf(int row)
    {
        RequireRow(row);
        return rowLengths is null ? elementsPerRow : rowLengths[row];
    }

    /// <summary>Returns the bytes of one element of one row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row, or the row has no such element.</exception>
    public ReadOnlySpan<byte> Element(int row, int element = 0)
    {
        // The next element is one of the next row, so that the bounds of the array do not tell.
        if ((uint)element >= (uint)ElementsOf(row))
            ThrowNoElement(row, element);
        ReadOnlySpan<int> starts = Starts.Span;
        int index = (rowStarts is null ? row * elementsPerRow : rowStarts[row]) + element;
        return Utf8.Span[starts[index]..starts[index + 1]];
    }

    /// <summary>Returns one element of one row as a string.</summary>
    /// <inheritdoc cref="Element" path="/exception"/>
    public string Text(int row, int element = 0) => Encoding.UTF8.GetString(Element(row, element));

    /// <inheritdoc/>
    public override ReadOnlySpan<int> ShapeOf(int row)
    {
        RequireRow(row);
        return rowLengths is null ? Schema.Shape.AsSpan() : rowLengths.AsSpan(row, 1);
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> RowBytes(int row) =>
        throw new InvalidOperationException($"Column '{Schema.Name}' has the type string, whose elements have no fixed size.");

    /// <inheritdoc/>
    public override ColumnData Take(ReadOnlySpan<int> rows, ColumnSchema? schema = null)
    {
        RequireTaken(rows);
        int[] lengths = new int[rows.Length];
        int elements = 0;
        for (int i = 0; i < rows.Length; i++)
            elements = checked(elements + (lengths[i] = rows[i] >= 0 ? ElementsOf(rows[i]) : elementsPerRow));
        int[] starts = new int[elements + 1];
        for (int i = 0, element = 0; i < rows.Length; i++)
            for (int e = 0; e < lengths[i]; e++, element++)
                starts[element + 1] = checked(starts[element] + (rows[i] < 0 ? 0 : Element(rows[i], e).Length));
        byte[] utf8 = new byte[starts[^1]];
        for (int i = 0, element = 0; i < rows.Length; i++)
            for (int e = 0; e < lengths[i]; e++, element++)
                if (rows[i] >= 0)
                    Element(rows[i], e).CopyTo(utf8.AsSpan(starts[element]));
        return rowLengths is null ? new TextColumnData(schema ?? Schema, utf8, starts, TakeNulls(rows))
            : new TextColumnData(schema ?? Schema, utf8, starts, lengths, TakeNulls(rows));
    }

    /// <inheritdoc/>
    public override ColumnData WithSchema(ColumnSchema schema) =>
        rowLengths is null ? new TextColumnData(schema, Utf8, Starts, IsNull)
            : new TextColumnData(schema, Utf8, Starts, rowLengths, IsNull);

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
        return rowLengths is null ? new TextColumnData(Schema, utf8, starts, ConcatNulls(parts))
            : new TextColumnData(Schema, utf8, starts, [.. parts.SelectMany(p => ((TextColumnData)p).rowLengths!)], ConcatNulls(parts));
    }

    [DoesNotReturn]
    private void ThrowNoElement(int row, int element) => throw new ArgumentOutOfRangeException(nameof(element), element,
        $"The row has {CountText.Of(ElementsOf(row), "text")} in column '{Schema.Name}', counted from 0.");

    private static void RequireText(ColumnSchema schema, ReadOnlyMemory<byte> utf8, ReadOnlyMemory<int> starts)
    {
        if (schema.DType != DType.String)
            throw new ArgumentException($"Column '{schema.Name}' has the type {schema.DType.Name()}, but the values are text.",
                nameof(schema));
        ReadOnlySpan<int> offsets = starts.Span;
        if (offsets.IsEmpty || offsets[0] < 0)
            throw new ArgumentException($"Column '{schema.Name}': the start offsets must begin with one that is not negative.",
                nameof(starts));
        if (offsets[^1] != utf8.Length)
            throw new ArgumentException($"Column '{schema.Name}': the last element ends at byte {offsets[^1]}, but there are "
                + $"{utf8.Length} bytes.",
                nameof(starts));
        for (int i = 1; i < offsets.Length; i++)
            if (offsets[i] < offsets[i - 1])
                throw new ArgumentException($"Column '{schema.Name}': start offsets must not decrease, but number {i} is {offsets[i]} "
                    + $"after {offsets[i - 1]}. They are counted from 0.", nameof(starts));
    }

    private static int[] NotNull(int[] rowLengths)
    {
        ArgumentNullException.ThrowIfNull(rowLengths);
        return rowLengths;
    }

    private static int RowsIn(ColumnSchema schema, int elements)
    {
        ArgumentNullException.ThrowIfNull(schema);
        int perRow = schema.ElementsPerRow;
        return perRow > 0 && elements % perRow == 0
            ? elements / perRow
            : throw new ArgumentException(
                $"Column '{schema.Name}': the number of elements, {elements}, must be a multiple of the {perRow} elements per row.",
                nameof(elements));
    }
}
