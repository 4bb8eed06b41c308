using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Publishing;
using Pile.Writing;
using Pile.Writing.Staging;

namespace Pile.Cli.Commands;

/// <summary><c>pile concat</c> and <c>pile merge</c>: one dataset with the rows of several.</summary>
internal static class ConcatCommand
{
    private static readonly Argument<string[]> Datasets =
        new("DATASET") { Description = "Two or more datasets of one modality.", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string> Out = new("--out") { Description = "The dataset's folder.", HelpName = "DIR", Required = true };
    private static readonly Option<string?> Name = new("--name") { Description = "The dataset's name; the joined names by default." };
    private static readonly Option<string?> IdFrom = new("--id-from")
    {
        Description = "Take item and ids from the name of each dataset's folder.",
        HelpName = "folder",
    };
    private static readonly Option<bool> Resume = new("--resume") { Description = "Continue an interrupted run." };
    private static readonly Option<bool> Replace = new("--replace") { Description = "Replace an existing dataset." };

    internal static Command Create()
    {
        VerbCommand command = new("concat", "Writes the rows of several datasets of one modality as one dataset.",
            "pile concat data/north data/south --out data/all",
            "pile concat sdss s3://surveys/desi --out data/spectra --name spectra")
        { Datasets, Out, Name, Resume, Replace };
        command.SetAction((parsed, token) => RunAsync(parsed, isMerge: false, token));
        return command;
    }

    internal static Command CreateMerge()
    {
        IdFrom.AcceptOnlyFromAmong("folder");
        VerbCommand command = new("merge",
            "Writes the rows of several datasets as one dataset. Windows of rasters stay windows: no pixel is read or copied. Other values "
                + "are written again, as by 'pile concat'.",
            "pile merge out/s2 out/ls --out out/both",
            "pile merge items/* --out chips --id-from folder")
        { Datasets, Out, Name, IdFrom, Resume, Replace };
        command.SetAction((parsed, token) => RunAsync(parsed, isMerge: true, token));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, bool isMerge, CancellationToken cancellationToken)
    {
        Stopwatch watch = Stopwatch.StartNew();
        List<string> datasets = [];
        foreach (string dataset in parsed.GetRequiredValue(Datasets))
            datasets.Add(await DatasetArgument.ResolveAsync(dataset, cancellationToken).ConfigureAwait(false));
        string output = TableOutput.RequireLocalDataset(parsed.GetRequiredValue(Out));
        using ProgressDisplay display = new(parsed.GetValue(CommonOptions.Quiet));
        WriterSettings settings = new()
        {
            Workers = CommonOptions.WorkersOf(parsed),
            Replace = parsed.GetValue(Replace),
            Resume = parsed.GetValue(Resume),
            Progress = new BuildDisplay(display),
        };
        if (CommonOptions.MemoryOf(parsed) is { } memory)
            settings = settings with { MemoryBytes = memory };
        try
        {
            BuildSummary summary = await (isMerge
                ? DatasetConcat.MergeAsync(datasets, output,
                    new MergeOptions { Name = parsed.GetValue(Name), HasIdsOfFolders = parsed.GetValue(IdFrom) is not null }, settings,
                    CommonOptions.Messages(parsed), CommonOptions.Warnings(parsed), cancellationToken)
                : DatasetConcat.RunAsync(datasets, output, parsed.GetValue(Name), settings, CommonOptions.Messages(parsed),
                    CommonOptions.Warnings(parsed), cancellationToken)).ConfigureAwait(false);
            display.Dispose();
            Report(parsed, summary, watch.Elapsed.TotalSeconds);
            return ExitCode.Done;
        }
        catch (OutputExistsException e) when (!parsed.GetValue(Replace) && !File.Exists(e.Path))
        {
            throw new UsageException($"'{e.Path}' exists already. Choose another folder, or replace it with --replace.");
        }
        catch (PileException e) when (e is not OutputExistsException && StagingFolder.IsLeft(output))
        {
            CommonOptions.Messages(parsed)($"what was read is kept in '{StagingFolder.Of(output)}' for --resume; delete it if you do not "
                + "continue");
            throw;
        }
        catch (OperationCanceledException)
        {
            CommonOptions.Messages(parsed)($"nothing was written to '{output}'; run the same command with --resume to continue");
            throw;
        }
    }

    private static void Report(ParseResult parsed, BuildSummary summary, double seconds)
    {
        if (parsed.GetValue(CommonOptions.Json))
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("dataset", summary.Path);
                json.WriteInteger("rows", summary.Rows);
                json.WriteNumber("shards", summary.Shards);
                json.WriteInteger("bytes", summary.Bytes);
                json.WriteNumber("seconds", seconds);
                json.WriteEndObject();
            });
        else
            TerminalText.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{summary.Path}: {CountText.Of(summary.Rows, "row")} in {CountText.Of(summary.Shards, "shard")}, "
                    + $"{summary.Bytes:N0} bytes, {seconds:0.0} s"));
    }
}
