using Pile.DuckDb;
using Pile.Format;

namespace Pile.Review;

/// <summary>C003: every alias refers to an existing column, or is an expression over light columns that has a value for every
/// row.</summary>
internal sealed class AliasesCheck(DatasetUnderReview dataset)
{
    private readonly List<(AliasSchema Alias, SqlExpression Expression)> expressions = [];

    /// <summary>Checks the aliases by the manifest alone.</summary>
    internal void CheckNames()
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        foreach (AliasSchema alias in dataset.Manifest.Aliases)
        {
            if (alias.Name.Length == 0 || alias.Name.Contains('\0', StringComparison.Ordinal))
                Invalid(alias, "expected a name that is not empty and contains no NUL, found another");
            if (ColumnNames.IsReserved(alias.Name))
                Invalid(alias, $"expected a name that does not begin with '{ColumnNames.PiecePrefix}' and is not "
                    + $"'{ColumnNames.Healpix29}', found another");
            if (dataset.Manifest.Columns.FirstOrDefault(c => c.Nested?.Equals(alias.Name, StringComparison.OrdinalIgnoreCase) is true)
                is { } member)
                Invalid(alias, $"expected another name than that of the nested group '{member.Nested}', found the same");
            if (!names.Add(alias.Name))
                Invalid(alias, "expected aliases whose names differ by more than case, found two that do not");
            else if (dataset.Manifest.Columns.FirstOrDefault(c => c.SqlName.Equals(alias.Name, StringComparison.OrdinalIgnoreCase))
                is { } column)
                Invalid(alias,
                    $"expected another name in the index for the column '{column.Name}', which the alias hides; found '{column.SqlName}'");
            if (alias.Native is { } native)
                CheckNative(alias, native);
            else
                CheckExpression(alias);
        }
    }

    /// <summary>Evaluates the expressions over all rows of a tile.</summary>
    internal void CheckRows(CheckedTile tile, CancellationToken cancellationToken)
    {
        foreach ((AliasSchema alias, SqlExpression expression) in expressions)
            if (dataset.Light.All(c => tile.Columns.Contains(c.SqlName) || !expression.Names.Contains(c.SqlName)))
                Evaluate(alias, expression, tile.Tile.File.Path, cancellationToken);
    }

    private void CheckNative(AliasSchema alias, string native)
    {
        if (dataset.Manifest.Column(native) is not { } column)
            Invalid(alias, $"expected one of the manifest's columns, found '{native}'");
        else if (column.DType is DType.Bool or DType.String && alias.Scale != 1)
            Invalid(alias, $"expected a column of numbers to multiply, found '{native}' of {column.DType.Name()}");
        else if (!double.IsFinite(alias.Scale))
            Invalid(alias, $"expected a finite scale, found {alias.Scale}");
    }

    private void CheckExpression(AliasSchema alias)
    {
        try
        {
            if (dataset.Light.IsEmpty)
                return; // already a finding
            SqlExpression expression = dataset.Databases.Use(connection =>
            {
                SqlExpression parsed = SqlExpression.Parse(connection, alias.Expression!);
                // The second column rejects aggregates: an alias is a value of a row.
                string empty = string.Join(", ",
                    dataset.Light.Select(c => $"CAST(NULL AS {c.DType.SqlName()}{(c.IsScalar ? "" : "[]")}) AS "
                        + $"{DuckDbSql.Identifier(c.SqlName)}")
                    .Concat(dataset.Light.Where(c => c.Nested is not null).GroupBy(c => c.Nested!).Select(g =>
                        "CAST(NULL AS "
                            + $"STRUCT({string.Join(", ", g.Select(c => $"{DuckDbSql.Identifier(c.NestedMember)} {c.DType.SqlName()}[]"))})"
                            + $") AS {DuckDbSql.Identifier(g.Key)}")));
                connection.Execute($"SELECT {parsed.Sql}, {DuckDbSql.Identifier(dataset.Light[0].SqlName)} FROM (SELECT {empty}) WHERE "
                    + "false");
                return parsed;
            });
            expressions.Add((alias, expression));
        }
        catch (ArgumentException e)
        {
            Invalid(alias, $"expected an expression over the light columns, found: {e.Message}");
        }
        catch (DuckDbException e)
        {
            Invalid(alias, $"expected an expression over the light columns, found '{alias.Expression}': {e.FirstLine()}");
        }
    }

    private void Evaluate(AliasSchema alias, SqlExpression expression, string path, CancellationToken cancellationToken)
    {
        try
        {
            // The hash prevents DuckDB from optimizing the expression away.
            dataset.Databases.Use(connection => connection.Execute(
                $"SELECT bit_xor(hash(value)) FROM (SELECT {expression.Sql} AS value FROM {ParquetSql.Read(dataset.FullPath(path))})",
                cancellationToken: cancellationToken));
        }
        catch (DuckDbException e)
        {
            dataset.Log.Error(FindingCodes.AliasInvalid, path,
                $"expected '{alias.Expression}' to give a value for every row, found: {e.FirstLine()}", column: alias.Name);
        }
    }

    private void Invalid(AliasSchema alias, string message) =>
        dataset.Log.Error(FindingCodes.AliasInvalid, DatasetPaths.Manifest, message, column: alias.Name);
}
