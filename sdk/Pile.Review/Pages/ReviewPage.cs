using System.Globalization;
using Pile.Drawing;
using Pile.Format;

namespace Pile.Review;

/// <summary>Writes a review as one page.</summary>
internal static class ReviewPage
{
    private const int MostFindings = 200;

    internal static string Of(ReviewReport report)
    {
        Manifest? manifest = report.Manifest;
        HtmlPage page = new($"Review of {manifest?.Name ?? report.Address}", manifest?.Description ?? "");
        CheckItem[] blocking = [.. report.Checks.Where(c => c.State == CheckState.Blocks)];
        page.AddNote(blocking.Length == 0 ? HtmlNoteKind.Good : HtmlNoteKind.Fault, blocking.Length == 0
            ? $"Nothing blocks the dataset{(report.HasReadShards ? "" : ReviewReport.WithoutShards)}; "
                + $"{report.Checks.Count(c => c.State == CheckState.Note)} points to look at. The checklist is at the end."
            : $"{blocking.Length} of {report.Checks.Length} checks block the dataset: {string.Join("; ", blocking.Select(c => c.Text))}.");
        foreach (string missing in report.Missing)
            page.AddNote(HtmlNoteKind.Warning, missing);
        AddSuspicious(page, report);
        AddFindings(page, report);
        if (manifest is not null)
            AddProvenance(page, report, manifest);
        if (report.Sky is not null)
        {
            page.AddHeading("Where the rows are");
            page.AddCards([new(report.Sky, report.RepeatedPositions is > 0 and var n ? $"{n:N0} positions are those of several rows."
                : "")], 560);
        }
        AddGallery(page, report);
        AddColumns(page, report);
        AddChannels(page, report);
        if (!report.Distributions.IsEmpty)
        {
            page.AddHeading("Distributions");
            page.AddParagraph(SampleText(report));
            page.AddCards(report.Distributions.Select(d => new HtmlCard(d.Figure)), 320);
        }
        page.AddHeading("Checklist");
        page.AddTable(new()
        {
            Columns = [new("Result"), new("Check"), new("Found")],
            Rows = [.. report.Checks.Select(c => (IReadOnlyList<string>)
                [c.State switch { CheckState.Passed => "✓ passed", CheckState.Note => "look", _ => "✗ blocks" }, c.Text, c.Detail])],
        });
        page.AddNote(report.IsAccepted ? HtmlNoteKind.Good : HtmlNoteKind.Fault, report.IsAccepted
            ? $"Accept: no check blocks the dataset.{(report.HasReadShards ? "" : " The content of shards was not read (--deep).")}"
            : $"Do not accept: {string.Join("; ", blocking.Select(c => $"{c.Text} ({c.Detail})"))}.");
        return page.ToHtml();
    }

    private static string SampleText(ReviewReport report) => report.Manifest is { } manifest && report.SampleRows < manifest.Rows
        ? $"From a sample of {report.SampleRows:N0} of {CountText.Of(manifest.Rows, "row")}, selected by the hash of their ids."
            : $"From all {CountText.Of(report.SampleRows, "row")}.";

    private static void AddSuspicious(HtmlPage page, ReviewReport report)
    {
        if (report.Manifest is not { Rows: > 0 } manifest)
            return;
        page.AddHeading("Suspicious rows");
        string sample = report.HeavySampleRows < manifest.Rows
            ? $"a random sample of {report.HeavySampleRows:N0} of "
                + $"{CountText.Of(manifest.Rows, "row")}" : $"all {CountText.Of(report.HeavySampleRows, "row")}",
            positions = report.RepeatedPositions is null ? "" : $"Positions are those of all {CountText.Of(manifest.Rows, "row")}. ",
            values = report.HeavySampleRows == 0 ? "" : $"Values are those of {sample}. ";
        if (report.Suspicious.IsEmpty)
        {
            page.AddParagraph("None. " + (positions.Length == 0 ? "" : $"{positions}No position occurs twice. ")
                + (values.Length == 0 ? "" : $"{values}No value is all zero, constant, without a finite number or saturated, no inverse "
                    + "variance is negative, and wavelengths and times increase."));
            return;
        }
        page.AddParagraph($"Each with a command to look at it. {values}{positions}"
            + (report.RepeatedPositions is > SuspiciousPositions.MostRows and var n
                ? $"{n:N0} positions are those of several rows; the first ones are listed." : ""));
        page.AddTable(new()
        {
            Columns = [new("object_id"), new("column"), new("what"), new("command")],
            Rows = [.. report.Suspicious.Select(s => (IReadOnlyList<string>)[Short(s.Id), s.Column, s.Reason, s.Command])],
        });
    }

