using System.Text.Unicode;
using Pile.DuckDb;
using Pile.Format;
using Pile.Tables.Batches;

namespace Pile.Tables.Parquet;

/// <summary>Converts DuckDB's vectors to columns of a batch.</summary>
internal static class ParquetValues
{
    /// <summary>Rows of a column of a file.</summary>
    /// <param name="Path">The file, for messages.</param>
    /// <param name="FirstRow">The first row.</param>
    /// <param name="Invalid">Receives the rows with invalid values.</param>
    /// <param name="Inexact">An integer that float64 does not represent, if elements of lists of integers are missing; otherwise
    /// null.</param>
    internal readonly record struct Place(string Path, long FirstRow, InvalidRows Invalid, string? Inexact);

    /// <summary>Appends the rows of a vector.</summary>
    /// <param name="column">The column; its schema was made from the vector's type.</param>
    /// <param name="vector">The rows.</param>
    /// <param name="place">Where the rows are in the file, and what happens to invalid ones.</param>
    internal static void Append(ColumnBuilder column, DuckDbVector vector, Place place)
    {
        switch (column)
        {
            case TextColumnBuilder text: AppendText(text, vector, place); break;
            case NumberColumnBuilder<bool> c: AppendNumbers(c, vector, place); break;
            case NumberColumnBuilder<sbyte> c: AppendNumbers(c, vector, place); break;
            case NumberColumnBuilder<byte> c: AppendNumbers(c, vector, place); break;
            case NumberColumnBuilder<short> c: AppendNumbers(c, vector, place); break;
            case NumberColumnBuilder<ushort> c: AppendNumbers(c, vector, place); break;
            case NumberColumnBuilder<int> c: AppendNumbers(c, vector, place); break;
            case NumberColumnBuilder<uint> c: AppendNumbers(c, vector, place); break;
            case NumberColumnBuilder<long> c: AppendNumbers(c, vector, place); break;
            case NumberColumnBuilder<ulong> c: AppendNumbers(c, vector, place); break;
            case NumberColumnBuilder<float> c: AppendNumbers(c, vector, place); break;
            case NumberColumnBuilder<double> c: AppendNumbers(c, vector, place); break;
        }
    }

    private static void AppendText(TextColumnBuilder column, DuckDbVector vector, Place place)
    {
        if (!column.Schema.IsScalar)
        {
            AppendTextLists(column, vector, place);
            return;
        }
        bool isBlob = vector.Type.Id is DuckDbTypeId.Blob;
        for (int row = 0; row < vector.RowCount; row++)
        {
            if (!vector.IsValid(row))
            {
                column.AddNull();
                continue;
            }
            ReadOnlySpan<byte> bytes = isBlob ? vector.Blob(row) : vector.Utf8(row);
            if (isBlob && !Utf8.IsValid(bytes)) // BYTE_ARRAY without a logical type: older writers use it for text
            {
                Reject(column, place, row, $"a value of {bytes.Length} bytes", "text in UTF-8",
                    "Exclude the column: binary columns are not read");
                continue;
            }
            column.Add(bytes);
        }
    }

    // A missing text in a list is empty, as in the other formats.
    private static void AppendTextLists(TextColumnBuilder column, DuckDbVector vector, Place place)
    {
        for (int row = 0; row < vector.RowCount; row++)
        {
            if (!vector.IsValid(row))
            {
                column.AddNull();
                continue;
            }
            DuckDbVector texts = vector;
            int[] length = [0];
            _ = TryMeasure(ref texts, row, 1, length, 0, out int start); // false only for lists of lists
            if (column.Schema.IsRagged)
                column.AddRow(length[0]);
            else if (length[0] != column.Schema.ElementsPerRow)
            {
                Reject(column, place, row, $"a list of {length[0]} texts", $"{column.Schema.ElementsPerRow} texts, as the file declares",
                    "Correct the file's metadata, or exclude the column");
                continue;
            }
            for (int i = 0; i < length[0]; i++)
                column.Add(texts.IsValid(start + i) ? texts.Utf8(start + i) : default);
        }
    }

    private static void AppendNumbers<T>(NumberColumnBuilder<T> column, DuckDbVector vector, Place place) where T : unmanaged
    {
        if (!column.Schema.IsScalar)
        {
            AppendLists(column, vector, place);
            return;
        }
        int before = column.RowCount;
        ReadOnlySpan<T> values = vector.Values<T>();
        Span<T> destination = column.AddRows(values.Length);
        values.CopyTo(destination);
        if (vector.AllValid)
            return;
        for (int row = 0; row < values.Length; row++)
        {
            if (vector.IsValid(row))
                continue;
            destination[row] = Missing<T>();
            column.FlagNull(before + row);
        }
    }

