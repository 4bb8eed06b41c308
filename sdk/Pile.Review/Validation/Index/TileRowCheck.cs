using System.Collections.Immutable;
using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>One check of a tile's rows, which come in the tile's order. One object for each tile.</summary>
internal abstract class TileRowCheck(DatasetUnderReview dataset, IndexTile tile)
{
    /// <summary>The columns of the index that it looks at; it is left out where one of them is missing or of another type.</summary>
    internal abstract ImmutableArray<string> Columns { get; }

    /// <summary>Looks at the next rows.</summary>
    internal abstract void Check(TileChunk rows);

    protected DatasetUnderReview Dataset => dataset;

    protected IndexTile Tile => tile;

    protected void Found(string code, long row, string column,
        string message) => dataset.Log.Error(code, tile.File.Path, message, row, column);

    /// <summary>All checks of a tile.</summary>
    internal static ImmutableArray<TileRowCheck> All(DatasetUnderReview dataset, IndexTile tile) =>
    [
        new TilePositions(dataset, tile),
        new TileOrder(dataset, tile, dataset.Manifest.Column("object_id")?.DType == DType.String),
        new TileShards(dataset, tile),
        .. dataset.Heavy.Select(column => new TilePieces(dataset, tile, column)),
    ];
}
