using System.Collections.Immutable;
using Pile.Format;
using Pile.Writing.Schemas;

namespace Pile.Writing.Spill;

/// <summary>SQL over all that units have spilled, cast to the dataset's types.</summary>
internal sealed class SpillQuery
{
    private readonly string? rowNumberOffsets;
    private string? leftOut;

    internal SpillQuery(IReadOnlyList<UnitRecord> units, SpillArea area)
    {
        Dictionary<string, SpillGroup> byTypes = new(StringComparer.Ordinal);
        foreach (UnitRecord unit in units)
            foreach (PartRecord part in unit.Parts)
            {
                ImmutableArray<ColumnSchema> columns = unit.Layouts[part.Layout];
                string types = string.Join('\n', columns.Select(c => $"{c.Name}\0{c.DType}\0{c.Storage}"));
                if (!byTypes.TryGetValue(types, out SpillGroup? group))
                    byTypes.Add(types, group = new SpillGroup(columns));
                group.Files.Add(Path.Combine(area.FolderOf(unit.UnitId), part.File));
            }
        Groups = [.. byTypes.Values];
        rowNumberOffsets = RowNumberOffsets(units);
    }

    internal ImmutableArray<SpillGroup> Groups { get; }

    /// <summary>The same expressions of every group; null for a column that a group lacks.</summary>
    internal string Select(Func<SpillGroup, IEnumerable<string>> expressions) =>
        string.Join(" UNION ALL ", Groups.Select(group => $"SELECT {string.Join(", ", expressions(group))} FROM "
            + $"{group.Sql}{(leftOut is null ? "" : $" ANTI JOIN {leftOut} USING ({SpillNames.Unit}, {SpillNames.Row})")}"));

    /// <summary>Leaves the rows of a table of units and rows out of everything that is selected from now on.</summary>
    internal void LeaveOut(string table) => leftOut = table;

    /// <summary>A light column of one group, in the dataset's type.</summary>
    internal string Light(SpillGroup group, ColumnSchema column)
    {
        string value = group.Columns.Any(c => c.Name == column.Name) ? SpillNames.Light(column.Name) : "NULL";
        if (column.Name == StandardColumns.ObjectId && rowNumberOffsets is not null)
            value = $"{value} + {rowNumberOffsets}[{SpillNames.Unit} + 1]";
        return $"CAST({value} AS {SpillLayout.SqlType(column)})";
    }

    /// <summary>Where the row numbers of each unit begin, as a list of SQL by the unit's number, if the row numbers of several units are
    /// the ids; otherwise null.</summary>
    private static string? RowNumberOffsets(IReadOnlyList<UnitRecord> units)
    {
        if (units.Count(unit => unit.Facts is { Ids: IdSource.RowNumber, SourceRows: > 0 }) < 2)
            return null;
        long[] offsets = new long[units.Max(unit => unit.Number) + 1];
        long next = 0;
        foreach (UnitRecord unit in units)
            (offsets[unit.Number], next) = (next, next + unit.Facts.SourceRows);
        return $"CAST([{string.Join(", ", offsets)}] AS BIGINT[])";
    }

    /// <summary>Order-29 index and heavy bytes of every row.</summary>
    internal string Counts() => Select(group => [SpillNames.Healpix29, group.Heavy.IsEmpty ? "0::BIGINT" : SpillNames.HeavyBytes]);

    /// <summary>All rows in the dataset's order: the order-29 index; light columns but companions of shapes and vectors of text; with those
    /// or heavy columns the unit, the place in its row file, the group, and shape and null of each vector of text and each heavy
    /// column.</summary>
    internal string SortedRows(DatasetSchema schema, int order)
    {
        List<ColumnSchema> light = [.. schema.Light.Where(c => schema.ShapeOwner(c) is null && !SpillLayout.IsTextVector(c))];
        string rows = Select(group => Row(schema, group, light, order));
        int id = light.FindIndex(c => c.Name == StandardColumns.ObjectId);
        return $"SELECT * FROM ({rows}) ORDER BY {SpillNames.Healpix29}, l{id}";
    }

    private List<string> Row(DatasetSchema schema, SpillGroup group, List<ColumnSchema> light, int order)
    {
        List<string> row = [SpillNames.Healpix29];
        for (int i = 0; i < light.Count; i++)
            row.Add(light[i].Name == StandardColumns.Healpix ? $"{SpillNames.Healpix29} >> {2 * (29 - order)} AS l{i}"
                : $"{Light(group, light[i])} AS l{i}");
        if (schema.Apart.IsEmpty)
            return row;
        row.AddRange([$"{SpillNames.Unit} AS u",
            $"{(group.Heavy.IsEmpty && group.Texts.IsEmpty ? "0::BIGINT" : SpillNames.HeavyOffset)} AS ho",
            $"{Groups.IndexOf(group)}::INTEGER AS g"]);
        for (int i = 0; i < schema.Apart.Length; i++)
        {
            ColumnSchema column = schema.Apart[i];
            bool has = group.Columns.Any(c => c.Name == column.Name);
            string shape = has ? SpillNames.Shape(column.Name) : SpillLayout.IsTextVector(column) ? "[0]::INTEGER[]"
                : $"[{string.Join(", ", column.Shape.Select(length => Math.Max(length, 0)))}]::INTEGER[]";
            row.AddRange([$"{shape} AS s{i}", $"{(has ? SpillNames.IsNull(column.Name) : "true")} AS n{i}"]);
        }
        return row;
    }
}
