using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Pile.Format;

namespace Pile.DuckDb;

/// <summary>One column of a batch of any length, to write to DuckDB. The memory belongs to the caller and is not copied.</summary>
internal abstract partial class DuckDbColumn
{
    private readonly ReadOnlyMemory<bool> isNull;

    private DuckDbColumn(DuckDbType type, int rowCount, ReadOnlyMemory<bool> isNull)
    {
        if (!isNull.IsEmpty && isNull.Length != rowCount)
            throw new ArgumentException($"The mask has {isNull.Length} rows, but the column has {rowCount}.", nameof(isNull));
        (Type, RowCount, this.isNull) = (type, rowCount, isNull);
    }

    /// <summary>The type of the column unless its destination differs (ARRAY
    /// for LIST, BLOB for VARCHAR, DATE for INTEGER; never ENUM).</summary>
    internal DuckDbType Type { get; }

    internal int RowCount { get; }

    /// <summary>True if a value is -0.0, which DuckDB does not distinguish from 0.0 everywhere.</summary>
    internal virtual bool HasNegativeZero => false;

    /// <summary>Creates a column of scalar values, shape [n].</summary>
    /// <param name="values">Bool, any integer to 64 bits, float or double.</param>
    /// <param name="isNull">True for NULL, shape [n]; empty if no value is NULL.</param>
    internal static DuckDbColumn Of<T>(ReadOnlyMemory<T> values, ReadOnlyMemory<bool> isNull = default)
        where T : unmanaged => new Plain<T>(values, isNull);

    /// <summary>Creates a column of concatenated texts.</summary>
    /// <param name="offsets">The start of each text and the end of the last; shape [n + 1].</param>
    /// <param name="bytes">The bytes of all texts, UTF-8.</param>
    /// <param name="isNull">True for NULL, shape [n]; empty if no value is NULL.</param>
    internal static DuckDbColumn Utf8(ReadOnlyMemory<int> offsets, ReadOnlyMemory<byte> bytes, ReadOnlyMemory<bool> isNull = default) =>
        new PackedText(offsets, bytes, isNull);

    /// <summary>Creates a column of concatenated BLOBs.</summary>
    /// <param name="offsets">The start of each value and the end of the last; shape [n + 1].</param>
    /// <param name="bytes">The bytes of all values.</param>
    /// <param name="isNull">True for NULL, shape [n]; empty if no value is NULL.</param>
    internal static DuckDbColumn Blobs(ReadOnlyMemory<int> offsets, ReadOnlyMemory<byte> bytes, ReadOnlyMemory<bool> isNull = default) =>
        new PackedText(offsets, bytes, isNull, DuckDbType.Blob);

    /// <summary>Creates a column of fixed-length texts, padded with NUL bytes as in HDF5 and NumPy; shape [n, widthBytes].</summary>
    internal static DuckDbColumn FixedUtf8(int widthBytes, ReadOnlyMemory<byte> bytes, ReadOnlyMemory<bool> isNull = default) =>
        new FixedText(widthBytes, bytes, isNull);

    /// <summary>Creates a column from strings, which are copied; null is NULL.</summary>
    internal static DuckDbColumn Text(IReadOnlyList<string?> texts)
    {
        int[] offsets = new int[texts.Count + 1];
        bool[] isMissing = new bool[texts.Count];
        for (int i = 0; i < texts.Count; i++)
        {
            isMissing[i] = texts[i] is null;
            offsets[i + 1] = checked(offsets[i] + Encoding.UTF8.GetByteCount(texts[i] ?? ""));
        }
        byte[] bytes = new byte[offsets[^1]];
        for (int i = 0; i < texts.Count; i++)
            Encoding.UTF8.GetBytes(texts[i] ?? "", bytes.AsSpan(offsets[i]));
        return new PackedText(offsets, bytes, isMissing.Contains(true) ? isMissing : default);
    }

    /// <summary>Creates a column of lists of variable length.</summary>
    /// <param name="offsets">The start of each list and the end of the last; shape [n + 1].</param>
    /// <param name="values">The values of all lists.</param>
    /// <param name="isNull">True for a NULL list, shape [n]; empty if no list is NULL.</param>
    internal static DuckDbColumn Lists<T>(ReadOnlyMemory<int> offsets, ReadOnlyMemory<T> values, ReadOnlyMemory<bool> isNull = default)
        where T : unmanaged =>
        new Ragged<T>(offsets, values, isNull);

