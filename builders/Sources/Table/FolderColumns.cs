using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Pile.Format;
using Pile.Tables;

namespace Pile.Builders.Sources.Table;

/// <summary>The columns of a set of tables that exist in the names of their folders alone, as Hive, Spark and pyarrow write them:
/// <c>year=2020/band=g/part-0.parquet</c>.</summary>
internal sealed class FolderColumns
{
    private const string Missing = "__HIVE_DEFAULT_PARTITION__";

    // The folders of a HATS catalogue tell where its rows are on the sky, which the rows themselves do.
    private static readonly FrozenSet<string> OfHats = FrozenSet.Create(StringComparer.Ordinal, "Norder", "Dir", "Npix");

    private readonly FrozenDictionary<string, ColumnSchema> schemas;

    private FolderColumns(FrozenDictionary<string, ColumnSchema> schemas) => this.schemas = schemas;

    /// <summary>Returns the columns of all units: int64 where all values are integers, otherwise text.</summary>
    internal static FolderColumns Of(IEnumerable<SourceUnit> units) => new(units.SelectMany(unit => Parse(unit.Id))
        .GroupBy(folder => folder.Name, folder => folder.Value, StringComparer.Ordinal)
        .ToFrozenDictionary(column => column.Key, column => new ColumnSchema
        {
            Name = column.Key,
            DType = column.All(value => value is null || IsInteger(value)) ? DType.Int64 : DType.String,
            Nullable = column.Contains(null),
            StringBytes = Math.Max(column.Max(value => Encoding.UTF8.GetByteCount(value ?? "")), 1),
            Description = $"the name of the folder, {column.Key}=…",
        }, StringComparer.Ordinal));

    /// <summary>Returns a table with the columns of its folders. A column of the table itself replaces one of a folder.</summary>
    internal ITableReader AddTo(ITableReader table, SourceUnit unit)
    {
        (ColumnSchema, string?)[] added = [.. Parse(unit.Id).Where(folder => table.Columns.All(c => c.Name != folder.Name))
            .Select(folder => (schemas[folder.Name], folder.Value))];
        return added is [] ? table : new FolderTable(table, added);
    }

    /// <summary>Returns the value as a column of the schema, the same in each row.</summary>
    internal static ColumnData Repeat(ColumnSchema schema, string? value, int rowCount)
    {
        if (schema.DType is DType.String)
            return TextColumnData.From(schema, [.. Enumerable.Repeat(value, rowCount)]);
        long[] values = new long[rowCount];
        if (value is null)
            return new ColumnData<long>(schema, values, rowCount, Enumerable.Repeat(true, rowCount).ToArray());
        Array.Fill(values, long.Parse(value, CultureInfo.InvariantCulture));
        return new ColumnData<long>(schema, values, rowCount);
    }

    // The last of two folders with the same name counts.
    private static IEnumerable<(string Name, string? Value)> Parse(string unit) => unit.Split('/')[..^1]
        .Select(folder => folder.Split('=', 2))
        .Where(pair => pair is [{ Length: > 0 } name, _] && !OfHats.Contains(name))
        .Select(pair => (Name: Uri.UnescapeDataString(pair[0]), Value: pair[1] == Missing ? null : Uri.UnescapeDataString(pair[1])))
        .Reverse().DistinctBy(folder => folder.Name, StringComparer.Ordinal).Reverse();

    /// <summary>Returns true for an integer in its usual form; <c>007</c> stays text.</summary>
    private static bool IsInteger(string value) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer)
            && integer.ToString(CultureInfo.InvariantCulture) == value;
}
