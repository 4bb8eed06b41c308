namespace Pile.Writing.Spill;

/// <summary>The place of a row in a <see cref="SortOrder"/>.</summary>
/// <param name="Tile">The tile, UTF-8; empty if there are no tiles.</param>
/// <param name="Key">The key.</param>
/// <param name="Number">The id if ids are numbers, else 0.</param>
/// <param name="Text">The id in UTF-8 if ids are texts, else empty.</param>
internal readonly record struct SortPlace(byte[] Tile, long Key, long Number, byte[] Text)
{
    internal static int Compare(SortPlace one, SortPlace other) => Compare(one.Tile, one.Key, one.Number, one.Text, other);

    /// <summary>Compares a place with another one, in DuckDB's order: texts by their bytes.</summary>
    internal static int Compare(ReadOnlySpan<byte> tile, long key, long number, ReadOnlySpan<byte> text, in SortPlace other) =>
        tile.SequenceCompareTo(other.Tile) is not 0 and var tiles ? tiles
            : key != other.Key ? key.CompareTo(other.Key)
            : number != other.Number ? number.CompareTo(other.Number)
            : text.SequenceCompareTo(other.Text);
}
