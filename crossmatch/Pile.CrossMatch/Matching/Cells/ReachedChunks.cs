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

    /// <summary>Returns for each chunk of <paramref name="of"/> whether it is near rows of <paramref name="by"/>, or of some of its
    /// chunks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool[] Find(SortedPositions of, SortedPositions by, int reach, (int First, int End)? chunks = null)
    {
        (int firstBy, int endBy) = chunks ?? (0, by.ChunkCount);
        int order = Math.Min(CellOrders.FinestFor(reach), FinestOrder), shift = 2 * (Healpix.MaxOrder - order);
        bool[] occupied = new bool[Healpix.PixelCount(order)];
        int count = 0;
        for (int chunk = firstBy; chunk < endBy; chunk++)
            if (endBy - firstBy <= FewChunks)
                foreach (long healpix29 in by.Healpix29(chunk))
                    Mark(healpix29 >> shift);
            else
                for (long pixel = by.PixelsOf(chunk).Start >> shift, end = (by.PixelsOf(chunk).End - 1) >> shift; pixel <= end; pixel++)
                    Mark(pixel);

        bool[] reached = new bool[of.ChunkCount];
        if (chunks is null && count > occupied.Length / MaxOfSky)
        {
            for (int chunk = 0; chunk < reached.Length; chunk++)
                reached[chunk] = true;
            return reached;
        }
        NearPixels.Mark(reached, of, occupied, order, shift);
        return reached;

        void Mark(long pixel)
        {
            count += occupied[pixel] ? 0 : 1;
            occupied[pixel] = true;
        }
    }
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
