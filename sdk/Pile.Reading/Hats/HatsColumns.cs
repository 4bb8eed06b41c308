using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>The columns of a HATS catalogue as columns of a dataset, from the schema of its Parquet files.</summary>
/// <remarks>A STRUCT of lists is a nested group, as in an index of this format (nested-pandas has the same layout). Fields of other
/// structs are columns <c>struct.field</c>. Lists of lists of numbers are arrays. Types without a dtype are read as text,
/// decimals as float64.</remarks>
internal sealed class HatsColumns
{
    private readonly ImmutableArray<ColumnSchema>.Builder columns = ImmutableArray.CreateBuilder<ColumnSchema>();

    private HatsColumns() { }

    /// <summary>Returns the columns, without those whose names this format reserves.</summary>
    /// <param name="fields">The schema of a tile.</param>
    internal static ImmutableArray<ColumnSchema> Of(IEnumerable<DuckDbField> fields)
    {
        HatsColumns all = new();
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
            case { Id: DuckDbTypeId.Decimal }:
                Add(name, DuckDbSql.DecimalAsDouble(sql, type), DType.Float64);
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
        DType = element.Id.ToDType() ?? DType.Float64,
        Shape = [ColumnSchema.Ragged],
        TileSql = element.Id == DuckDbTypeId.Decimal ? DuckDbSql.DecimalAsDouble(sql, DuckDbType.List(element)) : sql,
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
        DType = element.Id.ToDType() ?? DType.Float64,
        Shape = [.. Enumerable.Repeat(ColumnSchema.Ragged, rank)],
        TileSql = element.Id == DuckDbTypeId.Decimal ? DuckDbSql.DecimalAsDouble(sql, type) : sql,
        Nullable = true,
    });

    private static string Field(string sql, string field) => $"struct_extract({sql}, {DuckDbSql.Literal(field)})";
}
