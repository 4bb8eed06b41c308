using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Publishing;
using Pile.Publishing.Copying;
using Pile.Storage;

namespace Pile.Cli.Commands;

/// <summary><c>pile copy</c>: publishes, mirrors or extracts a dataset, and verifies the copy.</summary>
internal static class CopyCommand
{
    private static readonly Argument<string> Source = new("SRC") { Description = CommonOptions.DatasetHelp };
    private static readonly Argument<string> Destination =
        new("DST") { Description = "The copy: a folder or s3://bucket/prefix, which does not exist or is empty." };
    private static readonly Option<bool> Resume =
        new("--resume")
        {
            Description =
            "Continue an interrupted copy of the same dataset; in a complete copy, check every file and repair it."
        };
    private static readonly Option<string?> Cells = new("--cells")
    {
        Description = "Only rows of these cells, by their pixel numbers or the names of their tiles.",
        HelpName = "N,N"
    };
    private static readonly Option<string?> Where = new("--where")
    {
        Description = "Only rows that match an SQL condition.",
        HelpName = "SQL"
    };
    private static readonly Option<bool> Materialize = new("--materialize")
    {
        Description = "Store the values of files outside the dataset in the copy."
    };
    private static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask before sending a large dataset." };
    private static readonly Option<string> AskAbove =
        new("--ask-above")
        {
            Description = "Ask before sending more than this to a remote store.",
            HelpName = "SIZE",
            DefaultValueFactory = _ => "5GB"
        };

    static CopyCommand()
    {
        AskAbove.Validators.Add(result => CommonOptions.Require(result, "--ask-above", text => ByteSize.TryParse(text, out _),
            "a size such as 5GB or 512MiB"));
        Cells.Validators.Add(result => CommonOptions.Require(result, "--cells",
            text => Names(text) is { Length: > 0 } cells && (cells.All(IsNumber) || cells.All(c => EarthGrid.IsKeyOfAny(c))),
                "numbers of cells such as 1034,1035, or tiles such as 20HNJ"));
    }

    internal static Command Create()
    {
        VerbCommand command = new("copy",
            "Copies a dataset or a part of it to or from any store; verifies every byte, writes the manifest last.",
            "pile copy sdss s3://surveys/sdss-dr17 --yes",
            "pile copy s3://surveys/sdss-dr17 sdss --resume",
            "pile copy https://example.org/gaia bright --where \"phot_g_mean_mag < 12\"",
            "pile copy gaia two-cells --cells 1034,1035",
            "pile copy photos photos-packed --materialize")
        {
            Source, Destination, Resume, Cells, Where, Materialize, Yes, AskAbove, CommonOptions.Id, CommonOptions.Mount,
            CommonOptions.Layer,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        Stopwatch watch = Stopwatch.StartNew();
        string source = await DatasetArgument.ResolveAsync(parsed.GetRequiredValue(Source), cancellationToken).ConfigureAwait(false),
            destination = parsed.GetRequiredValue(Destination);
        using ProgressDisplay display = new(parsed.GetValue(CommonOptions.Quiet));
        CopyOptions options = new()
        {
            Resume = parsed.GetValue(Resume),
            Cells = [.. Names(parsed.GetValue(Cells) ?? "").Where(IsNumber).Select(c => long.Parse(c, CultureInfo.InvariantCulture))],
            Tiles = [.. Names(parsed.GetValue(Cells) ?? "").Where(c => !IsNumber(c))],
            Where = parsed.GetValue(Where),
            Materialize = parsed.GetValue(Materialize),
            Mounts = CommonOptions.MountsOf(parsed),
            IdColumn = parsed.GetValue(CommonOptions.Id),
            Layers = CommonOptions.LayersOf(parsed),
            Workers = CommonOptions.WorkersOf(parsed),
            MemoryBytes = CommonOptions.MemoryOf(parsed),
            OnMessage = CommonOptions.Warnings(parsed),
            Planned = plan => Approve(parsed, plan, destination),
            Progress = new CopyDisplay(display),
        };
        CopySummary summary;
        try
        {
            summary = await DatasetCopy.RunAsync(source, destination, options, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            display.Dispose();
            string state = IsBegun(destination) ? $"'{destination}' is incomplete: it has no manifest yet, or files are not repaired yet"
                : $"nothing was written to '{destination}'";
            CommonOptions.Messages(parsed)($"{state}; run the same command with --resume to continue");
            throw;
        }
        display.Dispose();
        Report(parsed, destination, summary, watch.Elapsed.TotalSeconds);
        return ExitCode.Done;
    }

    // A copy to a store begins with its first request.
    private static bool IsBegun(string destination) => FileStore.For(destination) is var store
        && (!store.Traits.IsLocal || File.Exists(Path.Combine(store.LocalRoot, CopyRecord.Name)));

    private static bool IsNumber(string cell) => long.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static string[] Names(string cells) =>
        cells.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Asks before a large dataset is sent to a remote store; fails if the program is not run on a terminal.</summary>
    private static void Approve(ParseResult parsed, CopyPlan plan, string destination)
    {
        _ = ByteSize.TryParse(parsed.GetRequiredValue(AskAbove), out long most);
        if (!plan.IsToRemote || plan.Bytes <= most || parsed.GetValue(Yes))
            return;
        string what = string.Create(CultureInfo.InvariantCulture,
            $"{plan.Bytes:N0} bytes ({SizeText.Of(plan.Bytes)}) in {CountText.Of(plan.Files, "file")} to {destination}");
        if (CommandStreams.Current is not { IsInputTerminal: true, IsErrorTerminal: true } streams)
            throw new UsageException($"This would send {what}. Confirm with --yes; without a terminal the program does not ask.");
        streams.Terminal.Write($"\r\u001b[KSend {TerminalText.Escape(what)}? [y/N] ");
        if (Console.ReadLine()?.Trim().ToUpperInvariant() is not ("Y" or "YES"))
            throw new UsageException($"Nothing was sent. To send {SizeText.Of(plan.Bytes)} without a question, use --yes.");
    }

    private static void Report(ParseResult parsed, string destination, CopySummary summary, double seconds)
    {
        if (parsed.GetValue(CommonOptions.Json))
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("dataset", destination);
                json.WriteInteger("files", summary.Files);
                json.WriteInteger("bytes", summary.Bytes);
                json.WriteInteger("skipped", summary.Skipped);
                json.WriteFloat("seconds", Math.Round(seconds, 3));
                json.WriteEndObject();
            });
        else
            CommonOptions.Messages(parsed)(string.Create(CultureInfo.InvariantCulture,
                $"{destination}: {CountText.Of(summary.Files, "file")} of {SizeText.Of(summary.Bytes)} copied and "
                    + $"verified{(summary.Skipped > 0 ? $", {summary.Skipped:N0} existed already" : "")}; {seconds:0.0} s, "
                    + $"{SizeText.Of((long)(summary.Bytes / Math.Max(seconds, 0.001)))}/s"));
    }

    private sealed class CopyDisplay(ProgressDisplay display) : IProgress<PhaseProgress>
    {
        public void Report(PhaseProgress value) =>
            display.Report(value.Phase, value.Done, value.Total, value.Phase == "select" ? "rows" : "B");
    }
}
