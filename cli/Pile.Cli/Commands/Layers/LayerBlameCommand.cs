using System.CommandLine;
using Pile.Cli.Terminal;
using Pile.Layers;

namespace Pile.Cli.Commands;

/// <summary><c>pile layer blame</c>: who set the values of a row.</summary>
internal static class LayerBlameCommand
{
    private static readonly Option<string> Id = new("--id") { Description = "The row.", HelpName = "ID", Required = true };
    private static readonly Option<bool> All = new("--all") { Description = "List earlier values too." };

    internal static Command Create()
    {
        VerbCommand command = new("blame", "Lists for each value of a row who set it, when, and from which file.",
            "pile layer blame notes --id 573548734415588352", "pile layer blame notes@v1 --id 573548734415588352 --all --json")
        { LayerArguments.LayerAt, Id, All };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        LayerSnapshot layer = await LayerSnapshot.OpenAsync(LayerReference.Parse(parsed.GetRequiredValue(LayerArguments.LayerAt)), null,
            cancellationToken).ConfigureAwait(false);
        string id = parsed.GetRequiredValue(Id);
        using LayerDatabase database = new();
        BlameEntry[] entries = [.. (await LayerBlame.RunAsync(layer, LayerSetCommand.IdOf(layer.Store, id), () => database,
            cancellationToken)
            .ConfigureAwait(false)).Where(e => e.IsCurrent || parsed.GetValue(All))];
        if (parsed.GetValue(CommonOptions.Json))
            JsonOutput.Write(json =>
            {
                json.WriteStartArray();
                foreach (BlameEntry entry in entries)
                {
                    json.WriteStartObject();
                    json.WriteString("field", entry.Field);
                    json.WriteString("value", entry.Value);
                    json.WriteBoolean("current", entry.IsCurrent);
                    LayerArguments.WriteCommit(json, entry.Commit);
                    json.WriteString("source", entry.Source.Length > 0 ? entry.Source : null);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            });
        else if (entries.Length == 0)
            TerminalText.Output.WriteLine($"{id} has no values");
        else
            foreach (BlameEntry entry in entries)
                TerminalText.Output.WriteLine($"{entry.Field} = {entry.Value ?? "(taken away)"}  commit {entry.Commit.Number}  "
                    + $"{LayerTime.ToText(entry.Commit.TimeMicros)}  {entry.Commit.Author}"
                    + $"{(entry.Source.Length > 0 ? $"  from {entry.Source}" : "")}  {entry.Commit.Message}");
        return ExitCode.Done;
    }
}
