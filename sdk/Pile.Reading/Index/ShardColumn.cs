using Pile.DuckDb;
using Pile.Format;
using Pile.Hdf5;

namespace Pile.Reading;

/// <summary>Reads light columns of shards as DuckDB columns.</summary>
internal static class ShardColumn
{
    /// <summary>Reads a column of scalars, vectors or lists. Texts of a list are separated by NUL; in ragged lists each text ends with
    /// NUL.</summary>
    internal static DuckDbColumn Light(Hdf5File file, ColumnSchema column, int count) => column.DType switch
    {
        DType.Bool => Numbers<bool>(file, column, count),
        DType.Int8 => Numbers<sbyte>(file, column, count),
        DType.UInt8 => Numbers<byte>(file, column, count),
        DType.Int16 => Numbers<short>(file, column, count),
        DType.UInt16 => Numbers<ushort>(file, column, count),
        DType.Int32 => Numbers<int>(file, column, count),
        DType.UInt32 => Numbers<uint>(file, column, count),
        DType.Int64 => Numbers<long>(file, column, count),
        DType.UInt64 => Numbers<ulong>(file, column, count),
        DType.Float32 => Numbers<float>(file, column, count),
        DType.Float64 => Numbers<double>(file, column, count),
        _ => Texts(file, column, count),
    };

    /// <summary>Reads which rows have no value; empty for a column that is not nullable.</summary>
    internal static ReadOnlyMemory<bool> Nulls(Hdf5File file, ColumnSchema column, int count) =>
        column.Nullable ? file.OpenRows(ColumnNames.IsNull(column.Name), DType.Bool, [], count).ReadAll<bool>() : default;

    private static DuckDbColumn Numbers<T>(Hdf5File file, ColumnSchema column, int count) where T : unmanaged
    {
        T[] values = file.OpenColumn(column, count).ReadAll<T>();
        ReadOnlyMemory<bool> isNull = Nulls(file, column, count);
        if (column.IsScalar)
            return DuckDbColumn.Of<T>(values, isNull);
        if (!column.IsRagged)
            return column.ElementsPerRow > 0 ? DuckDbColumn.Vectors<T>(column.ElementsPerRow, values, isNull)
                : DuckDbColumn.Lists<T>(new int[count + 1], values, isNull);
        long[] lengths = Lengths(file, column, count);
        int longest = count > 0 ? values.Length / count : 0;
        int[] starts = new int[count + 1];
        for (int row = 0; row < count; row++)
        {
            int length = checked((int)lengths[row]);
            values.AsSpan(row * longest, length).CopyTo(values.AsSpan(starts[row])); // never overwrites values that are still to be read
            starts[row + 1] = starts[row] + length;
        }
        return column.IsBytes ? DuckDbColumn.Blobs(starts, (byte[])(object)values, isNull)
            : DuckDbColumn.Lists<T>(starts, values.AsMemory(0, starts[count]), isNull);
    }

    private static DuckDbColumn Texts(Hdf5File file, ColumnSchema column, int count)
    {
        Hdf5Dataset dataset = file.OpenColumn(column, count);
        (byte[] utf8, int[] starts) = dataset.ReadUtf8(0, count);
        ReadOnlyMemory<bool> isNull = Nulls(file, column, count);
        if (column.IsScalar)
            return DuckDbColumn.Utf8(starts, utf8, isNull);
        int perRow = dataset.ElementsPerRow;
        long[]? lengths = column.IsRagged ? Lengths(file, column, count) : null;
        byte[] joined = new byte[utf8.Length + (count * Math.Max(perRow, 1))];
        int[] ends = new int[count + 1];
        int end = 0;
        for (int row = 0; row < count; row++)
        {
            int own = lengths is null ? perRow : checked((int)lengths[row]);
            for (int element = 0; element < own; element++)
            {
                if (element > 0 && lengths is null)
                    joined[end++] = 0;
                ReadOnlySpan<byte> text = utf8.AsSpan(starts[(row * perRow) + element]..starts[(row * perRow) + element + 1]);
                text.CopyTo(joined.AsSpan(end));
                end += text.Length;
                if (lengths is not null)
                    joined[end++] = 0;
            }
            ends[row + 1] = end;
        }
        return DuckDbColumn.Utf8(ends, joined.AsMemory(0, end), isNull);
    }

    private static long[] Lengths(Hdf5File file, ColumnSchema column, int count)
    {
        Hdf5Dataset companion = file.OpenRows(ColumnNames.Shape(column.Name), DType.Int64, [1], count);
        long[] lengths = companion.ReadAll<long>();
        int longest = file.OpenColumn(column, count).ElementsPerRow,
            wrong = Array.FindIndex(lengths, length => length < 0 || length > longest);
        return wrong < 0 ? lengths : throw companion.Invalid(
            $"row {wrong} has the length {lengths[wrong]}, but the shard's lists have at most {longest}");
    }
}
