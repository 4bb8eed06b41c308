using System.Collections.Immutable;
using System.Globalization;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;

namespace Pile.Review.Validation;

/// <summary>I002: the light values of a tile are what their columns allow: not missing, of the declared number, no text longer than declared.</summary>
internal static class TileValues
{
    /// <summary>A light column's rule: true where a row breaks it.</summary>
    private readonly record struct Rule(ColumnSchema Column, string Broken, string Message);

    internal static void Check(DatasetUnderReview dataset, IndexTile tile, ImmutableHashSet<string> columns, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        Rule[] rules = [.. dataset.Light.Where(c => columns.Contains(c.SqlName)).SelectMany(RulesOf)];
        if (rules.Length == 0)
            return;
        // The number of the first row that breaks each rule, and how many do: one pass over the columns.
        string items = string.Join(", ", rules.Select(r => $"coalesce(min({ParquetSql.RowNumber}) FILTER (WHERE {r.Broken}), -1)::BIGINT, (count(*) FILTER (WHERE {r.Broken}))::BIGINT"));
        using DuckDbResult result = connection.Query($"SELECT {items} FROM {ParquetSql.ReadNumbered(dataset.FullPath(tile.File.Path))}", cancellationToken: cancellationToken);
        if (!result.TryNextChunk(out DuckDbChunk? chunk))
            return;
        for (int i = 0; i < rules.Length; i++)
            if (chunk.Values<long>((2 * i) + 1)[0] is > 0 and var count)
                dataset.Log.Error(FindingCodes.IndexSchemaMismatch, tile.File.Path, $"{rules[i].Message} in {count} rows, first in this one", chunk.Values<long>(2 * i)[0], rules[i].Column.Name);
    }

    private static IEnumerable<Rule> RulesOf(ColumnSchema column)
    {
        string name = DuckDbSql.Identifier(column.SqlName);
        bool isChecked = column.Name is "ra" or "dec" or "healpix" && column.Role == ColumnRole.Standard;
        if (!column.Nullable && !isChecked) // those have codes of their own
            yield return new Rule(column, $"{name} IS NULL", "expected a value, as the column is not nullable, found none");
        if (!column.IsScalar && !column.IsRagged)
            yield return new Rule(column, $"len({name}) <> {column.ElementsPerRow.ToString(CultureInfo.InvariantCulture)}", $"expected {column.ElementsPerRow} values, found another number");
        if (!column.IsScalar)
            yield return new Rule(column, $"list_count({name}) <> len({name})", "expected no gaps within a row, found some");
        if (column is { DType: DType.String, IsScalar: true })
            yield return new Rule(column, $"strlen({name}) > {column.StringBytes.ToString(CultureInfo.InvariantCulture)}", $"expected at most {column.StringBytes} bytes, found more");
        else if (column.DType == DType.String)
            yield return new Rule(column, $"list_max(list_transform({name}, lambda x: strlen(x))) > {column.StringBytes.ToString(CultureInfo.InvariantCulture)}", $"expected texts of at most {column.StringBytes} bytes, found longer ones");
    }
}
