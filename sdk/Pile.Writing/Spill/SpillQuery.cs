using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Pile.DuckDb;
using Pile.Format;
using Pile.Writing.Schemas;

namespace Pile.Writing.Spill;

/// <summary>Builds SQL over the spills of all units, cast to the dataset's types.</summary>
internal sealed class SpillQuery : IDisposable
{
    private readonly bool hasCountedIds;
    private string? excluded;

    /// <param name="units">The complete units.</param>
    /// <param name="parts">Their parts.</param>
    /// <param name="hasPositions">True if the key of rows follows from their position, false if from their id.</param>
    /// <param name="connection">The connection that runs the SQL, or another one of its database.</param>
    internal SpillQuery(IReadOnlyList<UnitRecord> units, IReadOnlyList<SpilledPart> parts, bool hasPositions, DuckDbConnection connection)
    {
        HasPositions = hasPositions;
        Dictionary<string, SpillGroup> byTypes = new(StringComparer.Ordinal);
        foreach (SpilledPart part in parts)
        {
            string types = part.Layout.Types;
            if (!byTypes.TryGetValue(types, out SpillGroup? group))
                byTypes.Add(types, group = new SpillGroup(part.Layout.Columns, connection));
            group.Parts.Add(part.Rows);
        }
        Groups = [.. byTypes.Values];
        foreach (SpillGroup group in Groups)
            group.Open();
        hasCountedIds = SpilledPart.HasCountedIds(units);
    }

    internal ImmutableArray<SpillGroup> Groups { get; }

    /// <summary>True if the key of rows follows from their position, false if from their id.</summary>
    internal bool HasPositions { get; }

    public void Dispose()
    {
        foreach (SpillGroup group in Groups)
            group.Dispose();
    }

    /// <summary>Selects the same expressions from every group; null for a column that a group lacks.</summary>
    internal string Select(Func<SpillGroup, IEnumerable<string>> expressions) => Select(expressions, group => group.Sql);

    private string Select(Func<SpillGroup, IEnumerable<string>> expressions, Func<SpillGroup, string> table) =>
        string.Join(" UNION ALL ", Groups.Select(group => $"SELECT {string.Join(", ", expressions(group))} FROM "
            + $"{table(group)}{(excluded is null ? "" : $" ANTI JOIN {excluded} USING ({SpillNames.Unit}, {SpillNames.Row})")}"));

    /// <summary>Excludes the rows of a table of units and rows from all later selections.</summary>
    internal void Exclude(string table) => excluded = table;

    /// <summary>Returns the SQL of a light column of one group, in the dataset's type.</summary>
    internal static string Light(SpillGroup group, ColumnSchema column)
    {
        string value = group.Has(column.Name) ? SpillNames.Light(column.Name) : "NULL";
        if (ReferenceParts.IsTakenFromList(column))
            value = $"CASE WHEN {value} IS NOT NULL THEN coalesce(({value})[1], 0) END"; // 0: a row without elements has no piece
        return $"CAST({value} AS {SpillLayout.TypeOf(column)})";
    }

    /// <summary>Selects the key and the heavy bytes of every row.</summary>
    internal string Counts(DatasetSchema schema) =>
        Select(group => [Key(schema, group), group.Heavy.IsEmpty ? "0::BIGINT" : SpillNames.HeavyBytes]);

    /// <summary>Returns whether some rows have the same key, which rows with different ids do not have, unless rows have
    /// positions.</summary>
    internal bool HasRepeatedKeys(DatasetSchema schema, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        using DuckDbResult result = connection.Query($"SELECT h FROM ({Select(group => [$"{Key(schema, group)} AS h"])}) GROUP BY h "
            + "HAVING count(*) > 1 LIMIT 1", cancellationToken: cancellationToken);
        return result.TryNextChunk(out DuckDbChunk? chunk) && chunk.RowCount > 0;
    }

    // Ids that are row numbers of several units are known only now.
    private string Key(DatasetSchema schema, SpillGroup group) => HasPositions || !hasCountedIds ? SpillNames.Key
        : IndexKey.HashSql(Light(group, schema.Light.First(c => c.Name == StandardColumns.ObjectId)));

    /// <summary>Selects all rows: the key, and the light columns except vectors of text and the companions of shapes. If there are vectors
    /// of text or heavy columns, it also selects the unit, the offset in its row file, the group, and the shape and null flag of each such
    /// column.</summary>
    /// <param name="schema">The dataset's columns.</param>
    /// <param name="key">The key.</param>
    internal string Rows(DatasetSchema schema, IndexKey key)
    {
        List<ColumnSchema> light = Sorted(schema);
        return Select(group => Row(schema, group, light, key));
    }

    /// <summary>Selects what <see cref="Rows"/> does for some batches of each group.</summary>
    internal string SomeRows(DatasetSchema schema, IndexKey key)
    {
        List<ColumnSchema> light = Sorted(schema);
        return Select(group => Row(schema, group, light, key), group => group.SomeSql);
    }

