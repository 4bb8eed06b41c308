namespace Pile.Reading;

/// <summary>The bytes of a tile differ from those that were written. The caller adds the dataset and the tile.</summary>
internal sealed class TileDamagedException(string finding, Exception? inner = null) : Exception(finding, inner);
