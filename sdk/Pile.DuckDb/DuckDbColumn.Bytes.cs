using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pile.DuckDb;

/// <content>Saves columns as bytes of this machine's order, and loads them.</content>
internal abstract partial class DuckDbColumn
{
    private const int HeaderBytes = 24, Alignment = 8;

    private protected enum Kind : byte
    {
        Plain,
        Text,
        Lists,
        Vectors,
    }

    /// <summary>Writes the values as one block. If all rows are equal, it has one of them.</summary>
    /// <exception cref="NotSupportedException">The column was created from fixed-length texts or nested lists.</exception>
    internal void Save(IBufferWriter<byte> to)
    {
        int saved = RowCount > 1 && (isNull.IsEmpty || AreEqual(MemoryMarshal.AsBytes(isNull.Span), 1)) && HasEqualRows() ? 1 : RowCount;
        Span<byte> header = to.GetSpan(HeaderBytes)[..HeaderBytes];
        Span<int> numbers = MemoryMarshal.Cast<byte, int>(header);
        (Kind kind, DuckDbTypeId type, int length) = Saved();
        (numbers[0], numbers[1], numbers[2], numbers[3]) = ((int)kind, (int)type, RowCount, saved);
        (numbers[4], numbers[5]) = (length, isNull.IsEmpty ? 0 : 1);
        to.Advance(HeaderBytes);
        if (!isNull.IsEmpty)
            Write(to, isNull.Span[..saved]);
        SaveValues(to, saved);
    }

    /// <summary>Returns the column of a block, whose bytes it refers to.</summary>
    /// <exception cref="InvalidDataException">The bytes are not those of a column.</exception>
    internal static DuckDbColumn Load(Memory<byte> block)
    {
        if (block.Length < HeaderBytes)
            throw new InvalidDataException($"A column has {block.Length} bytes; at least {HeaderBytes} were expected.");
        ReadOnlySpan<int> numbers = MemoryMarshal.Cast<byte, int>(block.Span[..HeaderBytes]);
        (Kind kind, DuckDbTypeId type, int rows, int saved) = ((Kind)numbers[0], (DuckDbTypeId)numbers[1], numbers[2], numbers[3]);
        int length = numbers[4];
        bool hasNulls = numbers[5] != 0;
        block = block[HeaderBytes..];
        ReadOnlyMemory<bool> nulls = hasNulls ? Take<bool>(ref block, saved) : default;
        DuckDbColumn column = type switch
        {
            DuckDbTypeId.Varchar => LoadText(block, saved, nulls, DuckDbType.Varchar),
            DuckDbTypeId.Blob => LoadText(block, saved, nulls, DuckDbType.Blob),
            DuckDbTypeId.Boolean => Load<bool>(block, kind, saved, length, nulls),
            DuckDbTypeId.TinyInt => Load<sbyte>(block, kind, saved, length, nulls),
            DuckDbTypeId.UTinyInt => Load<byte>(block, kind, saved, length, nulls),
            DuckDbTypeId.SmallInt => Load<short>(block, kind, saved, length, nulls),
            DuckDbTypeId.USmallInt => Load<ushort>(block, kind, saved, length, nulls),
            DuckDbTypeId.Integer => Load<int>(block, kind, saved, length, nulls),
            DuckDbTypeId.UInteger => Load<uint>(block, kind, saved, length, nulls),
            DuckDbTypeId.BigInt => Load<long>(block, kind, saved, length, nulls),
            DuckDbTypeId.UBigInt => Load<ulong>(block, kind, saved, length, nulls),
            DuckDbTypeId.Float => Load<float>(block, kind, saved, length, nulls),
            DuckDbTypeId.Double => Load<double>(block, kind, saved, length, nulls),
            _ => throw new InvalidDataException($"A column cannot have the type {type}."),
        };
        return saved == rows ? column : new Repeated(column, rows);
    }

    /// <summary>Creates a column with one number in all rows.</summary>
    internal static DuckDbColumn Repeat<T>(T value, int rowCount) where T : unmanaged => new Repeated(Of<T>(new[] { value }), rowCount);

    /// <summary>Returns how the values are saved: as what, the type of an element, and the elements of a row of vectors.</summary>
    private protected virtual (Kind Kind, DuckDbTypeId Type, int Length) Saved() =>
        throw new NotSupportedException($"{GetType().Name} cannot be saved.");

    /// <summary>Returns whether all rows have the same value; false for columns of lists, which are not compared.</summary>
    private protected virtual bool HasEqualRows() => false;

