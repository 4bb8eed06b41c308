using System.Text.Encodings.Web;
using System.Text.Json;
using Pile.Format;

namespace Pile.Cli.Terminal;

/// <summary>Rows on stdout: a readable table, or a JSON array of objects.</summary>
internal static class RowOutput
{
    /// <summary>Writes the first rows aligned; says so when there are more.</summary>
    internal static async Task WriteTextAsync(TextWriter output, IAsyncEnumerable<RowBatch> batches, int mostRows)
    {
        List<(string, bool)> columns = [];
        List<string[]> rows = [];
        bool isCut = false;
        await foreach (RowBatch batch in batches.ConfigureAwait(false))
        {
            if (columns.Count == 0)
                columns.AddRange(batch.Columns.Select(c => (string.IsNullOrEmpty(c.Schema.Unit) ? c.Schema.Name : $"{c.Schema.Name} ({c.Schema.Unit})", c.Schema.DType != DType.String && c.Schema.IsScalar)));
            for (int row = 0; row < batch.RowCount && !isCut; row++)
            {
                isCut = rows.Count == mostRows;
                if (!isCut)
                    rows.Add([.. batch.Columns.Select(c => CellText.Of(c, row))]);
            }
            if (isCut)
                break;
        }
        TextTable.Write(output, columns, rows);
        if (isCut)
            await Console.Error.WriteLineAsync($"pile: the first {mostRows} rows are shown; --limit N or --out FILE gives more").ConfigureAwait(false);
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
