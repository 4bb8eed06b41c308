namespace Pile.Writing.Index;

/// <summary>One file of the index.</summary>
/// <param name="Path">Its path in the dataset.</param>
/// <param name="Rows">The number of rows.</param>
internal readonly record struct TileFile(string Path, long Rows);
