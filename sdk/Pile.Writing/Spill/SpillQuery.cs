using System.Collections.Immutable;
using Pile.Format;
using Pile.Writing.Schemas;

namespace Pile.Writing.Spill;

/// <summary>Builds SQL over the spills of all units, cast to the dataset's types.</summary>
internal sealed class SpillQuery
{
    private readonly string? rowNumberOffsets;
    private readonly bool hasPositions;
    private string? excluded;

    /// <param name="units">The complete units.</param>
    /// <param name="area">Their folders.</param>
    /// <param name="combined">Their parts of few rows.</param>
    /// <param name="hasPositions">True if the key of rows follows from their position, false if from their id.</param>
    internal SpillQuery(IReadOnlyList<UnitRecord> units, SpillArea area, CombinedParts combined, bool hasPositions)
    {
        this.hasPositions = hasPositions;
        Dictionary<string, SpillGroup> byTypes = new(StringComparer.Ordinal);
        foreach (UnitRecord unit in units)
            foreach (PartRecord part in unit.Parts)
            {
                ImmutableArray<ColumnSchema> columns = unit.Layouts[part.Layout];
                string types = SpillLayout.TypesOf(columns);
                if (!byTypes.TryGetValue(types, out SpillGroup? group))
                {
                    byTypes.Add(types, group = new SpillGroup(columns));
                    group.Files.AddRange(combined.FilesOf(types));
                }
                if (!CombinedParts.IsFew(part))
                    group.Files.Add(Path.Combine(area.FolderOf(unit.UnitId), part.File));
            }
        Groups = [.. byTypes.Values];
        rowNumberOffsets = RowNumberOffsets(units);
    }

    internal ImmutableArray<SpillGroup> Groups { get; }

    /// <summary>Selects the same expressions from every group; null for a column that a group lacks.</summary>
    internal string Select(Func<SpillGroup, IEnumerable<string>> expressions) =>
        string.Join(" UNION ALL ", Groups.Select(group => $"SELECT {string.Join(", ", expressions(group))} FROM "
            + $"{group.Sql}{(excluded is null ? "" : $" ANTI JOIN {excluded} USING ({SpillNames.Unit}, {SpillNames.Row})")}"));

    /// <summary>Excludes the rows of a table of units and rows from all later selections.</summary>
    internal void Exclude(string table) => excluded = table;

    /// <summary>Returns the SQL of a light column of one group, in the dataset's type.</summary>
    internal string Light(SpillGroup group, ColumnSchema column)
    {
        string value = group.Columns.Any(c => c.Name == column.Name) ? SpillNames.Light(column.Name) : "NULL";
        if (column.Name == StandardColumns.ObjectId && rowNumberOffsets is not null)
            value = $"{value} + {rowNumberOffsets}[{SpillNames.Unit} + 1]";
        return $"CAST({value} AS {SpillLayout.SqlType(column)})";
    }

    /// <summary>Returns SQL of a list with the first row number of each unit, by the unit's number, if the row numbers of several units are
    /// the ids; null otherwise.</summary>
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

    /// <summary>Selects the key and the heavy bytes of every row.</summary>
    internal string Counts(DatasetSchema schema) =>
        Select(group => [Key(schema, group), group.Heavy.IsEmpty ? "0::BIGINT" : SpillNames.HeavyBytes]);

    // A hash is computed here and not before, because the ids that are row numbers of several units are known only now.
    private string Key(DatasetSchema schema, SpillGroup group) => hasPositions ? SpillNames.Key
        : IndexKey.HashSql(Light(group, schema.Light.First(c => c.Name == StandardColumns.ObjectId)));

    /// <summary>Selects all rows in the dataset's order: the key, and the light columns except vectors of text and the
    /// companions of shapes. If there are vectors of text or heavy columns, it also selects the unit, the offset in its row file, the
    /// group, and the shape and null flag of each such column.</summary>
    internal string SortedRows(DatasetSchema schema, IndexKey key)
    {
        List<ColumnSchema> light = [.. schema.Light.Where(c => schema.ShapeOwner(c) is null && !SpillLayout.IsTextVector(c))];
        string rows = Select(group => Row(schema, group, light, key));
        int id = light.FindIndex(c => c.Name == StandardColumns.ObjectId);
        return $"SELECT * FROM ({rows}) ORDER BY {SpillNames.Key}, l{id}";
    }

    private List<string> Row(DatasetSchema schema, SpillGroup group, List<ColumnSchema> light, IndexKey key)
    {
        List<string> row = [$"{Key(schema, group)} AS {SpillNames.Key}"];
        for (int i = 0; i < light.Count; i++)
            row.Add(light[i].Name == key.StoredColumn ? $"{key.StoredSql(Key(schema, group))} AS l{i}"
                : $"{Light(group, light[i])} AS l{i}");
        if (schema.Spilled.IsEmpty)
            return row;
        row.AddRange([$"{SpillNames.Unit} AS u",
            $"{(group.Heavy.IsEmpty && group.Texts.IsEmpty ? "0::BIGINT" : SpillNames.HeavyOffset)} AS ho",
            $"{Groups.IndexOf(group)}::INTEGER AS g"]);
        for (int i = 0; i < schema.Spilled.Length; i++)
        {
            ColumnSchema column = schema.Spilled[i];
            bool has = group.Columns.Any(c => c.Name == column.Name);
            string shape = has ? SpillNames.Shape(column.Name) : SpillLayout.IsTextVector(column) ? "[0]::INTEGER[]"
                : $"[{string.Join(", ", column.Shape.Select(length => Math.Max(length, 0)))}]::INTEGER[]";
            row.AddRange([$"{shape} AS s{i}", $"{(has ? SpillNames.IsNull(column.Name) : "true")} AS n{i}"]);
        }
        return row;
    }
}
