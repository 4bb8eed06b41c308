using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pile.Format;

/// <summary>The values of a numeric or boolean column.</summary>
/// <typeparam name="T">The element type, which matches the schema's <see cref="ColumnSchema.DType"/>.</typeparam>
public sealed class ColumnData<T> : ColumnData where T : unmanaged
{
    private readonly int elementsPerRow;
    private readonly int[]? rowShapes;
    private readonly long[]? rowStarts;

    /// <summary>Creates a column whose rows all have the schema's shape.</summary>
    /// <param name="schema">Name, dtype and shape.</param>
    /// <param name="values">Rows × elements, row-major.</param>
    /// <param name="isNull">True for each row without a value; empty if every row has one.</param>
    /// <exception cref="ArgumentException">The type or the length does not match the schema.</exception>
    public ColumnData(ColumnSchema schema, ReadOnlyMemory<T> values, ReadOnlyMemory<bool> isNull = default)
        : this(schema, values, RowsIn(schema, values.Length), isNull) { }

    /// <summary>Creates a column with an explicit number of rows, which is required if rows have no elements.</summary>
    public ColumnData(ColumnSchema schema, ReadOnlyMemory<T> values, int rowCount, ReadOnlyMemory<bool> isNull = default)
        : base(schema, rowCount, isNull)
    {
        RequireType(schema);
        RequireFixed(schema);
        elementsPerRow = schema.ElementsPerRow;
        if ((long)rowCount * elementsPerRow != values.Length)
            throw new ArgumentException($"Column '{schema.Name}' requires {rowCount} × {elementsPerRow} values, but {values.Length} were "
                + "given.", nameof(values));
        Values = values;
    }

    /// <summary>Creates a ragged column.</summary>
    /// <param name="schema">Name, dtype and shape, with <see cref="ColumnSchema.Ragged"/> for axes of variable length.</param>
    /// <param name="values">The elements of all rows, concatenated.</param>
    /// <param name="rowShapes">The shape of every row: rows × rank.</param>
    /// <param name="isNull">True for each row without a value; empty if every row has one.</param>
    /// <exception cref="ArgumentException">The shapes do not match the schema or the values.</exception>
    public ColumnData(ColumnSchema schema, ReadOnlyMemory<T> values, int[] rowShapes, ReadOnlyMemory<bool> isNull = default)
        : base(schema, RowsIn(schema, rowShapes), isNull)
    {
        RequireType(schema);
        int rank = schema.Shape.Length;
        if (rank == 0 || rowShapes.Length % rank != 0)
            throw new ArgumentException($"Column '{schema.Name}' has rank {rank}; {rowShapes.Length} lengths are not a multiple of it.",
                nameof(rowShapes));
        rowStarts = new long[RowCount + 1];
        for (int row = 0; row < RowCount; row++)
        {
            long elements = 1;
            for (int axis = 0; axis < rank; axis++)
            {
                int length = rowShapes[row * rank + axis];
                if (length < 0)
                    throw new ArgumentException($"Column '{schema.Name}', row {row}: the length of axis {axis} must not be negative; it is "
                        + $"{length}.", nameof(rowShapes));
                if (schema.Shape[axis] != ColumnSchema.Ragged && schema.Shape[axis] != length)
                    throw new ArgumentException($"Column '{schema.Name}', row {row}: axis {axis} has length {length}, the schema requires "
                        + $"{schema.Shape[axis]}.", nameof(rowShapes));
                elements *= length;
            }
            rowStarts[row + 1] = rowStarts[row] + elements;
        }
        if (rowStarts[^1] != values.Length)
            throw new ArgumentException($"Column '{schema.Name}': the shapes require {rowStarts[^1]} values, but {values.Length} were "
                + "given.", nameof(values));
        this.rowShapes = rowShapes;
        Values = values;
    }

    /// <summary>All values, row-major, with the rows concatenated.</summary>
    public ReadOnlyMemory<T> Values { get; }

    /// <inheritdoc/>
    public override long ValueBytes => (long)Values.Length * Unsafe.SizeOf<T>();

