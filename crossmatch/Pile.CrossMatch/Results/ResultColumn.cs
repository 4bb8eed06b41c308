using Pile.Format;
using Pile.Parquet;

namespace Pile.CrossMatch;

/// <summary>A column of a result, which gathers its values for some rows, for a Parquet page or as a column in memory.</summary>
/// <param name="schema">The schema of the column.</param>
/// <param name="part">The part of a row to which the column belongs.</param>
internal abstract class ResultColumn(ColumnSchema schema, ResultPart part)
{
    /// <summary>The schema of the column.</summary>
    internal ColumnSchema Schema { get; } = schema;

    /// <summary>The part of a row to which the column belongs.</summary>
    internal ResultPart Part { get; } = part;

    /// <summary>The column in a Parquet file; null if plain pages do not support it.</summary>
    internal abstract ParquetColumn? Parquet { get; }

    /// <summary>True if the page must be encoded before its location is known: it contains text, or missing values of rows that have the
    /// part.</summary>
    internal virtual bool IsEncoded => false;

    /// <summary>Returns the page of a column that <see cref="IsEncoded"/>, including levels.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="nulls">The number of missing values.</param>
    internal virtual byte[] Encode(BlockRows rows, out int nulls) => throw new NotSupportedException();

    /// <summary>Returns the values of the rows that have the part, in the layout of a Parquet page.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="buffer">A buffer with eight bytes per row.</param>
    internal virtual ReadOnlySpan<byte> Gather(BlockRows rows, Span<byte> buffer) => throw new NotSupportedException();

    /// <summary>Returns the values as a column in memory.</summary>
    internal abstract ColumnData Take(BlockRows rows);
}
