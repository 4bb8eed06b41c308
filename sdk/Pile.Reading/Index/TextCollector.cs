using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Gathers a text column: scalars, or lists of the schema's length.</summary>
internal sealed class TextCollector(ColumnSchema shape) : ColumnCollector(shape.Name)
{
    private readonly int elementsPerRow = shape.ElementsPerRow;
    private byte[] utf8 = [];
    private int[] starts = new int[1];
    private int elementCount;

    private protected override void AppendValues(DuckDbVector vector)
    {
        int rows = vector.RowCount;
        Grow(ref starts, checked(elementCount + (rows * elementsPerRow) + 1));
        if (shape.IsScalar)
        {
            for (int row = 0; row < rows; row++)
                AppendElement(vector.Utf8(row));
            return;
        }

        ReadOnlySpan<DuckDbListEntry> entries = vector.Values<DuckDbListEntry>();
        DuckDbVector children = vector.Child;
        for (int row = 0; row < rows; row++)
        {
            bool isValid = vector.IsValid(row);
            if (isValid && entries[row].Length != elementsPerRow)
                throw WrongLength(row, entries[row].Length, elementsPerRow);
            for (int element = 0; element < elementsPerRow; element++)
                AppendElement(isValid ? children.Utf8((int)entries[row].Offset + element) : default);
        }
    }

    private protected override ColumnData Finish(ColumnSchema schema, int rowCount, ReadOnlyMemory<bool> isNull)
    {
        TextColumnData data = new(schema, utf8.AsMemory(0, starts[elementCount]), starts.AsMemory(0, elementCount + 1), isNull);
        (utf8, starts, elementCount) = ([], new int[1], 0);
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
