namespace Pile.Format;

/// <summary>Data do not have the required columns, types or shapes.</summary>
/// <param name="source">The file, table or dataset.</param>
/// <param name="column">The column; null if the error concerns no single column.</param>
/// <param name="finding">What was expected and what was found.</param>
/// <param name="remedy">What to do next.</param>
/// <param name="inner">The underlying exception; an <see cref="ArgumentException"/> if the caller specified the columns.</param>
public sealed class SchemaMismatchException(string source, string? column, string finding, string remedy, Exception? inner = null)
    : PileException(column is null ? $"{source}: {finding}. {remedy}." : $"{source}, column '{column}': {finding}. {remedy}.", inner)
{
    /// <summary>The column; null if the error concerns no single column.</summary>
    public string? Column { get; } = column;

    /// <summary>True if a command or recipe refers to columns that are missing or
    /// unsuitable, so that it must be corrected rather than the data.</summary>
    public bool IsOfCaller { get; init; }

    /// <summary>True if two sources have different dtypes, so that one must be declared.</summary>
    internal bool NeedsDType { get; init; }

    /// <summary>True if one row is at fault and the others of its file are not, so that it can be skipped alone.</summary>
    internal bool IsOfRow { get; init; }

    /// <summary>What was expected and what was found.</summary>
    internal string Finding { get; } = finding;

    /// <summary>The file, table or dataset, or two of them.</summary>
    internal string Place { get; } = source;

    /// <summary>Returns the same error of another place.</summary>
    internal SchemaMismatchException At(string place) =>
        new(place, Column, Finding, remedy, InnerException ?? this) { IsOfCaller = IsOfCaller, NeedsDType = NeedsDType };

    /// <summary>Returns the same error with something to do before its remedy.</summary>
    internal SchemaMismatchException WithRemedyFirst(string first) =>
        new(Place, Column, Finding, $"{first}. {remedy}", this) { IsOfCaller = IsOfCaller };

    /// <summary>Creates the error for a command or recipe that refers to an unknown column.</summary>
    /// <param name="source">The file, table or dataset.</param>
    /// <param name="column">The unknown name.</param>
    /// <param name="columns">The existing columns.</param>
    /// <param name="remedy">What to do next.</param>
    public static SchemaMismatchException Unknown(string source, string column, IEnumerable<string> columns, string remedy) =>
        new(source, column, $"there is no such column; the columns are {string.Join(", ", columns)}", remedy) { IsOfCaller = true };
}
