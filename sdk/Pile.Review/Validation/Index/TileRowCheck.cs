using System.Collections.Immutable;
using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>A check of a tile's rows, in the tile's order. There is one instance per tile.</summary>
internal abstract class TileRowCheck(DatasetUnderReview dataset, IndexTile tile)
{
    /// <summary>The columns of the index that the check reads; it is skipped if one of them is missing or has another type.</summary>
    internal abstract ImmutableArray<string> Columns { get; }

    /// <summary>Checks the next rows.</summary>
    internal abstract void Check(TileChunk rows);

    protected DatasetUnderReview Dataset => dataset;

    protected IndexTile Tile => tile;

    protected void Found(string code, long row, string column,
        string message) => dataset.Log.Error(code, tile.File.Path, message, row, column);

    /// <summary>Returns the windows of rows; null if they cannot be read, which is a finding of <see cref="TileWindows"/>.</summary>
    protected static WindowTable? FindWindows(TileChunk rows, ColumnSchema column)
    {
        WindowTable windows = new();
        try
        {
            windows.Append(rows[ColumnNames.PieceFile(column.SqlName)], rows[ColumnNames.WindowBand(column.SqlName)],
                rows[ColumnNames.WindowFactor(column.SqlName)], rows[ColumnNames.Window(column.SqlName)]);
            return windows;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Returns all checks of a tile.</summary>
    internal static ImmutableArray<TileRowCheck> All(DatasetUnderReview dataset, IndexTile tile) =>
    [
        dataset.Manifest.Partition.Key.HasPositions ? new TilePositions(dataset, tile) : new TileKeys(dataset, tile, HasTextIds(dataset)),
        new TileOrder(dataset, tile, HasTextIds(dataset)),
        new TileShards(dataset, tile),
        .. dataset.Heavy.Select(column => new TilePieces(dataset, tile, column)),
        .. dataset.Sources is { } sources ? dataset.References.Select(column => column.Storage == ColumnStorage.Window
            ? new TileWindows(dataset, tile, column, dataset.Rasters)
            : (TileRowCheck)new TileReferences(dataset, tile, column, sources)) : [],
        .. TileRasterGrids.IsFor(dataset) && dataset.Sources is not null
            ? dataset.References.Where(c => c.Storage == ColumnStorage.Window).Select(c => new TileRasterGrids(dataset, tile, c)) : [],
        .. dataset.Sources is not null ? TileRasterNodata.Of(dataset, tile) : [],
        .. dataset.Grid is { } grid ? (IEnumerable<TileRowCheck>)[new TileGridKeys(dataset, tile, grid)] : [],
        .. TileFootprints.IsFor(dataset) ? (IEnumerable<TileRowCheck>)[new TileFootprints(dataset, tile)] : [],
    ];

    private static bool HasTextIds(DatasetUnderReview dataset) => dataset.Manifest.Column("object_id")?.DType == DType.String;
}
