using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>SQL that is true for values which a declared type has, too.</summary>
internal static class FittingSql
{
    /// <summary>Returns a condition that is true if a value can be cast without loss.</summary>
    /// <param name="sql">The value.</param>
    /// <param name="declared">The type to cast to.</param>
    /// <param name="found">The type of the value.</param>
    /// <param name="depth">The number of lists that contain the value.</param>
    /// <remarks>Numbers and times fit if the cast back returns the same value. Between other types only missing values fit: a number as
    /// text could be written in several ways.</remarks>
    internal static string Of(string sql, DuckDbType declared, DuckDbType found, int depth = 0)
    {
        if (found.Equals(declared))
            return "true";
        if ((IsNumber(declared) && IsNumber(found)) || (IsTime(declared) && IsTime(found)))
            return $"TRY_CAST(TRY_CAST({sql} AS {declared}) AS {found}) IS NOT DISTINCT FROM {sql}";
        if (declared is { Id: DuckDbTypeId.List, Child: { } element } && found is { Id: DuckDbTypeId.List, Child: { } foundElement })
        {
            string item = $"x{depth}";
            return $"coalesce(len(list_filter({sql}, lambda {item}: NOT ({Of(item, element, foundElement, depth + 1)}))) = 0, true)";
        }
        if (declared.Id == DuckDbTypeId.Struct && found.Id == DuckDbTypeId.Struct && declared.Fields.Select(f => f.Name)
            .Order(StringComparer.Ordinal).SequenceEqual(found.Fields.Select(f => f.Name).Order(StringComparer.Ordinal)))
            return string.Join(" AND ", declared.Fields.Select(f => $"({Of($"struct_extract({sql}, {DuckDbSql.Literal(f.Name)})", f.Type,
                found.Fields.First(o => o.Name == f.Name).Type, depth)})"));
        return $"{sql} IS NULL";
    }

    private static bool IsNumber(DuckDbType type) => type.Id is DuckDbTypeId.Decimal or DuckDbTypeId.HugeInt or DuckDbTypeId.UHugeInt
        || type.Id.ToDType() is not (null or DType.String);

    private static bool IsTime(DuckDbType type) => type.Id is DuckDbTypeId.Date or DuckDbTypeId.Timestamp or DuckDbTypeId.TimestampS
        or DuckDbTypeId.TimestampMs or DuckDbTypeId.TimestampNs;
}