    /// <summary>Creates a column of lists of the same length, one vector per row; shape [n, length].</summary>
    internal static DuckDbColumn Vectors<T>(int length, ReadOnlyMemory<T> values, ReadOnlyMemory<bool> isNull = default)
        where T : unmanaged =>
        new Rectangular<T>(length, values, isNull);

    /// <summary>Writes a range of rows to a chunk's column, from its first row.</summary>
    internal void WriteTo(DuckDbVectorWriter writer, int firstRow, int rowCount)
    {
        WriteValues(writer, firstRow, rowCount);
        if (!isNull.IsEmpty)
            writer.SetNulls(isNull.Span.Slice(firstRow, rowCount));
    }

    /// <summary>Fixes the texts in memory, so that DuckDB refers to them instead of copying them, until <see cref="Unpin"/>.</summary>
    internal virtual void Pin()
    {
    }

    /// <summary>Ends <see cref="Pin"/>: DuckDB has processed the chunks that were written.</summary>
    internal virtual void Unpin()
    {
    }

    /// <summary>Adds a number to all integers of a loaded column, in the memory that it refers to.</summary>
    /// <exception cref="OverflowException">A sum is out of the type's range.</exception>
    /// <exception cref="NotSupportedException">The values are not 32-bit or 64-bit integers.</exception>
    internal virtual void Add(long number) => throw new NotSupportedException($"{GetType().Name} has no integers.");

    private protected abstract void WriteValues(DuckDbVectorWriter writer, int firstRow, int rowCount);

    private static void Add<T>(ReadOnlyMemory<T> values, long number) where T : unmanaged
    {
        Span<T> all = MemoryMarshal.AsMemory(values).Span;
        if (typeof(T) == typeof(int))
            foreach (ref int value in MemoryMarshal.Cast<T, int>(all))
                value = checked((int)(value + number));
        else if (typeof(T) == typeof(long))
            foreach (ref long value in MemoryMarshal.Cast<T, long>(all))
                value = checked(value + number);
        else
            throw new NotSupportedException($"{typeof(T).Name} is not a 32-bit or 64-bit integer.");
    }

    // The bits are compared with vector instructions.
    private static bool ContainsNegativeZero<T>(ReadOnlySpan<T> values) where T : unmanaged =>
        typeof(T) == typeof(double) ? MemoryMarshal.Cast<T, ulong>(values).Contains(1UL << 63)
            : typeof(T) == typeof(float) && MemoryMarshal.Cast<T, uint>(values).Contains(1U << 31);

    private static int RowsOf(int valueCount, int length) => length > 0 && valueCount % length == 0
        ? valueCount / length
        : throw new ArgumentException($"The number of values, {valueCount}, must be a multiple of the row length, {length}.",
            nameof(length));

    private static int RowsOf(ReadOnlyMemory<int> offsets) =>
        offsets.IsEmpty ? throw new ArgumentException("The offsets must not be empty: there is one more than rows.", nameof(offsets))
            : offsets.Length - 1;

    private sealed class Plain<T>(ReadOnlyMemory<T> values, ReadOnlyMemory<bool> isNull)
        : DuckDbColumn(DuckDbType.Of<T>(), values.Length, isNull) where T : unmanaged
    {
        internal override bool HasNegativeZero => ContainsNegativeZero(values.Span);

        private protected override void WriteValues(DuckDbVectorWriter writer, int firstRow,
            int rowCount) => writer.Write(values.Span.Slice(firstRow, rowCount));

        internal override void Add(long number) => Add(values, number);

        private protected override void WriteValues(DuckDbVectorWriter writer, ReadOnlySpan<RowPlace> rows, bool isRepeated)
        {
            ReadOnlySpan<T> from = values.Span;
            Span<T> to = writer.Values<T>();
            foreach (RowPlace row in rows)
                to[row.Place] = from[isRepeated ? 0 : row.Row];
        }

        private protected override (Kind Kind, DuckDbTypeId Type, int Length) Saved() => (Kind.Plain, Type.Id, 1);

        private protected override bool HasEqualRows() => AreEqual(MemoryMarshal.AsBytes(values.Span), Unsafe.SizeOf<T>());

        private protected override void SaveValues(IBufferWriter<byte> to, int rows) => Write(to, values.Span[..rows]);

        private protected override void RepeatValue(DuckDbVectorWriter writer, int rowCount) =>
            writer.Values<T>()[..rowCount].Fill(values.Span[0]);

        internal override ReadOnlySpan<byte> RowBytes(int row) => Bytes(values, row, 1);

        internal override DuckDbColumn WithRows(ReadOnlySpan<int> ends, Memory<byte> bytes, ReadOnlyMemory<bool> nulls) =>
            new Plain<T>(new CastMemory<T>(bytes).Memory, nulls);
    }

