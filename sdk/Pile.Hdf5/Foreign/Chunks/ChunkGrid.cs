namespace Pile.Hdf5;

/// <summary>The chunks of a shape, numbered in C order.</summary>
internal sealed class ChunkGrid
{
    private readonly long[] shape;
    private readonly long[] chunkShape;
    private readonly long[] counts;

    /// <summary>Creates the grid.</summary>
    /// <exception cref="OverflowException">There are more chunks than can be counted.</exception>
    internal ChunkGrid(long[] shape, long[] chunkShape)
    {
        (this.shape, this.chunkShape) = (shape, chunkShape);
        counts = CountsOf(shape, chunkShape);
        PerRow = 1;
        for (int axis = 1; axis < counts.Length; axis++)
            PerRow = checked(PerRow * counts[axis]);
        Count = checked(PerRow * counts[0]);
    }

    /// <summary>The number of dimensions.</summary>
    internal int Rank => counts.Length;

    /// <summary>The number of chunks.</summary>
    internal long Count { get; }

    /// <summary>The number of chunks with the same rows.</summary>
    internal long PerRow { get; }

    /// <summary>The shape of a chunk.</summary>
    internal ReadOnlySpan<long> ChunkShape => chunkShape;

    /// <summary>Computes the number of chunks along each axis.</summary>
    internal static long[] CountsOf(ReadOnlySpan<long> shape, ReadOnlySpan<long> chunkShape)
    {
        long[] found = new long[shape.Length];
        for (int axis = 0; axis < found.Length; axis++)
            found[axis] = shape[axis] is 0 ? 0 : ((shape[axis] - 1) / chunkShape[axis]) + 1;
        return found;
    }

    /// <summary>Returns the number of the chunk at a position, counted in chunks; -1 if it is outside the shape.</summary>
    internal long NumberOf(ReadOnlySpan<long> position)
    {
        long number = 0;
        for (int axis = 0; axis < counts.Length; axis++)
        {
            if ((ulong)position[axis] >= (ulong)counts[axis])
                return -1;
            number = (number * counts[axis]) + position[axis];
        }
        return number;
    }

    /// <summary>Computes the first element of a chunk.</summary>
    internal void FirstElement(long number, Span<long> first)
    {
        for (int axis = counts.Length - 1; axis >= 0; axis--)
        {
            (number, first[axis]) = Math.DivRem(number, counts[axis]);
            first[axis] *= chunkShape[axis];
        }
    }

    /// <summary>Returns true if a chunk exceeds the shape.</summary>
    internal bool IsPartial(ReadOnlySpan<long> position)
    {
        for (int axis = 0; axis < counts.Length; axis++)
            if (position[axis] == counts[axis] - 1 && shape[axis] % chunkShape[axis] is not 0)
                return true;
        return false;
    }
}
