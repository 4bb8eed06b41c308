using System.Globalization;
using Pile.Format;

namespace Pile.Tables.Tests;

/// <summary>The cells of a table as text, for comparisons: a missing value is ∅, vectors are joined by blanks.</summary>
internal static class Cells
{
    internal const string Null = "∅";

    internal static async Task<List<string[]>> ReadAsync(ITableReader table, IReadOnlyList<string>? columns = null, long firstRow = 0,
        long? rowCount = null)
    {
        List<string>[] cells = [.. Enumerable.Range(0, columns?.Count ?? table.Columns.Length).Select(_ => new List<string>())];
        await foreach (RowBatch batch in table.ReadAsync(columns, firstRow, rowCount, TestContext.Current.CancellationToken))
            for (int i = 0; i < batch.Columns.Length; i++)
                for (int row = 0; row < batch.RowCount; row++)
                    cells[i].Add(Text(batch.Columns[i], row));
        return [.. cells.Select(c => c.ToArray())];
    }

    internal static string Text(ColumnData column, int row) => column.IsNullAt(row) ? Null : column switch
    {
        TextColumnData c => string.Join(' ', Enumerable.Range(0, c.ElementsOf(row)).Select(i => c.Text(row, i))),
        ColumnData<bool> c => Join(c, row),
        ColumnData<sbyte> c => Join(c, row),
        ColumnData<byte> c => Join(c, row),
        ColumnData<short> c => Join(c, row),
        ColumnData<ushort> c => Join(c, row),
        ColumnData<int> c => Join(c, row),
        ColumnData<uint> c => Join(c, row),
        ColumnData<long> c => Join(c, row),
        ColumnData<ulong> c => Join(c, row),
        ColumnData<float> c => string.Join(' ', c.Row(row).ToArray().Select(v => ((double)v).ToString("R", CultureInfo.InvariantCulture))),
        ColumnData<double> c => Join(c, row),
        _ => throw new InvalidOperationException(),
    };

    private static string Join<T>(ColumnData<T> column, int row) where T : unmanaged =>
        string.Join(' ', column.Row(row).ToArray()
            .Select(v => v is bool b ? b ? "true" : "false" : Convert.ToString(v, CultureInfo.InvariantCulture)));
}
