namespace Pile.Format;

/// <summary>What should be written is there already, and nobody said that it may go.</summary>
public sealed class OutputExistsException(string path, string remedy)
    : PileException($"'{path}' exists already. {remedy}.")
{
    /// <summary>The path.</summary>
    public string Path { get; } = path;
}
