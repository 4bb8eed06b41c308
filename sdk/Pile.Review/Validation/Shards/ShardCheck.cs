using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Hdf5;
using Pile.Reading;
using Pile.Sky;

namespace Pile.Review;

/// <summary>S001 to S004, and I005 of misplaced pieces: compares every byte of a shard with manifest and index.</summary>
/// <param name="dataset">The dataset.</param>
/// <param name="shard">The listed shard.</param>
/// <param name="tiles">The tiles that can be read.</param>
/// <param name="statistics">Receives the statistics of the values; null if they are not compared.</param>
internal sealed class ShardCheck(DatasetUnderReview dataset, DatasetFile shard, ImmutableArray<CheckedTile> tiles,
    StatisticsCheck? statistics)
{
    /// <summary>Checks the shard.</summary>
    /// <param name="cancellationToken">Cancels the check.</param>
    internal void Check(CancellationToken cancellationToken)
    {
        long bytes = dataset.Disk.BytesOf(shard.Path);
        if (bytes < 0)
            return;
        if (bytes == 0)
        {
            Unreadable("expected an HDF5 file, found an empty one");
            return;
        }
        using Hdf5File? file = Open();
        ShardSchema schema = new(dataset, shard);
        ShardDatasets datasets = file is null ? new ShardDatasets() : schema.Check(file);
        try
        {
            using PieceCheck pieces = new(dataset, shard, datasets);
            dataset.Databases.Use(connection => CompareRows(connection, datasets, pieces, cancellationToken));
        }
        catch (DuckDbException)
        {
            // Reported by the check of the tile.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Unreadable($"expected an HDF5 file, found one that cannot be read: {e.Message}");
        }
    }

    private Hdf5File? Open()
    {
        try
        {
            return Hdf5File.Open(dataset.FullPath(shard.Path));
        }
        catch (Hdf5Exception e) when (e.IsUnsupported)
        {
            dataset.Log.Error(FindingCodes.ShardSchemaMismatch, shard.Path, $"expected the structures that the format allows: {e.Finding}");
            return null;
        }
        catch (Hdf5Exception e)
        {
            Unreadable($"expected an HDF5 file: {e.Finding}");
            return null;
        }
    }

    private void CompareRows(DuckDbConnection connection, ShardDatasets datasets, PieceCheck pieces, CancellationToken cancellationToken)
    {
        ImmutableArray<CheckedTile> near =
            [.. tiles.Where(t => t.Columns.Contains(ColumnNames.Source) && t.Columns.Contains(ColumnNames.SourceRow) && MayHoldRows(t))];
        if (near.IsEmpty)
            return;
        ImmutableHashSet<string> common = near.Select(t => t.Columns).Aggregate((a, b) => a.Intersect(b));
        ImmutableArray<LightComparison> light =
            [.. dataset.Light.Where(c => common.Contains(c.SqlName)).Select(c => LightComparison.Of(dataset, shard, c, datasets,
                IndexPositions.IsFor(dataset, common))).OfType<LightComparison>()];
        ImmutableArray<ColumnSchema> heavy = [.. dataset.Heavy.Where(c => IndexSchema.PieceColumns(c).All(common.Contains))];
        string[] columns = [.. ((IEnumerable<string>)[ColumnNames.SourceRow]).Concat(light.Select(l => l.Column.SqlName))
            .Concat(heavy.SelectMany(c => IndexSchema.PieceColumns(c)))
            .Concat(IndexPositions.IsFor(dataset, common) ? IndexPositions.Columns(dataset) : [])
            .Concat(heavy.Select(ShapeColumn).OfType<string>().Where(common.Contains)).Distinct(StringComparer.Ordinal)];
        Dictionary<string, int> places = columns.Select((name, i) => (name, i)).ToDictionary(c => c.name, c => c.i, StringComparer.Ordinal);
        string sql = $"SELECT {string.Join(", ", columns.Select(dataset.TileSql))} FROM "
            + $"{ParquetSql.ReadAll([.. near.Select(t => dataset.FullPath(t.Tile.File.Path))])} "
            + $"WHERE {ColumnNames.Source} = {shard.Source} ORDER BY {ColumnNames.SourceRow}";
        using DuckDbResult result = connection.Query(sql, cancellationToken: cancellationToken);
        while (result.TryNextChunk(out DuckDbChunk? chunk))
        {
            TileChunk rows = new(chunk, places, 0);
            ReadOnlySpan<int> sourceRows = chunk.Values<int>(0);
            foreach ((int first, int count) in Runs(sourceRows, shard.Rows))
                foreach (LightComparison comparison in light)
                    comparison.Compare(rows, first, count, sourceRows[first]);
            foreach (ColumnSchema column in heavy)
                pieces.Check(rows, column, ShapeColumn(column) is { } name && places.ContainsKey(name) ? name : null, sourceRows,
                    cancellationToken);
        }
        statistics?.Take(shard.Source, [.. light.Select(l => (l.Column, l.Statistics)), .. heavy.Select(c => (c, pieces.StatisticsOf(c)))]);
    }

    private bool MayHoldRows(CheckedTile tile) => !ShardPath.TryParse(dataset.Manifest, shard.Path, out ShardPath place)
        || dataset.Manifest.Partition.Order is not { } order
        || !HatsTilePath.TryPixel(order, place.Cell, out HealpixPixel cell) || cell.Contains(tile.Tile.Pixel)
        || tile.Tile.Pixel.Contains(cell);

    private string? ShapeColumn(ColumnSchema heavy) =>
        heavy.IsRagged ? dataset.Manifest.Column(ColumnNames.Shape(heavy.Name))?.SqlName : null;

    /// <summary>Returns runs of consecutive rows of the shard, without rows that do not exist.</summary>
    private static List<(int First, int Count)> Runs(ReadOnlySpan<int> sourceRows, long rowCount)
    {
        List<(int, int)> runs = [];
        for (int first = 0, next; first < sourceRows.Length; first = next)
        {
            next = first + 1;
            while (next < sourceRows.Length && sourceRows[next] == sourceRows[next - 1] + 1 && sourceRows[next] < rowCount)
                next++;
            if (sourceRows[first] >= 0 && sourceRows[first] < rowCount)
                runs.Add((first, next - first));
        }
        return runs;
    }

    private void Unreadable(string message) => dataset.Log.Error(FindingCodes.ShardUnreadable, shard.Path, message);
}
