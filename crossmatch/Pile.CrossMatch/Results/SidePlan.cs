namespace Pile.CrossMatch;

/// <summary>What is, or was, read of one side.</summary>
/// <param name="Name">The dataset's address, the table's path.</param>
/// <param name="Tiles">Tiles of the index that are opened; for a table 1, its file.</param>
/// <param name="TileCount">All tiles of the index.</param>
/// <param name="Rows">Rows in those tiles; null where only reading tells.</param>
/// <param name="Bytes">Bytes of those tiles' columns that are read; of a table its file.</param>
/// <param name="Requests">Reads that this takes at the store: a tile's footer, and its columns' chunks.</param>
internal sealed record SidePlan(string Name, int Tiles, int TileCount, long? Rows, long Bytes, long Requests);
