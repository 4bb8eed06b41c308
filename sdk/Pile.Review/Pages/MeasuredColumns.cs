using System.Collections.Immutable;
using System.Globalization;
using Pile.DuckDb;
using Pile.Format;
using Pile.Plotting;
using Pile.Reading;

namespace Pile.Review;

/// <summary>Measures light columns of which a dataset has no statistics: those of HATS catalogues, and fields of layers.</summary>
internal static class MeasuredColumns
{
    private const int ColumnsPerStatement = 64;

    /// <summary>Returns counts, extremes, mean and variance of all rows for columns with one number per row.</summary>
    /// <remarks>Values that are not finite and declared sentinels are counted as skipped, as builders do. Skewness, kurtosis and exact
    /// texts are not measured.</remarks>
    internal static async Task<ImmutableArray<ColumnStatistics>> OfAsync(Dataset dataset, IEnumerable<ColumnSchema> columns,
        CancellationToken cancellationToken)
    {
        List<ColumnStatistics> measured = [];
        foreach (ColumnSchema[] part in columns.Where(c => c is { IsHeavy: false, IsScalar: true } && c.DType != DType.String
                // An alias hides a stored column of its name.
                && dataset.Manifest.Aliases.All(a => !a.Name.Equals(c.SqlName, StringComparison.OrdinalIgnoreCase)))
            .Chunk(ColumnsPerStatement))
            await foreach (RowBatch batch in dataset.SqlAsync($"SELECT {string.Join(", ", part.SelectMany(Measures))} FROM d",
                cancellationToken: cancellationToken).ConfigureAwait(false))
                if (batch.RowCount > 0)
                    measured.AddRange(part.Select((column, i) => Of(column, batch, i)));
        return [.. measured];
    }

    private static string[] Measures(ColumnSchema column, int index)
    {
        string name = DuckDbSql.Identifier(column.SqlName), value = $"{name}::DOUBLE",
            isMeasured = $"isfinite({value})" + string.Concat(column.Sentinels.Where(double.IsFinite)
                .Select(s => $" AND {value} <> {DuckDbSql.Literal(SentinelRule.Stored(column.DType, s))}"));
        return [.. ((string[])[$"count(*) FILTER (WHERE {isMeasured})", $"count(*) FILTER (WHERE {name} IS NULL)",
            $"count(*) FILTER (WHERE NOT ({isMeasured}))", .. ((string[])["min", "max", "avg", "var_pop"])
                .Select(f => $"{f}({value}) FILTER (WHERE {isMeasured})")])
            .Select((sql, i) => string.Create(CultureInfo.InvariantCulture, $"{sql} AS m{i}_{index}"))];
    }

    private static ColumnStatistics Of(ColumnSchema column, RowBatch batch, int index)
    {
        double?[] m = [.. Enumerable.Range(0, 7).Select(i =>
            RowNumbers.Of(batch[string.Create(CultureInfo.InvariantCulture, $"m{i}_{index}")], 0) is [var value] ? (double?)value : null)];
        return new()
        {
            Column = column.Name,
            Count = (long)(m[0] ?? 0),
            Nulls = (long)(m[1] ?? 0),
            Skipped = (long)(m[2] ?? 0),
            Min = m[3],
            Max = m[4],
            Mean = m[5],
            Variance = m[6],
        };
    }
}
