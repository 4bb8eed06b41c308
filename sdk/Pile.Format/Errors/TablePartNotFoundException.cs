namespace Pile.Format;

/// <summary>A file has no such part as somebody typed behind its name: no HDU of that number or name, no such table of a VOTable.</summary>
/// <param name="path">The path as it was given.</param>
/// <param name="part">What stood behind the <c>#</c>.</param>
/// <param name="contents">What parts there are.</param>
internal sealed class TablePartNotFoundException(string path, string part, string contents)
    : PileException($"{path}: {contents.TrimEnd('.')}. Name one of them behind '#'.")
{
    /// <summary>The path as it was given.</summary>
    public string Path { get; } = path;

    /// <summary>The part as it was given.</summary>
    public string Part { get; } = part;
}
