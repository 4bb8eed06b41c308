using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pile.DuckDb;
using Pile.Format;
using Pile.Parquet;
using Pile.Reading;

namespace Pile.CrossMatch;

/// <summary>All values of a column of numbers or booleans of one side, one per row, in the order of its rows.</summary>
internal abstract class NumberValues
{
    /// <summary>The type in a Parquet file.</summary>
    internal abstract ParquetType Type { get; }

    /// <summary>The annotation of integers in a Parquet file.</summary>
    internal virtual ParquetInteger Integer => ParquetInteger.AsStored;

    /// <summary>True for each missing value; null if no value is missing.</summary>
    internal RowArray<bool>? IsMissing { get; private set; }

    /// <summary>Returns the values if they have a type, with NaN for missing float64 values; otherwise null.</summary>
    internal RowArray<T>? Rows<T>() where T : unmanaged => (this as Typed<T>)?.Stored;

    /// <summary>Allocates memory for a column.</summary>
    /// <param name="type">Any type except text.</param>
    /// <param name="rows">The number of rows of the side.</param>
    /// <param name="isNullable">True if values may be missing.</param>
    /// <param name="work">The workspace in which values are stored.</param>
    internal static NumberValues Of(DType type, int rows, bool isNullable, MatchWorkspace work)
    {
        NumberValues values = type switch
        {
            DType.Bool => new Booleans(work.Rows<bool>(rows)),
            DType.Int8 => new Narrow<sbyte>(work.Rows<sbyte>(rows), ParquetInteger.Int8),
            DType.UInt8 => new Narrow<byte>(work.Rows<byte>(rows), ParquetInteger.UInt8),
            DType.Int16 => new Narrow<short>(work.Rows<short>(rows), ParquetInteger.Int16),
            DType.UInt16 => new Narrow<ushort>(work.Rows<ushort>(rows), ParquetInteger.UInt16),
            DType.Int32 => new Wide<int>(work.Rows<int>(rows), ParquetType.Int32, ParquetInteger.AsStored),
            DType.UInt32 => new Wide<uint>(work.Rows<uint>(rows), ParquetType.Int32, ParquetInteger.UInt32),
            DType.Int64 => new Wide<long>(work.Rows<long>(rows), ParquetType.Int64, ParquetInteger.AsStored),
            DType.UInt64 => new Wide<ulong>(work.Rows<ulong>(rows), ParquetType.Int64, ParquetInteger.UInt64),
            DType.Float32 => new Wide<float>(work.Rows<float>(rows), ParquetType.Float, ParquetInteger.AsStored),
            DType.Float64 => new Wide<double>(work.Rows<double>(rows), ParquetType.Double, ParquetInteger.AsStored),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Text has no fixed size."),
        };
        if (isNullable)
            (values.IsMissing = work.Rows<bool>(rows)).GetSpan().Clear();
        return values;
    }

    /// <summary>Copies the values of a chunk, from a row on. May be called on any thread.</summary>
    internal void Set(int firstRow, DuckDbVector chunk)
    {
        Copy(firstRow, chunk);
        for (int row = 0; IsMissing is not null && row < chunk.RowCount; row++)
            if (IsMissing[firstRow + row] = !chunk.IsValid(row))
                MarkMissing(firstRow + row);
    }

    /// <summary>Reads the values of a tile. May be called on any thread.</summary>
    /// <param name="firstRow">The first row of the tile.</param>
    /// <param name="rows">Its number of rows.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="column">The number of the column in the tile.</param>
    /// <returns>False if DuckDB must read the tile.</returns>
    internal bool TrySet(int firstRow, int rows, TileNumbers tile, int column)
    {
        Span<bool> isMissing = IsMissing is null ? [] : IsMissing.GetSpan().Slice(firstRow, rows);
        if (!TryCopy(firstRow, rows, tile, column, isMissing))
            return false;
        for (int row = isMissing.IndexOf(true); row >= 0 && row < rows; row++)
            if (isMissing[row])
                MarkMissing(firstRow + row);
        return true;
    }

    /// <summary>Copies values to their rows. May be called on any thread.</summary>
    /// <param name="values">The values.</param>
    /// <param name="rows">The row of each.</param>
    internal void Scatter(ColumnData values, ReadOnlySpan<int> rows)
    {
        Copy(values, rows);
        for (int i = 0; IsMissing is not null && !values.IsNull.IsEmpty && i < rows.Length; i++)
            if (IsMissing[rows[i]] = values.IsNullAt(i))
                MarkMissing(rows[i]);
    }

    /// <summary>Copies the values of some rows. May be called on any thread.</summary>
    /// <param name="firstRow">The row of the first value.</param>
    /// <param name="values">All values.</param>
    /// <param name="rows">The row of each value among them.</param>
    internal void Collect(int firstRow, ColumnData values, ReadOnlySpan<int> rows)
    {
        Copy(firstRow, values, rows);
        for (int i = 0; IsMissing is not null && !values.IsNull.IsEmpty && i < rows.Length; i++)
            if (IsMissing[firstRow + i] = values.IsNullAt(rows[i]))
                MarkMissing(firstRow + i);
    }

