using System.Globalization;
using System.Numerics;
using Pile.Format;

namespace Pile.Plotting;

/// <summary>Converts values of rows for drawing.</summary>
internal static class RowNumbers
{
    /// <summary>Returns the elements of a row as float64; empty for null and for text.</summary>
    internal static double[] Of(ColumnData column, int row) => column.IsNullAt(row) ? [] : column switch
    {
        ColumnData<bool> c => Array.ConvertAll(c.Row(row).ToArray(), b => b ? 1.0 : 0),
        ColumnData<sbyte> c => Converted(c, row),
        ColumnData<byte> c => Converted(c, row),
        ColumnData<short> c => Converted(c, row),
        ColumnData<ushort> c => Converted(c, row),
        ColumnData<int> c => Converted(c, row),
        ColumnData<uint> c => Converted(c, row),
        ColumnData<long> c => Converted(c, row),
        ColumnData<ulong> c => Converted(c, row),
        ColumnData<float> c => Converted(c, row),
        ColumnData<double> c => c.Row(row).ToArray(),
        _ => [],
    };

    /// <summary>Returns the only value of a row; null if it is missing, not finite, or text.</summary>
    internal static double? Scalar(RowBatch batch, string column, int row) =>
        batch.Find(column) is { } found && Of(found, row) is [var value] && double.IsFinite(value) ? value : null;

    /// <summary>Returns the elements of a column of text; empty if there is no such column.</summary>
    internal static string[] Texts(RowBatch batch, string column, int row) =>
        batch.Find(column) is TextColumnData text && !text.IsNullAt(row)
            ? [.. Enumerable.Range(0, text.ElementsOf(row)).Select(i => text.Text(row, i))] : [];

    /// <summary>Returns the id of a row as text.</summary>
    internal static string Id(RowBatch batch, int row) => batch[ViewColumns.IdColumn] switch
    {
        TextColumnData text => text.Text(row),
        ColumnData<long> number => number.Row(row)[0].ToString(CultureInfo.InvariantCulture),
        var other => throw new ArgumentException($"object_id is {other.Schema.DType.Name()}, expected int64 or string."),
    };

    private static double[] Converted<T>(ColumnData<T> column, int row) where T : unmanaged, INumberBase<T> =>
        Array.ConvertAll(column.Row(row).ToArray(), double.CreateTruncating);
}
