using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Layers;

namespace Pile.Cli.Commands;

/// <summary><c>pile scan</c>: makes or updates a source, a table of the files of a folder, bucket prefix or Git revision.</summary>
internal static class ScanCommand
{
    private const int NamedSkips = 5;

    private static readonly Argument<string> Address = new("ADDRESS")
    {
        Description = "The files: a folder, or s3://bucket/prefix.",
    };
    private static readonly Option<string> Out = new("--out")
    {
        Description = "The source: a folder or s3://bucket/prefix. An existing source of the same files is updated.",
        HelpName = "SOURCE",
        Required = true,
    };
    private static readonly Option<bool> Sniff = new("--sniff")
    {
        Description = "Read the first bytes of each file: media type by content, and width, height and bands of PNG, JPEG, TIFF, FITS, "
            + "GIF and WebP.",
    };
    private static readonly Option<bool> Checksums = new("--checksums") { Description = "Read each file completely for its SHA-256." };
    private static readonly Option<string?> Git = new("--git")
    {
        Description = "The files of a revision of the Git repository in the folder, not those of its working tree.",
        HelpName = "REV",
    };

    private static readonly Option<string?> Report = new("--report")
    {
        Description = "Also write a page: kinds, sizes, pictures, duplicates, and files with a fault.",
        HelpName = "PAGE.html",
    };

    internal static Command Create()
    {
        VerbCommand command = new("scan", "Lists files as a source: a table that can be queried while it is made, and updated later.",
            "pile scan s3://bucket/raw --out sources/raw --sniff",
            "pile scan photos --out sources/photos --sniff && pile build --from sources/photos@1 --out data/photos",
            "pile scan photos --out sources/photos --checksums && pile query sources/photos --where \"media_type = 'image/png'\" --limit 5")
        { Address, Out, Sniff, Checksums, Git, Report, LayerArguments.Author };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        Stopwatch watch = Stopwatch.StartNew();
        string source = parsed.GetRequiredValue(Out);
        Action<string> report = CommonOptions.Messages(parsed);
        string? page = parsed.GetValue(Report);
        if (page is not null)
            SourceCommand.RequirePage(page, Report.Name, replace: true);
        ScanSummary summary;
        using (ProgressDisplay display = new(parsed.GetValue(CommonOptions.Quiet)))
            try
            {
                summary = await SourceScan.RunAsync(parsed.GetRequiredValue(Address), source, new ScanOptions
                {
                    Sniffs = parsed.GetValue(Sniff),
                    Checksums = parsed.GetValue(Checksums),
                    Revision = parsed.GetValue(Git),
                    Author = LayerArguments.AuthorOf(parsed),
                    Workers = CommonOptions.WorkersOf(parsed),
                    OnProgress = (done, before) => display.Report("scan", done, before is { } total && done <= total ? total : null,
                        "files"),
                }, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                display.Dispose();
                report($"the source '{source}' has what was found so far; run the same command again to continue");
                throw;
            }
        if (page is not null)
            await SourceCommand.WritePageAsync(parsed, source, page, replace: true, cancellationToken).ConfigureAwait(false);
        Show(summary, source, report, watch.Elapsed.TotalSeconds);
        if (parsed.GetValue(CommonOptions.Json))
            WriteJson(summary, source, watch.Elapsed.TotalSeconds);
        return summary.Skipped.Count > 0 ? ExitCode.RowsSkipped : ExitCode.Done;
    }

    private static void Show(ScanSummary summary, string source, Action<string> report, double seconds)
    {
        report(string.Create(CultureInfo.InvariantCulture, $"{source}: {CountText.Of(summary.Files, "file")}, "
            + $"{SizeText.Of(summary.Bytes)}; {summary.Added:N0} added, ")
            + FormattableString.Invariant($"{summary.Changed:N0} changed, {summary.Removed:N0} removed; commit {summary.Commit}; ")
            + FormattableString.Invariant($"{seconds:0.0} s, {summary.Files / Math.Max(seconds, 0.001):N0} files/s"));
        if (summary.Revision.Length > 0)
            report($"the files are those of commit {summary.Revision}");
        if (summary.LfsPointers > 0)
            report($"{CountText.Of(summary.LfsPointers, "file", "is a pointer", "are pointers")} of Git LFS: their sizes are those they "
                + "state, and their contents are elsewhere ('git lfs fetch' gets them)");
        if (summary.Faults > 0)
            report($"{CountText.Of(summary.Faults, "file", "has", "have")} a fault: pile query {source} --where \"fault IS NOT NULL\"");
        if (summary.Alike > 0)
            report($"{CountText.Of(summary.Alike, "path", "differs", "differ")} from another one only by case or Unicode form, "
                + $"for example '{summary.ExampleAlike}'; a file system that ignores them cannot have both");
        foreach ((string path, string reason) in summary.Skipped.Listed.Take(NamedSkips))
            report($"skipped: '{path}' {reason}");
        if (summary.Skipped.Count > NamedSkips)
            report(string.Create(CultureInfo.InvariantCulture, $"{summary.Skipped.Count - NamedSkips:N0} more were skipped"));
    }

    private static void WriteJson(ScanSummary summary, string source, double seconds) => JsonOutput.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("source", source);
        json.WriteInteger("files", summary.Files);
        json.WriteInteger("bytes", summary.Bytes);
        json.WriteInteger("added", summary.Added);
        json.WriteInteger("changed", summary.Changed);
        json.WriteInteger("removed", summary.Removed);
        json.WriteInteger("skipped", summary.Skipped.Count);
        json.WriteStartArray("skipped_paths");
        foreach ((string path, string reason) in summary.Skipped.Listed)
        {
            json.WriteStartObject();
            json.WriteString("path", path);
            json.WriteString("reason", reason);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteInteger("faults", summary.Faults);
        json.WriteInteger("lfs_pointers", summary.LfsPointers);
        json.WriteInteger("alike", summary.Alike);
        json.WriteInteger("commit", summary.Commit);
        if (summary.Revision.Length > 0)
            json.WriteString("revision", summary.Revision);
        json.WriteFloat("seconds", Math.Round(seconds, 3));
        json.WriteEndObject();
    });
}
