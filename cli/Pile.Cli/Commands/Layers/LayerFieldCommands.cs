using System.CommandLine;
using Pile.Cli.Terminal;
using Pile.Layers;
using Pile.Reading;

namespace Pile.Cli.Commands;

/// <summary><c>pile layer drop-field</c> and <c>rename-field</c>.</summary>
internal static class LayerFieldCommands
{
    private static readonly Argument<string> Field = new("FIELD") { Description = "The field." };
    private static readonly Argument<string> To = new("NAME") { Description = "Its new name." };
    private static readonly Option<string?> Message = new("--message")
    {
        Description = "What the commit does, for the log.",
        HelpName =
        "M"
    };

    internal static Command CreateDrop()
    {
        VerbCommand command = new("drop-field", "Removes a field. Earlier commits still have its values.",
            "pile layer drop-field notes comment --message \"moved to reviews\"", "pile layer drop-field notes comment --last-wins")
        { LayerArguments.Layer, Field, Message, LayerArguments.LastWins, LayerArguments.Author, LayerArguments.Of };
        command.SetAction((parsed, token) => CommitAsync(parsed, new LayerOperation
        {
            Kind = OperationKind.DropField,
            Field = parsed.GetRequiredValue(Field),
        }, $"dropped '{parsed.GetValue(Field)}'", token));
        return command;
    }

    internal static Command CreateRename()
    {
        VerbCommand command = new("rename-field", "Gives a field another name. Its values stay.",
            "pile layer rename-field notes qualty quality --message \"typo\"", "pile layer rename-field notes flag is_good")
        { LayerArguments.Layer, Field, To, Message, LayerArguments.LastWins, LayerArguments.Author, LayerArguments.Of };
        command.SetAction((parsed, token) => CommitAsync(parsed, new LayerOperation
        {
            Kind = OperationKind.RenameField,
            Field = parsed.GetRequiredValue(Field),
            To = parsed.GetRequiredValue(To),
        }, $"renamed '{parsed.GetValue(Field)}' to '{parsed.GetValue(To)}'", token));
        return command;
    }

    private static async Task<int> CommitAsync(ParseResult parsed, LayerOperation operation, string done,
        CancellationToken cancellationToken)
    {
        string address = parsed.GetRequiredValue(LayerArguments.Layer);
        LayerWorkspace layer = await LayerWorkspace.OpenAsync(address, parsed.GetValue(LayerArguments.Of),
            CommonOptions.DatasetOptionsOf(parsed), cancellationToken).ConfigureAwait(false);
        await using (layer.ConfigureAwait(false))
        {
            LayerCommit commit = await layer.CommitAsync(LayerChange.Of(operation, LayerArguments.AuthorOf(parsed),
                parsed.GetValue(Message) ?? done) with
            { LastWins = parsed.GetValue(LayerArguments.LastWins) }, cancellationToken).ConfigureAwait(false);
            LayerArguments.Report(parsed, address, commit, done);
        }
        return ExitCode.Done;
    }
}
