using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pile.Format;
using Pile.Tables;

namespace Pile.Cli.Terminal;

/// <summary>Rows on stdout: a readable table, or a JSON array of objects.</summary>
internal static class RowOutput
{
    private const int RowsThatSettleWidths = 1000;

    private const int RowsOnATerminal = 40;

    /// <summary>Gives an answer to whom it is for: a file, a program, or a person.</summary>
    /// <param name="parsed">The command line, for <c>--json</c> and <c>--quiet</c>.</param>
    /// <param name="answer">The rows.</param>
    /// <param name="about">What a file says of where the rows come from.</param>
    /// <param name="path">The file of <c>--out</c>; null: stdout.</param>
    /// <param name="limit">The rows that the user asked for; null: a terminal shows the first ones.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    internal static async Task DeliverAsync(ParseResult parsed, IAsyncEnumerable<RowBatch> answer, TableAbout? about, string? path,
        long? limit, CancellationToken cancellationToken)
    {
        if (path is not null)
        {
            long written = await TableOutput.WriteAsync(path, answer, about, parsed.GetValue(TableOutput.Replace), cancellationToken)
                .ConfigureAwait(false);
            if (parsed.GetValue(CommonOptions.Json))
                WriteJson(written, path);
            else
                CommonOptions.Messages(parsed)(string.Create(CultureInfo.InvariantCulture, $"{written:N0} rows in {path}"));
        }
        else if (parsed.GetValue(CommonOptions.Json))
            await WriteJsonAsync(answer).ConfigureAwait(false);
        else
            await WriteTextAsync(TerminalText.Output, answer, limit is null && !Console.IsOutputRedirected ? RowsOnATerminal : int.MaxValue,
                CommonOptions.Messages(parsed)).ConfigureAwait(false);
    }

    /// <summary>Writes rows aligned, and holds no more of them than settle the widths; says so when there are more than are
    /// shown.</summary>
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
                columns.AddRange(batch.Columns.Select(c => (string.IsNullOrEmpty(c.Schema.Unit) ? c.Schema.Name : $"{c.Schema.Name} "
                    + $"({c.Schema.Unit})", c.Schema.DType != DType.String && c.Schema.IsScalar)));
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
        // What fails before the first rows are there must leave nothing on stdout, not the beginning of an array.
        await using IAsyncEnumerator<RowBatch> rows = batches.GetAsyncEnumerator();
        bool isThere = await rows.MoveNextAsync().ConfigureAwait(false);
        await using Stream stdout = StandardOutput.Open();
        await using Utf8JsonWriter json = new(stdout, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartArray();
        for (; isThere; isThere = await rows.MoveNextAsync().ConfigureAwait(false))
        {
            RowBatch batch = rows.Current;
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

    private static void WriteJson(long rows, string path) => JsonOutput.Write(json =>
    {
        json.WriteStartObject();
        json.WriteInteger("rows", rows);
        json.WriteString("path", path);
        json.WriteEndObject();
    });
}
