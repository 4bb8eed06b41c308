namespace Pile.Format;

/// <summary>Something cannot be written: there is no room, no permission, or somebody else is writing it.</summary>
/// <param name="path">The file or folder.</param>
/// <param name="finding">What is in the way.</param>
/// <param name="remedy">What to do next.</param>
/// <param name="inner">What the system or the library said.</param>
internal sealed class OutputUnwritableException(string path, string finding, string remedy, Exception? inner = null)
    : PileException($"{path}: {finding}. {remedy}.", inner)
{
    /// <summary>The file or folder.</summary>
    public string Path { get; } = path;
}
