using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Collects a text column: scalars, lists of the schema's length, or ragged lists.</summary>
internal sealed class TextCollector(ColumnSchema shape) : ColumnCollector(shape.Name)
{
    private readonly int elementsPerRow = shape.IsRagged ? -1 : shape.ElementsPerRow;
    private byte[] utf8 = [];
    private int[] starts = new int[1];
    private int[] lengths = [];
    private int elementCount;

    private protected override long ValueBytes => utf8.Length + ((long)(starts.Length + lengths.Length) * sizeof(int));

    private protected override void AppendValues(DuckDbVector vector)
    {
        int rows = vector.RowCount;
        if (shape.IsScalar)
        {
            Grow(ref starts, checked(elementCount + rows + 1));
            for (int row = 0; row < rows; row++)
                AppendElement(vector.Utf8(row));
            return;
        }

        ReadOnlySpan<DuckDbListEntry> entries = vector.Values<DuckDbListEntry>();
        DuckDbVector children = vector.Child;
        if (elementsPerRow < 0)
            Grow(ref lengths, RowCount + rows);
        for (int row = 0; row < rows; row++)
        {
            bool isValid = vector.IsValid(row);
            if (isValid && elementsPerRow >= 0 && entries[row].Length != elementsPerRow)
                throw WrongLength(row, entries[row].Length, elementsPerRow);
            int length = elementsPerRow >= 0 ? elementsPerRow : isValid ? checked((int)entries[row].Length) : 0;
            if (elementsPerRow < 0)
                lengths[RowCount + row] = length;
            Grow(ref starts, checked(elementCount + length + 1));
            for (int element = 0; element < length; element++)
                AppendElement(isValid ? children.Utf8((int)entries[row].Offset + element) : default);
        }
    }

    private protected override ColumnData Finish(ColumnSchema schema, int rowCount, ReadOnlyMemory<bool> isNull)
    {
        ReadOnlyMemory<byte> texts = utf8.AsMemory(0, starts[elementCount]);
        ReadOnlyMemory<int> ends = starts.AsMemory(0, elementCount + 1);
        TextColumnData data = elementsPerRow >= 0 ? new(schema, texts, ends, isNull)
            : new(schema, texts, ends, lengths.AsSpan(0, rowCount).ToArray(), isNull);
        (utf8, starts, lengths, elementCount) = ([], new int[1], [], 0);
        return data;
    }

    private void AppendElement(ReadOnlySpan<byte> text)
    {
        int start = starts[elementCount];
        Grow(ref utf8, checked(start + text.Length));
        text.CopyTo(utf8.AsSpan(start));
        starts[++elementCount] = start + text.Length;
    }
}
