using Pile.Format;

namespace Pile.Reading;

/// <summary>A column of the rows that a <see cref="RowReader"/> has open. Take it once, then read row by row, from any thread.</summary>
/// <remarks>Numbers and booleans are a <see cref="RowColumn{T}"/>, text a <see cref="TextRowColumn"/>.</remarks>
public abstract class RowColumn
{
    private protected RowColumn(ColumnSchema schema) => Schema = schema;

    /// <summary>Name, type, shape and unit, as the view shows them.</summary>
    public ColumnSchema Schema { get; }

    /// <summary>True when its values are read from the shards; false when they are in memory already.</summary>
    public bool IsHeavy => Schema.Storage == ColumnStorage.Heavy;

    /// <summary>True when a row has no value.</summary>
    public abstract bool IsNull(int row);

    /// <summary>The shape of one row: the schema's, or of a ragged column that row's own.</summary>
    public abstract ReadOnlySpan<int> ShapeOf(int row);

    /// <summary>The values of some rows, in that order, read on the calling thread.</summary>
    internal abstract ColumnData Take(ReadOnlySpan<int> rows, BatchMemory memory);

    /// <summary>Bytes that a row takes in memory while a batch is read; 0 for a light column, which is in memory already.</summary>
    internal virtual long BatchBytesOf(int row) => 0;

    /// <summary>Room for the values of some rows, to be filled out of their pieces; null for a light column.</summary>
    internal virtual HeavyBatch? Batch(ReadOnlyMemory<int> rows, BatchMemory memory) => null;
}
