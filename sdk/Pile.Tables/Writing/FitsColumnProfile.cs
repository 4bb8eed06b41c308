using System.Numerics;
using Pile.Fits;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>The properties of a FITS column's values that its header depends on: the width of text, and an unused integer to mean
/// null.</summary>
internal sealed class FitsColumnProfile
{
    private int widestBytes;
    private bool hasNull;
    private int longestRow;
    private BigInteger least = ulong.MaxValue;
    private BigInteger greatest = long.MinValue;

    /// <summary>The size of the rows of a column whose rows differ in length. They are stored after the table, in one heap for all
    /// columns.</summary>
    internal long HeapBytes { get; private set; }

    /// <summary>Returns whether a column's definition is independent of its values.</summary>
    internal static bool IsKnownBefore(ColumnSchema column) =>
        column is { IsRagged: false, DType: not DType.String, ElementsPerRow: > 0 }
            && (!column.Nullable || column.DType is DType.Bool or DType.Float32 or DType.Float64);

    internal void Add(ColumnData column)
    {
        hasNull |= column.IsNull.Span.Contains(true);
        if (column.Schema.IsRagged)
        {
            for (int row = 0; row < column.RowCount; row++)
            {
                int bytes = column.IsNullAt(row) ? 0 : column.RowBytes(row).Length;
                longestRow = Math.Max(longestRow, bytes / column.Schema.DType.ElementBytes());
                HeapBytes += bytes;
            }
            return;
        }
        switch (column)
        {
            case TextColumnData c:
                ReadOnlySpan<int> starts = c.Starts.Span;
                for (int i = 1; i < starts.Length; i++)
                    widestBytes = Math.Max(widestBytes, starts[i] - starts[i - 1]);
                break;
            case ColumnData<sbyte> c: Range(c); break;
            case ColumnData<byte> c: Range(c); break;
            case ColumnData<short> c: Range(c); break;
            case ColumnData<ushort> c: Range(c); break;
            case ColumnData<int> c: Range(c); break;
            case ColumnData<uint> c: Range(c); break;
            case ColumnData<long> c: Range(c); break;
            case ColumnData<ulong> c: Range(c); break;
        }
    }

    /// <summary>Defines the column.</summary>
    /// <param name="column">The column.</param>
    /// <param name="isHeapLarge">True if the heap of all columns exceeds 2 GiB.</param>
    /// <exception cref="ArgumentException">Its name or unit cannot be written in ASCII, or it has nulls and uses the whole range of its
    /// type.</exception>
    internal FitsColumnDefinition Define(ColumnSchema column, bool isHeapLarge) =>
        new(ColumnNames.ToFits(column.Name), FitsTypes.Of(column.DType))
        {
            Repeat = column.IsRagged ? 1 : column.ElementsPerRow,
            MaxRowLength = column.IsRagged ? longestRow : null,
            IsHeapLarge = column.IsRagged && isHeapLarge,
            Shape = column.Shape.Length > 1 && column.DType is not DType.String ? [.. column.Shape.Select(n => (long)n)] : null,
            Width = column.DType is DType.String ? Math.Max(widestBytes, 1) : 0,
            Unit = string.IsNullOrEmpty(column.Unit) ? null : FitsUnitText.Of(column.Unit) ?? column.Unit,
            Ucd = string.IsNullOrEmpty(column.Ucd) ? null : column.Ucd,
            Description = column.Description,
            NullValue = hasNull && !column.IsRagged ? NullOf(column) : null,
        };

    private void Range<T>(ColumnData<T> column) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        T min = T.MaxValue, max = T.MinValue;
        ReadOnlySpan<bool> isNull = column.IsNull.Span;
        int elements = Math.Max(column.Schema.ElementsPerRow, 1);
        ReadOnlySpan<T> values = column.Values.Span;
        for (int i = 0; i < values.Length; i++)
        {
            if (!isNull.IsEmpty && isNull[i / elements])
                continue;
            min = T.Min(min, values[i]);
            max = T.Max(max, values[i]);
        }
        least = BigInteger.Min(least, BigInteger.CreateChecked(min));
        greatest = BigInteger.Max(greatest, BigInteger.CreateChecked(max));
    }

    /// <summary>Returns the minimum of the type, or otherwise the maximum, as it is stored: unsigned types minus their offset.</summary>
    private long? NullOf(ColumnSchema column)
    {
        (BigInteger minimum, BigInteger maximum, BigInteger offset) = column.DType switch
        {
            DType.Int8 => (sbyte.MinValue, sbyte.MaxValue, -128),
            DType.UInt8 => (byte.MinValue, byte.MaxValue, BigInteger.Zero),
            DType.Int16 => (short.MinValue, short.MaxValue, BigInteger.Zero),
            DType.UInt16 => (ushort.MinValue, ushort.MaxValue, 1 << 15),
            DType.Int32 => (int.MinValue, int.MaxValue, BigInteger.Zero),
            DType.UInt32 => (uint.MinValue, uint.MaxValue, 1L << 31),
            DType.Int64 => (long.MinValue, long.MaxValue, BigInteger.Zero),
            DType.UInt64 => (ulong.MinValue, ulong.MaxValue, BigInteger.One << 63),
            _ => (BigInteger.Zero, BigInteger.MinusOne, BigInteger.Zero),
        };
        if (maximum < minimum) // floats, text and logicals have their own nulls
            return null;
        bool isUnsigned = minimum.IsZero;
        (BigInteger first, BigInteger second) = isUnsigned ? (maximum, minimum) : (minimum, maximum);
        BigInteger free = IsFree(first) ? first : IsFree(second) ? second
            : throw new ArgumentException(
                $"Column '{column.Name}' has missing values and uses both ends of {column.DType.Name()}: no value is left to mean null in "
                    + "FITS. Use another format.");
        return (long)(free - offset);
    }

    private bool IsFree(BigInteger value) => value < least || value > greatest;
}
