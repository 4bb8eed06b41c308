using System.CommandLine;

namespace Pile.Cli.Terminal;

/// <summary>A verb of <c>pile</c>, with examples for its help.</summary>
internal sealed class VerbCommand(string name, string description, params string[] examples) : Command(name, description)
{
    internal IReadOnlyList<string> Examples { get; } = examples;
}
