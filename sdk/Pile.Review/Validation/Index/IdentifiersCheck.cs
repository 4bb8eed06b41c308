using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Review;

/// <summary>C005, I005: every id, and every row of a shard, occurs in one row of the index only.</summary>
/// <remarks>DuckDB groups all rows and spills to disk beyond its memory limit.</remarks>
internal static class IdentifiersCheck
{
    /// <summary>The number of repeated ids that are kept for the comparison with shards: those of more are compared.</summary>
    private const int MostRepeatedIds = 100_000;

    internal static void Check(DatasetUnderReview dataset, ImmutableArray<CheckedTile> tiles, CancellationToken cancellationToken)
    {
        ImmutableArray<CheckedTile> withIds = [.. tiles.Where(t => t.Rows > 0 && t.Columns.Contains("object_id"))];
        ImmutableArray<CheckedTile> withRows =
            [.. tiles.Where(t => t.Rows > 0 && t.Columns.Contains(ColumnNames.Source) && t.Columns.Contains(ColumnNames.SourceRow))];
        dataset.Databases.UseAll(connection =>
        {
            Check(dataset, connection, withIds, ["object_id"], FindingCodes.ObjectIdDuplicate, "object_id",
                "expected a unique id, found", cancellationToken);
            Check(dataset, connection, withRows, [ColumnNames.Source, ColumnNames.SourceRow], FindingCodes.PieceInvalid,
                ColumnNames.SourceRow, "expected a unique row of the shards, found shard and row", cancellationToken);
        });
    }

    private static void Check(DatasetUnderReview dataset, DuckDbConnection connection, ImmutableArray<CheckedTile> tiles, string[] key,
        string code, string column, string message, CancellationToken cancellationToken)
    {
        if (tiles.IsEmpty)
            return;
        string[] paths = [.. tiles.Select(t => dataset.FullPath(t.Tile.File.Path))];
        string columns = string.Join(", ", key.Select(DuckDbSql.Identifier)),
            given = string.Join(" AND ", key.Select(k => $"{DuckDbSql.Identifier(k)} IS NOT NULL"));
        string twice = $"SELECT {columns} FROM {ParquetSql.ReadAll(paths)} WHERE {given} GROUP BY {columns} HAVING count(*) > 1";
        if (connection.Scalar<long>($"SELECT count(*) FROM ({twice})", cancellationToken: cancellationToken) == 0)
            return;
        string text = string.Join(" || ', ' || ", key.Select(k => $"{DuckDbSql.Identifier(k)}::VARCHAR"));
        string among = $"({columns}) IN (SELECT {(key.Length == 1 ? columns : $"({columns})")} FROM ({twice}))";
        using DuckDbResult rows = connection.Query($"SELECT {text}, {ParquetSql.FileName}, {ParquetSql.RowNumber}::BIGINT FROM "
            + $"{ParquetSql.ReadAllNumbered(dataset, paths)} WHERE {among} "
            + $"ORDER BY {columns}, {ParquetSql.FileName}, {ParquetSql.RowNumber}", cancellationToken: cancellationToken);
        string? last = null, firstPlace = null;
        while (rows.TryNextChunk(out DuckDbChunk? chunk))
            for (int i = 0; i < chunk.RowCount; i++)
            {
                string value = chunk[0].Text(i) ?? "",
                    path = Path.GetRelativePath(dataset.Root, chunk[1].Text(i) ?? "").Replace(Path.DirectorySeparatorChar, '/');
                long row = chunk.Values<long>(2)[i];
                if (value == last)
                {
                    dataset.Log.Error(code, path, $"{message} {value} of {firstPlace} again", row, column);
                    if (code == FindingCodes.ObjectIdDuplicate && dataset.RepeatedIds.Count < MostRepeatedIds)
                        dataset.RepeatedIds.Add(value);
                }
                else
                    (last, firstPlace) = (value, $"'{path}', row {row},");
            }
    }
}
