using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Schemas;

/// <summary>Binds every alias in DuckDB, so that errors are found when the dataset is built and not when it is read.</summary>
internal static class AliasCheck
{
    /// <summary>Checks all aliases against the columns of the dataset.</summary>
    /// <exception cref="AliasInvalidException">An alias refers to an unknown column, or is not a valid SQL expression.</exception>
    internal static void Require(ImmutableArray<AliasSchema> aliases, DatasetSchema schema)
    {
        if (aliases.IsEmpty)
            return;
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
            if (alias.Native is { } native && schema.Columns.All(c => c.Name != native))
                throw new AliasInvalidException(alias.Name,
                    $"there is no column '{native}'. {SimilarNames.Hint(native, schema.Columns.Select(c => c.Name))}");
            else if (alias.Expression is { } expression)
                Bind(alias.Name, expression, $"SELECT (\n{expression}\n) FROM (SELECT {columns}) WHERE false", schema, connection);
    }

    private static void Bind(string alias, string expression, string sql, DatasetSchema schema, DuckDbConnection connection)
    {
        try
        {
            connection.RequireSingleSelect(sql);
            if (DuckDbSql.HasInfiniteNumber(connection.Scalar<string>("SELECT json_serialize_sql($1::VARCHAR)::VARCHAR", [sql])))
                throw new AliasInvalidException(alias,
                    $"'{expression}' contains a number outside the range of float64, whose limit is 1.8e308");
            connection.Execute(sql);
        }
        catch (DuckDbException e)
        {
            throw new AliasInvalidException(alias, $"'{expression}' cannot be evaluated: {Reason(e.Error, schema)}", e);
        }
    }

    private static string Reason(string error, DatasetSchema schema)
    {
        const string before = "Referenced column \"", after = "\" not found";
        string first = error.Trim().Split('\n')[0].TrimEnd('!', '.');
        if (first.IndexOf(before, StringComparison.Ordinal) is not (>= 0 and var start)
            || first.IndexOf(after, start, StringComparison.Ordinal) is not (>= 0 and var end))
            return first;
        string requested = first[(start + before.Length)..end];
        if (schema.Light.FirstOrDefault(c => c.Name == requested && c.SqlName != requested) is { } renamed)
            return $"SQL names are not case-sensitive, and another column or alias has this name: the column '{requested}' is "
                + $"\"{renamed.SqlName}\" in "
                + "expressions";
        return schema.Heavy.Any(c => c.Name == requested)
            ? $"the column '{requested}' is heavy; expressions must use light columns only"
            : $"there is no column '{requested}'. {SimilarNames.Hint(requested, schema.Light.Select(c => c.SqlName))}";
    }
}