    private static void AppendLists<T>(NumberColumnBuilder<T> column, DuckDbVector vector, Place place) where T : unmanaged
    {
        int[] shape = new int[DepthOf(vector.Type)];
        int[] declared = [.. column.Schema.Shape];
        string type = $"an array of {column.Schema.DType.Name()}";
        for (int row = 0; row < vector.RowCount; row++)
        {
            if (!vector.IsValid(row))
            {
                column.AddNull();
                continue;
            }
            Array.Fill(shape, -1);
            DuckDbVector values = vector;
            if (!TryMeasure(ref values, row, 1, shape, 0, out int start)
                || !TryReshape(column.Schema, shape.Aggregate(1, (product, length) => product * length), shape, declared))
            {
                Reject(column, place, row, "a list of missing lists or of lists of different length", type, "Exclude the column");
                continue;
            }
            int elements = shape.Aggregate(1, (product, length) => product * length);
            Span<T> destination = column.Schema.IsRagged ? column.AddRow(declared) : column.AddRows(1);
            values.Values<T>().Slice(start, elements).CopyTo(destination);
            if (values.AllValid || HasAll(values, start, elements))
                continue;
            if (!column.Schema.DType.IsFloat())
                place.Invalid.Add(Fault(column, place, row, "a list with missing elements",
                    place.Inexact is { } inexact ? $"{type} without missing elements, because float64, which has NaN for these, does not "
                        + $"represent the value {inexact} of the column" : type, "Exclude the column, or correct the file"));
            for (int i = 0; i < elements; i++)
                if (!values.IsValid(start + i))
                    destination[i] = Missing<T>();
        }
    }

    private static bool HasAll(DuckDbVector values, int start, int count)
    {
        for (int i = start; i < start + count; i++)
            if (!values.IsValid(i))
                return false;
        return true;
    }

    /// <summary>Adds a row without a value in place of an invalid one.</summary>
    private static void Reject(ColumnBuilder column, Place place, int row, string finding, string expected, string remedy)
    {
        place.Invalid.Add(Fault(column, place, row, finding, expected, remedy));
        column.AddNull();
    }

    private static ValueInvalidException Fault(ColumnBuilder column, Place place, int row, string finding, string expected,
        string remedy) => new(place.Path, place.FirstRow + row, column.Schema.Name, finding, expected, remedy);

    private static int DepthOf(DuckDbType type) => type.Id is DuckDbTypeId.List or DuckDbTypeId.Array ? 1 + DepthOf(type.Child!) : 0;

    /// <summary>Computes the shape of a row's elements, whose declared shape may have more axes than the nested lists.</summary>
    private static bool TryReshape(ColumnSchema schema, int elements, ReadOnlySpan<int> found, Span<int> declared)
    {
        if (found.Length == declared.Length)
        {
            bool isEmpty = false; // lists that do not exist have no length
            for (int axis = 0; axis < found.Length; axis++)
            {
                bool isFixed = schema.Shape[axis] != ColumnSchema.Ragged;
                if (isFixed && schema.Shape[axis] != found[axis] && !isEmpty)
                    return false;
                declared[axis] = isFixed ? schema.Shape[axis] : found[axis];
                isEmpty |= found[axis] == 0;
            }
            return true;
        }
        int rest = 1, ragged = -1;
        for (int axis = 0; axis < declared.Length; axis++)
        {
            if (schema.Shape[axis] == ColumnSchema.Ragged)
                ragged = axis;
            else
                rest *= schema.Shape[axis];
        }
        if (ragged >= 0 && rest > 0)
            declared[ragged] = elements / rest;
        return ragged >= 0 ? rest > 0 && elements % rest == 0 : elements == rest;
    }

    /// <summary>Descends nested lists of equal length, which are stored contiguously.</summary>
    private static bool TryMeasure(ref DuckDbVector level, int first, int count, int[] shape, int axis, out int start)
    {
        start = first;
        for (; axis < shape.Length; axis++)
        {
            int length, next;
            if (level.Type.Id is DuckDbTypeId.Array)
                (length, next) = (level.Type.ArrayLength, start * level.Type.ArrayLength);
            else
            {
                ReadOnlySpan<DuckDbListEntry> entries = level.Values<DuckDbListEntry>().Slice(start, count);
                length = count == 0 ? 0 : (int)entries[0].Length;
                next = count == 0 ? 0 : (int)entries[0].Offset;
                for (int i = 0; i < count; i++)
                    if (!level.IsValid(start + i) || entries[i].Length != length || entries[i].Offset != next + ((long)i * length))
                        return false;
            }
            shape[axis] = length;
            count = checked(count * length);
            start = next;
            level = level.Child;
        }
        return true;
    }

    private static T Missing<T>() where T : unmanaged =>
        typeof(T) == typeof(double) ? (T)(object)double.NaN : typeof(T) == typeof(float) ? (T)(object)float.NaN : default;
}
