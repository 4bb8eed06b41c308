using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Collects a column of numbers or booleans: scalars, lists of the schema's length, ragged lists, or lists of lists.</summary>
internal sealed partial class NumberCollector<T>(ColumnSchema shape) : ColumnCollector(shape.Name) where T : unmanaged
{
    private readonly int elementsPerRow = shape.IsRagged ? -1 : shape.ElementsPerRow;
    private T[] values = [];
    private int[] lengths = [];
    private int valueCount;
    private int valuesBefore;

    private protected override long ValueBytes => ((long)values.Length * Unsafe.SizeOf<T>()) + ((long)lengths.Length * sizeof(int));

    private protected override void AppendValues(DuckDbVector vector)
    {
        int rows = vector.RowCount;
        if (shape.IsScalar)
        {
            GrowAsBefore(ref values, valueCount + rows, valuesBefore);
            vector.Values<T>().CopyTo(values.AsSpan(valueCount));
            if (!vector.AllValid) // the value of a NULL is undefined, but two runs must give the same bytes
                for (int row = 0; row < rows; row++)
                    if (!vector.IsValid(row))
                        values[valueCount + row] = default;
            valueCount += rows;
            return;
        }

        if (typeof(T) == typeof(byte) && vector.Type.Id == DuckDbTypeId.Blob)
        {
            AppendBytes(vector);
            return;
        }

        if (vector.Type.Child is { Id: DuckDbTypeId.List })
        {
            AppendArrays(vector);
            return;
        }

        ReadOnlySpan<DuckDbListEntry> entries = vector.Values<DuckDbListEntry>();
        DuckDbVector elements = vector.Child;
        ReadOnlySpan<T> children = elements.Values<T>();
        if (elementsPerRow < 0)
            Grow(ref lengths, RowCount + rows);
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<T> list = vector.IsValid(row) ? entries[row].Of(children) : default;
            int length = elementsPerRow < 0 ? list.Length : elementsPerRow;
            if (vector.IsValid(row) && list.Length != length)
                throw WrongLength(row, list.Length, length);
            if (elementsPerRow < 0)
                lengths[RowCount + row] = length;
            Grow(ref values, checked(valueCount + length));
            if (vector.IsValid(row))
                list.CopyTo(values.AsSpan(valueCount));
            else
                values.AsSpan(valueCount, length).Clear();
            if (vector.IsValid(row) && !elements.AllValid)
                MarkMissing(elements, entries[row], row);
            valueCount += length;
        }
    }

    // The value of a NULL is undefined, and only floating-point numbers have one that stands for it.
    private void MarkMissing(DuckDbVector elements, DuckDbListEntry entry, int row)
    {
        for (int i = 0; i < entry.Length; i++)
        {
            if (elements.IsValid(checked((int)(entry.Offset + i))))
                continue;
            if (typeof(T) == typeof(double))
                Unsafe.As<T, double>(ref values[valueCount + i]) = double.NaN;
            else if (typeof(T) == typeof(float))
                Unsafe.As<T, float>(ref values[valueCount + i]) = float.NaN;
            else
                throw new ValueInvalidException("the result", RowCount + row, Name, "a list with a missing element",
                    $"a list of {shape.DType.Name()}",
                    "Leave the column or the missing elements out, or cast it to DOUBLE[] in 'pile sql', where a missing element is NaN");
        }
    }

    private void AppendBytes(DuckDbVector vector)
    {
        int rows = vector.RowCount;
        Grow(ref lengths, RowCount + rows);
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<byte> blob = vector.Blob(row);
            lengths[RowCount + row] = blob.Length;
            Grow(ref values, checked(valueCount + blob.Length));
            blob.CopyTo(MemoryMarshal.AsBytes(values.AsSpan(valueCount)));
            valueCount += blob.Length;
        }
    }

    private protected override ColumnData Finish(ColumnSchema schema, int rowCount, ReadOnlyMemory<bool> isNull)
    {
        ReadOnlyMemory<T> gathered = values.AsMemory(0, valueCount);
        ColumnData data = elementsPerRow >= 0
            ? new ColumnData<T>(schema, gathered, rowCount, isNull)
            : new ColumnData<T>(schema, gathered, lengths.AsSpan(0, rowCount * shape.Shape.Length).ToArray(), isNull);
        (values, lengths, valueCount, valuesBefore) = ([], [], 0, valueCount);
        return data;
    }
}
