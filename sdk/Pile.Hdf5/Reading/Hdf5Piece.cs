namespace Pile.Hdf5;

/// <summary>Where a chunk lies in its file.</summary>
/// <param name="Offset">The first of its bytes, counted from the beginning of the file; -1 when it was never written.</param>
/// <param name="StoredBytes">How many there are.</param>
/// <param name="FilterMask">A bit for each filter, in their order, that this chunk did not go through; 0 nearly always.</param>
internal readonly record struct Hdf5Piece(long Offset, int StoredBytes, uint FilterMask)
{
    /// <summary>A chunk that was never written: its elements have the fill value.</summary>
    internal static Hdf5Piece Missing { get; } = new(-1, 0, 0);

    /// <summary>True when the chunk was never written.</summary>
    internal bool IsMissing => Offset < 0;
}
