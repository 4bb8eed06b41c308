using System.CommandLine;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;
using Pile.Writing;

namespace Pile.Cli.Commands;

/// <summary><c>pile index</c>: maintains the index of a dataset.</summary>
internal static class IndexCommand
{
    internal static Command Create() =>
        new VerbCommand("index", "Maintains the index of a dataset.", "pile index rebuild sdss",
            "pile index rebuild sdss --json") { CreateRebuild() };

    private static VerbCommand CreateRebuild()
    {
        Argument<string> dataset = new("DATASET") { Description = "The dataset's folder." };
        VerbCommand command = new("rebuild",
            "Rebuilds the index from the shards, byte for byte; replaces the existing index when the new one is complete and verified.",
            "pile index rebuild sdss", "pile index rebuild sdss --json") { dataset };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (SavedQueryFile.IsAddress(parsed.GetRequiredValue(dataset)))
                throw new UsageException("An index belongs to a dataset: expected its folder, not a saved query.");
            string path = await DatasetArgument.ResolveAsync(parsed.GetRequiredValue(dataset), cancellationToken)
                .ConfigureAwait(false);
            using ProgressDisplay display = new(parsed.GetValue(CommonOptions.Quiet));
            WriterSettings settings = new() { Workers = CommonOptions.WorkersOf(parsed), Progress = new RebuildDisplay(display) };
            if (CommonOptions.MemoryOf(parsed) is { } memory)
                settings = settings with { MemoryBytes = memory };
            RebuildSummary summary = await IndexRebuild.RunAsync(path, settings, cancellationToken).ConfigureAwait(false);
            display.Dispose();
            Report(parsed, path, summary);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Report(ParseResult parsed, string path, RebuildSummary summary)
    {
        if (parsed.GetValue(CommonOptions.Json))
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("dataset", path);
                json.WriteInteger("rows", summary.Rows);
                json.WriteInteger("tiles", summary.Tiles);
                json.WriteInteger("files", summary.Files);
                json.WriteInteger("bytes", summary.Bytes);
                json.WriteInteger("changed", summary.Changed);
                json.WriteEndObject();
            });
        else
            TerminalText.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{path}: index of {CountText.Of(summary.Rows, "row")} in {CountText.Of(summary.Tiles, "tile")}, "
                    + $"{CountText.Of(summary.Files, "file")} of {summary.Bytes:N0} "
                    + $"bytes as '{Format.DatasetPaths.Files}' lists them; {summary.Changed:N0} were missing or different"));
    }

    private sealed class RebuildDisplay(ProgressDisplay display) : IProgress<BuildProgress>
    {
        public void Report(BuildProgress value) => display.Report(value.Phase, value.Rows, value.TotalRows, "rows");
    }
}
