using Pile.DuckDb;

namespace Pile.Review;

/// <summary>Some rows of a tile, by column.</summary>
/// <param name="chunk">They.</param>
/// <param name="places">Where each column stands in the chunk.</param>
/// <param name="firstRow">The number of the first of them in the tile.</param>
internal readonly struct TileChunk(DuckDbChunk chunk, IReadOnlyDictionary<string, int> places, long firstRow)
{
    internal int RowCount => chunk.RowCount;

    /// <summary>The row's number in the tile.</summary>
    internal long RowAt(int row) => firstRow + row;

    internal DuckDbVector this[string column] => chunk[places[column]];
}
