using System.CommandLine;
using System.Globalization;
using System.Text;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;
using Pile.Review;

namespace Pile.Cli.Commands;

/// <summary><c>pile review</c>: writes a page for the reviewer of a dataset.</summary>
internal static class ReviewCommand
{
    private static readonly Argument<string> DatasetPath = new("DATASET") { Description = CommonOptions.WholeDatasetHelp };
    private static readonly Option<string?> Out = new("--out") { Description = "The page.", HelpName = "FILE.html" };
    private static readonly Option<bool> Deep = new("--deep") { Description = "Validate every byte." };
    private static readonly Option<int> Rows = new("--rows")
    {
        Description = "Read values of a sample of this many rows; by default 1000, or fewer if they are large.",
        HelpName = "N"
    };

    internal static Command Create()
    {
        CommonOptions.RequireCount(Rows, "rows");
        VerbCommand command = new("review", "Writes a page with findings, maps, statistics, pictures and a checklist.",
            "pile review sdss --out review.html",
            "pile review s3://surveys/sdss --deep --json",
            "pile review hats/gaia --layer q=gaia.quality --out gaia.html")
        { DatasetPath, Out, Deep, Rows, TableOutput.Replace, CommonOptions.Mount, CommonOptions.Layer };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string? output = parsed.GetValue(Out);
        string path = parsed.GetRequiredValue(DatasetPath);
        if (SavedQueryFile.IsAddress(path)) // its findings, coverage and stored statistics are those of the whole dataset
            throw new UsageException($"'{path}': a review is of a whole dataset, not of a saved query. Review the dataset of the query, "
                + "or write its rows to a dataset with 'pile copy' and review that.");
        bool isJson = parsed.GetValue(CommonOptions.Json);
        if (output is null && !isJson)
            throw new UsageException("--out FILE.html is missing; with --json, the facts are printed without it.");
        if (output is not null)
        {
            if (!output.EndsWith(".html", StringComparison.OrdinalIgnoreCase))
                throw new UsageException($"--out {output}: expected a file with the extension .html.");
            PictureOutput.RequireFree(output, parsed.GetValue(TableOutput.Replace));
        }
        using ProgressDisplay display = new(parsed.GetValue(CommonOptions.Quiet));
        ReviewOptions options = new()
        {
            Validation = new()
            {
                Deep = parsed.GetValue(Deep),
                Workers = CommonOptions.WorkersOf(parsed),
                MemoryBytes = CommonOptions.MemoryOf(parsed),
                Mounts = CommonOptions.MountsOf(parsed),
            },
            Dataset = CommonOptions.DatasetOptionsOf(parsed),
            OnStep = step => display.Report($"review, {step}", 0, null, "steps"),
        };
        if (parsed.GetValue(Rows) is > 0 and var rows)
            options = options with { HeavySampleRows = rows };
        string address = await DatasetArgument.ResolveAsync(path, cancellationToken).ConfigureAwait(false);
        ReviewReport report = await DatasetReview.RunAsync(address, options, cancellationToken).ConfigureAwait(false);
        display.Dispose();
        if (output is not null)
            await PictureOutput.WriteAsync(output, Encoding.UTF8.GetBytes(ReviewPage.Of(report)), parsed.GetValue(TableOutput.Replace),
                cancellationToken).ConfigureAwait(false);
        if (isJson)
            ReviewJson.Write(report);
        else
            CommonOptions.Messages(parsed)(string.Create(CultureInfo.InvariantCulture,
                $"{output}: {(report.IsAccepted ? "nothing blocks the dataset" : "do not accept")}"
                    + $"{(report.HasReadShards || !report.IsAccepted ? "" : ReviewReport.WithoutShards)}; "
                    + $"{CountText.Of(report.Validation.Counts.Values.Sum(), "finding")}, "
                    + $"{CountText.Of(report.Suspicious.Length, "suspicious row")}, "
                    + $"{CountText.Of(report.Checks.Count(c => c.State == CheckState.Note), "point")} to look at"));
        return report.IsAccepted ? ExitCode.Done : ExitCode.DataAtFault;
    }
}
