using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>The columns of a HATS catalogue as columns of a dataset, from the schema of its Parquet files.</summary>
/// <remarks>A STRUCT of lists is a nested group, as in an index of this format (nested-pandas has the same layout). Fields of other
/// structs are columns <c>struct.field</c>. Lists of lists of numbers are arrays. Types without a dtype are read as text, decimals with
/// digits after the point as float64, and bytes as text, which must be UTF-8: older writers have no type of text.</remarks>
internal sealed class HatsColumns
{
    private readonly ImmutableArray<ColumnSchema>.Builder columns = ImmutableArray.CreateBuilder<ColumnSchema>();


    private readonly string address;
    private readonly Action<string>? report;

    private HatsColumns(string address, Action<string>? report) => (this.address, this.report) = (address, report);

    /// <summary>Returns the columns, without those whose names this format reserves.</summary>
    /// <param name="fields">The schema of a tile.</param>
    /// <param name="address">The catalogue, for messages.</param>
    /// <param name="report">Receives messages about columns that are left out; null to ignore them.</param>
    internal static ImmutableArray<ColumnSchema> Of(IEnumerable<DuckDbField> fields, string address, Action<string>? report)
    {
        HatsColumns all = new(address, report);
        foreach (DuckDbField field in fields)
            if (!field.Name.StartsWith(ColumnNames.PiecePrefix, StringComparison.OrdinalIgnoreCase)
                && ColumnNames.FindFault(field.Name) is null)
                all.Add(field.Name, DuckDbSql.Identifier(field.Name), field.Type);
        return all.columns.ToImmutable();
    }

    private void Add(string name, string sql, DuckDbType type)
    {
        switch (type)
        {
            case { Id: DuckDbTypeId.Struct }:
                bool isNested = type.Fields.Count > 0 && type.Fields.All(f => IsListOfNumbers(f.Type));
                foreach (DuckDbField field in type.Fields)
                    if (isNested)
                        AddList($"{name}.{field.Name}", Field(sql, field.Name), field.Type.Child!, name);
                    else
                        Add($"{name}.{field.Name}", Field(sql, field.Name), field.Type);
                break;
            case { Id: DuckDbTypeId.List, Child: { Id: DuckDbTypeId.Struct } row }:
                foreach (DuckDbField field in row.Fields)
                    Add($"{name}.{field.Name}", $"list_transform({sql}, lambda x: {Field("x", field.Name)})", DuckDbType.List(field.Type));
                break;
            case { Child: { } child } when IsListOfNumbers(type) || type is { Id: DuckDbTypeId.List, Child.Id: DuckDbTypeId.Varchar }:
                AddList(name, sql, child, null);
                break;
            case { Id: DuckDbTypeId.List } when ArrayOf(type) is (var element, var rank):
                AddArray(name, sql, type, element, rank);
                break;
            case { Id: DuckDbTypeId.List, Child.Id: DuckDbTypeId.Blob }:
                AddList(name, $"list_transform({sql}, lambda b: {TextOf(name, "b")})", DuckDbType.Varchar, null);
                break;
            case { Id: DuckDbTypeId.Decimal }:
                Add(name, NumberOf(sql, type, type), DTypeOf(type));
                break;
            case { Id: DuckDbTypeId.Blob }:
                Add(name, TextOf(name, sql), DType.String);
                break;
            case var _ when HasBytes(type):
                report?.Invoke($"the column '{name}' of '{address}' has the type {type} and is left out: bytes within it are not read");
                break;
            default:
                Add(name, type.Id.ToDType() is null ? $"CAST({sql} AS VARCHAR)" : sql, type.Id.ToDType() ?? DType.String);
                break;
        }
    }

    private void Add(string name, string sql, DType type) =>
        columns.Add(new ColumnSchema { Name = name, DType = type, TileSql = sql, Nullable = true });

    private static bool IsListOfNumbers(DuckDbType type) => type is { Id: DuckDbTypeId.List, Child: { } child }
        && (child.Id == DuckDbTypeId.Decimal || child.Id.ToDType() is not (null or DType.String));

    private void AddList(string name, string sql, DuckDbType element, string? group) => columns.Add(new ColumnSchema
    {
        Name = name,
        DType = DTypeOf(element),
        Shape = [ColumnSchema.Ragged],
        // A missing text is an empty one, as in datasets: conditions find what is returned.
        TileSql = element.Id == DuckDbTypeId.Varchar ? $"list_transform({sql}, lambda t: coalesce(t, ''))"
            : NumberOf(sql, element, DuckDbType.List(element)),
        Nested = group,
        IsList = true,
        Nullable = true,
    });

    /// <summary>Returns the type of the numbers in lists of lists, and the number of levels; null if there is one level, or for lists of
    /// anything else.</summary>
    private static (DuckDbType Element, int Rank)? ArrayOf(DuckDbType type)
    {
        int rank = 0;
        for (; type is { Id: DuckDbTypeId.List, Child: { } child }; type = child)
            rank++;
        return rank > 1 && (type.Id == DuckDbTypeId.Decimal || type.Id.ToDType() is not (null or DType.String)) ? (type, rank) : null;
    }

    // Rows of a tile may differ in shape; the metadata of the catalogue may state lengths (VoParquet).
    private void AddArray(string name, string sql, DuckDbType type, DuckDbType element, int rank) => columns.Add(new ColumnSchema
    {
        Name = name,
        DType = DTypeOf(element),
        Shape = [.. Enumerable.Repeat(ColumnSchema.Ragged, rank)],
        TileSql = NumberOf(sql, element, type),
        Nullable = true,
    });

    private static DType DTypeOf(DuckDbType element) => element.Id.ToDType() ?? (element.IsInt64Decimal ? DType.Int64 : DType.Float64);

    private static string NumberOf(string sql, DuckDbType element, DuckDbType type)
    {
        if (element.Id != DuckDbTypeId.Decimal)
            return sql;
        string lists = "";
        for (DuckDbType level = type; level.Child is { } child; level = child)
            lists += "[]";
        return element.IsInt64Decimal ? $"CAST({sql} AS BIGINT{lists})" : DuckDbSql.DecimalAsDouble(sql, type);
    }

    private string TextOf(string name, string sql) => $"CASE WHEN {sql} IS NULL OR try(decode({sql})) IS NOT NULL THEN try(decode({sql})) "
        + $"ELSE error(concat({DuckDbSql.Literal(HatsTileTypes.StartOf(address))}, '|', 'a value of ', octet_length({sql}), "
        + $"{DuckDbSql.Literal($" bytes of the column '{name}' is not text in UTF-8")})) END";

    private static bool HasBytes(DuckDbType type) => type.Id == DuckDbTypeId.Blob || (type.Child is { } child && HasBytes(child))
        || type.Fields.Any(f => HasBytes(f.Type));

    private static string Field(string sql, string field) => $"struct_extract({sql}, {DuckDbSql.Literal(field)})";
}
