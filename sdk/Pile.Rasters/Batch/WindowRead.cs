namespace Pile.Rasters;

/// <summary>A window of a file in work.</summary>
/// <param name="Source">The file.</param>
/// <param name="SourceIndex">Its number in the batch.</param>
/// <param name="Request">The window.</param>
/// <param name="Pixels">Receives elements (band, row, column); empty if they are not needed.</param>
/// <param name="Valid">Receives validity (band, row, column); empty if it is not wanted.</param>
internal readonly record struct WindowRead(BlockSource Source, int SourceIndex, RasterRequest Request, Memory<byte> Pixels,
    Memory<byte> Valid);
