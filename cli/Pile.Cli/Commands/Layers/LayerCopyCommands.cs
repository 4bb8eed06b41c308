using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Layers;
using Pile.Reading;
using Pile.Tables;

namespace Pile.Cli.Commands;

/// <summary><c>pile layer fork</c>, <c>merge</c> and <c>rebase</c>.</summary>
internal static class LayerCopyCommands
{
    private static readonly Argument<string> Copy = new("COPY") { Description = "The new layer: a folder or s3://bucket/prefix." };
    private static readonly Argument<string> Other = new("OTHER[@AT]") { Description = "The layer whose commits are added." };
    private static readonly Option<string> Of = new("--of")
    {
        Description = "The other version of the dataset.",
        HelpName = "DATASET",
        Required = true,
    };
    private static readonly Option<string> Out = new("--out") { Description = "The new layer.", HelpName = "LAYER", Required = true };

    internal static Command CreateFork()
    {
        VerbCommand command = new("fork", "Copies a layer, to change the copy and to merge it later.",
            "pile layer fork notes my-notes", "pile layer fork s3://lab/notes@v1 notes-v1")
        { LayerArguments.LayerAt, Copy };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            LayerSnapshot source = await OpenAsync(parsed, LayerArguments.LayerAt, cancellationToken).ConfigureAwait(false);
            string copy = parsed.GetRequiredValue(Copy);
            (long commits, int patches) = await LayerFork.RunAsync(source, copy, null, cancellationToken).ConfigureAwait(false);
            WriteCounts(parsed, copy, ("commits", "commit", commits), ("patches", "patch", patches));
            return ExitCode.Done;
        });
        return command;
    }

    internal static Command CreateMerge()
    {
        VerbCommand command = new("merge", "Adds the commits of another layer of the same dataset that this one does not have.",
            "pile layer merge notes my-notes", "pile layer merge s3://lab/notes my-notes@12 --last-wins")
        { LayerArguments.Layer, Other, LayerArguments.LastWins };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string address = parsed.GetRequiredValue(LayerArguments.Layer);
            LayerSnapshot source = await OpenAsync(parsed, Other, cancellationToken).ConfigureAwait(false);
            LayerStore target = await LayerStore.OpenAsync(address, null, cancellationToken).ConfigureAwait(false);
            using LayerDatabase database = new();
            (IReadOnlyList<LayerCommit> made, ImmutableArray<long> kept) = await LayerMerge.RunAsync(target, source, () => database,
                parsed.GetValue(LayerArguments.LastWins), cancellationToken, Units.AreSame).ConfigureAwait(false);
            if (!kept.IsEmpty)
                CommonOptions.Messages(parsed)($"'{source.Store.Address}' has forgotten the values of "
                    + $"{LayerForget.Listed("commit", kept)} of '{address}', which stay here: 'pile layer forget' deletes them");
            WriteCounts(parsed, address, ("commits", "commit", made.Count));
            return ExitCode.Done;
        });
        return command;
    }

    internal static Command CreateRebase()
    {
        VerbCommand command = new("rebase", "Makes a layer of another version of the dataset, with the same commits. Rows are mapped "
            + "by id.",
            "pile layer rebase notes --of data/gaia-v2 --out notes-v2",
                "pile layer rebase notes@v1 --of data/gaia-v2 --out s3://lab/notes-v2")
        { LayerArguments.LayerAt, Of, Out };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            LayerSnapshot source = await OpenAsync(parsed, LayerArguments.LayerAt, cancellationToken).ConfigureAwait(false);
            await using Dataset dataset = await Dataset.OpenAsync(parsed.GetRequiredValue(Of), CommonOptions.DatasetOptionsOf(parsed),
                cancellationToken).ConfigureAwait(false);
            string output = parsed.GetRequiredValue(Out);
            (long commits, long rows, long gone) = await LayerWorkspace.RebaseAsync(source, dataset, output, cancellationToken)
                .ConfigureAwait(false);
            WriteCounts(parsed, output, ("commits", "commit", commits), ("rows", "row", rows), ("gone", "gone", gone));
            return ExitCode.Done;
        });
        return command;
    }

    private static Task<LayerSnapshot> OpenAsync(ParseResult parsed, Argument<string> argument, CancellationToken cancellationToken) =>
        LayerSnapshot.OpenAsync(LayerReference.Parse(parsed.GetRequiredValue(argument)), null, cancellationToken);

    internal static void WriteCounts(ParseResult parsed, string layer, params (string Name, string One, long Count)[] counts)
    {
        if (parsed.GetValue(CommonOptions.Json))
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("layer", layer);
                foreach ((string name, _, long count) in counts)
                    json.WriteInteger(name, count);
                json.WriteEndObject();
            });
        else
            TerminalText.Output.WriteLine($"{layer}: "
                + string.Join(", ", counts.Select(c => string.Create(CultureInfo.InvariantCulture,
                    $"{c.Count:N0} {(c.Count == 1 ? c.One : c.Name)}"))));
    }
}
