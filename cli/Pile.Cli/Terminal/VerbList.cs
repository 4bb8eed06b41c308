using System.CommandLine;

namespace Pile.Cli.Terminal;

/// <summary>Adds the verbs of a command.</summary>
internal static class VerbList
{
    /// <summary>Adds the verb that the arguments begin with; all verbs if they begin with another word.</summary>
    /// <param name="command">The command.</param>
    /// <param name="arguments">The arguments behind the command's name.</param>
    /// <param name="verbs">The name of each verb, and what creates it.</param>
    internal static void AddTo(Command command, ReadOnlySpan<string> arguments,
        params ReadOnlySpan<(string Name, Func<Command> Create)> verbs)
    {
        string? first = arguments.IsEmpty ? null : arguments[0];
        foreach ((string name, Func<Command> create) in verbs)
            if (name == first)
            {
                command.Subcommands.Add(create());
                return;
            }
        foreach ((_, Func<Command> create) in verbs)
            command.Subcommands.Add(create());
    }
}