    /// <summary>Texts in one piece of memory.</summary>
    private abstract class PinnedText(DuckDbType type, int rowCount, ReadOnlyMemory<byte> bytes, ReadOnlyMemory<bool> isNull)
        : DuckDbColumn(type, rowCount, isNull)
    {
        private MemoryHandle pinned;

        private protected ReadOnlyMemory<byte> Bytes => bytes;

        private protected bool IsPinned { get; private set; }

        internal override void Pin()
        {
            if (!IsPinned)
                (pinned, IsPinned) = (bytes.Pin(), true);
        }

        internal override void Unpin()
        {
            pinned.Dispose();
            IsPinned = false;
        }
    }

    private sealed class PackedText(ReadOnlyMemory<int> offsets, ReadOnlyMemory<byte> bytes, ReadOnlyMemory<bool> isNull,
        DuckDbType? type = null) : PinnedText(type ?? DuckDbType.Varchar, RowsOf(offsets), bytes, isNull)
    {
        private protected override void WriteValues(DuckDbVectorWriter writer, int firstRow,
            int rowCount) => writer.WriteUtf8(offsets.Span.Slice(firstRow, rowCount + 1), Bytes.Span, IsPinned);

        private protected override void WriteValues(DuckDbVectorWriter writer, ReadOnlySpan<RowPlace> rows, bool isRepeated)
        {
            ReadOnlySpan<int> starts = offsets.Span;
            ReadOnlySpan<byte> all = Bytes.Span;
            foreach (RowPlace row in rows)
            {
                int from = isRepeated ? 0 : row.Row;
                writer.SetBytes(row.Place, all[starts[from]..starts[from + 1]], IsPinned);
            }
        }

        private protected override (Kind Kind, DuckDbTypeId Type, int Length) Saved() => (Kind.Text, Type.Id, 1);

        private protected override bool HasEqualRows()
        {
            ReadOnlySpan<int> starts = offsets.Span;
            int length = starts[1] - starts[0];
            for (int row = 2; row < starts.Length; row++)
                if (starts[row] - starts[row - 1] != length)
                    return false;
            return AreEqual(Bytes.Span[starts[0]..starts[^1]], length);
        }

        private protected override void SaveValues(IBufferWriter<byte> to, int rows) =>
            WriteLists(to, offsets.Span[..(rows + 1)], Bytes.Span);

        private protected override void RepeatValue(DuckDbVectorWriter writer, int rowCount)
        {
            for (int row = 0; row < rowCount; row++)
                writer.SetBytes(row, Bytes.Span[offsets.Span[0]..offsets.Span[1]], IsPinned);
        }

        internal override ReadOnlySpan<byte> RowBytes(int row) => Bytes.Span[offsets.Span[row]..offsets.Span[row + 1]];

        internal override DuckDbColumn WithRows(ReadOnlySpan<int> ends, Memory<byte> bytes, ReadOnlyMemory<bool> nulls) =>
            new PackedText(ends.ToArray(), bytes, nulls, Type);
    }

    private sealed class FixedText(int widthBytes, ReadOnlyMemory<byte> bytes, ReadOnlyMemory<bool> isNull)
        : PinnedText(DuckDbType.Varchar, RowsOf(bytes.Length, widthBytes), bytes, isNull)
    {
        private protected override void WriteValues(DuckDbVectorWriter writer, int firstRow, int rowCount)
        {
            ReadOnlySpan<byte> all = Bytes.Span;
            for (int row = 0; row < rowCount; row++)
                writer.SetBytes(row, all.Slice((firstRow + row) * widthBytes, widthBytes).WithoutPadding(), IsPinned);
        }
    }

