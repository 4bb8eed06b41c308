using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>The columns of a chunk that decide the order of its rows.</summary>
internal readonly ref struct SortColumns
{
    private readonly DuckDbVector tiles, texts;
    private readonly ReadOnlySpan<long> keys, numbers;
    private readonly bool hasTiles, hasTexts;

    /// <param name="chunk">The rows.</param>
    /// <param name="key">The column with the key.</param>
    /// <param name="id">The column with the id.</param>
    /// <param name="tile">The column with the tile; -1 if there are no tiles.</param>
    internal SortColumns(DuckDbChunk chunk, int key, int id, int tile)
    {
        keys = chunk.Values<long>(key);
        hasTexts = chunk[id].Type.Id is DuckDbTypeId.Varchar;
        if (hasTexts)
            texts = chunk[id];
        else
            numbers = chunk.Values<long>(id);
        hasTiles = tile >= 0;
        if (hasTiles)
            tiles = chunk[tile];
    }

    /// <summary>Copies the place of a row.</summary>
    internal SortPlace At(int row) => new(TileOf(row).ToArray(), keys[row], NumberOf(row), TextOf(row).ToArray());

    /// <summary>Compares the place of a row with another one.</summary>
    internal int Compare(int row, in SortPlace other) => !hasTiles && keys[row] != other.Key ? keys[row].CompareTo(other.Key)
        : SortPlace.Compare(TileOf(row), keys[row], NumberOf(row), TextOf(row), other);

    private ReadOnlySpan<byte> TileOf(int row) => hasTiles ? tiles.Utf8(row) : default;

    private ReadOnlySpan<byte> TextOf(int row) => hasTexts ? texts.Utf8(row) : default;

    private long NumberOf(int row) => hasTexts ? 0 : numbers[row];
}
