using System.Runtime.CompilerServices;
using Pile.Sky;

namespace Pile.CrossMatch.Matching.Cells;

/// <summary>Finds the chunks of one side that may have partners on the other, so that a match with few rows reads only a small part of a
/// large file.</summary>
internal static class ReachedChunks
{
    private const int FinestOrder = 6;

    /// <summary>The maximum number of chunks whose rows are read. With more chunks, only their first and last pixels are used.</summary>
    private const int FewChunks = 4;

    /// <summary>If more than 1/8 of the sky is occupied, few chunks would be excluded, so the search is skipped.</summary>
    private const int MaxOfSky = 8;

    /// <summary>Returns for each chunk of a side whether it has selected rows near selected rows of the other side, or of some of its
    /// chunks.</summary>
    /// <param name="of">The side.</param>
    /// <param name="selectedOf">Its selected rows; null for all.</param>
    /// <param name="by">The other side.</param>
    /// <param name="selectedBy">Its selected rows; null for all.</param>
    /// <param name="reach">The largest difference of a pair in x or y.</param>
    /// <param name="chunks">The chunks of the other side; null for all.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool[] Find(SortedPositions of, RowSet? selectedOf, SortedPositions by, RowSet? selectedBy, int reach,
        (int First, int End)? chunks = null)
    {
        (int firstBy, int endBy) = chunks ?? (0, by.ChunkCount);
        int[] chunksBy = [.. Enumerable.Range(firstBy, endBy - firstBy).Where(chunk => HasRows(by, chunk, selectedBy))];
        int order = Math.Min(CellOrders.FinestFor(reach), FinestOrder), shift = 2 * (Healpix.MaxOrder - order);
        bool[] occupied = new bool[Healpix.PixelCount(order)];
        int count = 0;
        foreach (int chunk in chunksBy)
            if (chunksBy.Length <= FewChunks)
                MarkRows(by.Healpix29(chunk), chunk << SortedPositions.ChunkShift);
            else
                for (long pixel = by.PixelsOf(chunk).Start >> shift, end = (by.PixelsOf(chunk).End - 1) >> shift; pixel <= end; pixel++)
                    Mark(pixel);

        bool[] reached = new bool[of.ChunkCount];
        if (chunks is null && count > occupied.Length / MaxOfSky)
            for (int chunk = 0; chunk < reached.Length; chunk++)
                reached[chunk] = true;
        else
            NearPixels.Mark(reached, of, occupied, order, shift);
        for (int chunk = 0; selectedOf is not null && chunk < reached.Length; chunk++)
            reached[chunk] &= HasRows(of, chunk, selectedOf);
        return reached;

        void MarkRows(ReadOnlySpan<long> healpix29, int first)
        {
            for (int row = 0; row < healpix29.Length; row++)
                if (selectedBy is null || selectedBy[first + row])
                    Mark(healpix29[row] >> shift);
        }

        void Mark(long pixel)
        {
            count += occupied[pixel] ? 0 : 1;
            occupied[pixel] = true;
        }
    }

    private static bool HasRows(SortedPositions positions, int chunk, RowSet? selected) => selected is null
        || selected.Any(chunk << SortedPositions.ChunkShift, (chunk << SortedPositions.ChunkShift) + positions.RowsOf(chunk));
}

/// <summary>A separate class, so that it is compiled only if a small part of the sky is occupied.</summary>
file static class NearPixels
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Mark(bool[] reached, SortedPositions of, bool[] occupied, int order, int shift)
    {
        bool[] near = [.. occupied];
        Span<long> neighbours = stackalloc long[8];
        for (int pixel = 0; pixel < occupied.Length; pixel++)
            if (occupied[pixel])
            {
                Healpix.Neighbours(order, pixel, neighbours);
                foreach (long neighbour in neighbours)
                    if (neighbour >= 0)
                        near[neighbour] = true;
            }
        int[] before = new int[near.Length + 1];
        for (int pixel = 0; pixel < near.Length; pixel++)
            before[pixel + 1] = before[pixel] + (near[pixel] ? 1 : 0);
        for (int chunk = 0; chunk < reached.Length; chunk++)
            reached[chunk] = before[((of.PixelsOf(chunk).End - 1) >> shift) + 1] > before[of.PixelsOf(chunk).Start >> shift];
    }
}
