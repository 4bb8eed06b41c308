using Pile.DuckDb;
using Pile.Format;
using Pile.Writing.Schemas;
using Pile.Writing.Spill;

namespace Pile.Writing.Commit;

/// <summary>Checks that need all rows, before any of them is written.</summary>
internal static class RowChecks
{
    /// <summary>Checks that no two rows have the same id.</summary>
    /// <exception cref="ValueInvalidException">Two rows have the same id; the message has the smallest such id with its first two
    /// rows.</exception>
    internal static void RequireUniqueIds(SpillQuery spill, IReadOnlyList<UnitRecord> units, DatasetSchema columns,
        DuckDbConnection connection, CancellationToken cancellationToken)
    {
        ColumnSchema objectId = columns.Columns.First(c => c.Name == StandardColumns.ObjectId);
        if (spill.Groups.IsEmpty || (!spill.HasPositions && !spill.HasRepeatedKeys(columns, connection, cancellationToken)))
            return;
        string ids = spill.Select(group => [$"{SpillQuery.Light(group, objectId)} AS id"]);
        // Hashes of texts first: they need less time and memory, and are so rarely equal for two ids that these are counted then.
        if (objectId.DType == DType.String && connection.Scalar<long>(
            $"SELECT count(*) FROM (SELECT 1 FROM ({ids}) GROUP BY hash(id) HAVING count(*) > 1)",
            cancellationToken: cancellationToken) == 0)
            return;
        string? twice = null;
        using (DuckDbResult result = connection.Query(
            $"SELECT min(id)::VARCHAR FROM (SELECT id FROM ({ids}) GROUP BY id HAVING count(*) > 1)", cancellationToken: cancellationToken))
            if (result.TryNextChunk(out DuckDbChunk? chunk))
                twice = chunk[0].Text(0);
        if (twice is null)
            return;

        List<(string Source, long Row)> places = [];
        string rows = spill.Select(group => [SpillNames.Unit, SpillNames.Row, $"{SpillQuery.Light(group, objectId)} AS id"]);
        using (DuckDbResult result = connection.Query($"SELECT u, r FROM ({rows}) WHERE id = CAST(? AS {objectId.DType.SqlName()})",
            [twice], cancellationToken))
            while (result.TryNextChunk(out DuckDbChunk? chunk))
                for (int row = 0; row < chunk.RowCount; row++)
                    places.Add((units[chunk.Values<int>(0)[row]].Source, chunk.Values<long>(1)[row]));
        places.Sort((a, b) => string.CompareOrdinal(a.Source, b.Source) is not 0 and var order ? order : a.Row.CompareTo(b.Row));
        throw new ValueInvalidException(places[1].Source.TrimStart(), places[1].Row,
            OwnNameOf(objectId, spill, columns, connection, cancellationToken), $"'{twice}'",
            $"unique: row {places[0].Row} of {places[0].Source.TrimStart()} has it as well",
            "Leave one of the two out, or use ids of observations (the id of a repeated object belongs in group_id)")
        { IsRepeatedId = true, OtherSource = places[0].Source.TrimStart() };
    }

    /// <summary>Returns the source's own column that holds the ids of all rows, if there is exactly one; otherwise the dataset's name of
    /// the id column.</summary>
    private static string OwnNameOf(ColumnSchema objectId, SpillQuery spill, DatasetSchema columns, DuckDbConnection connection,
        CancellationToken cancellationToken)
    {
        ColumnSchema[] candidates = [.. columns.Light.Where(c => c is { Role: ColumnRole.Native, IsScalar: true }
            && (c.DType == DType.String || c.DType.IsInteger()))];
        if (candidates.Length == 0)
            return objectId.Name;
        string rows = spill.Select(group => [$"rtrim({SpillQuery.Light(group, objectId)}::VARCHAR) AS id",
            .. candidates.Select((c, i) => $"rtrim({SpillQuery.Light(group, c)}::VARCHAR) AS c{i}")]);
        using DuckDbResult result = connection.Query(
            $"SELECT {string.Join(", ", candidates.Select((_, i) => $"bool_and(coalesce(c{i} = id, false))"))} FROM ({rows})",
            cancellationToken: cancellationToken);
        if (!result.TryNextChunk(out DuckDbChunk? chunk))
            return objectId.Name;
        ColumnSchema[] holding = [.. candidates.Where((_, i) => chunk[i].Value<bool>(0))];
        return holding is [var only] ? only.Name : objectId.Name;
    }

