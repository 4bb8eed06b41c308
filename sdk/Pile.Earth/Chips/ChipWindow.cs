namespace Pile.Earth;

/// <summary>The pixels of a chip: its first column and row in the raster, and how many of its columns and rows are in the raster (less than
/// the chip's size only for padded chips).</summary>
internal readonly record struct ChipWindow(int Column, int Row, int Columns, int Rows);
