namespace Pile.Format;

/// <summary>A manifest, recipe or schema file is not valid.</summary>
/// <param name="path">The file.</param>
/// <param name="line">The line, from 1; 0 for a value that is in no file.</param>
/// <param name="column">The column, from 1.</param>
/// <param name="finding">What was found and what was expected.</param>
/// <param name="inner">The exception of the parser.</param>
internal sealed class DocumentInvalidException(string path, int line, int column, string finding, Exception? inner = null)
    : PileException(line == 0 ? $"{path}: {finding}." : $"{path}, line {line}, column {column}: {finding}.", inner)
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>The line, from 1; 0 for a value that is in no file.</summary>
    public int Line { get; } = line;

    /// <summary>The column, from 1.</summary>
    public int Column { get; } = column;

    /// <summary>What was found and what was expected.</summary>
    public string Finding { get; } = finding;

    /// <summary>True if the document contradicts its own checksum: it was damaged or edited after it was written.</summary>
    public bool IsDamaged { get; init; }
}
