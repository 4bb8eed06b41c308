using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using Pile.Fits;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Formats rows of a FITS table as they are stored, big-endian, for tables with rows of equal length.</summary>
internal sealed class FitsBlocks : IRowFormat
{
    private readonly FitsColumnDefinition[] definitions;
    private readonly int[] offsets;
    private readonly int rowBytes;
    private readonly Func<int, long, ReadOnlySpan<byte>, Exception> notAscii;
    private byte[] bytes = [];
    private int byteCount;

    /// <param name="definitions">The columns.</param>
    /// <param name="notAscii">Creates the exception for a text that is not ASCII, from its column, row and bytes.</param>
    internal FitsBlocks(FitsColumnDefinition[] definitions, Func<int, long, ReadOnlySpan<byte>, Exception> notAscii)
    {
        (this.definitions, offsets, this.notAscii) = (definitions, new int[definitions.Length], notAscii);
        for (int i = 0; i < definitions.Length; i++)
        {
            offsets[i] = rowBytes;
            rowBytes += definitions[i].RowBytes;
        }
    }

    /// <summary>Returns whether a table can be written with this class: arrays of text, and rows that differ in length, cannot.</summary>
    internal static bool CanHold(FitsColumnDefinition column) =>
        column.MaxRowLength is null && (column.Type is not FitsType.Text || column.Repeat == 1);

    /// <inheritdoc/>
    /// <exception cref="ValueInvalidException">A text is not ASCII.</exception>
    public void Format(ColumnData[] columns, long batchRow, int firstRow, int endRow)
    {
        byteCount = checked((endRow - firstRow) * rowBytes);
        if (bytes.Length < byteCount)
            bytes = GC.AllocateUninitializedArray<byte>(byteCount);
        for (int i = 0; i < definitions.Length; i++)
        {
            if (columns[i] is TextColumnData text)
                RequireAscii(text, i, batchRow, firstRow, endRow);
            Write(columns[i], definitions[i], firstRow, endRow, bytes.AsSpan(offsets[i]));
        }
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Take() => bytes.AsSpan(0, byteCount);

    // Unsigned integers, and signed bytes, are stored minus their offset, which is their highest bit.
    private void Write(ColumnData column, FitsColumnDefinition definition, int first, int end, Span<byte> to)
    {
        switch (column)
        {
            case TextColumnData c: WriteText(c, first, end, to, definition.Width); break;
            case ColumnData<bool> c: WriteBooleans(c, definition, first, end, to); break;
            case ColumnData<sbyte> c: WriteNumbers<sbyte, byte>(c, definition, first, end, to, 0x80); break;
            case ColumnData<byte> c: WriteNumbers<byte, byte>(c, definition, first, end, to, 0); break;
            case ColumnData<short> c: WriteNumbers<short, short>(c, definition, first, end, to, 0); break;
            case ColumnData<ushort> c: WriteNumbers(c, definition, first, end, to, short.MinValue); break;
            case ColumnData<int> c: WriteNumbers(c, definition, first, end, to, 0); break;
            case ColumnData<uint> c: WriteNumbers(c, definition, first, end, to, int.MinValue); break;
            case ColumnData<long> c: WriteNumbers(c, definition, first, end, to, 0L); break;
            case ColumnData<ulong> c: WriteNumbers(c, definition, first, end, to, long.MinValue); break;
            case ColumnData<float> c: WriteNumbers(c, definition, first, end, to, 0, BitConverter.SingleToInt32Bits(float.NaN)); break;
            case ColumnData<double> c: WriteNumbers(c, definition, first, end, to, 0L, BitConverter.DoubleToInt64Bits(double.NaN)); break;
            default:
                throw new ArgumentException($"Column {definition.Name}: {column.Schema.DType.Name()} cannot be written.",
                    nameof(column));
        }
    }

    private void WriteNumbers<T, TStored>(ColumnData<T> column, FitsColumnDefinition definition, int first, int end, Span<byte> to,
        TStored flip, TStored? missing = null)
        where T : unmanaged where TStored : unmanaged, IBinaryInteger<TStored>
    {
        int size = Unsafe.SizeOf<TStored>();
        bool hasNulls = !column.IsNull.IsEmpty, isScalar = definition.Repeat == 1 && column.Schema.IsScalar;
        ReadOnlySpan<bool> isNull = column.IsNull.Span;
        ReadOnlySpan<T> all = column.Values.Span;
        for (int row = first; row < end; row++)
        {
            Span<byte> at = to[((row - first) * rowBytes)..];
            if (hasNulls && isNull[row])
            {
                TStored stored = missing ?? TStored.CreateTruncating(definition.NullValue
                    ?? throw new InvalidOperationException($"Column {definition.Name} has missing values, but no null value."));
                for (int i = 0; i < definition.Repeat; i++)
                    Store(stored, at[(i * size)..]);
            }
            else if (isScalar)
                Store(Unsafe.BitCast<T, TStored>(all[row]) ^ flip, at);
            else
            {
                ReadOnlySpan<T> values = column.Row(row);
                for (int i = 0; i < values.Length; i++)
                    Store(Unsafe.BitCast<T, TStored>(values[i]) ^ flip, at[(i * size)..]);
            }
        }
    }

    // WriteBigEndian, which throws by itself, is implemented by the interface: calling it allocates an object for each value.
    private static void Store<T>(T value, Span<byte> at) where T : unmanaged, IBinaryInteger<T>
    {
        if (!value.TryWriteBigEndian(at, out _))
            throw new ArgumentException("The row is shorter than its columns.", nameof(at));
    }

    private void WriteBooleans(ColumnData<bool> column, FitsColumnDefinition definition, int first, int end, Span<byte> to)
    {
        for (int row = first; row < end; row++)
        {
            Span<byte> at = to.Slice((row - first) * rowBytes, definition.Repeat);
            if (column.IsNullAt(row))
            {
                at.Clear();
                continue;
            }
            ReadOnlySpan<bool> values = column.Row(row);
            for (int i = 0; i < values.Length; i++)
                at[i] = (byte)(values[i] ? 'T' : 'F');
        }
    }

    private void WriteText(TextColumnData column, int first, int end, Span<byte> to, int width)
    {
        for (int row = first; row < end; row++)
        {
            Span<byte> at = to.Slice((row - first) * rowBytes, width);
            ReadOnlySpan<byte> text = column.Element(row);
            text.CopyTo(at);
            at[text.Length..].Clear();
        }
    }

    private void RequireAscii(TextColumnData text, int column, long batchRow, int firstRow, int endRow)
    {
        if (Ascii.IsValid(text.Utf8.Span[text.Starts.Span[firstRow]..text.Starts.Span[endRow]]))
            return;
        for (int row = firstRow; row < endRow; row++)
            if (!Ascii.IsValid(text.Element(row)))
                throw notAscii(column, batchRow + row, text.Element(row));
    }
}
