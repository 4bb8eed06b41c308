using Pile.Format;

namespace Pile.Reading;

/// <summary>A column of an open <see cref="RowReader"/>. Get it once, then read row by row, from any thread.</summary>
/// <remarks>Numbers and booleans are a <see cref="RowColumn{T}"/>, text a <see cref="TextRowColumn"/>.</remarks>
public abstract class RowColumn
{
    private protected RowColumn(ColumnSchema schema, int rowCount) => (Schema, RowCount) = (schema, rowCount);

    /// <summary>The number of rows of the reader.</summary>
    internal int RowCount { get; }

    /// <summary>Name, type, shape and unit, as in the view.</summary>
    public ColumnSchema Schema { get; }

    /// <summary>True if the values are read from the shards, or from files outside the dataset; false if they are already in
    /// memory.</summary>
    public bool IsHeavy => Schema.IsHeavy;

    /// <summary>Returns whether every byte of a row is verified by a checksum before it is returned.</summary>
    /// <remarks>False for values in files outside the dataset whose checksums were not recorded.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public virtual bool IsVerified(int row)
    {
        RequireRow(row);
        return true;
    }

    /// <summary>Returns whether a row has no value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public abstract bool IsNull(int row);

    /// <summary>Returns the shape of one row: the schema's, or for a ragged column that of the row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public abstract ReadOnlySpan<int> ShapeOf(int row);

    /// <summary>Requires a row of the reader.</summary>
    /// <returns>The row.</returns>
    private protected int RequireRow(int row) => (uint)row < (uint)RowCount ? row : throw NoSuchRow(row, RowCount);

    /// <summary>Returns the error for a row that is not open.</summary>
    internal static ArgumentOutOfRangeException NoSuchRow(int row, int rowCount) =>
        new(nameof(row), row, $"{rowCount} rows are open, counted from 0.");

    /// <summary>Returns the values of some rows, in the given order, read on the calling thread.</summary>
    internal abstract ColumnData Take(ReadOnlySpan<int> rows, BatchMemory memory);

    /// <summary>Reads a window of a row that has a value, as a ragged column of one row. Returns also whether all bytes were
    /// verified.</summary>
    internal virtual ValueTask<(ColumnData Part, bool IsVerified)> TakeWindowAsync(int row, int[] start, int[] count,
        CancellationToken cancellationToken) =>
        throw new NotSupportedException($"Column '{Schema.Name}' has no axes.");

    /// <summary>Returns the bytes that a row needs in the memory of a batch; 0 for a light column, which is already in memory.</summary>
    internal virtual long BatchBytesOf(int row) => 0;

    /// <summary>Allocates memory for the values of some rows, to be filled from their pieces; null for a light column.</summary>
    internal virtual HeavyBatch? Batch(ReadOnlyMemory<int> rows, BatchMemory memory) => null;
}
