using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Commit;

/// <summary>Writes <c>statistics.parquet</c>: a row for every column of the manifest, in its order.</summary>
internal static class StatisticsTable
{
    internal static void Write(string path, IReadOnlyList<ColumnStatistics> lines, DuckDbConnection connection)
    {
        string[] names = ["column", "count", "nulls", "skipped", "min", "max", "mean", "variance", "skewness", "kurtosis", "min_text",
            "max_text"];
        DuckDbColumn[] columns =
        [
            DuckDbColumn.Text([.. lines.Select(l => l.Column)]),
            DuckDbColumn.Of<long>(lines.Select(l => l.Count).ToArray()),
            DuckDbColumn.Of<long>(lines.Select(l => l.Nulls).ToArray()),
            DuckDbColumn.Of<long>(lines.Select(l => l.Skipped).ToArray()),
            Numbers(l => l.Min), Numbers(l => l.Max), Numbers(l => l.Mean), Numbers(l => l.Variance), Numbers(l => l.Skewness),
            Numbers(l => l.Kurtosis),
            DuckDbColumn.Text([.. lines.Select(l => l.MinText)]),
            DuckDbColumn.Text([.. lines.Select(l => l.MaxText)]),
        ];
        using DuckDbBatches batches = new(names, columns);
        using DuckDbScan scan = connection.Scan(batches);
        connection.Execute($"COPY (SELECT * FROM {scan.Sql}) TO {DuckDbSql.Literal(path)} (FORMAT parquet, COMPRESSION zstd"
            + $"{ParquetCopy.OptionFor(columns.Any(c => c.HasNegativeZero))})");

        DuckDbColumn Numbers(Func<ColumnStatistics, double?> of) =>
            DuckDbColumn.Of<double>(lines.Select(l => of(l) ?? 0).ToArray(), lines.Select(l => of(l) is null).ToArray());
    }
}
