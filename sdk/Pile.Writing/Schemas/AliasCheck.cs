using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Schemas;

/// <summary>Binds every alias in DuckDB, and evaluates it, so that errors are found when the dataset is built and not when it is
/// read.</summary>
internal static class AliasCheck
{
    /// <summary>Checks all aliases against the columns of the dataset.</summary>
    /// <exception cref="AliasInvalidException">An alias refers to an unknown column, or is not a valid SQL expression.</exception>
    internal static void Require(ImmutableArray<AliasSchema> aliases, DatasetSchema schema, Modality modality)
    {
        HashSet<string> required = new(modality.Shared.Columns.Concat(modality.Columns).Where(c => c.IsRequired).Select(c => c.Name),
            StringComparer.OrdinalIgnoreCase);
        foreach (AliasSchema alias in aliases)
            if (required.Contains(alias.Name))
                throw new AliasInvalidException(alias.Name, "the name is that of a required column, use another one");
            else if (ColumnNames.IsReserved(alias.Name))
                throw new AliasInvalidException(alias.Name, "the name is reserved for a column that the writer adds, use another one");
            else if (alias.Native is { } native && schema.Columns.All(c => c.Name != native))
                throw new AliasInvalidException(alias.Name,
                    $"there is no column '{native}'. {SimilarNames.Hint(native, schema.Columns.Select(c => c.Name))}");
        if (aliases.Any(alias => alias.Expression is not null))
            Bind(aliases, schema);
    }

    private static void Bind(ImmutableArray<AliasSchema> aliases, DatasetSchema schema)
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings { Threads = 1 });
        database.LockDown();
        using DuckDbConnection connection = database.Connect();
        string columns = string.Join(", ", schema.Light.Select(c =>
            $"CAST(NULL AS {c.DType.SqlName()}{(c.IsScalar ? "" : "[]")}) AS {DuckDbSql.Identifier(c.SqlName)}")
            .Concat(schema.Light.Where(c => c.Nested is not null).GroupBy(c => c.Nested!).Select(g =>
                "CAST(NULL AS "
                    + $"STRUCT({string.Join(", ", g.Select(c => $"{DuckDbSql.Identifier(c.NestedMember)} {c.DType.SqlName()}[]"))})) AS "
                    + $"{DuckDbSql.Identifier(g.Key)}")));
        foreach (AliasSchema alias in aliases)
            if (alias.Expression is { } expression)
                Bind(alias.Name, expression, columns, schema, connection);
    }

    /// <summary>Evaluates all expressions for the rows of the index.</summary>
    /// <exception cref="AliasInvalidException">An expression has no value for a row, such as the cast of a text that is not a number.
    /// </exception>
    internal static void Evaluate(ImmutableArray<AliasSchema> aliases, IReadOnlyList<string> tiles, DuckDbConnection connection,
        CancellationToken cancellationToken)
    {
        if (tiles.Count == 0)
            return;
        string files = string.Join(", ", tiles.Select(DuckDbSql.Literal));
        foreach (AliasSchema alias in aliases.Where(a => a.Expression is not null))
            try
            {
                // The hash prevents DuckDB from optimizing the expression away.
                connection.Execute($"SELECT bit_xor(hash(value)) FROM (SELECT (\n{alias.Expression}\n) AS value "
                    + $"FROM read_parquet([{files}], hive_partitioning = false))", cancellationToken: cancellationToken);
            }
            catch (DuckDbException e)
            {
                (string row, string reason) = FailingId(alias.Expression!, files, connection, cancellationToken) is { } id
                    ? ($"the row with object_id {id}", ReasonAt(id, alias.Expression!, files, connection, cancellationToken) ?? e.Reason)
                    : ("a row", e.Reason);
                throw new AliasInvalidException(alias.Name, $"'{alias.Expression}' has no value for {row}: {reason}. For null instead, "
                    + $"write try({alias.Expression}); bad values of an expression are not skipped", e);
            }
    }

    // The rows are in the order of the sky already, so that their numbers in the source are not known.
    private static string? FailingId(string expression, string files, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            // A hash is never null.
            using DuckDbResult ids = connection.Query($"SELECT object_id::VARCHAR FROM read_parquet([{files}], hive_partitioning = false) "
                + $"WHERE TRY(hash((\n{expression}\n))) IS NULL ORDER BY object_id LIMIT 1", cancellationToken: cancellationToken);
            return ids.Chunks().Where(chunk => chunk.RowCount > 0).Select(chunk => chunk[0].Text(0)).FirstOrDefault();
        }
        catch (DuckDbException)
        {
            return null; // an expression that TRY cannot contain
        }
    }

    // DuckDB evaluates many rows at once, and reports any of the failing ones.
    private static string? ReasonAt(string id, string expression, string files, DuckDbConnection connection,
        CancellationToken cancellationToken)
    {
        try
        {
            connection.Execute($"SELECT hash((\n{expression}\n)) FROM (SELECT * FROM read_parquet([{files}], hive_partitioning = false) "
                + $"WHERE object_id::VARCHAR = {DuckDbSql.Literal(id)} LIMIT 1)", cancellationToken: cancellationToken);
            return null;
        }
        catch (DuckDbException e)
        {
            return e.Reason;
        }
    }

    private static void Bind(string alias, string expression, string columns, DatasetSchema schema, DuckDbConnection connection)
    {
        try
        {
            if (DuckDbSql.HasInfiniteNumber(connection.Scalar<string>("SELECT json_serialize_sql($1::VARCHAR)::VARCHAR",
                [$"SELECT {expression}\n"])))
                throw new AliasInvalidException(alias,
                    $"'{expression}' contains a number outside the range of float64, whose limit is 1.8e308");
            SqlExpression parsed = SqlExpression.Parse(connection, expression);
            if (parsed.FindVolatile(name => schema.Light.Any(c => c.SqlName.Equals(name, StringComparison.OrdinalIgnoreCase))) is { } found)
                throw new AliasInvalidException(alias, $"'{expression}' has another value at each reading ({found})");
            // The second column rejects aggregates: an alias is a value of a row.
            using DuckDbResult bound = connection.Query($"SELECT {parsed.Sql}, {DuckDbSql.Identifier(schema.Light[0].SqlName)} FROM "
                + $"(SELECT {columns}) WHERE false");
            if (bound.Columns[0].Type is { Child: not null } or { Fields.Count: > 0 })
                throw new AliasInvalidException(alias, $"'{expression}' is neither a number nor a text");
        }
        catch (ArgumentException e)
        {
            throw new AliasInvalidException(alias, e.Message, e);
        }
        catch (DuckDbException e)
        {
            throw new AliasInvalidException(alias, $"'{expression}' cannot be evaluated: {Reason(e, schema)}", e);
        }
    }

    private static string Reason(DuckDbException e, DatasetSchema schema)
    {
        if (e.Error.Contains("part of an aggregate function", StringComparison.Ordinal))
            return "it contains an aggregate function of all rows, but an alias is a value of each row";
        if (SqlHint.UnknownColumn(e.Error) is not { } requested)
            return e.Reason;
        if (schema.Light.FirstOrDefault(c => c.Name == requested && c.SqlName != requested) is { } renamed)
            return $"SQL names are not case-sensitive, and another column or alias has this name: the column '{requested}' is "
                + $"\"{renamed.SqlName}\" in expressions";
        return schema.Heavy.Any(c => c.Name == requested)
            ? $"the column '{requested}' is heavy; expressions must use light columns only"
            : $"there is no column '{requested}'. {SimilarNames.Hint(requested, schema.Light.Select(c => c.SqlName))}";
    }
}
