using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using Pile.Fits;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Formats whole rows of a FITS table, big-endian, on several threads. For tables whose rows all have the same length.</summary>
internal sealed class FitsBlocks
{
    // Fewer rows are not worth another thread.
    private const int LeastPartRows = 2048;

    private readonly FitsColumnDefinition[] _definitions;
    private readonly int[] _offsets;
    private readonly int _rowBytes;
    private byte[] _bytes = [];

    internal FitsBlocks(FitsColumnDefinition[] definitions)
    {
        (_definitions, _offsets) = (definitions, new int[definitions.Length]);
        for (int i = 0; i < definitions.Length; i++)
        {
            _offsets[i] = _rowBytes;
            _rowBytes += definitions[i].RowBytes;
        }
    }

    /// <summary>Whether a table can be written this way: arrays of text and rows that differ in length cannot.</summary>
    internal static bool CanHold(FitsColumnDefinition column) => column.LongestRow is null && (column.Type is not FitsType.Text || column.Repeat == 1);

    /// <summary>Formats a batch.</summary>
    /// <param name="columns">Its columns; text is ASCII.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <returns>The rows; valid until the next batch.</returns>
    internal ReadOnlySpan<byte> Format(IReadOnlyList<ColumnData> columns, int rowCount)
    {
        int bytes = checked(rowCount * _rowBytes), parts = Math.Clamp(rowCount / LeastPartRows, 1, Environment.ProcessorCount), partRows = (rowCount + parts - 1) / parts;
        if (_bytes.Length < bytes)
            _bytes = GC.AllocateUninitializedArray<byte>(bytes);
        Parallel.For(0, parts, part =>
        {
            int first = part * partRows, end = Math.Min(first + partRows, rowCount);
            for (int i = 0; i < _definitions.Length && first < end; i++)
                Write(columns[i], _definitions[i], first, end, _bytes.AsSpan((first * _rowBytes) + _offsets[i]));
        });
        return _bytes.AsSpan(0, bytes);
    }

    // Unsigned integers, and signed bytes, are stored less their offset, which is their highest bit.
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
            default: throw new ArgumentException($"Column {definition.Name}: {column.Schema.DType.Name()} is not written.", nameof(column));
        }
    }

    private void WriteNumbers<T, TStored>(ColumnData<T> column, FitsColumnDefinition definition, int first, int end, Span<byte> to, TStored flip, TStored? missing = null)
        where T : unmanaged where TStored : unmanaged, IBinaryInteger<TStored>
    {
        int size = Unsafe.SizeOf<TStored>();
        bool hasNulls = !column.IsNull.IsEmpty, isScalar = definition.Repeat == 1 && column.Schema.IsScalar;
        ReadOnlySpan<bool> isNull = column.IsNull.Span;
        ReadOnlySpan<T> all = column.Values.Span;
        for (int row = first; row < end; row++)
        {
            Span<byte> at = to[((row - first) * _rowBytes)..];
            if (hasNulls && isNull[row])
            {
                TStored stored = missing ?? TStored.CreateTruncating(definition.NullValue
                    ?? throw new InvalidOperationException($"Column {definition.Name} has missing values, but no null value."));
                for (int i = 0; i < definition.Repeat; i++)
                    stored.WriteBigEndian(at[(i * size)..]);
            }
            else if (isScalar)
                (Unsafe.BitCast<T, TStored>(all[row]) ^ flip).WriteBigEndian(at);
            else
            {
                ReadOnlySpan<T> values = column.Row(row);
                for (int i = 0; i < values.Length; i++)
                    (Unsafe.BitCast<T, TStored>(values[i]) ^ flip).WriteBigEndian(at[(i * size)..]);
            }
        }
    }

    private void WriteBooleans(ColumnData<bool> column, FitsColumnDefinition definition, int first, int end, Span<byte> to)
    {
        for (int row = first; row < end; row++)
        {
            Span<byte> at = to.Slice((row - first) * _rowBytes, definition.Repeat);
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
            Span<byte> at = to.Slice((row - first) * _rowBytes, width);
            ReadOnlySpan<byte> text = column.Element(row);
            text.CopyTo(at);
            at[text.Length..].Clear();
        }
    }

    /// <summary>Rejects text that is not ASCII.</summary>
    /// <exception cref="ValueInvalidException">A text is not ASCII.</exception>
    internal static void RequireAscii(ColumnData column, long firstRow, string path, string name)
    {
        if (column is not TextColumnData text || Ascii.IsValid(text.Utf8.Span))
            return;
        for (int row = 0; row < text.RowCount; row++)
            if (!Ascii.IsValid(text.Element(row)))
                throw FitsRows.NotAscii(path, firstRow + row, name, text.Element(row));
    }
}
