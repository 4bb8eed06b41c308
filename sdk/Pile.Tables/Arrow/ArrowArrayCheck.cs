using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Pile.Tables.Arrow;

/// <summary>Checks that the buffers of an array have the values that the array declares, so that no library reads beyond them: lengths,
/// offsets, views, indices of dictionaries, missing values, and the encoding of text.</summary>
/// <remarks>Neither Apache.Arrow nor DuckDB checks them.</remarks>
internal sealed class ArrowArrayCheck
{
    private const int ViewBytes = 16, InlineBytes = 12, SecondsPerDay = 86_400, MillisecondsPerDay = SecondsPerDay * 1000;
    private const long MostDays = int.MaxValue - 1; // DuckDB has dates of 32 bits, and one of them is infinite

    private readonly HashSet<ArrayData> checkedDictionaries = new(ReferenceEqualityComparer.Instance);

    /// <summary>Checks an array that is not a slice.</summary>
    /// <param name="array">The array.</param>
    /// <param name="what">The batch and the column, for errors.</param>
    /// <exception cref="ArrowFault">The buffers do not have the declared values.</exception>
    internal void Require(ArrayData array, string what)
    {
        int length = array.Length;
        if (array.DataType is not (NullType or RunEndEncodedType))
            RequireNulls(array, what);
        switch (array.DataType)
        {
            case NullType:
                break;
            case BooleanType:
                RequireBytes(array, 1, ((long)length + 7) / 8, what);
                break;
            case DictionaryType type:
                RequireIndices(array, type, what);
                break;
            case StringType or BinaryType:
                RequireTexts<int>(array, array.DataType is StringType, what);
                break;
            case LargeStringType or LargeBinaryType:
                RequireTexts<long>(array, array.DataType is LargeStringType, what);
                break;
            case StringViewType or BinaryViewType:
                RequireViews(array, array.DataType is StringViewType, what);
                break;
            case ListType or MapType:
                RequireOffsets<int>(array, array.Children[0].Length, what);
                break;
            case LargeListType:
                RequireOffsets<long>(array, array.Children[0].Length, what);
                break;
            case ListViewType:
                RequireListViews<int>(array, what);
                break;
            case LargeListViewType:
                RequireListViews<long>(array, what);
                break;
            case FixedSizeListType type:
                if ((long)length * type.ListSize > array.Children[0].Length)
                    throw Fault(what, $"has {length} lists of {type.ListSize} elements, but {array.Children[0].Length} elements");
                break;
            case StructType:
                break; // the lengths of its fields are those of the metadata
            case RunEndEncodedType:
                RequireRuns(array, what);
                break;
            case Date64Type:
                RequireRange<long>(array, -MostDays * MillisecondsPerDay, MostDays * MillisecondsPerDay, "a date", what);
                break;
            case Time32Type { Unit: TimeUnit.Second }:
                RequireRange<int>(array, 0, SecondsPerDay, "a time of day in seconds", what);
                break;
            case Time32Type:
                RequireRange<int>(array, 0, MillisecondsPerDay, "a time of day in milliseconds", what);
                break;
            case Time64Type { Unit: TimeUnit.Microsecond }:
                RequireRange<long>(array, 0, MillisecondsPerDay * 1000L, "a time of day in microseconds", what);
                break;
            case Time64Type:
                RequireRange<long>(array, 0, MillisecondsPerDay * 1_000_000L, "a time of day in nanoseconds", what);
                break;
            case FixedWidthType type: // also decimals and binary values of a fixed size
                RequireBytes(array, 1, (long)length * (type.BitWidth / 8), what);
                break;
            default:
                throw ArrowFault.Unsupported($"{what} has the type {array.DataType.Name}, which is not read",
                    "Leave the column out, or write it with another type");
        }
        foreach (ArrayData child in array.Children ?? [])
            Require(child, what);
    }

    private static void RequireNulls(ArrayData array, string what)
    {
        ReadOnlySpan<byte> bits = array.Buffers[0].Span;
        if (bits.IsEmpty && array.NullCount == 0)
            return;
        if (bits.Length < ((long)array.Length + 7) / 8)
            throw Fault(what, $"has {array.NullCount} missing values of {array.Length}, and marks of {bits.Length} bytes");
        int found = array.Length - BitUtility.CountBits(bits, 0, array.Length);
        if (found != array.NullCount)
            throw Fault(what, $"declares {array.NullCount} missing values, and marks {found}");
    }

