using Pile.DuckDb;

namespace Pile.Review;

/// <summary>A chunk of a tile's rows, by column.</summary>
/// <param name="chunk">The chunk.</param>
/// <param name="places">The index of each column in the chunk.</param>
/// <param name="firstRow">The number of the chunk's first row in the tile.</param>
internal readonly struct TileChunk(DuckDbChunk chunk, IReadOnlyDictionary<string, int> places, long firstRow)
{
    internal int RowCount => chunk.RowCount;

    /// <summary>Returns the row's number in the tile.</summary>
    internal long RowAt(int row) => firstRow + row;

    internal DuckDbVector this[string column] => chunk[places[column]];
}
