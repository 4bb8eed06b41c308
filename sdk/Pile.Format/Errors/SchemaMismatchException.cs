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

    /// <summary>True where a command or recipe names columns that are not there or cannot be taken: it is to be corrected, not the
    /// data.</summary>
    public bool IsOfCaller { get; init; }

    /// <summary>A command or recipe names a column that is not there.</summary>
    /// <param name="source">The file, table or dataset.</param>
    /// <param name="column">The name.</param>
    /// <param name="columns">The columns that are there.</param>
    /// <param name="remedy">What to do next.</param>
    public static SchemaMismatchException Unknown(string source, string column, IEnumerable<string> columns, string remedy) =>
        new(source, column, $"there is no such column; there are {string.Join(", ", columns)}", remedy) { IsOfCaller = true };
}
