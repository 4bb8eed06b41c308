namespace Pile.Format;

/// <summary>Data do not have the columns, types or shapes that they must have.</summary>
/// <param name="source">The file, table or dataset.</param>
/// <param name="column">The column, if it is one.</param>
/// <param name="finding">Expected and found.</param>
/// <param name="remedy">What to do next.</param>
/// <param name="inner">What was found first: an <see cref="ArgumentException"/> where the caller named or left out columns.</param>
public sealed class SchemaMismatchException(string source, string? column, string finding, string remedy, Exception? inner = null)
    : PileException(column is null ? $"{source}: {finding}. {remedy}." : $"{source}, column '{column}': {finding}. {remedy}.", inner)
{
    /// <summary>The column, if it is one.</summary>
    public string? Column { get; } = column;
}
