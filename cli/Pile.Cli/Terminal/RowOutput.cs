using System.Text.Encodings.Web;
using System.Text.Json;
using Pile.Format;

namespace Pile.Cli.Terminal;

/// <summary>Rows on stdout: a readable table, or a JSON array of objects.</summary>
internal static class RowOutput
{
    private const int RowsThatSettleWidths = 1000;

    /// <summary>Writes rows aligned, and holds no more of them than settle the widths; says so when there are more than are shown.</summary>
    internal static async Task WriteTextAsync(TextWriter output, IAsyncEnumerable<RowBatch> batches, int mostRows, Action<string> say)
    {
        List<(string, bool)> columns = [];
        List<string[]> firstRows = [];
        TextTable? table = null;
        long shown = 0;
        bool isCut = false;
        await foreach (RowBatch batch in batches.ConfigureAwait(false))
        {
            if (columns.Count == 0)
                columns.AddRange(batch.Columns.Select(c => (string.IsNullOrEmpty(c.Schema.Unit) ? c.Schema.Name : $"{c.Schema.Name} ({c.Schema.Unit})", c.Schema.DType != DType.String && c.Schema.IsScalar)));
            for (int row = 0; row < batch.RowCount && !isCut; row++)
            {
                isCut = shown == mostRows;
                if (!isCut)
                    Show([.. batch.Columns.Select(c => CellText.Of(c, row))]);
            }
            if (isCut)
                break;
        }
        table ??= new TextTable(output, columns, firstRows);
        if (isCut)
            say($"the first {mostRows} rows are shown; --limit N or --out FILE gives more");

        void Show(string[] cells)
        {
            shown++;
            if (table is not null)
                table.WriteRow(cells);
            else
            {
                firstRows.Add(cells);
                if (firstRows.Count == RowsThatSettleWidths)
                    table = new TextTable(output, columns, firstRows);
            }
        }
    }

    /// <summary>Streams a JSON array, a row an object.</summary>
    internal static async Task WriteJsonAsync(IAsyncEnumerable<RowBatch> batches)
    {
        await using Stream stdout = Console.OpenStandardOutput();
        await using Utf8JsonWriter json = new(stdout, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartArray();
        await foreach (RowBatch batch in batches.ConfigureAwait(false))
        {
            for (int row = 0; row < batch.RowCount; row++)
            {
                json.WriteStartObject();
                foreach (ColumnData column in batch.Columns)
                {
                    json.WritePropertyName(column.Schema.Name);
                    CellText.Write(json, column, row);
                }
                json.WriteEndObject();
            }
            await json.FlushAsync().ConfigureAwait(false);
        }
        json.WriteEndArray();
        await json.FlushAsync().ConfigureAwait(false);
        stdout.WriteByte((byte)'\n');
    }
}
