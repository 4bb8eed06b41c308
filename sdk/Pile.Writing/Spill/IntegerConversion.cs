using System.Collections.Immutable;
using System.Numerics;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>Integers in the integer type that the modality defines; a number that it cannot hold is an error, never another number.</summary>
internal static class IntegerConversion
{
    internal static bool IsInteger(DType type) => type is not (DType.Bool or DType.Float32 or DType.Float64 or DType.String);

    /// <summary>Converts the columns whose dtype is not the resolved one.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="resolved">The columns as the dataset has them, in the batch's order.</param>
    /// <param name="source">Where they come from, for messages.</param>
    /// <param name="firstRow">The number of the batch's first row in the unit.</param>
    /// <exception cref="ValueInvalidException">A number does not fit.</exception>
    internal static RowBatch Apply(RowBatch batch, ImmutableArray<ColumnSchema> resolved, string source, long firstRow)
    {
        bool any = false;
        for (int i = 0; i < resolved.Length; i++)
            any |= batch.Columns[i].Schema.DType != resolved[i].DType;
        return any ? new RowBatch(batch.Columns.Select((c, i) => c.Schema.DType == resolved[i].DType ? c : To(c, resolved[i].DType, source, firstRow))) : batch;
    }

    private static ColumnData To(ColumnData data, DType to, string source, long firstRow) => data switch
    {
        ColumnData<sbyte> c => To(c, to, source, firstRow),
        ColumnData<byte> c => To(c, to, source, firstRow),
        ColumnData<short> c => To(c, to, source, firstRow),
        ColumnData<ushort> c => To(c, to, source, firstRow),
        ColumnData<int> c => To(c, to, source, firstRow),
        ColumnData<uint> c => To(c, to, source, firstRow),
        ColumnData<long> c => To(c, to, source, firstRow),
        ColumnData<ulong> c => To(c, to, source, firstRow),
        _ => throw new ArgumentOutOfRangeException(nameof(data), data.Schema.DType, "Only integers are converted."),
    };

    private static ColumnData To<T>(ColumnData<T> c, DType to, string source, long firstRow) where T : unmanaged, IBinaryInteger<T> => to switch
    {
        DType.Int8 => To<T, sbyte>(c, to, source, firstRow),
        DType.UInt8 => To<T, byte>(c, to, source, firstRow),
        DType.Int16 => To<T, short>(c, to, source, firstRow),
        DType.UInt16 => To<T, ushort>(c, to, source, firstRow),
        DType.Int32 => To<T, int>(c, to, source, firstRow),
        DType.UInt32 => To<T, uint>(c, to, source, firstRow),
        DType.Int64 => To<T, long>(c, to, source, firstRow),
        DType.UInt64 => To<T, ulong>(c, to, source, firstRow),
        _ => throw new ArgumentOutOfRangeException(nameof(to), to, "Integers are converted to integers."),
    };

    private static ColumnData<TTo> To<TFrom, TTo>(ColumnData<TFrom> data, DType to, string source, long firstRow)
        where TFrom : unmanaged, IBinaryInteger<TFrom>
        where TTo : unmanaged, IBinaryInteger<TTo>, IMinMaxValue<TTo>
    {
        Int128 least = Int128.CreateChecked(TTo.MinValue), greatest = Int128.CreateChecked(TTo.MaxValue);
        TTo[] values = new TTo[data.Values.Length];
        int next = 0;
        for (int row = 0; row < data.RowCount; row++)
            foreach (TFrom value in data.Row(row))
            {
                Int128 number = Int128.CreateChecked(value);
                if ((number < least || number > greatest) && !data.IsNullAt(row))
                    throw new ValueInvalidException(source, firstRow + row, data.Schema.Name, $"{number}", $"a number that {to.Name()} holds, {least} to {greatest}",
                        "Correct it at its source, or give the survey's own column another name");
                values[next++] = TTo.CreateTruncating(value);
            }
        ColumnSchema schema = data.Schema with { DType = to };
        if (!schema.IsRagged)
            return new ColumnData<TTo>(schema, values, data.RowCount, data.IsNull);
        int[] shapes = new int[data.RowCount * schema.Shape.Length];
        for (int row = 0; row < data.RowCount; row++)
            data.ShapeOf(row).CopyTo(shapes.AsSpan(row * schema.Shape.Length));
        return new ColumnData<TTo>(schema, values, shapes, data.IsNull);
    }
}
