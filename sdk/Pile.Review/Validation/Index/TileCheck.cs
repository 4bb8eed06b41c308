using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>I002, M003 of one tile, and all checks of its rows.</summary>
internal sealed class TileCheck(DatasetUnderReview dataset, IndexSchema schema)
{
    /// <summary>Checks a tile.</summary>
    /// <returns>Null if the tile cannot be read completely, which is then a finding.</returns>
    internal CheckedTile? Check(IndexTile tile, CancellationToken cancellationToken)
    {
        if (!dataset.IsComplete(tile.File))
        {
            if (tile.File.Bytes == 0 && dataset.Disk.BytesOf(tile.File.Path) == 0)
                Wrong(tile.File.Path, "expected a Parquet file, found an empty one", null);
            return null;
        }
        try
        {
            return dataset.Databases.Use(connection => Check(tile, connection, cancellationToken));
        }
        catch (DuckDbException e)
        {
            Wrong(tile.File.Path, $"expected a Parquet file that can be read, found: {e.FirstLine()}", null);
            return null;
        }
    }

    /// <summary>Checks the file that contains the schema only.</summary>
    internal void CheckCommonMetadata()
    {
        string path = $"{DatasetPaths.Index(dataset.Manifest.Subset)}/{HatsCatalogCheck.CommonMetadata}";
        if (dataset.Disk.BytesOf(path) <= 0)
            return; // reported by the HATS check
        try
        {
            dataset.Databases.Use(connection => Columns(connection, path));
        }
        catch (DuckDbException)
        {
            // Also reported by the HATS check.
        }
    }

    private CheckedTile Check(IndexTile tile, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        ImmutableHashSet<string> columns = Columns(connection, tile.File.Path);
        TileValues.Check(dataset, tile, columns, connection, cancellationToken);
        TileRowCheck[] checks = [.. TileRowCheck.All(dataset, tile).Where(check => check.Columns.All(columns.Contains))];
        long rows = checks.Length > 0 ? Scan(tile, checks, connection, cancellationToken)
            : connection.Scalar<long>($"SELECT count(*) FROM {ParquetSql.Read(dataset.FullPath(tile.File.Path))}",
                cancellationToken: cancellationToken);
        if (rows != tile.File.Rows)
            dataset.Log.Error(FindingCodes.CountMismatch, tile.File.Path,
                $"expected {tile.File.Rows} rows, as '{DatasetPaths.Files}' lists, found {rows}");
        return new CheckedTile(tile, rows, columns);
    }

    private ImmutableHashSet<string> Columns(DuckDbConnection connection, string path)
    {
        using DuckDbResult result = connection.Query($"SELECT * FROM {ParquetSql.Read(dataset.FullPath(path))} LIMIT 0");
        return schema.Check(result.Columns, (message, column) => Wrong(path, message, column));
    }

    private long Scan(IndexTile tile, TileRowCheck[] checks, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        string[] columns = [.. checks.SelectMany(check => check.Columns).Distinct(StringComparer.Ordinal)];
        Dictionary<string, int> places = columns.Select((name, i) => (name, i)).ToDictionary(c => c.name, c => c.i, StringComparer.Ordinal);
        using DuckDbResult result = connection.Query($"SELECT {string.Join(", ", columns.Select(dataset.TileSql))} FROM "
            + $"{ParquetSql.Read(dataset.FullPath(tile.File.Path))}", cancellationToken: cancellationToken);
        long rows = 0;
        while (result.TryNextChunk(out DuckDbChunk? chunk))
        {
            TileChunk next = new(chunk, places, rows);
            foreach (TileRowCheck check in checks)
                check.Check(next);
            rows += chunk.RowCount;
        }
        return rows;
    }

    private void Wrong(string path, string message, string? column) =>
        dataset.Log.Error(FindingCodes.IndexSchemaMismatch, path, message, column: column);
}