    /// <summary>Returns the values of one row, whose shape is <see cref="ShapeOf"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<T> Row(int row)
    {
        RequireRow(row);
        return rowStarts is null
            ? Values.Span.Slice(row * elementsPerRow, elementsPerRow)
            : Values.Span[(int)rowStarts[row]..(int)rowStarts[row + 1]];
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<int> ShapeOf(int row)
    {
        RequireRow(row);
        return rowShapes is null ? Schema.Shape.AsSpan() : rowShapes.AsSpan(row * Schema.Shape.Length, Schema.Shape.Length);
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> RowBytes(int row) => MemoryMarshal.AsBytes(Row(row));

    /// <inheritdoc/>
    public override ColumnData Take(ReadOnlySpan<int> rows, ColumnSchema? schema = null)
    {
        schema ??= Schema;
        RequireTaken(rows);
        ReadOnlyMemory<bool> isNull = TakeNulls(rows);
        long count = 0;
        foreach (int row in rows)
            count += row < 0 ? rowStarts is null ? elementsPerRow : 0 : Row(row).Length;
        T[] values = new T[checked((int)count)];
        int next = 0;
        foreach (int row in rows)
        {
            if (row >= 0)
                Row(row).CopyTo(values.AsSpan(next));
            next += row < 0 ? rowStarts is null ? elementsPerRow : 0 : Row(row).Length;
        }
        if (rowShapes is null)
            return new ColumnData<T>(schema, values, rows.Length, isNull);
        int rank = Schema.Shape.Length;
        int[] shapes = new int[rows.Length * rank];
        for (int i = 0; i < rows.Length; i++)
            for (int axis = 0; axis < rank; axis++)
                shapes[(i * rank) + axis] = rows[i] >= 0 ? ShapeOf(rows[i])[axis] : Math.Max(Schema.Shape[axis], 0);
        return new ColumnData<T>(schema, values, shapes, isNull);
    }

    /// <inheritdoc/>
    public override ColumnData WithSchema(ColumnSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return rowShapes is null && !schema.IsRagged ? new ColumnData<T>(schema, Values, RowCount, IsNull)
            : new ColumnData<T>(schema, Values, rowShapes ?? [.. Enumerable.Repeat(Schema.Shape, RowCount).SelectMany(shape => shape)],
                IsNull);
    }

    /// <inheritdoc/>
    internal override ColumnData Flatten(ColumnSchema schema)
    {
        int[] lengths = new int[RowCount];
        for (int row = 0; row < lengths.Length; row++)
            lengths[row] = Row(row).Length;
        return new ColumnData<T>(schema, Values, lengths, IsNull);
    }

    private protected override ColumnData ConcatWith(IReadOnlyList<ColumnData> parts)
    {
        T[] values = new T[checked((int)parts.Sum(p => (long)((ColumnData<T>)p).Values.Length))];
        int next = 0;
        foreach (ColumnData part in parts)
        {
            ((ColumnData<T>)part).Values.CopyTo(values.AsMemory(next));
            next += ((ColumnData<T>)part).Values.Length;
        }
        ReadOnlyMemory<bool> isNull = ConcatNulls(parts);
        return rowShapes is null
            ? new ColumnData<T>(Schema, values, parts.Sum(p => p.RowCount), isNull)
            : new ColumnData<T>(Schema, values, [.. parts.SelectMany(p => ((ColumnData<T>)p).rowShapes!)], isNull);
    }

    private static int RowsIn(ColumnSchema schema, int valueCount)
    {
        ArgumentNullException.ThrowIfNull(schema);
        RequireFixed(schema);
        int elements = schema.ElementsPerRow;
        return elements == 0
            ? throw new ArgumentException($"Rows of column '{schema.Name}' have no elements: specify the number of rows.",
                nameof(valueCount))
            : valueCount / elements;
    }

    private static int RowsIn(ColumnSchema schema, int[] rowShapes)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(rowShapes);
        return rowShapes.Length / Math.Max(schema.Shape.Length, 1);
    }

    private static void RequireFixed(ColumnSchema schema)
    {
        if (schema.IsRagged)
            throw new ArgumentException($"The rows of column '{schema.Name}' differ in shape: specify the shape of every row.",
                nameof(schema));
    }

    private static void RequireType(ColumnSchema schema)
    {
        if (DTypes.Of<T>() != schema.DType)
            throw new ArgumentException($"Column '{schema.Name}' has the type {schema.DType.Name()}, but the values are "
                + $"{DTypes.Of<T>().Name()}.",
                nameof(schema));
    }
}
