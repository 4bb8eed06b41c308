using System.CommandLine;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Layers;

namespace Pile.Cli.Commands;

/// <summary><c>pile layer log</c>: the commits of a layer, the newest first.</summary>
internal static class LayerLogCommand
{
    private static readonly Option<long?> Limit = CommonOptions.Limit("The number of commits.");

    internal static Command Create()
    {
        VerbCommand command = new("log", "Lists the commits of a layer, the newest first, and checks that each names the one before.",
            "pile layer log notes", "pile layer log notes@v1 --limit 5 --json")
        { LayerArguments.LayerAt, Limit };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            LayerSnapshot layer = await LayerSnapshot.OpenAsync(LayerReference.Parse(parsed.GetRequiredValue(LayerArguments.LayerAt)), null,
                cancellationToken).ConfigureAwait(false);
            long first = Math.Max(1, layer.Number - (parsed.GetValue(Limit) ?? layer.Number) + 1);
            LayerCommit[] commits = await layer.Store.ReadAsync(first, layer.Number, cancellationToken).ConfigureAwait(false);
            ILookup<long, LayerTag> tags = (await LayerTag.AllAsync(layer.Store, cancellationToken).ConfigureAwait(false)).ToLookup(t =>
                t.Number);
            if (parsed.GetValue(CommonOptions.Json))
                WriteJson(commits, tags);
            else
                foreach (LayerCommit commit in commits.Reverse())
                    Write(commit, tags[commit.Number]);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(LayerCommit commit, IEnumerable<LayerTag> tags)
    {
        string names = string.Concat(tags.Select(t => $" [{t.Name}]"));
        TerminalText.Output.WriteLine($"{commit.Number}{names}  {LayerTime.ToText(commit.TimeMicros)}  {commit.Author}  "
            + $"{commit.Sha256[..12]}{(commit.LastWins ? "  last wins" : "")}");
        TerminalText.Output.WriteLine($"    {commit.Message}");
        foreach (LayerOperation operation in commit.Operations)
            TerminalText.Output.WriteLine($"    {TextOf(operation)}");
    }

    private static string TextOf(LayerOperation operation) => operation.Kind switch
    {
        OperationKind.RenameField => $"{operation.Word} {operation.Field} to {operation.To}",
        OperationKind.Set or OperationKind.Unset => string.Create(CultureInfo.InvariantCulture,
            $"{operation.Word} {string.Join(", ", operation.Fields)} of {CountText.Of(operation.Rows, "row")}")
                + (operation.SourceName.Length > 0 ? $" from {operation.SourceName}" : ""),
        OperationKind.RemoveRows => string.Create(CultureInfo.InvariantCulture, $"{operation.Word}: {CountText.Of(operation.Rows, "row")}"),
        OperationKind.Forget => $"{operation.Word} {(operation.Patches.Length == 1 ? "1 patch"
            : $"{operation.Patches.Length} patches")}",
        _ => $"{operation.Word} {operation.Field}",
    };

    private static void WriteJson(LayerCommit[] commits, ILookup<long, LayerTag> tags) => JsonOutput.Write(json =>
    {
        json.WriteStartArray();
        foreach (LayerCommit commit in commits.Reverse())
        {
            json.WriteStartObject();
            LayerArguments.WriteCommit(json, commit);
            json.WriteString("program", commit.Program);
            json.WriteBoolean("last_wins", commit.LastWins);
            json.WriteStartArray("tags");
            foreach (LayerTag tag in tags[commit.Number])
                json.WriteStringValue(tag.Name);
            json.WriteEndArray();
            json.WriteStartArray("fields");
            foreach (LayerField field in commit.Fields)
                json.WriteRawValue(field.ToJson().ToJsonString());
            json.WriteEndArray();
            json.WriteStartArray("operations");
            foreach (LayerOperation operation in commit.Operations)
                json.WriteRawValue(operation.ToJson().ToJsonString());
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });
}
