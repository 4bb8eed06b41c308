using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Integers that FITS stores with an offset (TZERO), and that have missing values or rows of different length, become the next
/// wider signed type. astropy compares TNULL with the number after adding the offset, and does not add it in rows of variable
/// length.</summary>
/// <remarks>uint64 has no wider type.</remarks>
internal static class FitsWidening
{
    /// <summary>Returns the column as it is written.</summary>
    internal static ColumnSchema Of(ColumnSchema column) => !(column.Nullable || column.IsRagged) ? column : column.DType switch
    {
        DType.Int8 => column with { DType = DType.Int16 },
        DType.UInt16 => column with { DType = DType.Int32 },
        DType.UInt32 => column with { DType = DType.Int64 },
        _ => column,
    };

    /// <summary>Returns the values of a column as they are written.</summary>
    /// <param name="column">The values.</param>
    /// <param name="schema">The column as it is written.</param>
    internal static ColumnData Of(ColumnData column, ColumnSchema schema) => column.Schema.DType == schema.DType ? column : column switch
    {
        ColumnData<sbyte> c => Wider(c, schema, value => (short)value),
        ColumnData<ushort> c => Wider(c, schema, value => (int)value),
        ColumnData<uint> c => Wider(c, schema, value => (long)value),
        _ => throw new ArgumentException($"The column '{schema.Name}' is {column.Schema.DType.Name()}.", nameof(column)),
    };

    private static ColumnData<TTo> Wider<TFrom, TTo>(ColumnData<TFrom> column, ColumnSchema schema, Func<TFrom, TTo> widen)
        where TFrom : unmanaged where TTo : unmanaged
    {
        ReadOnlySpan<TFrom> values = column.Values.Span;
        TTo[] wide = new TTo[values.Length];
        for (int i = 0; i < wide.Length; i++)
            wide[i] = widen(values[i]);
        ColumnSchema own = column.Schema with { DType = schema.DType };
        if (!own.IsRagged)
            return new ColumnData<TTo>(own, wide, column.RowCount, column.IsNull);
        int axes = own.Shape.Length;
        int[] shapes = new int[column.RowCount * axes];
        for (int row = 0; row < column.RowCount; row++)
            column.ShapeOf(row).CopyTo(shapes.AsSpan(row * axes));
        return new ColumnData<TTo>(own, wide, shapes, column.IsNull);
    }
}
