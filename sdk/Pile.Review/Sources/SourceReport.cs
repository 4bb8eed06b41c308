using System.Globalization;
using Pile.Drawing;
using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>Writes the page of a source: kinds, sizes, pictures, duplicates, and files with a fault.</summary>
internal sealed class SourceReport
{
    private const int MostKinds = 50, MostListed = 100, MostPaths = 3;

    // An empty file is no duplicate of another one.
    private const string Contents = "SELECT coalesce(sha256, size || ' ' || etag) AS content, size, object_id FROM d WHERE size > 0 AND "
        + "coalesce(sha256, etag) IS NOT NULL";

    private readonly Dataset source;
    private readonly HtmlPage page;

    private SourceReport(Dataset source) => (this.source, page) = (source, new HtmlPage($"Files of {source.Manifest.Name}",
        source.Manifest.Description ?? ""));

    /// <summary>Writes the page.</summary>
    /// <param name="source">An open source.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    /// <returns>The page as HTML, which needs no other file.</returns>
    /// <exception cref="ArgumentException">The source lacks a field that a scan sets.</exception>
    internal static async Task<string> WriteAsync(Dataset source, CancellationToken cancellationToken)
    {
        SourceReport report = new(source);
        report.AddFacts(source.Source ?? throw new ArgumentException($"'{source.Address}' is not a source."));
        if (source.Manifest.Rows > 0)
            await report.AddTablesAsync(cancellationToken).ConfigureAwait(false);
        return report.page.ToHtml();
    }

    private void AddFacts(SourceRows rows)
    {
        page.AddNote(rows.IsPartial ? HtmlNoteKind.Warning : HtmlNoteKind.Good, rows.IsPartial
            ? "The scan is under way, or was interrupted: files may be missing. Scan again to continue."
            : "The scan is complete.");
        if (rows.Skipped > 0)
            page.AddNote(HtmlNoteKind.Warning, $"{Number(rows.Skipped)} files or folders could not be listed or read, and are not "
                + "counted.");
        List<KeyValuePair<string, string>> facts =
        [
            new("source", source.Address),
            new("files", Number(source.Manifest.Rows)),
            new("bytes", Number(source.Manifest.Bytes)),
            new("commit", $"{source.Manifest.Version}, {source.Root}"),
        ];
        if (rows.Revision.Length > 0)
            facts.Add(new("revision", rows.Revision));
        page.AddFacts(facts);
    }

