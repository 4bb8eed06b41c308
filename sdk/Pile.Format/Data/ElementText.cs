using System.Globalization;

namespace Pile.Format;

/// <summary>Formats elements of columns as text, the same for every reader.</summary>
internal static class ElementText
{
    /// <summary>Returns the elements of a row that has a value: texts as they are, <c>true</c> and <c>false</c>, numbers in the invariant
    /// culture with the digits that restore them.</summary>
    /// <exception cref="ArgumentException">The type of the column has no text.</exception>
    internal static string[] Of(ColumnData column, int row) => column switch
    {
        TextColumnData text => [.. Enumerable.Range(0, text.ElementsOf(row)).Select(i => text.Text(row, i))],
        ColumnData<bool> c => Array.ConvertAll(c.Row(row).ToArray(), v => v ? "true" : "false"),
        ColumnData<sbyte> c => Map(c.Row(row)),
        ColumnData<byte> c => Map(c.Row(row)),
        ColumnData<short> c => Map(c.Row(row)),
        ColumnData<ushort> c => Map(c.Row(row)),
        ColumnData<int> c => Map(c.Row(row)),
        ColumnData<uint> c => Map(c.Row(row)),
        ColumnData<long> c => Map(c.Row(row)),
        ColumnData<ulong> c => Map(c.Row(row)),
        ColumnData<float> c => Map(c.Row(row)),
        ColumnData<double> c => Map(c.Row(row)),
        _ => throw new ArgumentException($"The type {column.Schema.DType} of column '{column.Schema.Name}' is not supported.",
            nameof(column)),
    };

    /// <summary>Returns the value of a scalar; null without a value.</summary>
    /// <exception cref="ArgumentException">The type of the column has no text.</exception>
    internal static string? OfScalar(ColumnData column, int row) => column.IsNullAt(row) ? null
        : column is TextColumnData text ? text.Text(row) : Of(column, row)[0];

    private static string[] Map<T>(ReadOnlySpan<T> values) where T : IFormattable
    {
        string[] texts = new string[values.Length];
        for (int i = 0; i < values.Length; i++)
            texts[i] = values[i].ToString(null, CultureInfo.InvariantCulture);
        return texts;
    }
}
