namespace Pile.Hdf5;

/// <summary>The order of chunks in an array: C order over the largest shape, with the axis without a limit first.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", VII.C and VII.D (fixed array, extensible array).</remarks>
internal sealed class LinearChunks
{
    private readonly long[] counts;
    private readonly int growingAxis;

    /// <summary>Creates the order.</summary>
    /// <exception cref="Hdf5Exception">There are more chunks than can be counted.</exception>
    internal LinearChunks(ForeignDataset dataset, int growingAxis)
    {
        this.growingAxis = growingAxis;
        long[] largest = [.. dataset.MaxShape];
        if (largest[growingAxis] is ForeignSpace.Unlimited)
            largest[growingAxis] = 0;
        counts = ChunkGrid.CountsOf(largest, [.. dataset.ChunkShape]);
        Int128 others = 1;
        for (int axis = 0; axis < counts.Length; axis++)
            others = Int128.Min(others * (axis == growingAxis ? 1 : counts[axis]), (Int128)long.MaxValue + 1);
        if (others * Math.Max(counts[growingAxis], 1) > long.MaxValue)
            throw dataset.Invalid("its largest shape has more chunks than can be counted");
        PerStep = (long)others;
        Count = PerStep * counts[growingAxis];
    }

    /// <summary>The number of chunks of the largest shape; 0 if it has no limit.</summary>
    internal long Count { get; }

    /// <summary>The number of chunks at each position of the growing axis.</summary>
    internal long PerStep { get; }

    /// <summary>Computes the position of a chunk, counted in chunks.</summary>
    internal void PositionOf(long index, Span<long> position)
    {
        for (int axis = counts.Length - 1; axis >= 0; axis--)
            if (axis != growingAxis)
                (index, position[axis]) = Math.DivRem(index, counts[axis]);
        position[growingAxis] = index;
    }
}