    private static void RequireBytes(ArrayData array, int buffer, long bytes, string what)
    {
        if (array.Buffers[buffer].Length < bytes)
            throw Fault(what, $"has {array.Length} values, which require {bytes} bytes; {array.Buffers[buffer].Length} are stored");
    }

    // DuckDB writes other values as text without checking them.
    private static void RequireRange<T>(ArrayData array, T least, T most, string kind, string what) where T : unmanaged, IBinaryInteger<T>
    {
        RequireBytes(array, 1, (long)array.Length * Marshal.SizeOf<T>(), what);
        ReadOnlySpan<byte> bits = array.Buffers[0].Span;
        ReadOnlySpan<T> values = MemoryMarshal.Cast<byte, T>(array.Buffers[1].Span)[..array.Length];
        for (int i = 0; i < values.Length; i++)
            if ((values[i] < least || values[i] > most) && (bits.IsEmpty || BitUtility.GetBit(bits, i)))
                throw Fault(what, $"has the value {values[i]}, which is not {kind}, at value {i}");
    }

    private static ReadOnlySpan<T> RequireOffsets<T>(ArrayData array, long end, string what)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (array.Length == 0)
            return default;
        RequireBytes(array, 1, (array.Length + 1L) * Marshal.SizeOf<T>(), what);
        ReadOnlySpan<T> offsets = MemoryMarshal.Cast<byte, T>(array.Buffers[1].Span)[..(array.Length + 1)];
        T before = T.Zero;
        for (int i = 0; i < offsets.Length; before = offsets[i++])
            if (offsets[i] < before)
                throw Fault(what, $"has the offset {offsets[i]} after {before}, at value {i}");
        return long.CreateSaturating(offsets[^1]) <= end ? offsets
            : throw Fault(what, $"refers to element {offsets[^1]}, but has {end}");
    }

    private static void RequireTexts<T>(ArrayData array, bool isText, string what) where T : unmanaged, IBinaryInteger<T>
    {
        ReadOnlySpan<byte> bytes = array.Buffers[2].Span;
        ReadOnlySpan<T> offsets = RequireOffsets<T>(array, bytes.Length, what);
        if (!isText || offsets.IsEmpty)
            return;
        int start = int.CreateChecked(offsets[0]);
        ReadOnlySpan<byte> all = bytes[start..int.CreateChecked(offsets[^1])];
        bool isAscii = System.Text.Ascii.IsValid(all);
        if (!isAscii && !System.Text.Unicode.Utf8.IsValid(all))
            throw NotUtf8(what);
        // All texts together are valid; each one is, too, if it does not begin inside a character.
        for (int i = 0; !isAscii && i < array.Length; i++)
            if (offsets[i] < offsets[i + 1] && (bytes[int.CreateTruncating(offsets[i])] & 0xC0) == 0x80)
                throw NotUtf8(what);
    }

    private static void RequireViews(ArrayData array, bool isText, string what)
    {
        RequireBytes(array, 1, (long)array.Length * ViewBytes, what);
        ReadOnlySpan<byte> bits = array.Buffers[0].Span;
        for (int i = 0; i < array.Length; i++)
        {
            if (!bits.IsEmpty && !BitUtility.GetBit(bits, i))
                continue;
            ReadOnlySpan<byte> view = array.Buffers[1].Span.Slice(i * ViewBytes, ViewBytes);
            int length = BinaryPrimitives.ReadInt32LittleEndian(view);
            ReadOnlySpan<byte> value;
            if (length is >= 0 and <= InlineBytes)
                value = view.Slice(sizeof(int), length);
            else
            {
                int buffer = BinaryPrimitives.ReadInt32LittleEndian(view[8..]), at = BinaryPrimitives.ReadInt32LittleEndian(view[12..]);
                if (length < 0 || at < 0 || (uint)buffer >= (uint)(array.Buffers.Length - 2)
                    || (long)at + length > array.Buffers[2 + buffer].Length)
                    throw Fault(what, $"has a view of {length} bytes at {at} of buffer {buffer}, outside its buffers, at value {i}");
                value = array.Buffers[2 + buffer].Span.Slice(at, length);
                if (!value[..sizeof(int)].SequenceEqual(view.Slice(sizeof(int), sizeof(int))))
                    throw Fault(what, $"has a view that begins otherwise than its bytes, at value {i}");
            }
            if (isText && !System.Text.Unicode.Utf8.IsValid(value))
                throw NotUtf8(what);
        }
    }

    private static void RequireListViews<T>(ArrayData array, string what) where T : unmanaged, IBinaryInteger<T>
    {
        long bytes = (long)array.Length * Marshal.SizeOf<T>(), end = array.Children[0].Length;
        RequireBytes(array, 1, bytes, what);
        RequireBytes(array, 2, bytes, what);
        ReadOnlySpan<T> offsets = MemoryMarshal.Cast<byte, T>(array.Buffers[1].Span), sizes = MemoryMarshal.Cast<byte, T>(array.Buffers[2].Span);
        for (int i = 0; i < array.Length; i++)
            if (T.IsNegative(offsets[i]) || T.IsNegative(sizes[i]) || long.CreateSaturating(sizes[i]) > end
                || long.CreateSaturating(offsets[i]) > end - long.CreateSaturating(sizes[i]))
                throw Fault(what, $"has a list of {sizes[i]} elements at {offsets[i]}, outside its {end} elements, at value {i}");
    }

    private void RequireIndices(ArrayData array, DictionaryType type, string what)
    {
        if (array.Dictionary is null)
            throw Fault(what, "has no dictionary");
        if (!checkedDictionaries.Contains(array.Dictionary))
        {
            Require(array.Dictionary, $"the dictionary of {what}");
            checkedDictionaries.Clear(); // those before are replaced
            checkedDictionaries.Add(array.Dictionary);
        }
        RequireBytes(array, 1, (long)array.Length * (((FixedWidthType)type.IndexType).BitWidth / 8), what);
        switch (type.IndexType)
        {
            case Int8Type: Indices<sbyte>(); break;
            case UInt8Type: Indices<byte>(); break;
            case Int16Type: Indices<short>(); break;
            case UInt16Type: Indices<ushort>(); break;
            case Int32Type: Indices<int>(); break;
            case UInt32Type: Indices<uint>(); break;
            case Int64Type: Indices<long>(); break;
            default: Indices<ulong>(); break;
        }

        void Indices<T>() where T : unmanaged, IBinaryInteger<T>
        {
            ReadOnlySpan<byte> bits = array.Buffers[0].Span;
            ReadOnlySpan<T> indices = MemoryMarshal.Cast<byte, T>(array.Buffers[1].Span)[..array.Length];
            for (int i = 0; i < indices.Length; i++)
                if ((bits.IsEmpty || BitUtility.GetBit(bits, i))
                    && (T.IsNegative(indices[i]) || ulong.CreateSaturating(indices[i]) >= (ulong)array.Dictionary.Length))
                    throw Fault(what, $"has the index {indices[i]}, but its dictionary has {array.Dictionary.Length} values, at value {i}");
        }
    }

    private static void RequireRuns(ArrayData array, string what)
    {
        ArrayData ends = array.Children[0], values = array.Children[1];
        if (ends.DataType is not (Int16Type or Int32Type or Int64Type) || ends.NullCount != 0 || values.Length < ends.Length)
            throw Fault(what, $"has {ends.Length} ends of runs of the type {ends.DataType.Name}, and {values.Length} values");
        int width = ((FixedWidthType)ends.DataType).BitWidth / 8;
        RequireBytes(ends, 1, (long)ends.Length * width, what);
        long before = 0;
        for (int i = 0; i < ends.Length; i++)
        {
            ReadOnlySpan<byte> bytes = ends.Buffers[1].Span[(i * width)..];
            long end = width == 2 ? BinaryPrimitives.ReadInt16LittleEndian(bytes) : width == 4 ? BinaryPrimitives.ReadInt32LittleEndian(bytes)
                : BinaryPrimitives.ReadInt64LittleEndian(bytes);
            if (end <= before)
                throw Fault(what, $"has a run that ends at {end} after one that ends at {before}");
            before = end;
        }
        if (before < array.Length)
            throw Fault(what, $"has {array.Length} values, but its runs end at {before}");
    }

    private static ArrowFault NotUtf8(string what) => Fault(what, "has text that is not valid UTF-8");

    private static ArrowFault Fault(string what, string finding) => ArrowFault.Damaged($"{what} {finding}");
}
