using System.Diagnostics.CodeAnalysis;

namespace Pile.Format;

/// <summary>The values of one column for a number of rows, in memory: typed, row-major, without boxing.</summary>
/// <remarks>Numbers and booleans are a <see cref="ColumnData{T}"/>, text a <see cref="TextColumnData"/>.</remarks>
public abstract class ColumnData
{
    private protected ColumnData(ColumnSchema schema, int rowCount, ReadOnlyMemory<bool> isNull)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (isNull.Length != 0 && isNull.Length != rowCount)
            throw new ArgumentException($"Column '{schema.Name}' has {rowCount} rows but {isNull.Length} null flags.", nameof(isNull));
        Schema = schema;
        RowCount = rowCount;
        IsNull = isNull;
    }

    /// <summary>The schema of the column.</summary>
    public ColumnSchema Schema { get; }

    /// <summary>The number of rows.</summary>
    public int RowCount { get; }

    /// <summary>True for each row without a value, shape [rows]; empty if every row has one.</summary>
    public ReadOnlyMemory<bool> IsNull { get; }

    /// <summary>The size of all values in memory in bytes, without shapes and null flags.</summary>
    public abstract long ValueBytes { get; }

    /// <summary>Returns the shape of one row: the schema's, or the row's own if the column is ragged.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public abstract ReadOnlySpan<int> ShapeOf(int row);

    /// <summary>Returns the bytes of one row's elements, row-major and little-endian.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="InvalidOperationException">The column has the type string, whose elements have no fixed size.</exception>
    public abstract ReadOnlySpan<byte> RowBytes(int row);

    /// <summary>Copies rows, in any order and with repetitions.</summary>
    /// <param name="rows">Rows of this column; -1 for a row without a value.</param>
    /// <param name="schema">The schema of the copy, of the same dtype and shape; null for this column's.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public abstract ColumnData Take(ReadOnlySpan<int> rows, ColumnSchema? schema = null);

    /// <summary>Returns a column with the same values and another schema, without copying.</summary>
    /// <param name="schema">A schema of the same dtype and shape; axes of numbers may become ragged.</param>
    /// <exception cref="ArgumentException">The dtype or shape differs.</exception>
    public abstract ColumnData WithSchema(ColumnSchema schema);

    /// <summary>Concatenates columns.</summary>
    /// <param name="parts">At least one column; all of the same dtype and shape.</param>
    /// <exception cref="ArgumentException">The list is empty, or the columns differ.</exception>
    public static ColumnData Concat(IReadOnlyList<ColumnData> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Contains(null))
            throw new ArgumentNullException(nameof(parts), "A column is null.");
        if (parts.Count == 0)
            throw new ArgumentException("The list of columns to concatenate is empty.", nameof(parts));
        foreach (ColumnData part in parts)
            if (part.GetType() != parts[0].GetType() || !part.Schema.Shape.AsSpan().SequenceEqual(parts[0].Schema.Shape.AsSpan()))
                throw new ArgumentException($"Column '{part.Schema.Name}' changes its type or shape from one batch to the next.",
                    nameof(parts));
        return parts.Count == 1 ? parts[0] : parts[0].ConcatWith(parts);
    }

    /// <summary>Returns a ragged column with the same values as lists of one axis, without copying.</summary>
    /// <param name="schema">A schema of the same dtype with one ragged axis.</param>
    /// <exception cref="InvalidOperationException">The column has the type string.</exception>
    internal virtual ColumnData Flatten(ColumnSchema schema) =>
        throw new InvalidOperationException($"Column '{Schema.Name}' has the type string, whose lists have one axis.");

    private protected abstract ColumnData ConcatWith(IReadOnlyList<ColumnData> parts);

    /// <summary>Rejects a row that does not exist.</summary>
    private protected void RequireRow(int row)
    {
        if ((uint)row >= (uint)RowCount)
            ThrowNoRow(nameof(row), row, "");
    }

    /// <summary>Rejects rows that <see cref="Take"/> does not accept.</summary>
    private protected void RequireTaken(ReadOnlySpan<int> rows)
    {
        foreach (int row in rows)
            if (row < -1 || row >= RowCount)
                ThrowNoRow(nameof(rows), row, ", and -1 is a row without a value");
    }

    [DoesNotReturn]
    private void ThrowNoRow(string name, int row, string others) => throw new ArgumentOutOfRangeException(name, row,
        $"Column '{Schema.Name}' has {CountText.Of(RowCount, "row")}, counted from 0{others}.");

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

    /// <summary>Returns true if a row has no value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public bool IsNullAt(int row)
    {
        RequireRow(row);
        return !IsNull.IsEmpty && IsNull.Span[row];
    }
}
