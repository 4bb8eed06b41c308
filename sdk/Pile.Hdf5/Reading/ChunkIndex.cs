namespace Pile.Hdf5;

/// <summary>Where all chunks of a dataset are in its file, row by row, and within a row in C order.</summary>
internal sealed class ChunkIndex
{
    private readonly long[] chunkShape;
    private readonly Hdf5Piece[] pieces;
    private readonly Hdf5Dataset dataset;

    internal ChunkIndex(Hdf5Dataset dataset, long[] chunkShape,
        Hdf5Piece[] pieces) => (this.dataset, this.chunkShape, this.pieces) = (dataset, chunkShape, pieces);

    /// <summary>How many chunks make up a row: 1 for chunks [1, ...] as long as a row.</summary>
    /// <exception cref="Hdf5Exception">Chunks span several rows.</exception>
    internal int PiecesPerRow => chunkShape[0] is 1 ? dataset.RowCount is 0 ? 1 : (int)(pieces.Length / dataset.RowCount)
        : throw dataset.Found($"its chunks [{string.Join(", ", chunkShape)}] span several rows; copy it with one row per chunk, for "
            + "example with h5repack");

    /// <summary>The chunks: rows × <see cref="PiecesPerRow"/> pieces.</summary>
    /// <exception cref="Hdf5Exception">Chunks span several rows.</exception>
    internal Hdf5Piece[] ByRow() => PiecesPerRow > 0 ? pieces : [];
}
