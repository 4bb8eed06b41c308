using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Writing.Rules;

/// <summary>A rule for the rows of every batch, which is checked before they are written.</summary>
internal interface IBatchRule
{
    /// <summary>Checks a batch.</summary>
    /// <param name="batch">The rows, as returned by the preceding rule.</param>
    /// <param name="place">The source of the rows.</param>
    /// <returns>The batch, or a copy with the values that the rule converts.</returns>
    /// <exception cref="SchemaMismatchException">A column violates the rule.</exception>
    /// <exception cref="ValueInvalidException">A row violates the rule.</exception>
    RowBatch Apply(RowBatch batch, BatchPlace place);
}

/// <summary>The source of a batch's rows, and the resolved columns.</summary>
/// <param name="Source">The file, for messages.</param>
/// <param name="FirstRow">The number of the batch's first row in the unit.</param>
/// <param name="Resolved">The columns in the dataset, in the order of the batch.</param>
internal readonly record struct BatchPlace(string Source, long FirstRow, ImmutableArray<ColumnSchema> Resolved)
{
    /// <summary>The number of each row in the unit; empty if they follow <see cref="FirstRow"/>.</summary>
    internal ReadOnlyMemory<long> SourceRows { get; init; }

    internal ValueInvalidException Invalid(int row, string column, string value, string expected, string remedy) =>
        new(Source, SourceRows.IsEmpty ? FirstRow + row : SourceRows.Span[row], column, value, expected, remedy);
}
