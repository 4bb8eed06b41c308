namespace Pile.Format;

/// <summary>The values of one column for a number of rows, in memory: typed, row by row, without boxing.</summary>
/// <remarks>Numbers and booleans are a <see cref="ColumnData{T}"/>, text a <see cref="TextColumnData"/>.</remarks>
public abstract class ColumnData
{
    private protected ColumnData(ColumnSchema schema, int rowCount, ReadOnlyMemory<bool> isNull)
    {
        if (isNull.Length != 0 && isNull.Length != rowCount)
            throw new ArgumentException($"Column '{schema.Name}' has {rowCount} rows but {isNull.Length} null flags.", nameof(isNull));
        Schema = schema;
        RowCount = rowCount;
        IsNull = isNull;
    }

    /// <summary>What the column is.</summary>
    public ColumnSchema Schema { get; }

    /// <summary>Rows held.</summary>
    public int RowCount { get; }

    /// <summary>True where a row has no value, shape [rows]; empty when every row has one.</summary>
    public ReadOnlyMemory<bool> IsNull { get; }

    /// <summary>The shape of one row: the schema's, or of a ragged column that row's own.</summary>
    public abstract ReadOnlySpan<int> ShapeOf(int row);

    /// <summary>True when a row has no value.</summary>
    public bool IsNullAt(int row) => !IsNull.IsEmpty && IsNull.Span[row];
}
