namespace Pile.Hdf5;

/// <summary>A range of bytes with values of a dataset: a chunk, or rows of a dataset without chunks.</summary>
/// <param name="Number">The number of the chunk, counted in C order over the shape; 0 without chunks.</param>
/// <param name="Offset">The offset of its first byte in the file.</param>
/// <param name="StoredBytes">Its size in bytes.</param>
/// <param name="SkippedFilters">The filters that were not applied: bit 0 for the first one.</param>
internal readonly record struct ForeignPiece(long Number, long Offset, long StoredBytes, uint SkippedFilters);