    /// <summary>Writes the values of rows in the layout of a Parquet page.</summary>
    /// <param name="rows">Rows of the side.</param>
    /// <param name="buffer">A buffer with eight bytes per row.</param>
    /// <returns>The bytes that were written.</returns>
    internal abstract ReadOnlySpan<byte> Gather(ReadOnlySpan<int> rows, Span<byte> buffer);

    /// <summary>Returns the values of rows; missing for -1.</summary>
    internal abstract ColumnData Take(ReadOnlySpan<int> rows, ColumnSchema schema);

    /// <summary>Returns all values without copying them.</summary>
    internal abstract ColumnData All(ColumnSchema schema);

    private protected abstract void Copy(int firstRow, DuckDbVector chunk);

    private protected abstract bool TryCopy(int firstRow, int rows, TileNumbers tile, int column, Span<bool> isMissing);

    private protected abstract void Copy(ColumnData from, ReadOnlySpan<int> rows);

    private protected abstract void Copy(int firstRow, ColumnData from, ReadOnlySpan<int> rows);

    private protected abstract void MarkMissing(int row);

    private abstract class Typed<T>(RowArray<T> values) : NumberValues where T : unmanaged
    {
        internal RowArray<T> Stored => values;

        protected ReadOnlySpan<T> Values => values.GetSpan();

        internal override ColumnData All(ColumnSchema schema) =>
            new ColumnData<T>(schema, values.Memory, values.Count, IsMissing?.Memory ?? default(ReadOnlyMemory<bool>));

        internal override ColumnData Take(ReadOnlySpan<int> rows, ColumnSchema schema)
        {
            ReadOnlySpan<T> from = Values;
            T[] taken = new T[rows.Length];
            bool[]? isNull = null;
            for (int i = 0; i < rows.Length; i++)
                if (rows[i] < 0 || (IsMissing is not null && IsMissing[rows[i]]))
                    (isNull ??= new bool[rows.Length])[i] = true;
                else
                    taken[i] = from[rows[i]];
            return new ColumnData<T>(schema, taken, taken.Length, isNull ?? default(ReadOnlyMemory<bool>));
        }

        private protected override void Copy(int firstRow, DuckDbVector chunk) => chunk.Values<T>().CopyTo(values.GetSpan()[firstRow..]);

        private protected override bool TryCopy(int firstRow, int rows, TileNumbers tile, int column, Span<bool> isMissing) =>
            tile.TryRead(column, Type, Integer, values.GetSpan().Slice(firstRow, rows), isMissing);

        private protected override void Copy(ColumnData from, ReadOnlySpan<int> rows)
        {
            ReadOnlySpan<T> all = ((ColumnData<T>)from).Values.Span[..rows.Length];
            Span<T> to = values.GetSpan();
            for (int i = 0; i < all.Length; i++)
                to[rows[i]] = all[i];
        }

        private protected override void Copy(int firstRow, ColumnData from, ReadOnlySpan<int> rows)
        {
            ReadOnlySpan<T> all = ((ColumnData<T>)from).Values.Span;
            Span<T> to = values.GetSpan().Slice(firstRow, rows.Length);
            for (int i = 0; i < to.Length; i++)
                to[i] = all[rows[i]];
        }

        // In comparisons a missing value is not equal to any value.
        private protected override void MarkMissing(int row)
        {
            if (typeof(T) == typeof(double))
                Unsafe.As<T, double>(ref values[row]) = double.NaN;
        }
    }

    private sealed class Wide<T>(RowArray<T> values, ParquetType type, ParquetInteger integer) : Typed<T>(values) where T : unmanaged
    {
        internal override ParquetType Type => type;

        internal override ParquetInteger Integer => integer;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        internal override ReadOnlySpan<byte> Gather(ReadOnlySpan<int> rows, Span<byte> buffer)
        {
            Span<T> gathered = MemoryMarshal.Cast<byte, T>(buffer)[..rows.Length];
            ReadOnlySpan<T> from = Values;
            for (int i = 0; i < rows.Length; i++)
                gathered[i] = from[rows[i]];
            return MemoryMarshal.AsBytes(gathered);
        }
    }

    private sealed class Narrow<T>(RowArray<T> values, ParquetInteger integer) : Typed<T>(values) where T : unmanaged, IBinaryInteger<T>
    {
        internal override ParquetType Type => ParquetType.Int32;

        internal override ParquetInteger Integer => integer;

        internal override ReadOnlySpan<byte> Gather(ReadOnlySpan<int> rows, Span<byte> buffer)
        {
            Span<int> gathered = MemoryMarshal.Cast<byte, int>(buffer)[..rows.Length];
            ReadOnlySpan<T> from = Values;
            for (int i = 0; i < rows.Length; i++)
                gathered[i] = int.CreateTruncating(from[rows[i]]);
            return MemoryMarshal.AsBytes(gathered);
        }
    }

    private sealed class Booleans(RowArray<bool> values) : Typed<bool>(values)
    {
        internal override ParquetType Type => ParquetType.Boolean;

        internal override ReadOnlySpan<byte> Gather(ReadOnlySpan<int> rows, Span<byte> buffer)
        {
            Span<byte> bits = buffer[..((rows.Length + 7) / 8)];
            bits.Clear();
            ReadOnlySpan<bool> from = Values;
            for (int i = 0; i < rows.Length; i++)
                if (from[rows[i]])
                    bits[i >> 3] |= (byte)(1 << (i & 7));
            return bits;
        }
    }
}
