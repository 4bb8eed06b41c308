using System.Collections;
using System.Collections.Immutable;
using Pile.Fits;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Integers that mean null in a FITS table that is written before all its values are known: one end of the type, or the other end
/// if the first occurs as a value. The nulls written so far are then replaced.</summary>
internal sealed class FitsNulls
{
    private readonly Column[] columns;

    internal FitsNulls(ImmutableArray<ColumnSchema> schemas) => columns =
        [.. schemas.Select((schema, i) => (Schema: schema, Index: i)).Where(c => c.Schema.Nullable && EndsOf(c.Schema.DType) is not null)
            .Select(c => new Column(c.Schema, c.Index))];

    /// <summary>Returns the two integers that may mean null, as they are stored: unsigned types minus their offset. Null for types with
    /// nulls of their own.</summary>
    internal static (long First, long Second)? EndsOf(DType type) => type switch
    {
        DType.Int8 => (0, byte.MaxValue),
        DType.UInt8 => (byte.MaxValue, 0),
        DType.Int16 => (short.MinValue, short.MaxValue),
        DType.UInt16 => (short.MaxValue, short.MinValue),
        DType.Int32 => (int.MinValue, int.MaxValue),
        DType.UInt32 => (int.MaxValue, int.MinValue),
        DType.Int64 => (long.MinValue, long.MaxValue),
        DType.UInt64 => (long.MaxValue, long.MinValue),
        _ => null,
    };

    /// <summary>Finds nulls, and values that could mean null.</summary>
    internal void Add(ColumnData[] batch)
    {
        foreach (Column column in columns)
            switch (batch[column.Index])
            {
                case ColumnData<sbyte> c: column.Add(c, sbyte.MinValue, sbyte.MaxValue); break;
                case ColumnData<byte> c: column.Add(c, byte.MaxValue, byte.MinValue); break;
                case ColumnData<short> c: column.Add(c, short.MinValue, short.MaxValue); break;
                case ColumnData<ushort> c: column.Add(c, ushort.MaxValue, ushort.MinValue); break;
                case ColumnData<int> c: column.Add(c, int.MinValue, int.MaxValue); break;
                case ColumnData<uint> c: column.Add(c, uint.MaxValue, uint.MinValue); break;
                case ColumnData<long> c: column.Add(c, long.MinValue, long.MaxValue); break;
                case ColumnData<ulong> c: column.Add(c, ulong.MaxValue, ulong.MinValue); break;
            }
    }

    /// <summary>Corrects a table whose rows are all written: a column without nulls needs no value for them, and if the first end is a
    /// value, nulls become the other end.</summary>
    /// <exception cref="ArgumentException">A column has nulls, and both ends are values.</exception>
    internal void Correct(FitsTableWriter table)
    {
        foreach (Column column in columns)
            if (column.NullRows.Count == 0)
                table.RemoveNull(column.Index);
            else if (column.IsFirstUsed)
                table.ReplaceNull(column.Index, column.IsSecondUsed ? throw NoneLeft(column.Schema)
                    : EndsOf(column.Schema.DType)!.Value.Second, column.NullRows.Rows());
    }

    /// <summary>Creates the exception for a column that uses both ends.</summary>
    internal static ArgumentException NoneLeft(ColumnSchema column) => new($"Column '{column.Name}' has missing values and uses both ends "
        + $"of {column.DType.Name()}: no value is left to mean null in FITS. Use another format.");

    private sealed class Column(ColumnSchema schema, int index)
    {
        internal ColumnSchema Schema { get; } = schema;

        internal int Index { get; } = index;

        internal RowSet NullRows { get; } = new();

        internal bool IsFirstUsed { get; private set; }

        internal bool IsSecondUsed { get; private set; }

        internal void Add<T>(ColumnData<T> data, T first, T second) where T : unmanaged, IEquatable<T>
        {
            NullRows.Add(data.IsNull.Span, data.RowCount);
            IsFirstUsed |= Has(data, first);
            IsSecondUsed |= Has(data, second);
        }

        private static bool Has<T>(ColumnData<T> data, T value) where T : unmanaged, IEquatable<T>
        {
            ReadOnlySpan<T> values = data.Values.Span;
            int elements = Math.Max(data.Schema.ElementsPerRow, 1);
            for (int next = 0; values[next..].IndexOf(value) is >= 0 and int found; next += found + 1)
                if (!data.IsNullAt((next + found) / elements))
                    return true;
            return false;
        }
    }

    /// <summary>A set of rows: one bit for each row up to the last one of the set.</summary>
    private sealed class RowSet
    {
        private readonly List<(long FirstRow, BitArray Rows)> parts = [];
        private long rowCount;

        internal long Count { get; private set; }

        internal void Add(ReadOnlySpan<bool> isIn, int rows)
        {
            if (isIn.Count(true) is > 0 and int found)
            {
                parts.Add((rowCount, new BitArray(isIn.ToArray())));
                Count += found;
            }
            rowCount += rows;
        }

        internal IEnumerable<long> Rows()
        {
            foreach ((long firstRow, BitArray rows) in parts)
                for (int i = 0; i < rows.Length; i++)
                    if (rows[i])
                        yield return firstRow + i;
        }
    }
}
