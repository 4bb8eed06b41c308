using System.Globalization;
using Pile.Format;
using Pile.Tables;

namespace Pile.Examples.DemoPage;

/// <summary>A small table in memory, for example the matches that `pile crossmatch` writes.</summary>
internal sealed class TableRows
{
    private readonly RowBatch rows;

    private TableRows(RowBatch rows) => this.rows = rows;

    internal int Count => rows.RowCount;

    internal static async Task<TableRows> ReadAsync(string path, params string[] columns)
    {
        await using ITableReader table = await TableReader.OpenAsync(path);
        List<RowBatch> batches = [];
        await foreach (RowBatch batch in table.ReadAsync(columns.Length > 0 ? columns : null))
            batches.Add(batch);
        return new(new RowBatch(Enumerable.Range(0, batches[0].Columns.Length)
            .Select(i => ColumnData.Concat([.. batches.Select(b => b.Columns[i])]))));
    }

    internal bool IsNull(string column, int row) => rows[column].IsNullAt(row);

    internal double Number(string column, int row) => rows[column] switch
    {
        ColumnData<double> wide => wide.Values.Span[row],
        ColumnData<float> single => single.Values.Span[row],
        ColumnData<long> whole => whole.Values.Span[row],
        var other => throw new InvalidDataException($"column '{column}' is {other.Schema.DType}"),
    };

    internal string Text(string column, int row) => rows[column] switch
    {
        TextColumnData text => text.Text(row).Trim(),
        ColumnData<long> id => id.Values.Span[row].ToString(CultureInfo.InvariantCulture),
        var other => throw new InvalidDataException($"column '{column}' is {other.Schema.DType}"),
    };

    internal int RowOf(string column, string id) => Enumerable.Range(0, Count).First(row => Text(column, row) == id);
}