    /// <summary>Returns the rows of <see cref="Rows"/>, read without SQL; null if they differ from the spilled ones in more than columns
    /// that follow from the key: if some are excluded, or units differ in their columns.</summary>
    internal StoredRows? Stored(DatasetSchema schema, IndexKey key)
    {
        if (Groups is not [{ } group] || excluded is not null || (!HasPositions && hasCountedIds))
            return null;
        Dictionary<string, int> places = group.Table.Columns.Index().ToDictionary(c => c.Item.Name, c => c.Index, StringComparer.Ordinal);
        List<StoredColumn> columns = [];
        bool areStored = TryAdd(SpillNames.Key, SpillNames.Key, DuckDbType.BigInt);
        foreach ((int i, ColumnSchema column) in Sorted(schema).Index())
            if (column.Name == key.StoredColumn && !key.HasTiles)
                columns.Add(new(new($"l{i}", DuckDbType.BigInt), places[SpillNames.Key], keys => Cells(keys, key)));
            else
                areStored &= !ReferenceParts.IsTakenFromList(column)
                    && TryAdd($"l{i}", SpillNames.Light(column.Name), SpillLayout.TypeOf(column));
        if (!schema.Spilled.IsEmpty)
        {
            areStored &= TryAdd("u", SpillNames.Unit, DuckDbType.Integer) && TryAdd("ho", SpillNames.HeavyOffset, DuckDbType.BigInt);
            columns.Add(new(new("g", DuckDbType.Integer), places[SpillNames.Key], keys => DuckDbColumn.Repeat(0, keys.RowCount)));
            foreach ((int i, ColumnSchema column) in schema.Spilled.Index())
                areStored &= TryAdd($"s{i}", SpillNames.Shape(column.Name), DuckDbType.List(DuckDbType.Integer))
                    && TryAdd($"n{i}", SpillNames.IsNull(column.Name), DuckDbType.Boolean);
        }
        return areStored ? new StoredRows(group.Table, columns) : null;

        bool TryAdd(string name, string spilled, DuckDbType type)
        {
            if (!places.TryGetValue(spilled, out int place) || !group.Table.Columns[place].Type.Equals(type))
                return false;
            columns.Add(new(new(name, type), place));
            return true;
        }
    }

    private static DuckDbColumn Cells(DuckDbColumn keys, IndexKey key)
    {
        long[] cells = new long[keys.RowCount];
        for (int row = 0; row < cells.Length; row++)
        {
            long value = MemoryMarshal.Read<long>(keys.RowBytes(row));
            cells[row] = key.HasPositions ? key.CellOf(value) : value;
        }
        return DuckDbColumn.Of<long>(cells);
    }

    /// <summary>Returns the order of <see cref="Rows"/> in shards; without shards, in the index.</summary>
    /// <param name="schema">The dataset's columns.</param>
    /// <param name="hasTiles">True to sort by the tile first.</param>
    internal static SortOrder OrderOf(DatasetSchema schema, bool hasTiles)
    {
        int id = Sorted(schema).FindIndex(c => c.Name == StandardColumns.ObjectId);
        return new SortOrder(hasTiles ? $"l{TileColumn(schema) - 1}" : null, SpillNames.Key, $"l{id}");
    }

    /// <summary>Returns the column of <see cref="Rows"/> with the tile of each row.</summary>
    internal static int TileColumn(DatasetSchema schema) => 1 + Sorted(schema).FindIndex(c => c.Name == Partition.Tile);

    /// <summary>Returns the light columns that <see cref="Rows"/> selects, after the key.</summary>
    private static List<ColumnSchema> Sorted(DatasetSchema schema) =>
        [.. schema.Indexed.Where(c => schema.ShapeOwner(c) is null && !SpillLayout.IsTextVector(c))];

    /// <summary>Returns SQL of the shape of rows without a value, if a light column has the shapes of a reference column that the group
    /// lacks.</summary>
    private static string? ShapeWithoutValue(DatasetSchema schema, SpillGroup group, ColumnSchema light) =>
        !group.Has(light.Name) && schema.References.FirstOrDefault(c => ColumnNames.Shape(c.Name) == light.Name) is { } owner
            ? ShapeWithoutValue(owner, "BIGINT") : null;

    private static string ShapeWithoutValue(ColumnSchema column, string type) =>
        $"[{string.Join(", ", column.Shape.Select(length => Math.Max(length, 0)))}]::{type}[]";

    private List<string> Row(DatasetSchema schema, SpillGroup group, List<ColumnSchema> light, IndexKey key)
    {
        List<string> row = [$"{Key(schema, group)} AS {SpillNames.Key}"];
        for (int i = 0; i < light.Count; i++)
            row.Add(light[i].Name == key.StoredColumn && !key.HasTiles ? $"{key.StoredSql(Key(schema, group))} AS l{i}"
                : $"{(ShapeWithoutValue(schema, group, light[i]) ?? Light(group, light[i]))} AS l{i}");
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
                : ShapeWithoutValue(column, "INTEGER");
            row.AddRange([$"{shape} AS s{i}", $"{(has ? SpillNames.IsNull(column.Name) : "true")} AS n{i}"]);
        }
        return row;
    }
}
