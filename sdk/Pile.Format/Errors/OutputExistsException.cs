namespace Pile.Format;

/// <summary>The output exists, and overwriting is not enabled.</summary>
public sealed class OutputExistsException(string path, string remedy)
    : PileException($"'{path}' exists already. {remedy}.")
{
    /// <summary>The path.</summary>
    public string Path { get; } = path;
}
