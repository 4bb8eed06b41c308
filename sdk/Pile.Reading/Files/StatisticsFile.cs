using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Reads <c>statistics.parquet</c>.</summary>
internal static class StatisticsFile
{
    private const string Columns =
        "\"column\"::VARCHAR, \"count\"::BIGINT, nulls::BIGINT, skipped::BIGINT, \"min\"::DOUBLE, \"max\"::DOUBLE, mean::DOUBLE, "
            + "variance::DOUBLE, skewness::DOUBLE, kurtosis::DOUBLE, min_text::VARCHAR, max_text::VARCHAR";

    /// <summary>Reads the rows of a file in their order.</summary>
    /// <exception cref="DuckDbException">The file is not a valid statistics file.</exception>
    /// <exception cref="FormatException">A row has no name or no counts.</exception>
    internal static ImmutableArray<ColumnStatistics> Read(DuckDbConnection connection, string path, CancellationToken cancellationToken)
    {
        ImmutableArray<ColumnStatistics>.Builder lines = ImmutableArray.CreateBuilder<ColumnStatistics>();
        using DuckDbResult result = connection.Query($"SELECT {Columns} FROM read_parquet({DuckDbSql.LiteralList([path])}, "
            + "hive_partitioning = false)", cancellationToken: cancellationToken);
        while (result.TryNextChunk(out DuckDbChunk? chunk))
            for (int row = 0; row < chunk.RowCount; row++)
            {
                for (int needed = 0; needed < 4; needed++)
                    if (!chunk[needed].IsValid(row))
                        throw new FormatException($"row {lines.Count} of '{DatasetPaths.Statistics}' has no name or no counts");
                lines.Add(new ColumnStatistics
                {
                    Column = chunk[0].Text(row)!,
                    Count = chunk.Values<long>(1)[row],
                    Nulls = chunk.Values<long>(2)[row],
                    Skipped = chunk.Values<long>(3)[row],
                    Min = Number(4),
                    Max = Number(5),
                    Mean = Number(6),
                    Variance = Number(7),
                    Skewness = Number(8),
                    Kurtosis = Number(9),
                    MinText = chunk[10].Text(row),
                    MaxText = chunk[11].Text(row),
                });

                double? Number(int column) => chunk[column].IsValid(row) ? chunk.Values<double>(column)[row] : null;
            }
        return lines.ToImmutable();
    }
}
