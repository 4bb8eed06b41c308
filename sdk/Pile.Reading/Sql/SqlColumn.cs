using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Converts columns of any SQL type to types of the format.</summary>
internal static class SqlColumn
{
    /// <summary>Returns SQL that converts a value to a type of the format: DECIMAL to int64 if it has at most 18 digits and none after the
    /// point, otherwise to float64; HUGEINT to int64, arrays to lists, structured values to JSON, and anything else to text.</summary>
    internal static string Convert(DuckDbType type, string value) => type switch
    {
        { IsInt64Decimal: true } => $"{value}::BIGINT",
        { Id: DuckDbTypeId.Decimal } => DuckDbSql.DecimalAsDouble(value, type),
        { Id: DuckDbTypeId.HugeInt or DuckDbTypeId.UHugeInt } => $"{value}::BIGINT",
        { Id: DuckDbTypeId.List or DuckDbTypeId.Array, Child: { } child }
            when child.Id.ToDType() is not null =>
            type.Id == DuckDbTypeId.List ? value : $"{value}::{child}[]",
        { Id: DuckDbTypeId.List or DuckDbTypeId.Array, Child.IsInt64Decimal: true } =>
            $"{value}::BIGINT[]",
        { Id: DuckDbTypeId.List or DuckDbTypeId.Array, Child.Id: DuckDbTypeId.Decimal } =>
            DuckDbSql.DecimalAsDouble(value, type),
        _ when IsJson(type) => $"to_json({Exact(type, value)})::VARCHAR",
        _ when type.Id.ToDType() is not null => value,
        _ => $"{value}::VARCHAR",
    };

    /// <summary>Returns whether values of a type are converted to JSON: lists of lists, STRUCT, MAP and UNION.</summary>
    internal static bool IsJson(DuckDbType type) => type switch
    {
        { Id: DuckDbTypeId.List or DuckDbTypeId.Array, Child: { } child } =>
            child.Id.ToDType() is null && child.Id is not DuckDbTypeId.Decimal,
        _ => type.Id is DuckDbTypeId.List or DuckDbTypeId.Array or DuckDbTypeId.Struct or DuckDbTypeId.Map or DuckDbTypeId.Union,
    };

    /// <summary>Returns SQL whose JSON is valid and exact in all readers: integers beyond 2^53 and infinite numbers become texts, and NaN
    /// null, as in columns of numbers.</summary>
    private static string Exact(DuckDbType type, string value, int depth = 0)
    {
        string element = $"_pile_{depth}";
        return type switch
        {
            { Id: DuckDbTypeId.Float or DuckDbTypeId.Double } => $"CASE WHEN isfinite({value}) THEN to_json({value}) "
                + $"WHEN isinf({value}) THEN to_json(CASE WHEN {value} > 0 THEN 'Infinity' ELSE '-Infinity' END) END",
            { Id: DuckDbTypeId.BigInt or DuckDbTypeId.UBigInt or DuckDbTypeId.HugeInt or DuckDbTypeId.UHugeInt } =>
                $"CASE WHEN {value} BETWEEN -9007199254740992 AND 9007199254740992 THEN to_json({value}) "
                    + $"ELSE to_json({value}::VARCHAR) END",
            { Id: DuckDbTypeId.List or DuckDbTypeId.Array, Child: { } child } =>
                $"list_transform({(type.Id == DuckDbTypeId.List ? value : $"{value}::{child}[]")}, lambda {element}: "
                    + $"{Exact(child, element, depth + 1)})",
            { Id: DuckDbTypeId.Map, Child: { } entry } when entry.Fields is [_, var ofValue] =>
                $"CASE WHEN {value} IS NOT NULL THEN map(map_keys({value}), list_transform(map_values({value}), lambda {element}: "
                    + $"{Exact(ofValue.Type, element, depth + 1)})) END",
            { Id: DuckDbTypeId.Struct } when type.Fields.All(f => f.Name.Length > 0) =>
                $"CASE WHEN {value} IS NOT NULL THEN {{{string.Join(", ", type.Fields.Select(f => $"{DuckDbSql.Literal(f.Name)}: "
                    + Exact(f.Type, $"struct_extract({value}, {DuckDbSql.Literal(f.Name)})", depth)))}}} END",
            _ => value,
        };
    }

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
