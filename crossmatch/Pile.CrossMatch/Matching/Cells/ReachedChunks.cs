using System.Runtime.CompilerServices;
using Pile.Sky;

namespace Pile.CrossMatch.Matching.Cells;

/// <summary>Which chunks of one side can have a partner on the other: a few rows leave most of a large file untouched.</summary>
internal static class ReachedChunks
{
    private const int FinestOrder = 6;

    /// <summary>Above so many chunks the ends of each chunk are looked at, not its rows.</summary>
    private const int FewChunks = 4;

    /// <summary>Where more than this part of the sky is occupied, hardly a chunk is left out, and looking for it costs more.</summary>
    private const int MostOfSky = 8;

    /// <summary>Says of each chunk of <paramref name="of"/> whether it lies near rows of <paramref name="by"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool[] Find(SortedPositions of, SortedPositions by, int reach)
    {
        int order = Math.Min(CellOrders.FinestFor(reach), FinestOrder), shift = 2 * (Healpix.MaxOrder - order);
        bool[] occupied = new bool[Healpix.PixelCount(order)];
        int count = 0;
        for (int chunk = 0; chunk < by.ChunkCount; chunk++)
            if (by.ChunkCount <= FewChunks)
                foreach (long healpix29 in by.Healpix29(chunk))
                    Mark(healpix29 >> shift);
            else
                for (long pixel = by.PixelsOf(chunk).Start >> shift, end = (by.PixelsOf(chunk).End - 1) >> shift; pixel <= end; pixel++)
                    Mark(pixel);

        bool[] reached = new bool[of.ChunkCount];
        if (count > occupied.Length / MostOfSky)
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

/// <summary>Apart: needed where little of the sky is occupied, and not compiled elsewhere.</summary>
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
