namespace Pile.Layers;

/// <summary>The newest value of every field of every row as of a commit, as a local Parquet file sorted by the position of the
/// row.</summary>
/// <param name="Path">The file: <c>_pile_row</c>, <c>object_id</c> and the fields.</param>
/// <param name="Rows">The number of its rows.</param>
/// <param name="Gone">The number of rows with values that the dataset does not have.</param>
internal sealed record LayerState(string Path, long Rows, long Gone);
