namespace Pile.Rasters;

/// <summary>A range of a file that has one or several blocks.</summary>
/// <param name="Window">A window of the file.</param>
/// <param name="OffsetBytes">The offset of the first byte.</param>
/// <param name="Bytes">The number of bytes.</param>
/// <param name="GapBytes">How many of them are between blocks that are needed.</param>
internal readonly record struct BlockRange(int Window, long OffsetBytes, long Bytes, long GapBytes);