    /// <summary>Returns the span of the rows' times; null if there are no times.</summary>
    internal static TimeSpanInfo? TimeSpan(SpillQuery spill, DatasetSchema schema, DatasetSpec spec, DuckDbConnection connection,
        CancellationToken cancellationToken)
    {
        ColumnSchema? start = Standard(StandardColumns.Mjd), end = Standard(StandardColumns.MjdEnd);
        if ((start ?? end) is null || spill.Groups.IsEmpty)
            return null;
        string times = spill.Select(group => [$"{Value(group, start)} AS t0", $"{Value(group, end)} AS t1"]);
        using DuckDbResult result = connection.Query(
            "SELECT min(least(t0, t1)), max(greatest(t0, t1)) FROM (SELECT CASE WHEN isnan(t0) THEN NULL ELSE t0 END AS t0, CASE WHEN "
                + $"isnan(t1) THEN NULL ELSE t1 END AS t1 FROM ({times}))",
            cancellationToken: cancellationToken);
        if (!result.TryNextChunk(out DuckDbChunk? chunk) || !chunk[0].IsValid(0))
            return null;
        (double first, double last) = (chunk[0].Value<double>(0), chunk[1].Value<double>(0));
        return double.IsFinite(first) && double.IsFinite(last)
            ? new TimeSpanInfo(spec.TimeScale!, spec.TimeReference, first, last)
            : throw new SchemaMismatchException($"The dataset '{spec.Name}'", (start ?? end)!.Name,
                $"the times span {first} to {last}: expected finite times",
                "Correct the infinite times at their source, or set them to NaN if they are unknown");

        ColumnSchema? Standard(string name) => schema.Columns.FirstOrDefault(c => c.Name == name && c.Role == ColumnRole.Standard);

        string Value(SpillGroup group, ColumnSchema? column) => column is null ? "NULL::DOUBLE" : SpillQuery.Light(group, column);
    }

    /// <summary>Returns the largest distance of a footprint from its position, in degrees; null for rows without footprints.</summary>
    internal static double? LargestFootprint(SpillQuery spill, DatasetSchema schema, DuckDbConnection connection,
        CancellationToken cancellationToken)
    {
        if (schema.Columns.FirstOrDefault(c => c is { Name: "footprint_radius", Role: ColumnRole.Standard }) is not { } radius
            || spill.Groups.IsEmpty)
            return null;
        using DuckDbResult result = connection.Query(
            $"SELECT coalesce(max(r), 0) FROM ({spill.Select(group => [$"{SpillQuery.Light(group, radius)} AS r"])})",
            cancellationToken: cancellationToken);
        return result.TryNextChunk(out DuckDbChunk? chunk) && chunk[0].Value<double>(0) is var largest && largest is >= 0 and <= 180
            ? largest : 180;
    }

    /// <summary>Checks that a dataset without shards has no heavy columns, and that one with shards has none in other files.</summary>
    /// <exception cref="SchemaMismatchException">There is such a column.</exception>
    internal static void RequireLight(DatasetSpec spec, DatasetSchema schema)
    {
        if (!spec.HasShards && schema.Heavy is [var heavy, ..])
            throw new SchemaMismatchException($"The dataset '{spec.Name}'", heavy.Name,
                "it is heavy, and heavy columns are stored in shards, but the dataset is to have none", "Leave it out, or write shards");
        if (spec.HasShards && schema.References is [var reference, ..])
            throw new SchemaMismatchException($"The dataset '{spec.Name}'", reference.Name,
                "its values are in other files, but the dataset is to have shards", "Write a dataset without shards");
    }

    /// <summary>Checks that every declared column exists in a unit; otherwise its name is misspelt.</summary>
    /// <exception cref="SchemaMismatchException">A declared column does not exist.</exception>
    internal static void RequireNative(DatasetSpec spec, DatasetSchema schema)
    {
        foreach (NativeColumn native in spec.Native)
            if (schema.Columns.All(c => c.Name != native.Name))
                throw schema.Columns.Where(c => c.Role == ColumnRole.Native).Select(c => c.Name).ToArray() is { Length: > 0 } names
                    ? SchemaMismatchException.Unknown("the recipe's 'native'", native.Name, names, "Correct the name, or leave it out")
                    : new SchemaMismatchException("the recipe's 'native'", native.Name,
                        "there is no such column; the dataset has no native columns", "Leave it out")
                    { IsOfCaller = true };
    }
}
