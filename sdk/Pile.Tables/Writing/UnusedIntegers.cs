using System.Globalization;
using System.Numerics;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Records which integers a column uses, to find an unused one that can mean null in FITS: one end of the type, the other end, or
/// one of the integers that follow the first end.</summary>
/// <remarks>Needs at most 128 KiB, and nothing if no value is near the first end. All values of types of 8 and 16 bits are candidates, and
/// a million of larger types.</remarks>
internal sealed class UnusedIntegers
{
    private const int PageShift = 16, PageCount = 16, WordBits = 64;

    // A bit for each candidate, by its distance from the first end.
    private readonly ulong[]?[] pages = new ulong[]?[PageCount];
    private bool isLastUsed;

    /// <summary>Returns the two ends of a type, as they are stored: unsigned types minus their offset. Null for types with nulls of their
    /// own.</summary>
    internal static (long First, long Last)? EndsOf(DType type) => type switch
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

    /// <summary>Records the values of a column of integers; other columns are ignored.</summary>
    internal void Add(ColumnData column)
    {
        switch (column)
        {
            case ColumnData<sbyte> c: AddValues(c); break;
            case ColumnData<byte> c: AddValues(c); break;
            case ColumnData<short> c: AddValues(c); break;
            case ColumnData<ushort> c: AddValues(c); break;
            case ColumnData<int> c: AddValues(c); break;
            case ColumnData<uint> c: AddValues(c); break;
            case ColumnData<long> c: AddValues(c); break;
            case ColumnData<ulong> c: AddValues(c); break;
        }
    }

    /// <summary>Returns an unused integer as it is stored: the first end if it is unused.</summary>
    /// <param name="column">The column, whose type has ends.</param>
    /// <exception cref="ArgumentException">All candidates are used.</exception>
    internal long Find(ColumnSchema column)
    {
        (long first, long last) = EndsOf(column.DType)!.Value;
        if (pages[0] is not { } page || (page[0] & 1) == 0)
            return first;
        if (!isLastUsed)
            return last;
        ulong count = (ulong)Int128.Min(Int128.Abs((Int128)last - first) + 1, PageCount << PageShift);
        for (ulong distance = 1; distance < count; distance++)
            if (!IsUsed(distance))
                return first < last ? unchecked(first + (long)distance) : unchecked(first - (long)distance);
        string values = column.DType.ElementBytes() > sizeof(short) ? string.Create(CultureInfo.InvariantCulture, $"the first {count:N0}")
            : "all";
        throw new ArgumentException($"Column '{column.Name}' has missing values and uses {values} values of {column.DType.Name()}: no "
            + "value is left to mean null in FITS. Use another format.");
    }

    private bool IsUsed(ulong distance) => pages[distance >> PageShift] is { } page
        && (page[(distance & ((1 << PageShift) - 1)) / WordBits] >> (int)(distance % WordBits) & 1) != 0;

    private void AddValues<T>(ColumnData<T> column) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        ulong least = ulong.CreateTruncating(T.MinValue), greatest = ulong.CreateTruncating(T.MaxValue), last = greatest - least;
        bool isSigned = T.IsNegative(T.MinValue);
        ReadOnlySpan<bool> isNull = column.IsNull.Span;
        ReadOnlySpan<T> values = column.Values.Span;
        int elements = Math.Max(column.Schema.ElementsPerRow, 1);
        for (int i = 0; i < values.Length; i++)
        {
            ulong value = ulong.CreateTruncating(values[i]), distance = isSigned ? value - least : greatest - value;
            if ((distance >= (ulong)PageCount << PageShift && distance != last) || (!isNull.IsEmpty && isNull[i / elements]))
                continue;
            isLastUsed |= distance == last;
            if (distance < (ulong)PageCount << PageShift)
                (pages[distance >> PageShift] ??= new ulong[(1 << PageShift) / WordBits])[(distance & ((1 << PageShift) - 1)) / WordBits]
                    |= 1UL << (int)(distance % WordBits);
        }
    }
}
