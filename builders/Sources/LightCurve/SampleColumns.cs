using System.Globalization;
using System.Numerics;
using Pile.Format;

namespace Pile.Builders.Sources.LightCurve;

/// <summary>Converts columns of measurements to arrays of numbers.</summary>
internal static class SampleColumns
{
    private const string Remedy = "Choose another column in the recipe's source";

    /// <summary>Returns the values of a column as float64; missing values are NaN. A text table reads a column without values as
    /// text.</summary>
    /// <exception cref="SchemaMismatchException">The column does not hold numbers.</exception>
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
        TextColumnData c when !c.IsNull.IsEmpty && !c.IsNull.Span.Contains(false) => AllMissing(c.RowCount),
        _ => throw new SchemaMismatchException(path, column.Schema.Name, $"expected a number, found {column.Schema.DType.Name()}",
            RemedyOf(column, DType.Float64)),
    };

    /// <summary>Throws the error of a bad row, for callers that do not skip bad rows.</summary>
    internal static void Throw(ValueInvalidException bad) => throw bad;

    /// <summary>Rejects a row with an infinite time. NaN is a missing time.</summary>
    internal static void CheckTime(double time, string path, long row, string column, Action<ValueInvalidException> reject)
    {
        if (double.IsInfinity(time))
            reject(new(path, row, column, time.ToString(CultureInfo.InvariantCulture), "a finite time",
                "Correct the value, or remove the row"));
    }

    /// <summary>Returns the values of a column as int64.</summary>
    /// <param name="column">A column of integers or booleans.</param>
    /// <param name="path">The table, for messages.</param>
    /// <param name="firstRow">The row of the table that is the first of the column.</param>
    /// <param name="reject">Receives each row whose value is missing, or out of the range of int64.</param>
    /// <exception cref="SchemaMismatchException">The column does not hold integers.</exception>
    internal static long[] Int64(ColumnData column, string path, long firstRow, Action<ValueInvalidException> reject)
    {
        for (int row = 0; row < column.RowCount; row++)
            if (column.IsNullAt(row))
                reject(new(path, firstRow + row, column.Schema.Name, "a missing value", "an integer", "Add the value, or remove the row"));
            else if (column is ColumnData<ulong> wide && wide.Values.Span[row] is > long.MaxValue and var value)
                reject(new(path, firstRow + row, column.Schema.Name, value.ToString(CultureInfo.InvariantCulture),
                    "a number in the range of int64", Remedy));
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
            ColumnData<ulong> c => Integers(c),
            _ => throw new SchemaMismatchException(path, column.Schema.Name,
                $"expected integers, found {column.Schema.DType.Name()}", RemedyOf(column, DType.Int64)),
        };
    }

    // One bad value makes a text of a whole column of a text file. A cast finds its row.
    private static string RemedyOf(ColumnData column, DType type) => column is not TextColumnData ? Remedy
        : $"{Remedy}, or set 'cast: {{ {column.Schema.Name}: {type.Name()} }}' for its table, with which each row without a number "
            + "is an error of its own, or is skipped";

    private static double[] AllMissing(int rowCount)
    {
        double[] values = new double[rowCount];
        values.AsSpan().Fill(double.NaN);
        return values;
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
        where T : unmanaged, IBinaryInteger<T> => Array.ConvertAll(column.Values.ToArray(), long.CreateTruncating);
}
