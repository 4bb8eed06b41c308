using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Converts columns of any SQL type to types of the format.</summary>
internal static class SqlColumn
{
    /// <summary>Returns SQL that converts a value to a type of the format: DECIMAL to float64, HUGEINT to int64, arrays to lists,
    /// structured values to JSON, and anything else to text.</summary>
    internal static string Convert(DuckDbType type, string value) => type switch
    {
        { Id: DuckDbTypeId.Decimal } => DuckDbSql.DecimalAsDouble(value, type),
        { Id: DuckDbTypeId.HugeInt or DuckDbTypeId.UHugeInt } => $"{value}::BIGINT",
        { Id: DuckDbTypeId.List or DuckDbTypeId.Array, Child: { } child }
            when child.Id.ToDType() is not null =>
            type.Id == DuckDbTypeId.List ? value : $"{value}::{child}[]",
        { Id: DuckDbTypeId.List or DuckDbTypeId.Array, Child.Id: DuckDbTypeId.Decimal } =>
            DuckDbSql.DecimalAsDouble(value, type),
        { Id: DuckDbTypeId.List or DuckDbTypeId.Array or DuckDbTypeId.Struct or DuckDbTypeId.Map or DuckDbTypeId.Union } =>
            $"to_json({value})::VARCHAR",
        _ when type.Id.ToDType() is not null => value,
        _ => $"{value}::VARCHAR",
    };

    /// <summary>Returns the schema of a converted column.</summary>
    /// <param name="name">Its name in the result.</param>
    /// <param name="type">Its type after <see cref="Convert"/>.</param>
    /// <param name="source">The column of a view that it is, unchanged; null if it is computed.</param>
    internal static ColumnSchema Schema(string name, DuckDbType type, ColumnSchema? source)
    {
        bool isList = type.Id == DuckDbTypeId.List;
        DType element = (isList ? type.Child! : type).Id.ToDType() ?? throw new InvalidOperationException($"Column '{name}' is {type}.");
        if (source is not null && source.DType == element && source.IsScalar == !isList)
            return source with { Name = name, IndexName = null, Nullable = true };
        return new ColumnSchema { Name = name, DType = element, Shape = isList ? [ColumnSchema.Ragged] : [], Nullable = true };
    }
}
