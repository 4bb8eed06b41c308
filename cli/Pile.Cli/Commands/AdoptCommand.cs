using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Pile.Adopting;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Writing;

namespace Pile.Cli.Commands;

/// <summary><c>pile adopt</c>: a dataset over existing files, which are not copied.</summary>
internal static class AdoptCommand
{
    private static readonly Argument<string[]> Sources = new("DIR|FILE|URL")
    {
        Description = "Folders, tar files and HDF5 files; also tar and HDF5 files below an s3:// prefix.",
        Arity = ArgumentArity.OneOrMore,
    };
    private static readonly Option<string> Out = new("--out")
    {
        Description = "The dataset's folder.",
        HelpName = "DATASET",
        Required = true
    };
    private static readonly Option<string?> Kind = new("--as")
    {
        Description = "What the sources are: hdf5, tar, or files of any kind; by default judged by their names and first bytes.",
        HelpName = "hdf5|tar|files",
    };
    private static readonly Option<bool> Checksums = new("--checksums")
    {
        Description = "Read everything once, and record checksums with which every later read is verified."
    };
    private static readonly Option<bool> Replace = new("--replace") { Description = "Replace an existing dataset." };
    private static readonly Option<string?> Name = new("--name")
    {
        Description = "The dataset's name (default: the folder's).",
        HelpName = "N"
    };
    private static readonly Option<string?> Survey = new("--survey") { Description = "The survey.", HelpName = "S" };
    private static readonly Option<string?> Release = new("--release") { Description = "The release.", HelpName = "R" };
    private static readonly Option<string?> Licence = new("--licence")
    {
        Description = "The licence, for example CC-BY-4.0.",
        HelpName = "L"
    };
    private static readonly Option<string?> Citation = new("--citation") { Description = "What to cite.", HelpName = "C" };

    internal static Command Create()
    {
        Kind.AcceptOnlyFromAmong("hdf5", "tar", "files");
        AdoptOptions.OnError.AcceptOnlyFromAmong("stop", "skip");
        VerbCommand command = new("adopt", "Makes a dataset over existing files without copying them.",
            "pile adopt mmu/sdss --out data/sdss --survey SDSS --release DR17",
            "pile adopt photos/ --out data/photos --table photos.csv --key path",
            "pile adopt shards/*.tar --out data/shards --group",
            "pile adopt s3://archive/hsc --out data/hsc --checksums")
        { Sources, Out };
        foreach (Option option in (Option[])[Kind, .. AdoptOptions.All, Checksums, Replace, AdoptOptions.OnError, Name, Survey, Release,
            Licence, Citation])
            command.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        Stopwatch watch = Stopwatch.StartNew();
        string output = TableOutput.RequireLocalDataset(parsed.GetRequiredValue(Out));
        Action<string> report = CommonOptions.Messages(parsed);
        using ProgressDisplay display = new(parsed.GetValue(CommonOptions.Quiet));
        WriterSettings writer = new()
        {
            Workers = CommonOptions.WorkersOf(parsed),
            Replace = parsed.GetValue(Replace),
            Progress = new BuildDisplay(display),
        };
        if (CommonOptions.MemoryOf(parsed) is { } memory)
            writer = writer with { MemoryBytes = memory };
        try
        {
            OpenArchive opened = await OpenArchive.OfAsync(parsed, parsed.GetRequiredValue(Sources),
                parsed.GetValue(Kind) is { } kind ? Enum.Parse<ArchiveKind>(kind, ignoreCase: true) : null, output, report,
                cancellationToken).ConfigureAwait(false);
            BuildSummary summary = await AdoptRun.RunAsync(opened.Archive, output, new AdoptSettings
            {
                Name = parsed.GetValue(Name) ?? TableOptions.NameFrom(output),
                Provenance = ProvenanceOf(parsed),
                Writer = writer,
                ComputesChecksums = parsed.GetValue(Checksums),
                SkipsBadUnits = parsed.GetValue(AdoptOptions.OnError) == "skip",
                Mounts = opened.Mounts,
                ReasonText = new OptionNames(parsed).In,
                OnMessage = report,
            }, cancellationToken).ConfigureAwait(false);
            display.Dispose();
            opened.ReportCosts(report);
            Report(parsed, summary, watch.Elapsed.TotalSeconds);
            if (summary.Skipped > 0)
                report(string.Create(CultureInfo.InvariantCulture,
                    $"{summary.Skipped:N0} skipped, listed in {Path.Combine(output, DatasetPaths.Skipped)}"));
            return summary.Skipped > 0 ? ExitCode.RowsSkipped : ExitCode.Done;
        }
        catch (OutputExistsException e) when (!parsed.GetValue(Replace) && !File.Exists(e.Path))
        {
            throw new UsageException($"'{e.Path}' exists already. Choose another folder, or replace it with --replace.");
        }
        catch (OperationCanceledException)
        {
            report($"nothing was written to '{output}'");
            throw;
        }
    }

    private static Provenance ProvenanceOf(ParseResult parsed) => new()
    {
        Project = parsed.GetValue(Survey) ?? TableRecipe.NotStated,
        Survey = parsed.GetValue(Survey) ?? TableRecipe.NotStated,
        Instrument = TableRecipe.NotStated,
        Release = parsed.GetValue(Release) ?? TableRecipe.NotStated,
        Licence = parsed.GetValue(Licence) ?? TableRecipe.NotStated,
        Citation = parsed.GetValue(Citation) ?? TableRecipe.NotStated,
        Builder = "",
        BuilderVersion = "",
    };

    private static void Report(ParseResult parsed, BuildSummary summary, double seconds)
    {
        if (parsed.GetValue(CommonOptions.Json))
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("dataset", summary.Path);
                json.WriteInteger("rows", summary.Rows);
                json.WriteInteger("bytes", summary.Bytes);
                json.WriteInteger("skipped", summary.Skipped);
                json.WriteNumber("seconds", seconds);
                json.WriteEndObject();
            });
        else
            TerminalText.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{summary.Path}: {CountText.Of(summary.Rows, "row")} adopted, {summary.Bytes:N0} bytes of index, {seconds:0.0} s"));
    }
}
