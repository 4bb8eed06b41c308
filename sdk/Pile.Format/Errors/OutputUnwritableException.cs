namespace Pile.Format;

/// <summary>A file or folder cannot be written: the disk is full, permission is denied, or another process is writing it.</summary>
/// <param name="path">The file or folder.</param>
/// <param name="finding">Why it cannot be written.</param>
/// <param name="remedy">What to do next.</param>
/// <param name="inner">The exception of the system or library.</param>
internal sealed class OutputUnwritableException(string path, string finding, string remedy, Exception? inner = null)
    : PileException($"{path}: {finding.TrimEnd('.')}. {remedy}.", inner)
{
    /// <summary>The file or folder.</summary>
    public string Path { get; } = path;
}
