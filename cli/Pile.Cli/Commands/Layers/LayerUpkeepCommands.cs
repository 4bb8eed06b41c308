using System.Collections.Immutable;
using System.CommandLine;
using Pile.Cli.Terminal;
using Pile.Layers;

namespace Pile.Cli.Commands;

/// <summary><c>pile layer forget</c>, <c>clean</c> and <c>verify</c>.</summary>
internal static class LayerUpkeepCommands
{
    private static readonly Option<long[]> Commit = new("--commit")
    {
        Description = "The number of a commit; may be repeated.",
        HelpName = "N",
        Required = true,
    };
    private static readonly Option<bool> Yes = new("--yes") { Description = "Confirm it." };

    internal static Command CreateForget()
    {
        VerbCommand command = new("forget", "Deletes the values of commits for good. The commits stay, and a new one says who deleted "
            + "them.",
            "pile layer forget notes --commit 17 --message \"names of patients\" --yes",
            "pile layer forget s3://lab/notes --commit 3 --message \"licence withdrawn\" --yes --json")
        { LayerArguments.Layer, Commit, LayerArguments.Message, Yes, LayerArguments.Author };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!parsed.GetValue(Yes))
                throw new UsageException("'pile layer forget' deletes bytes that cannot be restored: confirm it with --yes.");
            string address = parsed.GetRequiredValue(LayerArguments.Layer);
            LayerStore store = await LayerStore.OpenAsync(address, null, cancellationToken).ConfigureAwait(false);
            using LayerDatabase database = new();
            SortedSet<long> numbers = [.. parsed.GetRequiredValue(Commit)];
            (LayerCommit made, ImmutableArray<long> keptFor) = await LayerForget.RunAsync(store, numbers,
                LayerArguments.AuthorOf(parsed), parsed.GetRequiredValue(LayerArguments.Message), () => database, cancellationToken)
                .ConfigureAwait(false);
            LayerArguments.Report(parsed, address, made, keptFor.IsEmpty
                ? $"the values of {LayerForget.Listed("commit", numbers)} are deleted"
                : $"the values of {LayerForget.Listed("commit", numbers)} are forgotten; files of them stay, because "
                    + $"{LayerForget.Listed("commit", keptFor)} set the same bytes", json =>
                {
                    json.WriteStartArray("kept_for");
                    foreach (long number in keptFor)
                        json.WriteNumberValue(number);
                    json.WriteEndArray();
                });
            return ExitCode.Done;
        });
        return command;
    }

    internal static Command CreateClean()
    {
        VerbCommand command = new("clean", "Deletes files that no commit needs. Commits and tags stay.",
            "pile layer clean notes --yes", "pile layer clean s3://lab/notes --yes --json")
        { LayerArguments.Layer, Yes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!parsed.GetValue(Yes))
                throw new UsageException("'pile layer clean' would delete the values of a writer that is at work: confirm with --yes that "
                    + "none is.");
            string address = parsed.GetRequiredValue(LayerArguments.Layer);
            LayerStore store = await LayerStore.OpenAsync(address, null, cancellationToken).ConfigureAwait(false);
            (int files, long bytes) = await LayerCleaning.RunAsync(store, cancellationToken).ConfigureAwait(false);
            LayerCopyCommands.WriteCounts(parsed, address, ("files", "file", files), ("bytes", "byte", bytes));
            return ExitCode.Done;
        });
        return command;
    }

    internal static Command CreateVerify()
    {
        VerbCommand command = new("verify", "Reads every byte of a layer and compares it with the hashes of the log.",
            "pile layer verify notes", "pile layer verify s3://lab/notes --json")
        { LayerArguments.Layer };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string address = parsed.GetRequiredValue(LayerArguments.Layer);
            LayerStore store = await LayerStore.OpenAsync(address, null, cancellationToken).ConfigureAwait(false);
            (long commits, long patches, long states) = await LayerVerification.RunAsync(store, cancellationToken).ConfigureAwait(false);
            LayerCopyCommands.WriteCounts(parsed, address, ("commits", "commit", commits), ("patches", "patch", patches),
                ("states", "state", states));
            return ExitCode.Done;
        });
        return command;
    }
}
