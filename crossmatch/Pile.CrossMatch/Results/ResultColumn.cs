using Pile.Format;
using Pile.Parquet;

namespace Pile.CrossMatch;

/// <summary>One column of a result: gathers its values for some rows, for a Parquet page or as a column in memory.</summary>
/// <param name="schema">What the column is.</param>
/// <param name="part">What it belongs to.</param>
internal abstract class ResultColumn(ColumnSchema schema, ResultPart part)
{
    /// <summary>What the column is.</summary>
    internal ColumnSchema Schema { get; } = schema;

    /// <summary>What it belongs to.</summary>
    internal ResultPart Part { get; } = part;

    /// <summary>The column in a Parquet file; null where plain pages cannot hold it.</summary>
    internal abstract ParquetColumn? Parquet { get; }

    /// <summary>Whether its page must be made before it has a place: it holds text, or values that are missing where the part is
    /// not.</summary>
    internal virtual bool IsEncoded => false;

    /// <summary>The page of a column that <see cref="IsEncoded"/>, levels included.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="nulls">How many values are missing.</param>
    internal virtual byte[] Encode(BlockRows rows, out int nulls) => throw new NotSupportedException();

    /// <summary>The values of the rows that have the part, as a Parquet page has them.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="buffer">Eight bytes for each row.</param>
    internal virtual ReadOnlySpan<byte> Gather(BlockRows rows, Span<byte> buffer) => throw new NotSupportedException();

    /// <summary>The values in memory.</summary>
    internal abstract ColumnData Take(BlockRows rows);
}
