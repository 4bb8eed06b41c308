using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Review;

/// <summary>The statistics of the values of a tile, for datasets whose index alone stores the rows.</summary>
internal static class TileStatistics
{
    /// <summary>Returns the statistics of the light columns of one tile.</summary>
    /// <exception cref="DuckDbException">The tile cannot be read.</exception>
    internal static ImmutableArray<(ColumnSchema Column, ColumnStatisticsBuilder Statistics)> Of(DatasetUnderReview dataset,
        CheckedTile tile, CancellationToken cancellationToken)
    {
        ColumnSchema[] columns = [.. dataset.Light.Where(c => tile.Columns.Contains(c.SqlName))];
        ColumnStatisticsBuilder[] statistics = [.. columns.Select(c => new ColumnStatisticsBuilder(c))];
        if (columns.Length > 0)
            dataset.Databases.Use(connection =>
            {
                using DuckDbResult rows = connection.Query($"SELECT {string.Join(", ", columns.Select(DuckDbSql.TileColumn))} FROM "
                    + ParquetSql.Read(dataset.FullPath(tile.Tile.File.Path)), cancellationToken: cancellationToken);
                while (rows.TryNextChunk(out DuckDbChunk? chunk))
                    for (int i = 0; i < columns.Length; i++)
                        Add(columns[i], chunk[i], statistics[i]);
            });
        return [.. columns.Zip(statistics), .. References(dataset, tile, cancellationToken)];
    }

    // Of values in other files, only the missing ones are counted.
    private static IEnumerable<(ColumnSchema Column, ColumnStatisticsBuilder Statistics)> References(DatasetUnderReview dataset,
        CheckedTile tile, CancellationToken cancellationToken)
    {
        foreach (ColumnSchema column in dataset.References.Where(c => tile.Columns.Contains(ColumnNames.PieceFile(c.SqlName))))
        {
            ColumnStatisticsBuilder statistics = new(column);
            long nulls = dataset.Databases.Use(connection => connection.Scalar<long>(
                $"SELECT count(*) - count({DuckDbSql.Identifier(ColumnNames.PieceFile(column.SqlName))}) FROM "
                + ParquetSql.Read(dataset.FullPath(tile.Tile.File.Path)), cancellationToken: cancellationToken));
            for (long i = 0; i < nulls; i++)
                statistics.AddNull();
            yield return (column, statistics);
        }
    }

    private static void Add(ColumnSchema column, DuckDbVector vector, ColumnStatisticsBuilder statistics)
    {
        if (column.IsBytes)
        {
            for (int row = 0; row < vector.RowCount; row++)
                if (vector.IsValid(row))
                    statistics.Add(DType.UInt8, vector.Blob(row));
                else
                    statistics.AddNull();
            return;
        }
        DuckDbVector cells = column.IsScalar ? vector : vector.Child;
        ReadOnlySpan<DuckDbListEntry> entries = column.IsScalar ? default : vector.Values<DuckDbListEntry>();
        ReadOnlySpan<byte> bytes = column.DType == DType.String ? default : CellBytes.Of(cells, column.DType);
        int elementBytes = column.DType == DType.String ? 0 : column.DType.ElementBytes();
        List<byte> counted = [];
        for (int row = 0; row < vector.RowCount; row++)
        {
            if (!vector.IsValid(row))
            {
                statistics.AddNull();
                continue;
            }
            (int first, int count) = column.IsScalar ? (row, 1) : ((int)entries[row].Offset, (int)entries[row].Length);
            if (column.DType != DType.String)
                counted.AddRange(bytes.Slice(first * elementBytes, count * elementBytes));
            else
                for (int cell = first; cell < first + count; cell++)
                    statistics.AddText(cells.Utf8(cell));
        }
        if (counted.Count > 0)
            statistics.Add(column.DType, CollectionsMarshal.AsSpan(counted));
    }
}
