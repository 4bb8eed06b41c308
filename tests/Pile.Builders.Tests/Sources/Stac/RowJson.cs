using System.Text.Json.Nodes;
using Pile.Format;

namespace Pile.Builders.Tests.Sources.Stac;

/// <summary>Rows of a batch as JSON for Python: bytes as hexadecimal text, NaN as text, a missing value as null.</summary>
internal static class RowJson
{
    internal static JsonArray Of(IEnumerable<RowBatch> batches)
    {
        JsonArray rows = [];
        foreach (RowBatch batch in batches)
            for (int row = 0; row < batch.RowCount; row++)
            {
                JsonObject values = [];
                foreach (ColumnData column in batch.Columns)
                    values[column.Schema.Name] = column.IsNullAt(row) ? null : Value(column, row);
                rows.Add(values);
            }
        return rows;
    }

    private static JsonNode? Value(ColumnData column, int row)
    {
        if (column is TextColumnData text)
            return column.Schema.IsScalar ? text.Text(row)
                : new JsonArray([.. Enumerable.Range(0, text.ElementsOf(row)).Select(e => (JsonNode)text.Text(row, e))]);
        if (column is WindowColumnData windows)
            return new JsonArray([.. windows.Windows[(row * WindowColumnData.WindowTerms)..((row + 1) * WindowColumnData.WindowTerms)]
                .Select(term => (JsonNode)term)]);
        if (column.Schema.Encoding is not null)
            return Convert.ToHexString(column.RowBytes(row));
        JsonNode?[] numbers = column switch
        {
            ColumnData<double> c => Nodes(c.Row(row), v => double.IsNaN(v) ? "nan" : v),
            ColumnData<float> c => Nodes(c.Row(row), v => float.IsNaN(v) ? "nan" : v),
            ColumnData<int> c => Nodes(c.Row(row), v => v),
            ColumnData<long> c => Nodes(c.Row(row), v => v),
            ColumnData<bool> c => Nodes(c.Row(row), v => v),
            _ => throw new NotSupportedException(column.Schema.ToString()),
        };
        return column.Schema.IsScalar ? numbers[0] : new JsonArray(numbers);
    }

    private static JsonNode?[] Nodes<T>(ReadOnlySpan<T> values, Func<T, JsonNode> of)
    {
        JsonNode?[] nodes = new JsonNode?[values.Length];
        for (int i = 0; i < nodes.Length; i++)
            nodes[i] = of(values[i]);
        return nodes;
    }
}
