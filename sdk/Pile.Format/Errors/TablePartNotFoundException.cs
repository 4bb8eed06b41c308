namespace Pile.Format;

/// <summary>A file has no part with the given name or number: no such HDU, or no such table of a VOTable.</summary>
/// <param name="path">The given path.</param>
/// <param name="part">The text after the <c>#</c>.</param>
/// <param name="contents">The parts of the file.</param>
internal sealed class TablePartNotFoundException(string path, string part, string contents)
    : PileException($"{path}: {contents.TrimEnd('.')}. Specify one of them after '#'.")
{
    /// <summary>The given path.</summary>
    public string Path { get; } = path;

    /// <summary>The given part.</summary>
    public string Part { get; } = part;
}
