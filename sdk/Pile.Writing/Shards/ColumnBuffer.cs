using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Shards;

/// <summary>The values of a light column for a growing number of rows, in the layout of the shard.</summary>
internal abstract class ColumnBuffer(bool isNullable)
{
    private bool[] isNull = [];

    internal int RowCount { get; private set; }

    /// <summary>Returns some rows in the layout of a shard, row-major: the contents of a contiguous dataset.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="scratch">Memory for these rows, which is used by lists: their rows are padded to the same length.</param>
    internal abstract ReadOnlySpan<byte> Stored(int first, int count, Span<byte> scratch);

    /// <summary>Returns the shape of a row in the shard: the column's own; for lists, the length of the longest row in the
    /// buffer.</summary>
    internal virtual ReadOnlySpan<int> RowShape(ColumnSchema column) => column.Shape.AsSpan();

    /// <summary>The rows without a value; empty if the column is not nullable.</summary>
    internal ReadOnlyMemory<bool> IsNull => isNullable ? isNull.AsMemory(0, RowCount) : default;

    /// <summary>Creates a buffer for a light column.</summary>
    internal static ColumnBuffer For(ColumnSchema column) => column.DType switch
    {
        DType.String when column.IsRagged => new TextListBuffer(column),
        _ when column.IsRagged => ListBuffer.Of(column),
        DType.Bool => Fixed<bool>(column),
        DType.Int8 => Fixed<sbyte>(column),
        DType.UInt8 => Fixed<byte>(column),
        DType.Int16 => Fixed<short>(column),
        DType.UInt16 => Fixed<ushort>(column),
        DType.Int32 => Fixed<int>(column),
        DType.UInt32 => Fixed<uint>(column),
        DType.Int64 => Fixed<long>(column),
        DType.UInt64 => Fixed<ulong>(column),
        DType.Float32 => Fixed<float>(column),
        DType.Float64 => Fixed<double>(column),
        _ => new TextBuffer(column.StringBytes, column.ElementsPerRow, column.IsScalar, column.Nullable),
    };

    /// <summary>Appends rows of a query's result. A missing value is stored as NaN, 0, false or empty.</summary>
    internal void Append(DuckDbVector vector, int start, int count)
    {
        EnsureCapacity(count);
        Copy(vector, start, count);
        if (isNullable)
            for (int i = 0; i < count; i++)
                isNull[RowCount + i] = !vector.IsValid(start + i);
        RowCount += count;
    }

    /// <summary>Appends rows of a buffer of the same column.</summary>
    internal void Append(ColumnBuffer other, int start, int count)
    {
        EnsureCapacity(count);
        Copy(other, start, count);
        if (isNullable)
            other.isNull.AsSpan(start, count).CopyTo(isNull.AsSpan(RowCount));
        RowCount += count;
    }

    /// <summary>Appends rows in the layout of a shard.</summary>
    /// <param name="stored">Their bytes, row-major.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="nulls">The rows without a value; empty for none.</param>
    /// <param name="lengths">For lists, the number of elements of each row.</param>
    internal void AppendStored(ReadOnlySpan<byte> stored, int count, ReadOnlySpan<bool> nulls, ReadOnlySpan<long> lengths = default)
    {
        EnsureCapacity(count);
        Copy(stored, count, lengths);
        Advance(count, nulls);
    }

    /// <summary>Adds all rows to the column's statistics.</summary>
    internal void Count(ColumnStatisticsBuilder statistics)
    {
        ReadOnlySpan<bool> nulls = IsNull.Span;
        if (!nulls.Contains(true))
        {
            Count(statistics, 0, RowCount);
            return;
        }
        CountBetween(nulls, statistics);
        foreach (bool isMissing in nulls)
            if (isMissing)
                statistics.AddNull();
    }

    /// <summary>Adds some rows, which all have values, to the column's statistics.</summary>
    private protected abstract void Count(ColumnStatisticsBuilder statistics, int first, int count);

    /// <summary>Adds the rows with values to the column's statistics, run by run.</summary>
    private protected virtual void CountBetween(ReadOnlySpan<bool> nulls, ColumnStatisticsBuilder statistics)
    {
        for (int row = 0; row < nulls.Length; row++)
        {
            int first = row;
            while (row < nulls.Length && !nulls[row])
                row++;
            Count(statistics, first, row - first);
        }
    }

    /// <summary>Removes all rows and keeps the memory.</summary>
    internal void Clear() => RowCount = 0;

    /// <summary>Returns the rows as a column of a batch; vectors of text are joined with NUL.</summary>
    internal abstract DuckDbColumn ToDuckDb();

    private protected abstract void Copy(DuckDbVector vector, int start, int count);

    private protected abstract void Copy(ColumnBuffer other, int start, int count);

    private protected abstract void Copy(ReadOnlySpan<byte> stored, int count, ReadOnlySpan<long> lengths);

    private protected abstract void Reserve(int rows);

    /// <summary>Counts rows that the caller has written.</summary>
    private protected void Advance(int count, ReadOnlySpan<bool> nulls)
    {
        if (isNullable && nulls.IsEmpty)
            isNull.AsSpan(RowCount, count).Clear();
        else if (isNullable)
            nulls.CopyTo(isNull.AsSpan(RowCount, count));
        RowCount += count;
    }

    private protected void EnsureCapacity(int count)
    {
        Reserve(checked(RowCount + count));
        if (isNullable)
            GrowingArray.Grow(ref isNull, RowCount, RowCount + count);
    }

    private static FixedBuffer<T> Fixed<T>(ColumnSchema column)
        where T : unmanaged => new(column.ElementsPerRow, column.IsScalar, column.Nullable);
}
