namespace Pile.Hdf5;

/// <summary>The location of a chunk in its file.</summary>
/// <param name="Offset">The offset of its first byte in the file.</param>
/// <param name="StoredBytes">Its size in bytes.</param>
internal readonly record struct Hdf5Piece(long Offset, int StoredBytes);
