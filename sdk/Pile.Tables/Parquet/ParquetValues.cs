using System.Text.Unicode;
using Pile.DuckDb;
using Pile.Format;
using Pile.Tables.Batches;

namespace Pile.Tables.Parquet;

/// <summary>Converts DuckDB's vectors to columns of a batch.</summary>
internal static class ParquetValues
{
    /// <summary>Appends the rows of a vector.</summary>
    /// <param name="column">The column; its schema was made from the vector's type.</param>
    /// <param name="vector">The rows.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="firstRow">The row of the file that is the vector's first, for messages.</param>
    internal static void Append(ColumnBuilder column, DuckDbVector vector, string path, long firstRow)
    {
        switch (column)
        {
            case TextColumnBuilder text: AppendText(text, vector, path, firstRow); break;
            case NumberColumnBuilder<bool> c: AppendNumbers(c, vector, path, firstRow); break;
            case NumberColumnBuilder<sbyte> c: AppendNumbers(c, vector, path, firstRow); break;
            case NumberColumnBuilder<byte> c: AppendNumbers(c, vector, path, firstRow); break;
            case NumberColumnBuilder<short> c: AppendNumbers(c, vector, path, firstRow); break;
            case NumberColumnBuilder<ushort> c: AppendNumbers(c, vector, path, firstRow); break;
            case NumberColumnBuilder<int> c: AppendNumbers(c, vector, path, firstRow); break;
            case NumberColumnBuilder<uint> c: AppendNumbers(c, vector, path, firstRow); break;
            case NumberColumnBuilder<long> c: AppendNumbers(c, vector, path, firstRow); break;
            case NumberColumnBuilder<ulong> c: AppendNumbers(c, vector, path, firstRow); break;
            case NumberColumnBuilder<float> c: AppendNumbers(c, vector, path, firstRow); break;
            case NumberColumnBuilder<double> c: AppendNumbers(c, vector, path, firstRow); break;
        }
    }

    private static void AppendText(TextColumnBuilder column, DuckDbVector vector, string path, long firstRow)
    {
        if (!column.Schema.IsScalar)
        {
            AppendTextLists(column, vector, path, firstRow);
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
                throw new ValueInvalidException(path, firstRow + row, column.Schema.Name, $"a value of {bytes.Length} bytes",
                    "text in UTF-8", "Exclude the column: binary columns are not read");
            column.Add(bytes);
        }
    }

    // A missing text in a list is empty, as in the other formats.
    private static void AppendTextLists(TextColumnBuilder column, DuckDbVector vector, string path, long firstRow)
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
                throw new ValueInvalidException(path, firstRow + row, column.Schema.Name, $"a list of {length[0]} texts",
                    $"{column.Schema.ElementsPerRow} texts, as the file declares", "Correct the file's metadata, or exclude the column");
            for (int i = 0; i < length[0]; i++)
                column.Add(texts.IsValid(start + i) ? texts.Utf8(start + i) : default);
        }
    }

    private static void AppendNumbers<T>(NumberColumnBuilder<T> column, DuckDbVector vector, string path, long firstRow) where T : unmanaged
    {
        if (!column.Schema.IsScalar)
        {
            AppendLists(column, vector, path, firstRow);
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

    private static void AppendLists<T>(NumberColumnBuilder<T> column, DuckDbVector vector, string path, long firstRow) where T : unmanaged
    {
        int[] shape = new int[DepthOf(vector.Type)];
        int[] declared = [.. column.Schema.Shape];
        for (int row = 0; row < vector.RowCount; row++)
        {
            if (!vector.IsValid(row))
            {
                column.AddNull();
                continue;
            }
            Array.Fill(shape, -1);
            DuckDbVector values = vector;
            if (!TryMeasure(ref values, row, 1, shape, 0, out int start))
                throw Uneven(row);
            int elements = shape.Aggregate(1, (product, length) => product * length);
            if (!TryReshape(column.Schema, elements, shape, declared))
                throw Uneven(row);
            Span<T> destination = column.Schema.IsRagged ? column.AddRow(declared) : column.AddRows(1);
            values.Values<T>().Slice(start, elements).CopyTo(destination);
            if (values.AllValid)
                continue;
            for (int i = 0; i < elements; i++)
                if (!values.IsValid(start + i))
                    destination[i] = column.Schema.DType.IsFloat() ? Missing<T>() : throw WithMissing(row);
        }

        ValueInvalidException Uneven(int row) => new(path, firstRow + row, column.Schema.Name,
            "a list of missing lists or of lists of different length", $"an array of {column.Schema.DType.Name()}", "Exclude the column");
        ValueInvalidException WithMissing(int row) => new(path, firstRow + row, column.Schema.Name,
            "a list with missing elements", $"an array of {column.Schema.DType.Name()}",
            shape.Length > 1 || column.Schema.DType is DType.Bool ? "Exclude the column"
                : "Exclude the column, or cast it to float64, where a missing element is NaN");
    }

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
