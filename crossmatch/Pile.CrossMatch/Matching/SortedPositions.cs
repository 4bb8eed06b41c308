using Pile.Sky;

namespace Pile.CrossMatch.Matching;

/// <summary>The positions of one side of a match, sorted by order-29 NESTED pixel, then by id; in memory or mapped from a file.</summary>
/// <remarks>
/// Rows are numbered from 0 in the sorted order and come in chunks of <see cref="ChunkRows"/>; the last chunk may be shorter. Pixels of any
/// order are contiguous, so a cell of the sky is a range of rows. Rows without a position are none of these. All members may be called from
/// any thread.
/// </remarks>
internal abstract class SortedPositions
{
    /// <summary>Rows of every chunk but the last: a power of two.</summary>
    public const int ChunkRows = 1 << ChunkShift;

    internal const int ChunkShift = 17;

    private const int ChunksBehind = 4;

    /// <summary>Rows in all.</summary>
    public abstract int Count { get; }

    /// <summary>Chunks in all.</summary>
    public int ChunkCount => (int)(((long)Count + ChunkRows - 1) >> ChunkShift);

    /// <summary>The order-29 NESTED pixels of a chunk, ascending.</summary>
    public abstract ReadOnlySpan<long> Healpix29(int chunk);

    /// <summary>Right ascensions of a chunk: ICRS degrees in [0, 360).</summary>
    public abstract ReadOnlySpan<double> RaDeg(int chunk);

    /// <summary>Declinations of a chunk: ICRS degrees in [-90, 90].</summary>
    public abstract ReadOnlySpan<double> DecDeg(int chunk);

    /// <summary>The first and the last pixel of a chunk, without reading its rows where a file tells.</summary>
    public virtual HealpixRange PixelsOf(int chunk)
    {
        ReadOnlySpan<long> healpix29 = Healpix29(chunk);
        return new HealpixRange(healpix29[0], healpix29[^1] + 1);
    }

    /// <summary>Says that chunks before one are done with for now: memory may be given back. They can still be read, and their spans stay
    /// valid; a next pass begins with a chunk far before.</summary>
    public virtual void ReleaseBefore(int chunk) { }

    /// <summary>The same from one of several threads that take chunk after chunk: the others may still be some behind.</summary>
    internal void ReleaseBehind(int chunk) => ReleaseBefore(chunk - ChunksBehind);

    /// <summary>The same where a thread takes block after block of rows of a result.</summary>
    /// <param name="rows">The rows of a block, -1 for none.</param>
    internal void ReleaseBehind(ReadOnlySpan<int> rows)
    {
        if (rows is [>= 0 and var row, ..])
            ReleaseBehind(row >> ChunkShift);
    }

    /// <summary>Rows of one chunk.</summary>
    internal int RowsOf(int chunk) => Math.Min(ChunkRows, Count - (chunk << ChunkShift));

    /// <summary>The first row, within a range of rows, whose pixel is not below a pixel; the end of the range where there is
    /// none.</summary>
    internal int LowerBound(long healpix29, int first, int end)
    {
        // Chunks first: a file knows their ends, so that only one chunk is searched.
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
        ReadOnlySpan<long> pixels = Healpix29(low);
        while (from < to)
        {
            int middle = (int)(((uint)from + (uint)to) >> 1);
            if (pixels[middle - start] < healpix29)
                from = middle + 1;
            else
                to = middle;
        }
        return from;
    }

    /// <summary>The rows of a pixel, searched for within a range that holds them all.</summary>
    internal (int First, int End) RowsOf(int order, long pixel, int first, int end)
    {
        int shift = 2 * (Healpix.MaxOrder - order);
        return (LowerBound(pixel << shift, first, end), LowerBound((pixel + 1) << shift, first, end));
    }
}
