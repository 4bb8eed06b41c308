namespace Pile.Hdf5;

/// <summary>Where all chunks of a dataset lie in its file, in the order of their coordinates.</summary>
internal sealed class ChunkIndex
{
    private readonly long[] shape;
    private readonly long[] chunkShape;
    private readonly Hdf5Piece[] pieces;
    private readonly long[] coordinates;
    private readonly Native.Hdf5Place place;

    internal ChunkIndex(long[] shape, long[] chunkShape, Hdf5Piece[] pieces, long[] coordinates, Native.Hdf5Place place) =>
        (this.shape, this.chunkShape, this.pieces, this.coordinates, this.place) = (shape, chunkShape, pieces, coordinates, place);

    /// <summary>The chunks that were written.</summary>
    internal ReadOnlySpan<Hdf5Piece> Pieces => pieces;

    /// <summary>The first element of a written chunk, along each dimension.</summary>
    internal ReadOnlySpan<long> CoordinatesOf(int piece) => coordinates.AsSpan(piece * shape.Length, shape.Length);

    /// <summary>How many chunks make up a row: 1 for chunks [1, ...] as long as a row.</summary>
    /// <exception cref="Hdf5Exception">Chunks span several rows: they can't be told apart by row.</exception>
    internal int PiecesPerRow
    {
        get
        {
            if (chunkShape[0] is not 1)
                throw place.Found($"its chunks [{string.Join(", ", chunkShape)}] span several rows; copy it with one row per chunk, for example with h5repack");
            int count = 1;
            for (int axis = 1; axis < shape.Length; axis++)
                count = checked(count * (int)ChunksAlong(axis));
            return count;
        }
    }

    /// <summary>The chunks row by row, and within a row in C order; never written ones are <see cref="Hdf5Piece.Missing"/>.</summary>
    /// <returns>Rows × <see cref="PiecesPerRow"/> pieces.</returns>
    /// <exception cref="Hdf5Exception">Chunks span several rows.</exception>
    internal Hdf5Piece[] ByRow()
    {
        int perRow = PiecesPerRow;
        Hdf5Piece[] byRow = new Hdf5Piece[checked(shape[0] * perRow)];
        if (pieces.Length != byRow.Length)
            Array.Fill(byRow, Hdf5Piece.Missing);
        for (int i = 0; i < pieces.Length; i++)
        {
            ReadOnlySpan<long> at = CoordinatesOf(i);
            long within = 0;
            for (int axis = 1; axis < at.Length; axis++)
                within = (within * ChunksAlong(axis)) + (at[axis] / chunkShape[axis]);
            byRow[(at[0] * perRow) + within] = pieces[i];
        }
        return byRow;
    }

    private long ChunksAlong(int axis) => (shape[axis] / chunkShape[axis]) + (shape[axis] % chunkShape[axis] is 0 ? 0 : 1);
}
