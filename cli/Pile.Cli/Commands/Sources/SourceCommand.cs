using System.CommandLine;
using System.Globalization;
using System.Text;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Layers;
using Pile.Reading;
using Pile.Review;

namespace Pile.Cli.Commands;

/// <summary><c>pile source</c>: the page of a source, and its deletion.</summary>
internal static class SourceCommand
{
    private static readonly Argument<string> Source = new("SOURCE")
    {
        Description = "The source: a folder or s3://bucket/prefix, as pile scan wrote it.",
    };
    private static readonly Option<string> Out = new("--out") { Description = "The page.", HelpName = "PAGE.html", Required = true };

    internal static Command Create() => new VerbCommand("source", "Reports on sources, and deletes them.",
        "pile source report sources/raw --out raw.html",
        "pile source delete sources/raw")
    { CreateReport(), CreateDelete() };

    private static VerbCommand CreateReport()
    {
        VerbCommand command = new("report", "Writes a page: kinds, sizes, pictures, duplicates, and files with a fault.",
            "pile source report sources/raw --out raw.html", "pile source report sources/raw@3 --out before.html --replace")
        { Source, Out, TableOutput.Replace };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string page = parsed.GetRequiredValue(Out);
            SourceRows rows = await WritePageAsync(parsed, parsed.GetRequiredValue(Source), page, parsed.GetValue(TableOutput.Replace),
                cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(CommonOptions.Json))
                JsonOutput.Write(json =>
                {
                    json.WriteStartObject();
                    json.WriteString("source", parsed.GetRequiredValue(Source));
                    json.WriteInteger("commit", rows.Snapshot.Number);
                    json.WriteInteger("files", rows.Manifest.Rows);
                    json.WriteInteger("bytes", rows.Manifest.Bytes);
                    json.WriteString("path", page);
                    json.WriteEndObject();
                });
            return ExitCode.Done;
        });
        return command;
    }

    private static VerbCommand CreateDelete()
    {
        VerbCommand command = new("delete", "Deletes a source with its history. The files that it lists are left alone.",
            "pile source delete sources/raw", "pile source delete s3://bucket/sources/raw --json")
        { Source };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string address = parsed.GetRequiredValue(Source);
            (long files, long bytes) = await SourceDeletion.RunAsync(address, null, cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(CommonOptions.Json))
                JsonOutput.Write(json =>
                {
                    json.WriteStartObject();
                    json.WriteString("source", address);
                    json.WriteInteger("files", files);
                    json.WriteInteger("bytes", bytes);
                    json.WriteEndObject();
                });
            else
                TerminalText.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{address}: deleted, {CountText.Of(files, "file")} of {SizeText.Of(bytes)}; the files that it listed are left alone"));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Rejects an output that cannot become a page.</summary>
    internal static void RequirePage(string path, string option, bool replace)
    {
        if (!path.EndsWith(".html", StringComparison.OrdinalIgnoreCase))
            throw new UsageException($"{option} {path}: expected a file with the extension .html.");
        PictureOutput.RequireFree(path, replace);
    }

    /// <summary>Writes the page of a source.</summary>
    /// <returns>The source, of which the page is.</returns>
    internal static async Task<SourceRows> WritePageAsync(ParseResult parsed, string source, string path, bool replace,
        CancellationToken cancellationToken)
    {
        RequirePage(path, "--out", replace);
        await using Dataset dataset = await Dataset.OpenAsync(source, CommonOptions.DatasetOptionsOf(parsed), cancellationToken)
            .ConfigureAwait(false);
        if (dataset.Source is not { } rows)
            throw new UsageException($"'{source}' is not a source. 'pile review' writes the page of a dataset.");
        string html = await SourceReport.WriteAsync(dataset, cancellationToken).ConfigureAwait(false);
        await PictureOutput.WriteAsync(path, Encoding.UTF8.GetBytes(html), replace, cancellationToken).ConfigureAwait(false);
        CommonOptions.Messages(parsed)($"{path}: the page of {dataset.Address}");
        return rows;
    }
}
