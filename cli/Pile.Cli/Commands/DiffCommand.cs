using System.CommandLine;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;
using Pile.Review;

namespace Pile.Cli.Commands;

/// <summary><c>pile diff</c>: compares two datasets.</summary>
internal static class DiffCommand
{
    private static readonly Argument<string> A = new("A") { Description = CommonOptions.DatasetHelp };
    private static readonly Argument<string> B =
        new("B") { Description = "The dataset to compare with A; rows that only B has are added." };
    private static readonly Option<string?> Rows = new("--rows")
    {
        Description = "Write a table with the id of each added, removed or changed row: .csv, .ecsv, .fits, .vot or .parquet.",
        HelpName = "FILE"
    };
    private static readonly Option<bool> Light =
        new("--light") { Description = "Compare the light columns only, so that no shard is read." };

    internal static Command Create()
    {
        VerbCommand command = new("diff",
            "Compares columns, rows by id, statistics and provenance of two datasets. The exit code is 0 if they are equal and 1 if they "
                + "differ. How they are stored (shards, order, codecs) does not matter. Of a saved query, the ids of its rows are "
                + "compared; of a layer or source, fields and values.",
            "pile diff data/v1 data/v2 --rows changes.csv",
            "pile diff sdss s3://surveys/sdss-dr17 --json",
            "pile diff good.query.yaml better.query.yaml",
            "pile diff notes@v1 notes --rows changes.csv")
        { A, B, Rows, Light, TableOutput.Replace, CommonOptions.Mount };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string? path = parsed.GetValue(Rows);
        if (path is not null)
        {
            OutputFile.RequireNoInput(parsed, path, Rows);
            TableOutput.RequireFree(path, parsed.GetValue(TableOutput.Replace), Rows.Name);
        }
        (string addressA, string addressB) = (parsed.GetRequiredValue(A), parsed.GetRequiredValue(B));
        DatasetOptions options = CommonOptions.DatasetOptionsOf(parsed);
        options = options with { QueryMemoryBytes = options.QueryMemoryBytes / 2 }; // each side has its own query engine
        Dataset opened;
        try
        {
            opened = await Dataset.OpenAsync(addressA, options, cancellationToken).ConfigureAwait(false);
        }
        catch (DatasetNotFoundException)
        {
            if (!await DiffOfLayers.IsLayerAsync(addressA, cancellationToken).ConfigureAwait(false))
                throw;
            return await DiffOfLayers.RunAsync(parsed, addressA, addressB, path, cancellationToken).ConfigureAwait(false);
        }
        await using Dataset a = opened;
        await using Dataset b = await Dataset.OpenAsync(addressB, options, cancellationToken).ConfigureAwait(false);
        if (a.Saved is not null || b.Saved is not null)
            return await DiffOfQueries.RunAsync(parsed, a, b, path, cancellationToken).ConfigureAwait(false);
        if (a.Source is not null && b.Source is not null)
            return await DiffOfLayers.RunAsync(parsed, a.Source.Snapshot, b.Source.Snapshot, path, cancellationToken).ConfigureAwait(false);
        if ((a.Source is null) != (b.Source is null))
            throw new ArgumentException($"'{(a.Source is null ? addressB : addressA)}' is a source, but "
                + $"'{(a.Source is null ? addressA : addressB)}' is not. Compare two sources or commits of one (SOURCE@1 SOURCE), or two "
                + "datasets; 'pile build --from SOURCE' makes a dataset of a source.");
        using ProgressDisplay display = new(parsed.GetValue(CommonOptions.Quiet));
        DiffReport report = await DatasetDiff.RunAsync(a, b, new DiffOptions
        {
            LightOnly = parsed.GetValue(Light),
            WriteRows = path is null ? null
                : (rows, token) => TableOutput.WriteAsync(path, rows, null, parsed.GetValue(TableOutput.Replace),
                    CommonOptions.Messages(parsed), token),
            Progress = new DiffDisplay(display),
        }, cancellationToken).ConfigureAwait(false);
        display.Dispose();
        if (parsed.GetValue(CommonOptions.Json))
            DiffJson.Write(a, b, report);
        else
            DiffText.Write(TerminalText.Output, a, b, report);
        return report.AreEqual ? ExitCode.Done : ExitCode.DataAtFault;
    }

    private sealed class DiffDisplay(ProgressDisplay display) : IProgress<PhaseProgress>
    {
        public void Report(PhaseProgress value) => display.Report(value.Phase, value.Done, value.Total, "rows");
    }
}