    private protected virtual void SaveValues(IBufferWriter<byte> to, int rows) =>
        throw new NotSupportedException($"{GetType().Name} cannot be saved.");

    /// <summary>Writes the value of the first row to several rows of a chunk.</summary>
    private protected virtual void RepeatValue(DuckDbVectorWriter writer, int rowCount) =>
        throw new NotSupportedException($"{GetType().Name} cannot be repeated.");

    private static DuckDbColumn Load<T>(Memory<byte> block, Kind kind, int rows, int length, ReadOnlyMemory<bool> nulls)
        where T : unmanaged
    {
        switch (kind)
        {
            case Kind.Plain:
                return new Plain<T>(Take<T>(ref block, rows), nulls);
            case Kind.Lists:
                ReadOnlyMemory<int> offsets = Take<int>(ref block, rows + 1);
                return new Ragged<T>(offsets, Take<T>(ref block, offsets.Span[^1]), nulls);
            case Kind.Vectors:
                return new Rectangular<T>(length, Take<T>(ref block, checked(rows * length)), nulls);
            default:
                throw new InvalidDataException($"A column of numbers cannot be of the kind {kind}.");
        }
    }

    private static PackedText LoadText(Memory<byte> block, int rows, ReadOnlyMemory<bool> nulls, DuckDbType type)
    {
        ReadOnlyMemory<int> offsets = Take<int>(ref block, rows + 1);
        return new PackedText(offsets, Take<byte>(ref block, offsets.Span[^1]), nulls, type);
    }

    private static void WriteLists<T>(IBufferWriter<byte> to, ReadOnlySpan<int> offsets, ReadOnlySpan<T> values) where T : unmanaged
    {
        int first = offsets[0];
        if (first == 0)
            Write(to, offsets);
        else
        {
            int[] own = new int[offsets.Length];
            for (int i = 0; i < own.Length; i++)
                own[i] = offsets[i] - first;
            Write<int>(to, own);
        }
        Write(to, values[first..offsets[^1]]);
    }

    private static void Write<T>(IBufferWriter<byte> to, ReadOnlySpan<T> values) where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        int padded = (bytes.Length + Alignment - 1) / Alignment * Alignment;
        Span<byte> place = to.GetSpan(padded)[..padded];
        bytes.CopyTo(place);
        place[bytes.Length..].Clear();
        to.Advance(padded);
    }

    private static ReadOnlyMemory<T> Take<T>(ref Memory<byte> block, int count) where T : unmanaged
    {
        long bytes = (long)count * Unsafe.SizeOf<T>();
        long padded = (bytes + Alignment - 1) / Alignment * Alignment;
        if (count < 0 || padded > block.Length)
            throw new InvalidDataException($"A column has {block.Length} bytes where {padded} were expected.");
        Memory<byte> own = block[..(int)bytes];
        block = block[(int)padded..];
        return new CastMemory<T>(own).Memory;
    }

    private static bool AreEqual(ReadOnlySpan<byte> rows, int rowBytes) => rows[rowBytes..].SequenceEqual(rows[..^rowBytes]);

    /// <summary>One value in all rows.</summary>
    private sealed class Repeated(DuckDbColumn one, int rowCount) : DuckDbColumn(one.Type, rowCount, default)
    {
        internal override bool HasNegativeZero => one.HasNegativeZero;

        internal override void Pin() => one.Pin();

        internal override void Unpin() => one.Unpin();

        internal override void Add(long number) => one.Add(number);

        internal override bool IsNullAt(int row) => one.IsNullAt(0);

        internal override ReadOnlySpan<byte> RowBytes(int row) => one.RowBytes(0);

        internal override DuckDbColumn WithRows(ReadOnlySpan<int> ends, Memory<byte> bytes, ReadOnlyMemory<bool> nulls) =>
            one.WithRows(ends, bytes, nulls);

        private protected override void WriteValues(DuckDbVectorWriter writer, ReadOnlySpan<RowPlace> rows, bool isRepeated) =>
            one.WriteRows(writer, rows, isRepeated: true);

        private protected override void GetLengths(ReadOnlySpan<RowPlace> rows, Span<int> lengths) => one.GetLengths(rows, lengths);

        private protected override void WriteValues(DuckDbVectorWriter writer, int firstRow, int rowCount)
        {
            one.RepeatValue(writer, rowCount);
            for (int row = 0; row < rowCount && !one.isNull.IsEmpty && one.isNull.Span[0]; row++)
                writer.SetNull(row);
        }
    }
}
