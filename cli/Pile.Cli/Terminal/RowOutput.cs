using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pile.Format;
using Pile.Tables;

namespace Pile.Cli.Terminal;

/// <summary>Writes rows to a file, or to stdout as an aligned table or a JSON array of objects.</summary>
internal static class RowOutput
{
    private const int RowsForWidths = 1000;

    private const int RowsOnATerminal = 40;

    /// <summary>Writes the rows in the form that the command line requests.</summary>
    /// <param name="parsed">The command line, for <c>--json</c>, <c>--quiet</c> and <c>--names</c>.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="about">The provenance of the rows, for a file.</param>
    /// <param name="path">The file of <c>--out</c>; <c>-</c> for a table on stdout; null for text on stdout.</param>
    /// <param name="limit">The requested number of rows; null to show only the first rows on a terminal.</param>
    /// <param name="cancellationToken">Cancels writing.</param>
    internal static async Task WriteAsync(ParseResult parsed, IAsyncEnumerable<RowBatch> rows, TableAbout? about, string? path,
        long? limit, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(CategoryText.Names))
            rows = rows.Select(CategoryText.AsNames);
        if (path == PipeOutput.Dash)
            await TableOutput.WithColumnsAsync(PipeOutput.KeepsWkb(parsed) ? rows : rows.Select(GeometryText.AsWkt),
                (columns, all) => PipeOutput.WriteAsync(parsed, columns, all, about, cancellationToken),
                cancellationToken).ConfigureAwait(false);
        else if (path is not null)
        {
            long written = await TableOutput.WriteAsync(path, GeometryText.KeepsWkb(path) ? rows : rows.Select(GeometryText.AsWkt), about,
                parsed.GetValue(TableOutput.Replace), CommonOptions.Messages(parsed), cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(CommonOptions.Json))
                WriteJson(written, path);
            else
                CommonOptions.Messages(parsed)(string.Create(CultureInfo.InvariantCulture, $"{CountText.Of(written, "row")} in {path}"));
        }
        else if (parsed.GetValue(CommonOptions.Json))
            await WriteJsonAsync(rows).ConfigureAwait(false);
        else
            await WriteTextAsync(TerminalText.Output, rows,
                limit is null && CommandStreams.Current.IsOutputTerminal ? RowsOnATerminal : int.MaxValue,
                CommonOptions.Messages(parsed)).ConfigureAwait(false);
    }

    /// <summary>Writes rows as an aligned table, and reports if there are more rows than it shows.</summary>
    /// <remarks>The first rows determine the widths of the columns; later rows are not kept in memory.</remarks>
    internal static async Task WriteTextAsync(TextWriter output, IAsyncEnumerable<RowBatch> batches, int maxRows, Action<string> report)
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
                isCut = shown == maxRows;
                if (!isCut)
                    Show([.. batch.Columns.Select(c => CellText.Of(c, row))]);
            }
            if (isCut)
                break;
        }
        table ??= new TextTable(output, columns, firstRows);
        if (isCut)
            report($"only the first {maxRows} rows are shown; for more, use --limit N or --out FILE");

        void Show(string[] cells)
        {
            shown++;
            if (table is not null)
                table.WriteRow(cells);
            else
            {
                firstRows.Add(cells);
                if (firstRows.Count == RowsForWidths)
                    table = new TextTable(output, columns, firstRows);
            }
        }
    }

    /// <summary>Writes a JSON array with an object for each row.</summary>
    internal static async Task WriteJsonAsync(IAsyncEnumerable<RowBatch> batches)
    {
        // Reads the first batch before writing, so that an error leaves stdout empty instead of with the start of an array.
        await using IAsyncEnumerator<RowBatch> rows = batches.GetAsyncEnumerator();
        bool hasMore = await rows.MoveNextAsync().ConfigureAwait(false);
        await using Stream stdout = CommandStreams.Current.OpenOutput();
        await using Utf8JsonWriter json = new(stdout, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartArray();
        for (; hasMore; hasMore = await rows.MoveNextAsync().ConfigureAwait(false))
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
