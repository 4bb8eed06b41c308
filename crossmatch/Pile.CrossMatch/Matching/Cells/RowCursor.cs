using System.Runtime.CompilerServices;

namespace Pile.CrossMatch.Matching.Cells;

/// <summary>Reads the rows of a side cell by cell, forward only.</summary>
internal ref struct RowCursor
{
    private readonly SortedPositions side;
    private readonly int chunkCount;
    private ReadOnlySpan<long> healpix29;
    private int chunk, at;

    /// <summary>Starts at the first row that is not before a pixel.</summary>
    internal RowCursor(SortedPositions side, long pixel)
    {
        this.side = side;
        chunkCount = side.ChunkCount;
        chunk = -1;
        int row = side.LowerBound(pixel, 0, side.Count);
        if (row < side.Count)
            Enter(row >> SortedPositions.ChunkShift, row & (SortedPositions.ChunkRows - 1));
        else
            chunk = chunkCount;
    }

    /// <summary>The current chunk.</summary>
    internal readonly int Chunk => chunk;

    /// <summary>Adds the rows of a cell. Cells must be in ascending order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void AddRows(long cell, long cellEnd, CellObjects objects)
    {
        while (chunk < chunkCount)
        {
            if (at < healpix29.Length && healpix29[at] < cell)
                at = Skip(healpix29, at, cell);
            int first = at;
            at = SortedRun.End(healpix29, at, cellEnd);
            if (at > first)
                objects.Add(healpix29[first..], at - first, (chunk << SortedPositions.ChunkShift) + first);
            if (at < healpix29.Length)
                return;
            int next = chunk + 1;
            while (next < chunkCount && side.PixelsOf(next).End <= cell)
                next++;
            // The next chunk is not read before a cell needs it.
            if (next < chunkCount && side.PixelsOf(next).Start >= cellEnd)
            {
                healpix29 = default;
                (chunk, at) = (next - 1, 0);
                return;
            }
            if (next < chunkCount)
                Enter(next, 0);
            else
                chunk = next;
        }
    }

    private void Enter(int newChunk, int row)
    {
        healpix29 = side.Healpix29(newChunk);
        (chunk, at) = (newChunk, row);
    }

    // Usually the next row or one near it; far away if a is sparse.
    private static int Skip(ReadOnlySpan<long> sorted, int first, long value)
    {
        int step = 1, low = first;
        while (low + step < sorted.Length && sorted[low + step] < value)
        {
            low += step;
            step *= 2;
        }
        int high = Math.Min(low + step, sorted.Length);
        while (high - low > 1)
        {
            int middle = (low + high) >> 1;
            if (sorted[middle] < value)
                low = middle;
            else
                high = middle;
        }
        return high;
    }
}
