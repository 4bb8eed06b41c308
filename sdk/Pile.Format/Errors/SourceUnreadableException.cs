namespace Pile.Format;

/// <summary>An input file is missing, cannot be opened, or has a format other than its name suggests.</summary>
/// <param name="path">The file.</param>
/// <param name="finding">What is wrong with it.</param>
/// <param name="remedy">What to do next.</param>
/// <param name="inner">The exception of the system or library.</param>
public sealed class SourceUnreadableException(string path, string finding, string remedy, Exception? inner = null)
    : PileException($"{path}: {finding.TrimEnd('.')}. {remedy}.", inner)
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;
}