    private sealed class Ragged<T>(ReadOnlyMemory<int> offsets, ReadOnlyMemory<T> values, ReadOnlyMemory<bool> isNull)
        : DuckDbColumn(DuckDbType.List(DuckDbType.Of<T>()), RowsOf(offsets), isNull) where T : unmanaged
    {
        internal override bool HasNegativeZero => ContainsNegativeZero(values.Span[offsets.Span[0]..offsets.Span[^1]]);

        private protected override void WriteValues(DuckDbVectorWriter writer, int firstRow,
            int rowCount) => writer.WriteLists(offsets.Span.Slice(firstRow, rowCount + 1), values.Span);

        internal override void Add(long number) => Add(values, number);

        private protected override void GetLengths(ReadOnlySpan<RowPlace> rows, Span<int> lengths)
        {
            ReadOnlySpan<int> starts = offsets.Span;
            foreach (RowPlace row in rows)
                lengths[row.Place] = starts[row.Row + 1] - starts[row.Row];
        }

        private protected override void WriteValues(DuckDbVectorWriter writer, ReadOnlySpan<RowPlace> rows, bool isRepeated)
        {
            ReadOnlySpan<int> starts = offsets.Span;
            ReadOnlySpan<T> from = values.Span;
            ReadOnlySpan<DuckDbListEntry> places = writer.Values<DuckDbListEntry>();
            Span<T> to = writer.ListValues<T>();
            foreach (RowPlace row in rows)
                from[starts[row.Row]..starts[row.Row + 1]].CopyTo(to[(int)places[row.Place].Offset..]);
        }

        private protected override (Kind Kind, DuckDbTypeId Type, int Length) Saved() => (Kind.Lists, Type.Child!.Id, 0);

        private protected override void SaveValues(IBufferWriter<byte> to, int rows) =>
            WriteLists(to, offsets.Span[..(rows + 1)], values.Span);

        internal override ReadOnlySpan<byte> RowBytes(int row) =>
            Bytes(values, offsets.Span[row], offsets.Span[row + 1] - offsets.Span[row]);

        internal override DuckDbColumn WithRows(ReadOnlySpan<int> ends, Memory<byte> bytes, ReadOnlyMemory<bool> nulls) =>
            ListsOf<T>(ends, bytes, nulls);
    }

    private sealed class Rectangular<T>(int length, ReadOnlyMemory<T> values, ReadOnlyMemory<bool> isNull)
        : DuckDbColumn(DuckDbType.List(DuckDbType.Of<T>()), RowsOf(values.Length, length), isNull) where T : unmanaged
    {
        internal override bool HasNegativeZero => ContainsNegativeZero(values.Span);

        private protected override void WriteValues(DuckDbVectorWriter writer, int firstRow,
            int rowCount) => writer.WriteVectors(length, values.Span.Slice(firstRow * length, rowCount * length));

        internal override void Add(long number) => Add(values, number);

        private protected override void GetLengths(ReadOnlySpan<RowPlace> rows, Span<int> lengths)
        {
            foreach (RowPlace row in rows)
                lengths[row.Place] = length;
        }

        private protected override void WriteValues(DuckDbVectorWriter writer, ReadOnlySpan<RowPlace> rows, bool isRepeated)
        {
            ReadOnlySpan<T> from = values.Span;
            ReadOnlySpan<DuckDbListEntry> places = writer.Values<DuckDbListEntry>();
            Span<T> to = writer.ListValues<T>();
            foreach (RowPlace row in rows)
                from.Slice(isRepeated ? 0 : row.Row * length, length).CopyTo(to[(int)places[row.Place].Offset..]);
        }

        private protected override (Kind Kind, DuckDbTypeId Type, int Length) Saved() => (Kind.Vectors, Type.Child!.Id, length);

        private protected override bool HasEqualRows() => AreEqual(MemoryMarshal.AsBytes(values.Span), length * Unsafe.SizeOf<T>());

        private protected override void SaveValues(IBufferWriter<byte> to, int rows) => Write(to, values.Span[..(rows * length)]);

        private protected override void RepeatValue(DuckDbVectorWriter writer, int rowCount)
        {
            T[] repeated = ArrayPool<T>.Shared.Rent(rowCount * length);
            for (int row = 0; row < rowCount; row++)
                values.Span[..length].CopyTo(repeated.AsSpan(row * length));
            writer.WriteVectors<T>(length, repeated.AsSpan(0, rowCount * length));
            ArrayPool<T>.Shared.Return(repeated);
        }

        internal override ReadOnlySpan<byte> RowBytes(int row) => Bytes(values, row * length, length);

        internal override DuckDbColumn WithRows(ReadOnlySpan<int> ends, Memory<byte> bytes, ReadOnlyMemory<bool> nulls) =>
            ListsOf<T>(ends, bytes, nulls);
    }
}
