using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Review;

/// <summary>I003: the tiles of rows without positions are in the order of their keys.</summary>
internal static class HashTilesCheck
{
    internal static void Check(DatasetUnderReview dataset, ImmutableArray<CheckedTile> tiles, CancellationToken cancellationToken)
    {
        long last = long.MinValue;
        foreach (CheckedTile tile in tiles.Where(t => t.Rows > 0 && t.Columns.Contains(IndexKey.HashColumn)))
            dataset.Databases.Use(connection =>
            {
                using DuckDbResult range = connection.Query($"SELECT min({IndexKey.HashColumn}), max({IndexKey.HashColumn}) FROM "
                    + ParquetSql.Read(dataset.FullPath(tile.Tile.File.Path)), cancellationToken: cancellationToken);
                if (!range.TryNextChunk(out DuckDbChunk? chunk) || !chunk[0].IsValid(0))
                    return;
                if (chunk.Values<long>(0)[0] < last)
                    dataset.Log.Error(FindingCodes.IndexNotSorted, tile.Tile.File.Path,
                        $"expected keys from {last}, the last of the tiles before it, found {chunk.Values<long>(0)[0]}", 0,
                        IndexKey.HashColumn);
                last = Math.Max(last, chunk.Values<long>(1)[0]);
            });
    }
}
