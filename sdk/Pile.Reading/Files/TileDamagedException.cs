namespace Pile.Reading;

/// <summary>The bytes of a tile are not those that were written; the caller adds the dataset and the tile.</summary>
internal sealed class TileDamagedException(string finding, Exception? inner = null) : Exception(finding, inner);
