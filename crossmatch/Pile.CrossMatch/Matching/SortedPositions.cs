using Pile.Sky;

namespace Pile.CrossMatch.Matching;

/// <summary>The positions of one side of a match, sorted by order-29 NESTED pixel, then by id; in memory or mapped from a file.</summary>
/// <remarks>
/// Rows are numbered from 0 in the sorted order and divided into chunks of <see cref="ChunkRows"/>; the last chunk may be shorter. Pixels
/// of any order are contiguous, so a cell of the sky is a range of rows. Rows without a position are not included. All members are
/// thread-safe.
/// </remarks>
internal abstract class SortedPositions
{
    /// <summary>The number of rows of every chunk except the last: a power of two.</summary>
    public const int ChunkRows = 1 << ChunkShift;

    internal const int ChunkShift = 17;

    /// <summary>The number of chunks that threads may be apart.</summary>
    private protected static readonly int ChunksBehind = 2 * Environment.ProcessorCount;

    /// <summary>The total number of rows.</summary>
    public abstract int Count { get; }

    /// <summary>The number of chunks.</summary>
    public int ChunkCount => (int)(((long)Count + ChunkRows - 1) >> ChunkShift);

    /// <summary>Returns the order-29 NESTED pixels of a chunk, ascending.</summary>
    public abstract ReadOnlySpan<long> Healpix29(int chunk);

    /// <summary>Returns the right ascensions of a chunk: ICRS degrees in [0, 360).</summary>
    public abstract ReadOnlySpan<double> RaDeg(int chunk);

    /// <summary>Returns the declinations of a chunk: ICRS degrees in [-90, 90].</summary>
    public abstract ReadOnlySpan<double> DecDeg(int chunk);

    /// <summary>Returns the range of pixels of a chunk, without reading its rows if the file has statistics.</summary>
    public virtual HealpixRange PixelsOf(int chunk)
    {
        ReadOnlySpan<long> healpix29 = Healpix29(chunk);
        return new HealpixRange(healpix29[0], healpix29[^1] + 1);
    }

    /// <summary>Allows to release the memory of chunks before one.</summary>
    /// <remarks>The chunks can still be read, and their spans stay valid. A new pass starts with a much earlier chunk.</remarks>
    public virtual void ReleaseBefore(int chunk) { }

    /// <summary>Calls <see cref="ReleaseBefore"/> from one of several threads that process chunks in order, with a margin for the other
    /// threads.</summary>
    internal void ReleaseBehind(int chunk) => ReleaseBefore(chunk - ChunksBehind);

    /// <summary>Calls <see cref="ReleaseBefore"/> from a thread that processes blocks of rows of a result.</summary>
    /// <param name="rows">The rows of a block, -1 if missing.</param>
    internal void ReleaseBehind(ReadOnlySpan<int> rows)
    {
        if (rows is [>= 0 and var row, ..])
            ReleaseBehind(row >> ChunkShift);
    }

    /// <summary>Returns the position of a row. To read many rows of a chunk, use its spans.</summary>
    internal (double RaDeg, double DecDeg) At(int row)
    {
        (int chunk, int at) = (row >> ChunkShift, row & (ChunkRows - 1));
        return (RaDeg(chunk)[at], DecDeg(chunk)[at]);
    }

    /// <summary>Returns the number of rows of a chunk.</summary>
    internal int RowsOf(int chunk) => Math.Min(ChunkRows, Count - (chunk << ChunkShift));

    /// <summary>Returns the first row of a range whose pixel is not below a pixel; the end of the range if there is no such row.</summary>
    internal int LowerBound(long healpix29, int first, int end)
    {
        // Searches the ranges of the chunks first, which a file has as statistics, so that only one chunk is read.
        int low = first >> ChunkShift, high = end > first ? ((end - 1) >> ChunkShift) + 1 : low;
        while (high - low > 1)
        {
            int middle = (low + high) >> 1;
            if (PixelsOf(middle).Start < healpix29)
                low = middle;
            else
                high = middle;
        }
        if (first >= end)
            return first;
        int start = low << ChunkShift, from = Math.Max(first, start), to = Math.Min(end, start + RowsOf(low));
        return from + Sorted.LowerBound(Healpix29(low)[(from - start)..(to - start)], healpix29);
    }

    /// <summary>Returns the rows of a pixel within a range that contains all of them.</summary>
    internal (int First, int End) RowsOf(int order, long pixel, int first, int end)
    {
        int shift = 2 * (Healpix.MaxOrder - order);
        return (LowerBound(pixel << shift, first, end), LowerBound((pixel + 1) << shift, first, end));
    }
}
