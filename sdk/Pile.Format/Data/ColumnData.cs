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

    /// <summary>The bytes that all values take in memory, without their shapes and null flags.</summary>
    public abstract long ValueBytes { get; }

    /// <summary>The shape of one row: the schema's, or of a ragged column that row's own.</summary>
    public abstract ReadOnlySpan<int> ShapeOf(int row);

    /// <summary>The bytes of one row's elements, row-major, in the machine's order (little-endian).</summary>
    /// <exception cref="InvalidOperationException">The column holds text, whose elements have no fixed size.</exception>
    public abstract ReadOnlySpan<byte> RowBytes(int row);

    /// <summary>Copies rows, in any order and as often as they are named.</summary>
    /// <param name="rows">Rows of this column; -1 gives a row without a value.</param>
    /// <param name="schema">What the copy is called, if not the same; the same dtype and shape.</param>
    public abstract ColumnData Take(ReadOnlySpan<int> rows, ColumnSchema? schema = null);

    /// <summary>The same values under another name or description; nothing is copied.</summary>
    /// <param name="schema">Of the same dtype and shape.</param>
    /// <exception cref="ArgumentException">It is not.</exception>
    public abstract ColumnData WithSchema(ColumnSchema schema);

    /// <summary>Puts columns one after the other.</summary>
    /// <param name="parts">At least one; all of the same dtype and shape.</param>
    /// <exception cref="ArgumentException">There is none, or they differ.</exception>
    public static ColumnData Concat(IReadOnlyList<ColumnData> parts)
    {
        if (parts.Count == 0)
            throw new ArgumentException("There is no column to put together.", nameof(parts));
        foreach (ColumnData part in parts)
            if (part.GetType() != parts[0].GetType() || !part.Schema.Shape.AsSpan().SequenceEqual(parts[0].Schema.Shape.AsSpan()))
                throw new ArgumentException($"Column '{part.Schema.Name}' changes its type or shape from one batch to the next.",
                    nameof(parts));
        return parts.Count == 1 ? parts[0] : parts[0].ConcatWith(parts);
    }

    private protected abstract ColumnData ConcatWith(IReadOnlyList<ColumnData> parts);

    private protected ReadOnlyMemory<bool> TakeNulls(ReadOnlySpan<int> rows)
    {
        bool[] taken = new bool[rows.Length];
        bool any = false;
        for (int i = 0; i < rows.Length; i++)
            any |= taken[i] = rows[i] < 0 || IsNullAt(rows[i]);
        return any ? taken : default(ReadOnlyMemory<bool>);
    }

    private protected static ReadOnlyMemory<bool> ConcatNulls(IReadOnlyList<ColumnData> parts)
    {
        if (parts.All(p => p.IsNull.IsEmpty))
            return default;
        bool[] all = new bool[parts.Sum(p => p.RowCount)];
        int row = 0;
        foreach (ColumnData part in parts)
        {
            part.IsNull.CopyTo(all.AsMemory(row));
            row += part.RowCount;
        }
        return all;
    }

    /// <summary>True when a row has no value.</summary>
    public bool IsNullAt(int row) => !IsNull.IsEmpty && IsNull.Span[row];
}
