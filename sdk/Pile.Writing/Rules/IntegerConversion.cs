using System.Collections.Immutable;
using System.Numerics;
using Pile.Format;

namespace Pile.Writing.Rules;

/// <summary>Integers are converted to the integer type that the modality defines. A number outside the range of the type is an
/// error.</summary>
internal sealed class IntegerConversion : IBatchRule
{
    public RowBatch Apply(RowBatch batch, BatchPlace place)
    {
        ImmutableArray<ColumnSchema> resolved = place.Resolved;
        bool any = false;
        for (int i = 0; i < resolved.Length; i++)
            any |= batch.Columns[i].Schema.DType != resolved[i].DType;
        return any
            ? new RowBatch(batch.Columns.Select((c, i) => c.Schema.DType == resolved[i].DType ? c : To(c, resolved[i].DType, place)))
            : batch;
    }

    private static ColumnData To(ColumnData data, DType to, BatchPlace place) => data switch
    {
        ColumnData<sbyte> c => To(c, to, place),
        ColumnData<byte> c => To(c, to, place),
        ColumnData<short> c => To(c, to, place),
        ColumnData<ushort> c => To(c, to, place),
        ColumnData<int> c => To(c, to, place),
        ColumnData<uint> c => To(c, to, place),
        ColumnData<long> c => To(c, to, place),
        ColumnData<ulong> c => To(c, to, place),
        _ => throw new ArgumentOutOfRangeException(nameof(data), data.Schema.DType, "Only integers are converted."),
    };

    private static ColumnData To<T>(ColumnData<T> c, DType to, BatchPlace place) where T : unmanaged, IBinaryInteger<T> => to switch
    {
        DType.Int8 => To<T, sbyte>(c, to, place),
        DType.UInt8 => To<T, byte>(c, to, place),
        DType.Int16 => To<T, short>(c, to, place),
        DType.UInt16 => To<T, ushort>(c, to, place),
        DType.Int32 => To<T, int>(c, to, place),
        DType.UInt32 => To<T, uint>(c, to, place),
        DType.Int64 => To<T, long>(c, to, place),
        DType.UInt64 => To<T, ulong>(c, to, place),
        _ => throw new ArgumentOutOfRangeException(nameof(to), to, "Integers are converted to integers."),
    };

    private static ColumnData<TTo> To<TFrom, TTo>(ColumnData<TFrom> data, DType to, BatchPlace place)
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
                    throw place.Invalid(row, data.Schema.Name, $"{number}", $"a number in the range of {to.Name()}, {least} to {greatest}",
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
