using System.Globalization;
using System.Numerics;
using Pile.Format;

namespace Pile.Builders.Sources.LightCurve;

/// <summary>Columns of measurements as plain numbers.</summary>
internal static class SampleColumns
{
    private const string Remedy = "Name another column in the recipe's source";

    /// <summary>The column's values as float64; a missing one is NaN.</summary>
    /// <exception cref="SchemaMismatchException">The column holds no numbers.</exception>
    internal static double[] Float64(ColumnData column, string path) => column switch
    {
        ColumnData<double> c => Wide(c, v => v),
        ColumnData<float> c => Wide(c, v => v),
        ColumnData<sbyte> c => Wide(c, v => v),
        ColumnData<byte> c => Wide(c, v => v),
        ColumnData<short> c => Wide(c, v => v),
        ColumnData<ushort> c => Wide(c, v => v),
        ColumnData<int> c => Wide(c, v => v),
        ColumnData<uint> c => Wide(c, v => v),
        ColumnData<long> c => Wide(c, v => v),
        ColumnData<ulong> c => Wide(c, v => v),
        _ => throw new SchemaMismatchException(path, column.Schema.Name, $"expected a number, found {column.Schema.DType.Name()}", Remedy),
    };

    /// <summary>The column's values as integers.</summary>
    /// <param name="column">A column of integers or of true and false.</param>
    /// <param name="path">The table, for messages.</param>
    /// <param name="firstRow">The table's row of the column's first.</param>
    /// <exception cref="SchemaMismatchException">The column holds no integers.</exception>
    /// <exception cref="ValueInvalidException">A value is missing, or beyond int64.</exception>
    internal static long[] Int64(ColumnData column, string path, long firstRow)
    {
        for (int row = 0; row < column.RowCount; row++)
            if (column.IsNullAt(row))
                throw new ValueInvalidException(path, firstRow + row, column.Schema.Name, "a missing value", "an integer",
                    "Give it one, or leave the row out");
        return column switch
        {
            ColumnData<bool> c => Array.ConvertAll(c.Values.ToArray(), v => v ? 1L : 0L),
            ColumnData<sbyte> c => Integers(c),
            ColumnData<byte> c => Integers(c),
            ColumnData<short> c => Integers(c),
            ColumnData<ushort> c => Integers(c),
            ColumnData<int> c => Integers(c),
            ColumnData<uint> c => Integers(c),
            ColumnData<long> c => c.Values.ToArray(),
            ColumnData<ulong> c => c.Values.Span.IndexOfAnyInRange((ulong)long.MaxValue + 1, ulong.MaxValue) is >= 0 and int row
                ? throw new ValueInvalidException(path, firstRow + row, c.Schema.Name,
                    c.Values.Span[row].ToString(CultureInfo.InvariantCulture), "a number that int64 holds", Remedy) : Integers(c),
            _ => throw new SchemaMismatchException(path, column.Schema.Name,
                $"expected integers, found {column.Schema.DType.Name()}", Remedy),
        };
    }

    private static double[] Wide<T>(ColumnData<T> column, Func<T, double> widen) where T : unmanaged
    {
        double[] values = new double[column.RowCount];
        ReadOnlySpan<T> given = column.Values.Span;
        for (int row = 0; row < values.Length; row++)
            values[row] = column.IsNullAt(row) ? double.NaN : widen(given[row]);
        return values;
    }

    private static long[] Integers<T>(ColumnData<T> column)
        where T : unmanaged, IBinaryInteger<T> => Array.ConvertAll(column.Values.ToArray(), long.CreateChecked);
}
