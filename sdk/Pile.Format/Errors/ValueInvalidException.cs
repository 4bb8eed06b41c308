namespace Pile.Format;

/// <summary>One value of a source cannot be what it should be.</summary>
/// <param name="source">The file.</param>
/// <param name="row">The row, from 0.</param>
/// <param name="column">The column.</param>
/// <param name="value">The value as found.</param>
/// <param name="expected">What would be right.</param>
/// <param name="remedy">What to do next.</param>
public sealed class ValueInvalidException(string source, long row, string column, string value, string expected, string remedy)
    : PileException($"{source}, row {row}, column '{column}': {value} is not {expected}. {remedy}. Rows are counted from 0.")
{
    /// <summary>The file.</summary>
    public string SourcePath { get; } = source;

    /// <summary>The row, from 0.</summary>
    public long Row { get; } = row;

    /// <summary>What is wrong, without the file and the row.</summary>
    public string Finding { get; } = $"column '{column}': {value} is not {expected}";

    /// <summary>The column.</summary>
    public string Column { get; } = column;

    /// <summary>True if the value is an id that another row has as well.</summary>
    public bool IsRepeatedId { get; init; }
}
