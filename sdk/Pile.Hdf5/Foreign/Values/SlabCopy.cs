namespace Pile.Hdf5;

/// <summary>Copies the part of a chunk that is within the requested rows.</summary>
internal static class SlabCopy
{
    /// <summary>Copies the elements that a chunk and the destination have in common.</summary>
    /// <param name="chunk">The elements of the chunk.</param>
    /// <param name="chunkFirst">The first element of the chunk.</param>
    /// <param name="chunkShape">The shape of the chunk.</param>
    /// <param name="destination">The elements of all requested rows.</param>
    /// <param name="firstRow">The first requested row.</param>
    /// <param name="shape">The shape of the requested rows.</param>
    /// <param name="elementBytes">The size of an element.</param>
    internal static void Copy(ReadOnlySpan<byte> chunk, ReadOnlySpan<long> chunkFirst, ReadOnlySpan<long> chunkShape,
        Span<byte> destination, long firstRow, ReadOnlySpan<long> shape, int elementBytes)
    {
        int rank = shape.Length;
        Span<long> counts = stackalloc long[rank], fromStrides = stackalloc long[rank], toStrides = stackalloc long[rank];
        (long from, long to, long fromStride, long toStride) = (0, 0, elementBytes, elementBytes);
        for (int axis = rank - 1; axis >= 0; axis--)
        {
            long start = axis is 0 ? firstRow : 0, end = start + shape[axis];
            long low = Math.Max(chunkFirst[axis], start), high = Math.Min(chunkFirst[axis] + chunkShape[axis], end);
            counts[axis] = high - low;
            if (counts[axis] <= 0)
                return;
            from += (low - chunkFirst[axis]) * fromStride;
            to += (low - start) * toStride;
            (fromStrides[axis], toStrides[axis]) = (fromStride, toStride);
            (fromStride, toStride) = (fromStride * chunkShape[axis], toStride * shape[axis]);
        }
        // Axes that are complete on both sides form one run with the axis before them.
        long runBytes = elementBytes;
        while (rank > 0 && fromStrides[rank - 1] == runBytes && toStrides[rank - 1] == runBytes)
            runBytes *= counts[--rank];
        CopyRuns(chunk, from, destination, to, (int)runBytes, counts[..rank], fromStrides, toStrides);
    }

    private static void CopyRuns(ReadOnlySpan<byte> chunk, long from, Span<byte> destination, long to, int runBytes,
        ReadOnlySpan<long> counts, ReadOnlySpan<long> fromStrides, ReadOnlySpan<long> toStrides)
    {
        Span<long> done = stackalloc long[counts.Length];
        done.Clear();
        while (true)
        {
            chunk.Slice((int)from, runBytes).CopyTo(destination[(int)to..]);
            int axis = counts.Length - 1;
            for (; axis >= 0; axis--)
            {
                from += fromStrides[axis];
                to += toStrides[axis];
                if (++done[axis] < counts[axis])
                    break;
                from -= fromStrides[axis] * counts[axis];
                to -= toStrides[axis] * counts[axis];
                done[axis] = 0;
            }
            if (axis < 0)
                return;
        }
    }
}