    private async Task AddTablesAsync(CancellationToken cancellationToken)
    {
        page.AddHeading("Kinds");
        await AddTableAsync([new("media type"), new("files", IsNumber: true), new("size", "byte", true), new("median", "byte", true),
            new("largest", "byte", true)], "SELECT coalesce(media_type, '(unknown)'), count(*), sum(size), median(size)::BIGINT, max(size) "
            + $"FROM d GROUP BY 1 ORDER BY sum(size) DESC, 1 LIMIT {MostKinds}", cancellationToken).ConfigureAwait(false);
        page.AddHeading("Sizes");
        await AddHistogramAsync("log10 of the size in bytes", "SELECT log10(size) FROM d WHERE size > 0", cancellationToken)
            .ConfigureAwait(false);
        await AddTableAsync([new("file"), new("size", "byte", true), new("media type")],
            "SELECT object_id, size, media_type FROM d ORDER BY size DESC, object_id LIMIT 10", cancellationToken).ConfigureAwait(false);
        page.AddHeading("Folders");
        await AddTableAsync([new("folder"), new("files", IsNumber: true), new("size", "byte", true)],
            "SELECT CASE WHEN contains(object_id, '/') THEN split_part(object_id, '/', 1) || '/' ELSE '(top)' END, count(*), sum(size) "
            + $"FROM d GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT {MostKinds}", cancellationToken).ConfigureAwait(false);
        await AddPicturesAsync(cancellationToken).ConfigureAwait(false);
        await AddDuplicatesAsync(cancellationToken).ConfigureAwait(false);
        await AddFaultsAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task AddPicturesAsync(CancellationToken cancellationToken)
    {
        page.AddHeading("Pictures");
        IReadOnlyList<IReadOnlyList<string>> sizes = await RowsAsync("SELECT width || ' × ' || height, bands, count(*), sum(size), "
            + "(width::DOUBLE * height * bands)::BIGINT FROM d WHERE width IS NOT NULL GROUP BY width, height, bands "
            + $"ORDER BY 3 DESC, width, height LIMIT {MostKinds}", cancellationToken).ConfigureAwait(false);
        if (sizes.Count == 0)
        {
            page.AddParagraph("No size of a picture is known. Scan with --sniff to read them from the headers.");
            return;
        }
        page.AddTable(new()
        {
            Columns = [new("pixels"), new("bands", IsNumber: true), new("files", IsNumber: true), new("size", "byte", true),
                new("values of one", IsNumber: true)],
            Rows = sizes,
        });
        await AddHistogramAsync("width / height", "SELECT width / height FROM d WHERE width IS NOT NULL", cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task AddDuplicatesAsync(CancellationToken cancellationToken)
    {
        page.AddHeading("Duplicates");
        IReadOnlyList<string> total = (await RowsAsync("SELECT count(*), sum(n - 1), sum((n - 1) * size) FROM (SELECT count(*) AS n, "
            + $"any_value(size) AS size FROM ({Contents}) GROUP BY content HAVING count(*) > 1)", cancellationToken)
            .ConfigureAwait(false))[0];
        IReadOnlyList<string> known = (await RowsAsync("SELECT count(*) FILTER (sha256 IS NOT NULL), count(*) FILTER (sha256 IS NULL AND "
            + "etag IS NOT NULL), count(*) FILTER (coalesce(sha256, etag) IS NULL) FROM d WHERE size > 0", cancellationToken)
            .ConfigureAwait(false))[0];
        page.AddParagraph($"{known[0]} files are compared by SHA-256, {known[1]} by size and entity tag"
            + (known[2] == "0" ? "." : $"; {known[2]} cannot be compared: scan with --checksums."));
        if (total[0] == "0")
        {
            page.AddParagraph("None of these has the content of another one.");
            return;
        }
        page.AddNote(HtmlNoteKind.Warning, $"{total[1]} files repeat the content of another one, and take {total[2]} bytes.");
        await AddTableAsync([new("files", IsNumber: true), new("size of one", "byte", true), new("for example")],
            $"SELECT count(*), any_value(size), array_to_string((list(object_id ORDER BY object_id))[1:{MostPaths}], ' · ') "
            + $"FROM ({Contents}) GROUP BY content HAVING count(*) > 1 ORDER BY (count(*) - 1) * any_value(size) DESC, 3 "
            + $"LIMIT {MostListed}",
            cancellationToken).ConfigureAwait(false);
    }

    private async Task AddFaultsAsync(CancellationToken cancellationToken)
    {
        page.AddHeading("Faults");
        IReadOnlyList<string> counts = (await RowsAsync("SELECT count(*) FILTER (fault IS NOT NULL), count(*) FILTER (size = 0), "
            + "count(*) FILTER (lfs_pointer), count(*) FILTER (sniffed IS NULL) FROM d", cancellationToken).ConfigureAwait(false))[0];
        page.AddParagraph($"{counts[0]} files have a fault, {counts[1]} are empty, {counts[2]} are pointers of Git LFS"
            + (counts[3] == "0" ? "." : $"; {counts[3]} were not looked into: scan with --sniff."));
        if (counts[0] != "0")
            await AddTableAsync([new("file"), new("size", "byte", true), new("fault")], "SELECT object_id, size, fault FROM d WHERE fault "
                + $"IS NOT NULL ORDER BY object_id LIMIT {MostListed}", cancellationToken).ConfigureAwait(false);
    }

    private async Task AddTableAsync(HtmlColumn[] columns, string sql, CancellationToken cancellationToken) =>
        page.AddTable(new() { Columns = columns, Rows = await RowsAsync(sql, cancellationToken).ConfigureAwait(false) });

    private async Task AddHistogramAsync(string name, string sql, CancellationToken cancellationToken)
    {
        List<double> values = [];
        await foreach (RowBatch batch in QueryAsync(sql, cancellationToken).ConfigureAwait(false))
            values.AddRange(((ColumnData<double>)batch.Columns[0]).Values.Span);
        if (values.Count > 0)
            page.AddFigure(new(HistogramPlot.Draw(values.ToArray(), new() { XName = name })));
    }

    private async Task<IReadOnlyList<IReadOnlyList<string>>> RowsAsync(string sql, CancellationToken cancellationToken)
    {
        List<IReadOnlyList<string>> rows = [];
        await foreach (RowBatch batch in QueryAsync(sql, cancellationToken).ConfigureAwait(false))
            for (int row = 0; row < batch.RowCount; row++)
                rows.Add([.. batch.Columns.Select(c => c.IsNull.Length > 0 && c.IsNull.Span[row] ? "" : c switch
                {
                    TextColumnData text => text.Text(row),
                    ColumnData<long> numbers => Number(numbers.Values.Span[row]),
                    ColumnData<int> numbers => Number(numbers.Values.Span[row]),
                    ColumnData<double> numbers => numbers.Values.Span[row].ToString("N0", CultureInfo.InvariantCulture),
                    _ => throw new InvalidOperationException($"The column {c.Schema} has no text."),
                })]);
        return rows;
    }

    private IAsyncEnumerable<RowBatch> QueryAsync(string sql, CancellationToken cancellationToken) =>
        Sql.QueryAsync(new Dictionary<string, Dataset> { ["d"] = source }, sql, null, cancellationToken);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
