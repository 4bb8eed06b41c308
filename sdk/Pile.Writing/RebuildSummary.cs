namespace Pile.Writing;

/// <summary>What a rebuild of an index made.</summary>
/// <param name="Path">The dataset's folder.</param>
/// <param name="Rows">Rows of the index.</param>
/// <param name="Tiles">Its tiles.</param>
/// <param name="Files">Files written: tiles, lists, maps, margin, positions.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Changed">How many of them were missing or other than now.</param>
internal sealed record RebuildSummary(string Path, long Rows, int Tiles, int Files, long Bytes, int Changed);
