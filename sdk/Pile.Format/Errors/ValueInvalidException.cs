namespace Pile.Format;

/// <summary>A value of a source is not valid.</summary>
/// <param name="source">The file.</param>
/// <param name="row">The row, from 0.</param>
/// <param name="column">The column; empty if the row as a whole is invalid.</param>
/// <param name="value">The value as found.</param>
/// <param name="expected">What was expected.</param>
/// <param name="remedy">What to do next.</param>
public sealed class ValueInvalidException(string source, long row, string column, string value, string expected, string remedy)
    : PileException($"{source}, row {row}{(column.Length == 0 ? "" : $", column '{column}'")}: {ShownText.Of(value, LongestValue)} "
        + $"is not {expected}. {remedy}. Rows are counted from 0.")
{
    private const int LongestValue = 300;

    private readonly (string Value, string Expected, string Remedy) parts = (value, expected, remedy);

    /// <summary>The file.</summary>
    public string SourcePath { get; } = source;

    /// <summary>The row, from 0.</summary>
    public long Row { get; } = row;

    /// <summary>What is wrong, without the file and the row.</summary>
    public string Finding { get; } = $"{(column.Length == 0 ? "" : $"column '{column}': ")}{ShownText.Of(value, LongestValue)} "
        + $"is not {expected}";

    /// <summary>The column; empty if the row as a whole is invalid.</summary>
    public string Column { get; } = column;

    /// <summary>True if the value is an id that another row also has.</summary>
    public bool IsRepeatedId { get; init; }

    /// <summary>The file of the other row with a repeated id; null if it is not known.</summary>
    internal string? OtherSource { get; init; }

    /// <summary>Returns the same error with the files under other names.</summary>
    /// <param name="nameOf">Returns the name for a file.</param>
    internal ValueInvalidException WithSources(Func<string, string> nameOf) => new(nameOf(SourcePath), Row, Column, parts.Value,
        OtherSource is null ? parts.Expected
            : parts.Expected.Replace($" of {OtherSource} ", $" of {nameOf(OtherSource)} ", StringComparison.Ordinal), parts.Remedy)
    { IsRepeatedId = IsRepeatedId, OtherSource = OtherSource is null ? null : nameOf(OtherSource) };
}
