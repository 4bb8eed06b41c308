using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Writing.Rules;

/// <summary>What the rows of every batch must satisfy before they are written.</summary>
internal interface IBatchRule
{
    /// <summary>Checks a batch.</summary>
    /// <param name="batch">The rows, as the rules before this one returned them.</param>
    /// <param name="place">Where the rows are from.</param>
    /// <returns>The batch, or a copy with the values that the rule converts.</returns>
    /// <exception cref="SchemaMismatchException">A column breaks the rule.</exception>
    /// <exception cref="ValueInvalidException">A row breaks the rule.</exception>
    RowBatch Apply(RowBatch batch, BatchPlace place);
}

/// <summary>Where the rows of a batch are from, and what its columns become.</summary>
/// <param name="Source">The file, for messages.</param>
/// <param name="FirstRow">The number of the batch's first row in the unit.</param>
/// <param name="Resolved">The columns as the dataset has them, in the order of the batch.</param>
internal readonly record struct BatchPlace(string Source, long FirstRow, ImmutableArray<ColumnSchema> Resolved)
{
    internal ValueInvalidException Invalid(int row, string column, string value, string expected, string remedy) =>
        new(Source, FirstRow + row, column, value, expected, remedy);
}
