using System.CommandLine;
using Pile.Cli.Terminal;
using Pile.Layers;

namespace Pile.Cli.Commands;

/// <summary><c>pile layer tag</c>: names for commits.</summary>
internal static class LayerTagCommand
{
    private static readonly Argument<string?> Name = new("NAME")
    {
        Description = "The name; without it, all tags are listed.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Option<bool> Delete = new("--delete") { Description = "Delete the tag." };

    internal static Command Create()
    {
        VerbCommand command = new("tag", "Names a commit. A tag is made once and never moves.",
            "pile layer tag notes v1", "pile layer tag notes@17 before-review")
        { LayerArguments.LayerAt, Name, Delete, LayerArguments.Author };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        LayerReference reference = LayerReference.Parse(parsed.GetRequiredValue(LayerArguments.LayerAt));
        LayerSnapshot layer = await LayerSnapshot.OpenAsync(reference, null, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<LayerTag> tags = [];
        if (parsed.GetValue(Name) is not { } name)
            tags = await LayerTag.AllAsync(layer.Store, cancellationToken).ConfigureAwait(false);
        else if (parsed.GetValue(Delete))
            await LayerTag.DeleteAsync(layer.Store, name, cancellationToken).ConfigureAwait(false);
        else
        {
            LayerCommit commit = layer.Commit ?? throw new UsageException($"Layer '{reference.Address}' has no commits to name.");
            await LayerTag.CreateAsync(layer.Store, name, commit, LayerArguments.AuthorOf(parsed), cancellationToken).ConfigureAwait(false);
            tags = [new LayerTag(name, commit.Number, commit.Sha256)];
        }
        if (parsed.GetValue(CommonOptions.Json))
            JsonOutput.Write(json =>
            {
                json.WriteStartArray();
                foreach (LayerTag tag in tags)
                {
                    json.WriteStartObject();
                    json.WriteString("tag", tag.Name);
                    json.WriteInteger("commit", tag.Number);
                    json.WriteString("sha256", tag.Sha256);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            });
        else
            foreach (LayerTag tag in tags)
                TerminalText.Output.WriteLine($"{tag.Name}: commit {tag.Number}, {tag.Sha256}");
        return ExitCode.Done;
    }
}
