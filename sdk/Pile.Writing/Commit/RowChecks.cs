using Pile.DuckDb;
using Pile.Format;
using Pile.Writing.Schemas;
using Pile.Writing.Spill;

namespace Pile.Writing.Commit;

/// <summary>Questions to all rows at once, before any of them is written.</summary>
internal static class RowChecks
{
    /// <summary>Finds an id that stands in two rows.</summary>
    /// <exception cref="ValueInvalidException">There is one; the smallest is named with its first two places.</exception>
    internal static void RequireUniqueIds(SpillQuery spill, IReadOnlyList<UnitRecord> units, ColumnSchema objectId, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        if (spill.Groups.IsEmpty)
            return;
        string ids = spill.Select(group => [$"{SpillQuery.Light(group, objectId)} AS id"]);
        string? twice = null;
        using (DuckDbResult result = connection.Query($"SELECT min(id)::VARCHAR FROM (SELECT id FROM ({ids}) GROUP BY id HAVING count(*) > 1)", cancellationToken: cancellationToken))
            if (result.TryNextChunk(out DuckDbChunk? chunk))
                twice = chunk[0].Text(0);
        if (twice is null)
            return;

        Dictionary<int, UnitRecord> byNumber = units.ToDictionary(unit => unit.Number);
        List<(string Source, long Row)> places = [];
        string rows = spill.Select(group => [SpillNames.Unit, SpillNames.Row, $"{SpillQuery.Light(group, objectId)} AS id"]);
        using (DuckDbResult result = connection.Query($"SELECT u, r FROM ({rows}) WHERE id = CAST(? AS {objectId.DType.SqlName()})", [twice], cancellationToken))
            while (result.TryNextChunk(out DuckDbChunk? chunk))
                for (int row = 0; row < chunk.RowCount; row++)
                    places.Add((byNumber[chunk.Values<int>(0)[row]].Source, chunk.Values<long>(1)[row]));
        places.Sort((a, b) => string.CompareOrdinal(a.Source, b.Source) is not 0 and var order ? order : a.Row.CompareTo(b.Row));
        throw new ValueInvalidException(places[1].Source, places[1].Row, objectId.Name, $"'{twice}'", $"unique: row {places[0].Row} of {places[0].Source} has it as well",
            "Leave one of the two out, or make the id name the observation (for repeats, the object goes into group_id)");
    }

    /// <summary>The times that the rows span; null where there are none.</summary>
    internal static TimeSpanInfo? TimeSpan(SpillQuery spill, DatasetSchema schema, DatasetSpec spec, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        ColumnSchema? start = Standard(StandardColumns.Mjd), end = Standard(StandardColumns.MjdEnd);
        if ((start ?? end) is null || spill.Groups.IsEmpty)
            return null;
        string times = spill.Select(group => [$"{Value(group, start)} AS t0", $"{Value(group, end)} AS t1"]);
        using DuckDbResult result = connection.Query(
            $"SELECT min(least(t0, t1)), max(greatest(t0, t1)) FROM (SELECT CASE WHEN isnan(t0) THEN NULL ELSE t0 END AS t0, CASE WHEN isnan(t1) THEN NULL ELSE t1 END AS t1 FROM ({times}))",
            cancellationToken: cancellationToken);
        return result.TryNextChunk(out DuckDbChunk? chunk) && chunk[0].IsValid(0)
            ? new TimeSpanInfo(spec.TimeScale!, spec.TimeReference, chunk[0].Value<double>(0), chunk[1].Value<double>(0)) : null;

        ColumnSchema? Standard(string name) => schema.Columns.FirstOrDefault(c => c.Name == name && c.Role == ColumnRole.Standard);

        static string Value(SpillGroup group, ColumnSchema? column) => column is null ? "NULL::DOUBLE" : SpillQuery.Light(group, column);
    }

    /// <summary>What is declared of a column is for nothing if no unit has it: a name that is misspelt.</summary>
    /// <exception cref="SchemaMismatchException">There is no such column.</exception>
    internal static void RequireNative(DatasetSpec spec, DatasetSchema schema)
    {
        foreach (NativeColumn native in spec.Native)
            if (schema.Columns.All(c => c.Name != native.Name))
                throw new SchemaMismatchException("the recipe's 'native'", native.Name,
                    $"the dataset has no such column; there are {string.Join(", ", schema.Columns.Where(c => c.Role == ColumnRole.Native).Select(c => c.Name))}", "Correct the name, or leave it out");
    }

    /// <summary>Has DuckDB bind every alias, so that none fails for the first time at a reader's.</summary>
    /// <exception cref="SchemaMismatchException">An alias names a column that there is not, or is no expression.</exception>
    internal static void RequireAliases(DatasetSpec spec, DatasetSchema schema)
    {
        if (spec.Aliases.IsEmpty)
            return;
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings { Threads = 1 });
        database.LockDown();
        using DuckDbConnection connection = database.Connect();
        string columns = string.Join(", ", schema.Light.Select(c =>
            $"CAST(NULL AS {c.DType.SqlName()}{(c.IsScalar ? "" : "[]")}) AS {DuckDbSql.Identifier(c.SqlName)}")
            .Concat(schema.Light.Where(c => c.Nested is not null).GroupBy(c => c.Nested!).Select(g =>
                $"CAST(NULL AS STRUCT({string.Join(", ", g.Select(c => $"{DuckDbSql.Identifier(c.NestedMember)} {c.DType.SqlName()}[]"))})) AS {DuckDbSql.Identifier(g.Key)}")));
        foreach (AliasSchema alias in spec.Aliases)
        {
            if (alias.Native is { } native && schema.Columns.All(c => c.Name != native))
                throw new SchemaMismatchException($"alias '{alias.Name}'", native, "the dataset has no such column", "Correct the alias");
            if (alias.Expression is not { } expression)
                continue;
            try
            {
                string sql = $"SELECT (\n{expression}\n) FROM (SELECT {columns}) WHERE false";
                connection.RequireSingleSelect(sql);
                connection.Execute(sql);
            }
            catch (DuckDbException e)
            {
                throw new SchemaMismatchException($"alias '{alias.Name}'", null, $"'{expression}' does not evaluate: {e.Error.Trim().Split('\n')[0].TrimEnd('!', '.')}", "Correct the alias; it sees the light columns by their index names");
            }
        }
    }
}
