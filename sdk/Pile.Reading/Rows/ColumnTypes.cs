using System.Numerics;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Maps a dtype known at run time to a type argument.</summary>
internal abstract class ColumnTypes
{
    internal static ColumnTypes Of(DType type) => type switch
    {
        DType.Bool => new Typed<bool>(),
        DType.Int8 => new Number<sbyte, double>(),
        DType.UInt8 => new Number<byte, double>(),
        DType.Int16 => new Number<short, double>(),
        DType.UInt16 => new Number<ushort, double>(),
        DType.Int32 => new Number<int, double>(),
        DType.UInt32 => new Number<uint, double>(),
        DType.Int64 => new Number<long, double>(),
        DType.UInt64 => new Number<ulong, double>(),
        DType.Float32 => new Number<float, float>(),
        DType.Float64 => new Number<double, double>(),
        _ => new Text(),
    };

    /// <summary>Creates a column without rows.</summary>
    internal static ColumnData Empty(ColumnSchema schema) => Of(schema.DType).Collector(schema).Finish(schema);

    internal abstract ColumnCollector Collector(ColumnSchema schema);

    internal abstract RowColumn Light(ColumnData data);

    /// <summary>Creates a column that is read from the shards.</summary>
    /// <param name="schema">The schema in the view.</param>
    /// <param name="column">The stored column.</param>
    /// <param name="scale">The factor of an alias; 1 for none.</param>
    internal abstract RowColumn Heavy(ColumnSchema schema, HeavyColumn column, double scale);

    private class Typed<T> : ColumnTypes where T : unmanaged
    {
        internal override ColumnCollector Collector(ColumnSchema schema) => new NumberCollector<T>(schema);

        internal override RowColumn Light(ColumnData data) => new LightRowColumn<T>((ColumnData<T>)data);

        internal override RowColumn Heavy(ColumnSchema schema, HeavyColumn column, double scale) => new HeavyRowColumn<T>(schema, column);
    }

    private sealed class Number<T, TScaled> : Typed<T> where T : unmanaged, INumberBase<T> where TScaled : unmanaged, INumberBase<TScaled>
    {
        internal override RowColumn Heavy(ColumnSchema schema, HeavyColumn column, double scale) => scale == 1
            ? base.Heavy(schema, column, scale)
            : new ScaledRowColumn<T, TScaled>(schema, new HeavyRowColumn<T>(schema with { DType = DTypes.Of<T>() }, column), scale);
    }

    private sealed class Text : ColumnTypes
    {
        internal override ColumnCollector Collector(ColumnSchema schema) => new TextCollector(schema);

        internal override RowColumn Light(ColumnData data) => new TextRowColumn((TextColumnData)data);

        internal override RowColumn Heavy(ColumnSchema schema, HeavyColumn column,
            double scale) => throw new InvalidOperationException("Text is always light.");
    }
}
