namespace Pile.CrossMatch;

/// <summary>The parts of one side that a match reads or has read.</summary>
/// <param name="Name">The dataset's address, or the table's path.</param>
/// <param name="Tiles">The number of index tiles that are opened; 1 for the file of a table.</param>
/// <param name="TileCount">The number of all index tiles.</param>
/// <param name="Rows">The number of rows in the opened tiles; null if unknown before reading.</param>
/// <param name="Bytes">The bytes of the columns that are read; the file size for a table.</param>
/// <param name="Requests">The number of reads from the store: footers of tiles, and chunks of columns.</param>
internal sealed record SidePlan(string Name, int Tiles, int TileCount, long? Rows, long Bytes, long Requests);
