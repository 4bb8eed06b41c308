using System.CommandLine;
using Pile.Cli.Terminal;

namespace Pile.Cli.Commands;

/// <summary><c>pile layer</c>: fields that anyone adds to a dataset, versioned beside it.</summary>
internal static class LayerCommand
{
    internal static Command Create() => new VerbCommand("layer",
        "Makes and changes layers: labels, flags, scores and notes beside a dataset that itself never changes.",
        "pile layer create notes --of data/gaia",
        "pile layer set notes notes.csv --message \"first round\" && pile query data/gaia --layer notes --where \"quality > 3\"")
    {
        LayerCreateCommand.Create(), LayerSetCommand.Create(), LayerSetCommand.CreateUnset(), LayerSetCommand.CreateRemoveRows(),
        LayerFieldCommands.CreateDrop(), LayerFieldCommands.CreateRename(), LayerTagCommand.Create(), LayerLogCommand.Create(),
        LayerBlameCommand.Create(),
        LayerCopyCommands.CreateFork(), LayerCopyCommands.CreateMerge(), LayerCopyCommands.CreateRebase(),
        LayerUpkeepCommands.CreateForget(), LayerUpkeepCommands.CreateClean(), LayerUpkeepCommands.CreateVerify(),
    };
}
