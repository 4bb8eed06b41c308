namespace Pile.Writing;

/// <summary>The result of rebuilding an index.</summary>
/// <param name="Path">The dataset's folder.</param>
/// <param name="Rows">The number of rows of the index.</param>
/// <param name="Tiles">The number of tiles.</param>
/// <param name="Files">The number of files written: tiles, lists, maps, margin, positions.</param>
/// <param name="Bytes">The size of these files.</param>
/// <param name="Changed">The number of files that were missing or different before.</param>
internal sealed record RebuildSummary(string Path, long Rows, int Tiles, int Files, long Bytes, int Changed);
