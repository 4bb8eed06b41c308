using System.Runtime.CompilerServices;
using Pile.Sky;

namespace Pile.CrossMatch.Matching.Cells;

/// <summary>Divides the sky into cells: small ones where there are many objects, larger ones elsewhere.</summary>
/// <remarks>
/// About a dozen objects of b per cell is best, because a vector has sixteen elements. But the side of a cell is at least
/// <see cref="MinSideInReaches"/> times the reach, so that few objects are near an edge and none can have partners beyond the next cell.
/// The order depends only on b, and does not affect the result.
/// </remarks>
internal sealed class CellOrders
{
    /// <summary>The minimum ratio of a cell's side and the reach. Then half of a cell's area is within reach of an edge. For correctness, 2
    /// is enough.</summary>
    private const int MinSideInReaches = 8;

    private const int RowsPerCell = 13, MaxSampleRows = 4096, MaxSamples = 4;

    private readonly List<long> starts = [];
    private readonly List<int> orders = [];
    private readonly int finest;

    private CellOrders(int reach) => finest = FinestFor(reach);

    /// <summary>The finest order in use.</summary>
    internal int Finest { get; private set; }

    /// <summary>Returns the order of a region's cells.</summary>
    internal int OrderOf(int region) => orders[region];

    /// <summary>Returns the order-29 pixels of a region.</summary>
    internal HealpixRange PixelsOf(int region) =>
        new(starts[region], region + 1 < starts.Count ? starts[region + 1] : Healpix.PixelCount(Healpix.MaxOrder));

    /// <summary>Returns the finest order whose cells are large enough for a reach; negative if there is no such order.</summary>
    internal static int FinestFor(int reach)
    {
        int order = Healpix.MaxOrder;
        while (order >= 0 && 1L << (Healpix.MaxOrder - order) < (long)MinSideInReaches * reach)
            order--;
        return order;
    }

    /// <summary>Chooses the orders for a side.</summary>
    /// <param name="b">The side whose objects fill the cells.</param>
    /// <param name="chunks">The chunks of the side to use.</param>
    /// <param name="reach">The largest difference of a pair in x or y, in units of order-29 pixels.</param>
    /// <param name="workers">The number of threads.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal static CellOrders Of(SortedPositions b, bool[] chunks, int reach, int workers, CancellationToken cancellationToken)
    {
        // Counting all rows would take as long as matching them, so a few thousand are sampled. The first access to a chunk verifies it, so
        // chunks are sampled in parallel.
        int stride = Math.Clamp(b.Count >> 12, 1, MaxSampleRows);
        long[][] ofChunks = new long[b.ChunkCount][];
        ChunkLoop.Run(ofChunks.Length, workers, chunk =>
        {
            ofChunks[chunk] = chunks[chunk] ? Sample(b.Healpix29(chunk), stride) : [];
            b.ReleaseBehind(chunk);
        }, cancellationToken);
        List<long> samples = [];
        foreach (long[] ofChunk in ofChunks)
            samples.AddRange(ofChunk);
        CellOrders cells = new(reach);
        int first = 0;
        for (int face = 0; face < 12; face++)
            cells.Divide(0, face, samples, stride, ref first);
        return cells;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long[] Sample(ReadOnlySpan<long> healpix29, int stride)
    {
        long[] samples = new long[((healpix29.Length - 1) / stride) + 1];
        for (int i = 0; i < samples.Length; i++)
            samples[i] = healpix29[i * stride];
        return samples;
    }

    /// <summary>Returns the region of an order-29 pixel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal int RegionOf(long healpix29)
    {
        int first = 0, end = starts.Count;
        while (end - first > 1)
        {
            int middle = (first + end) >> 1;
            if (starts[middle] <= healpix29)
                first = middle;
            else
                end = middle;
        }
        return first;
    }

    private void Divide(int order, long pixel, List<long> samples, int stride, ref int first)
    {
        int shift = 2 * (Healpix.MaxOrder - order);
        int end = first;
        long last = (pixel + 1) << shift;
        while (end < samples.Count && end - first <= MaxSamples && samples[end] < last)
            end++;
        if (end - first > MaxSamples && order < finest)
        {
            for (int child = 0; child < 4; child++)
                Divide(order + 1, (pixel << 2) + child, samples, stride, ref first);
            return;
        }
        while (end < samples.Count && samples[end] < last)
            end++;
        double cells = (double)(end - first) * stride / RowsPerCell;
        int finer = cells > 1 ? (int)Math.Round(Math.Log(cells) / Math.Log(4)) : 0;
        Add(pixel << shift, Math.Min(order + finer, finest));
        first = end;
    }

    private void Add(long start, int order)
    {
        if (orders.Count > 0 && orders[^1] == order)
            return;
        starts.Add(start);
        orders.Add(order);
        Finest = Math.Max(Finest, order);
    }
}
