namespace Pile.Hdf5;

/// <summary>Where a chunk is in its file.</summary>
/// <param name="Offset">The first of its bytes, counted from the beginning of the file.</param>
/// <param name="StoredBytes">How many there are.</param>
internal readonly record struct Hdf5Piece(long Offset, int StoredBytes);
