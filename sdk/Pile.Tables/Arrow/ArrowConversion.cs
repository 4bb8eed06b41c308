using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Pile.Tables.Arrow;

/// <summary>Converts the types that DuckDB does not import to others with the same values: half floats to float32, durations to the
/// integers of their unit, and decimals of 256 bits to float64.</summary>
internal static class ArrowConversion
{
    private const string ExtensionName = "ARROW:extension:name", ExtensionMetadata = "ARROW:extension:metadata";

    /// <summary>Returns the type that is read; the type itself if DuckDB imports it.</summary>
    internal static IArrowType TypeOf(IArrowType type) => type switch
    {
        HalfFloatType => FloatType.Default,
        DurationType => Int64Type.Default,
        Decimal256Type => DoubleType.Default,
        DictionaryType t => new DictionaryType(t.IndexType, TypeOf(t.ValueType), t.Ordered),
        ListType t => new ListType(FieldOf(t.ValueField)),
        LargeListType t => new LargeListType(FieldOf(t.ValueField)),
        ListViewType t => new ListViewType(FieldOf(t.ValueField)),
        LargeListViewType t => new LargeListViewType(FieldOf(t.ValueField)),
        FixedSizeListType t => new FixedSizeListType(FieldOf(t.ValueField), t.ListSize),
        MapType t => new MapType(FieldOf(t.Fields[0]), t.KeySorted),
        StructType t => new StructType([.. t.Fields.Select(FieldOf)]),
        RunEndEncodedType t => new RunEndEncodedType(t.RunEndsField, FieldOf(t.ValuesField)),
        _ => type,
    };

    /// <summary>Returns an array of the type that is read, with the same buffers if possible.</summary>
    internal static ArrayData Of(ArrayData array)
    {
        IArrowType type = TypeOf(array.DataType);
        ArrowBuffer[] buffers = array.DataType switch
        {
            HalfFloatType => [array.Buffers[0], Buffer(MemoryMarshal.Cast<byte, Half>(array.Buffers[1].Span), array.Length,
                half => (float)half)],
            Decimal256Type decimals => [array.Buffers[0], Doubles(array, decimals.Scale)],
            _ => array.Buffers,
        };
        return new ArrayData(type, array.Length, array.NullCount, array.Offset, buffers, array.Children?.Select(Of).ToArray(),
            array.Dictionary is null ? null : Of(array.Dictionary));
    }

    /// <summary>Returns the metadata that change how DuckDB imports a field: an extension type whose bytes it checks. Others, such as its
    /// own opaque types, it would trust.</summary>
    internal static IEnumerable<KeyValuePair<string, string>>? MetadataOf(Field field) => field.Metadata is { } all
        && all.TryGetValue(ExtensionName, out string? name) && name is ("arrow.uuid" or "arrow.bool8" or "geoarrow.wkb")
        ? all.Where(pair => pair.Key is ExtensionName or ExtensionMetadata) : null;

    private static Field FieldOf(Field field) => new(field.Name, TypeOf(field.DataType), field.IsNullable, MetadataOf(field));

    private static ArrowBuffer Buffer<T, TResult>(ReadOnlySpan<T> values, int length, Func<T, TResult> convert)
        where TResult : unmanaged
    {
        TResult[] converted = new TResult[length];
        for (int i = 0; i < length; i++)
            converted[i] = convert(values[i]);
        return new ArrowBuffer(MemoryMarshal.AsBytes(converted.AsSpan()).ToArray());
    }

    // Through text, so that each value is the float64 nearest to the decimal.
    private static ArrowBuffer Doubles(ArrayData array, int scale)
    {
        const int bytes = 32;
        ReadOnlySpan<byte> all = array.Buffers[1].Span;
        double[] values = new double[array.Length];
        for (int i = 0; i < values.Length; i++)
        {
            BigInteger digits = new(all.Slice(i * bytes, bytes));
            values[i] = double.Parse(string.Create(CultureInfo.InvariantCulture, $"{digits}e{-scale}"), CultureInfo.InvariantCulture);
        }
        return new ArrowBuffer(MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
    }
}
