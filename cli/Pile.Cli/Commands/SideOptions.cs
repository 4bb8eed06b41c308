using System.CommandLine;

namespace Pile.Cli.Commands;

/// <summary>The options that name the columns of one side of a match.</summary>
internal sealed class SideOptions(string side)
{
    internal Option<string?> Ra { get; } = new($"--{side}-ra") { Description = $"The column of right ascension of {side.ToUpperInvariant()}, if it is a table.", HelpName = "COL" };

    internal Option<string?> Dec { get; } = new($"--{side}-dec") { Description = $"The column of declination of {side.ToUpperInvariant()}.", HelpName = "COL" };

    internal Option<string?> Id { get; } = new($"--{side}-id") { Description = $"The column of ids of {side.ToUpperInvariant()}.", HelpName = "COL" };

    internal Option<string?> RaUnit { get; } = new($"--{side}-ra-unit") { Description = $"deg, hours, rad or sexagesimal, for {side.ToUpperInvariant()}.", HelpName = "UNIT" };
}
