namespace Pile.Rasters;

/// <summary>One read of a batch: a window and the memory to read it into.</summary>
/// <param name="Source">The raster.</param>
/// <param name="Request">The window.</param>
/// <param name="Destination">Receives native-endian elements (band, row, column), exactly of their size; empty to read validity
/// only.</param>
/// <param name="Valid">Receives one byte per element (band, row, column), 1 for a valid pixel and 0 for another; empty if not
/// wanted.</param>
internal readonly record struct RasterRead(IRasterSource Source, RasterRequest Request, Memory<byte> Destination,
    Memory<byte> Valid = default);
