using System.CommandLine;
using Pile.Cli.Terminal;

namespace Pile.Cli.Commands;

/// <summary><c>pile layer</c>: fields that anyone adds to a dataset, versioned beside it.</summary>
internal static class LayerCommand
{
    /// <summary>Creates the verb.</summary>
    /// <param name="arguments">The command line, whose second word may name a verb.</param>
    internal static Command Create(string[] arguments)
    {
        VerbCommand command = new("layer",
            "Makes and changes layers: labels, flags, scores and notes beside a dataset that itself never changes.",
            "pile layer create notes --of data/gaia",
            "pile layer set notes notes.csv --message \"first round\" && pile query data/gaia --layer notes --where \"quality > 3\"");
        VerbList.AddTo(command, arguments.Length > 1 ? arguments.AsSpan(1) : [],
            ("create", LayerCreateCommand.Create), ("set", LayerSetCommand.Create), ("unset", LayerSetCommand.CreateUnset),
            ("remove-rows", LayerSetCommand.CreateRemoveRows), ("drop-field", LayerFieldCommands.CreateDrop),
            ("rename-field", LayerFieldCommands.CreateRename), ("tag", LayerTagCommand.Create), ("log", LayerLogCommand.Create),
            ("blame", LayerBlameCommand.Create), ("fork", LayerCopyCommands.CreateFork), ("merge", LayerCopyCommands.CreateMerge),
            ("rebase", LayerCopyCommands.CreateRebase), ("forget", LayerUpkeepCommands.CreateForget),
            ("clean", LayerUpkeepCommands.CreateClean), ("verify", LayerUpkeepCommands.CreateVerify));
        return command;
    }
}