    private static void AddFindings(HtmlPage page, ReviewReport report)
    {
        if (report.Validation.Findings.IsEmpty)
            return;
        page.AddHeading("Findings of the validation");
        long all = report.Validation.Counts.Values.Sum(), shown = Math.Min(MostFindings, report.Validation.Findings.Length);
        page.AddTable(new()
        {
            Caption = shown < all ? $"The first {shown:N0} of {all:N0} findings; of each code, at most 100 are listed." : "",
            LinkColumn = 0,
            Columns = [new("code"), new("severity"), new("place"), new("finding")],
            Rows = [.. report.Validation.Findings.Take(MostFindings).Select(f => (IReadOnlyList<string>)
                [f.Code, f.Severity == FindingSeverity.Error ? "error" : "warning", Place(f), Short(f.Message, 600)])],
        });
        page.AddTable(new()
        {
            Caption = "The rules of SCHEMA.md that these findings refer to.",
            AnchorColumn = 0,
            Columns = [new("code"), new("finding"), new("requirements")],
            Rows = [.. report.Validation.Findings.Select(f => f.Code).Distinct().Order(StringComparer.Ordinal)
                .Where(SchemaRules.Findings.ContainsKey)
                .Select(code => (IReadOnlyList<string>)[code, SchemaRules.Findings[code].Text.Replace("`", "", StringComparison.Ordinal),
                    string.Join(" ", SchemaRules.Findings[code].Requirements.Select(r => $"{r}: {SchemaRules.Requirement(r)}"))])],
        });
    }

    private static void AddProvenance(HtmlPage page, ReviewReport report, Manifest manifest)
    {
        page.AddHeading("Provenance and licence");
        Provenance from = manifest.Provenance;
        List<KeyValuePair<string, string>> facts =
        [
            new("name", $"{manifest.Name}, version {manifest.Version}"), new("address", report.Address), new("modality", manifest.Modality),
            new("provenance", $"{from.Project} / {from.Survey} / {from.Instrument} / {from.Release}"),
            new("built by", $"{from.Builder} {from.BuilderVersion}"), new("licence", from.Licence), new("citation", from.Citation),
            new("rows", $"{manifest.Rows:N0} in {CountText.Of(manifest.Shards, "shard")}, {manifest.Bytes:N0} bytes"
                + (manifest.Rows > 0 ? $" ({manifest.Bytes / manifest.Rows:N0} per row)" : "")),
        ];
        facts.AddRange(report.Layers.Select(layer => new KeyValuePair<string, string>("layer", layer)));
        if (manifest.SkyAreaDeg2 is { } area)
            facts.Add(new("coverage", string.Create(CultureInfo.InvariantCulture,
                $"{area:G4} deg² (pixels of order {Manifest.SkyAreaOrder} with rows)")));
        if (manifest.Time is { } time)
            facts.Add(new("times", string.Create(CultureInfo.InvariantCulture,
                $"MJD {time.StartMjd:0.#####} to {time.EndMjd:0.#####} {time.Scale}")
                + (string.IsNullOrEmpty(time.Reference) ? "" : $", {time.Reference}")));
        facts.AddRange(report.Files.Select(f => new KeyValuePair<string, string>($"files: {f.Kind}", $"{f.Files:N0}, {f.Bytes:N0} bytes")));
        facts.AddRange(report.Shapes.GroupBy(s => s.Column).Select(g => new KeyValuePair<string, string>($"shapes: {g.Key}",
            string.Join(", ", g.Select(s => $"{s.Shape} ({s.Rows:N0})")))));
        page.AddFacts(facts);
    }

