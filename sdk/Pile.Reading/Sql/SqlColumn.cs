using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>How a column of any SQL type becomes one of the format's.</summary>
internal static class SqlColumn
{
    /// <summary>The SQL that turns a value into what a column can hold: DECIMAL into float64, HUGEINT into int64,
    /// arrays into lists, what has a structure into JSON, and anything else into text.</summary>
    internal static string Convert(DuckDbType type, string value) => type switch
    {
        { Id: DuckDbTypeId.Decimal } => $"{value}::DOUBLE",
        { Id: DuckDbTypeId.HugeInt or DuckDbTypeId.UHugeInt } => $"{value}::BIGINT",
        { Id: DuckDbTypeId.List or DuckDbTypeId.Array, Child: { } child }
            when child.Id.ToDType() is { } element && element != DType.String =>
            type.Id == DuckDbTypeId.List ? value : $"{value}::{child}[]",
        { Id: DuckDbTypeId.List or DuckDbTypeId.Array, Child.Id: DuckDbTypeId.Decimal } => $"{value}::DOUBLE[]",
        { Id: DuckDbTypeId.List or DuckDbTypeId.Array or DuckDbTypeId.Struct or DuckDbTypeId.Map or DuckDbTypeId.Union } =>
            $"to_json({value})::VARCHAR",
        _ when type.Id.ToDType() is not null => value,
        _ => $"{value}::VARCHAR",
    };

    /// <summary>What a converted column is.</summary>
    /// <param name="name">Its name in the answer.</param>
    /// <param name="type">Its type after <see cref="Convert"/>.</param>
    /// <param name="source">The column of a view that it is, unchanged; null when it is made.</param>
    internal static ColumnSchema Schema(string name, DuckDbType type, ColumnSchema? source)
    {
        bool isList = type.Id == DuckDbTypeId.List;
        DType element = (isList ? type.Child! : type).Id.ToDType() ?? throw new InvalidOperationException($"Column '{name}' is {type}.");
        if (source is not null && source.DType == element && source.IsScalar == !isList)
            return source with { Name = name, IndexName = null, Nullable = true };
        return new ColumnSchema { Name = name, DType = element, Shape = isList ? [ColumnSchema.Ragged] : [], Nullable = true };
    }
}
