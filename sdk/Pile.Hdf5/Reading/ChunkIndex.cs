namespace Pile.Hdf5;

/// <summary>The locations of all chunks of a dataset, by row, and in C order within a row.</summary>
internal sealed class ChunkIndex
{
    private readonly long[] chunkShape;
    private readonly Hdf5Piece[] pieces;
    private readonly Hdf5Dataset dataset;

    internal ChunkIndex(Hdf5Dataset dataset, long[] chunkShape,
        Hdf5Piece[] pieces) => (this.dataset, this.chunkShape, this.pieces) = (dataset, chunkShape, pieces);

    /// <summary>All chunks, in C order.</summary>
    internal Hdf5Piece[] All => pieces;

    /// <summary>The number of chunks per row: 1 for chunks [1, ...] as long as a row.</summary>
    /// <exception cref="Hdf5Exception">Chunks span several rows.</exception>
    internal int PiecesPerRow => chunkShape[0] is 1 ? dataset.RowCount is 0 ? 1 : (int)(pieces.Length / dataset.RowCount)
        : throw dataset.Invalid($"its chunks [{string.Join(", ", chunkShape)}] span several rows; copy it with one row per chunk, for "
            + "example with h5repack");

    /// <summary>Returns the chunks: rows × <see cref="PiecesPerRow"/> pieces.</summary>
    /// <exception cref="Hdf5Exception">Chunks span several rows.</exception>
    internal Hdf5Piece[] ByRow() => PiecesPerRow > 0 ? pieces : [];
}