    private static void AddGallery(HtmlPage page, ReviewReport report)
    {
        if (report.Gallery.IsEmpty)
            return;
        page.AddHeading("Rows");
        page.AddParagraph("Suspicious rows first, then rows of the sample.");
        page.AddCards(report.Gallery.Select(f => new HtmlCard(f.Figure, Facts: f.Facts)), report.Gallery[0].IsWide ? 560 : 300);
    }

    private static void AddColumns(HtmlPage page, ReviewReport report)
    {
        if (report.Columns.IsEmpty)
            return;
        page.AddHeading("Columns");
        page.AddParagraph($"Counts, extremes and moments are those of all values; missing values, outliers and marks are counted in the "
            + $"sample. {SampleText(report)}");
        page.AddTable(new()
        {
            Columns = [new("column"), new("type"), new("unit"), new("count", IsNumber: true), new("missing", "%", true),
                new("min", IsNumber: true), new("max", IsNumber: true), new("mean", IsNumber: true), new("σ", IsNumber: true),
                new("outliers", IsNumber: true), new("undeclared marks"), new("findings"), new("meaning")],
            Rows = [.. report.Columns.Select(c => (IReadOnlyList<string>)[c.Schema.Name,
                TypeOf(c.Schema)
                    + (c.Schema.IsHeavy ? ", heavy" : ""),
                c.Schema.Unit ?? "",
                c.Statistics is { } s ? $"{s.Count:N0}" : "", c.MissingFraction is { } part ? Number(100 * part) : "",
                Number(c.Statistics?.Min), Number(c.Statistics?.Max), Number(c.Statistics?.Mean),
                Number(c.Statistics?.Variance is { } variance ? Math.Sqrt(variance) : null), c.OutlierCount > 0 ? $"{c.OutlierCount:N0}"
                    : "",
                string.Join(", ", c.Sentinels.Select(m => $"{Number(m.Value)} ({m.Count:N0})")), string.Join(" ", c.Codes),
                $"{(c.Schema.IsStandard ? "standard" : "native")}{(c.Schema.Description is { } text ? $": {text}" : "")}"])],
        });
    }

    private static string TypeOf(ColumnSchema column) => column.IsScalar ? column.DType.Name()
        : $"{column.DType.Name()} [{string.Join(", ", column.Shape.Select(n => n < 0 ? "*" : $"{n}"))}]";

    private static void AddChannels(HtmlPage page, ReviewReport report)
    {
        if (report.Channels.IsEmpty)
            return;
        page.AddHeading("Channels");
        page.AddTable(new()
        {
            Caption = $"The finite values of {CountText.Of(report.HeavySampleRows, "row")}. The entropy is that of 256 bins "
                + $"between the 0.5 % and the 99.5 % quantile.",
            Columns = [new("column"), new("band"), new("values", IsNumber: true), new("min", IsNumber: true), new("max", IsNumber: true),
                new("mean", IsNumber: true), new("variance", IsNumber: true), new("skewness", IsNumber: true),
                    new("kurtosis", IsNumber: true),
                new("entropy", "bit", true)],
            Rows = [.. report.Channels.Select(c => (IReadOnlyList<string>)[c.Column, c.Band, $"{c.Moments.Count:N0}",
                Number(c.Moments.Count > 0 ? c.Moments.Min : null), Number(c.Moments.Count > 0 ? c.Moments.Max : null),
                    Number(c.Moments.Mean),
                Number(c.Moments.Variance), Number(c.Moments.Skewness), Number(c.Moments.Kurtosis), Number(c.EntropyBits)])],
        });
    }

    private static string Place(Finding f) =>
        Short($"{f.Path}{(f.Row is { } row ? $", row {row}" : "")}{(f.Column is { } column ? $", column '{column}'" : "")}", 300);

    private static string Number(double? value) => value is { } number && double.IsFinite(number)
        ? number.ToString("G5", CultureInfo.InvariantCulture).Replace('-', '−') : "";

    private static string Short(string text, int length = 120) => text.Length <= length ? text : text[..length] + "…";
}
