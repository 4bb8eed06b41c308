using System.Runtime.CompilerServices;
using Pile.Sky;

namespace Pile.CrossMatch.Matching.Cells;

/// <summary>Into which cells the sky is cut: small ones where there are many objects, larger ones elsewhere.</summary>
/// <remarks>
/// About a dozen objects of b in a cell is best: a vector holds sixteen. But a cell's side is at least <see cref="LeastSideInReaches"/>
/// times the
/// reach, so that few objects lie near an edge and none can touch more than the next cell. The order depends on b alone, and changes
/// nothing in the result.
/// </remarks>
internal sealed class CellOrders
{
    /// <summary>Half of a cell's area is then within reach of an edge; two would do for correctness.</summary>
    private const int LeastSideInReaches = 8;

    private const int RowsPerCell = 13, MostSampleRows = 4096, MostSamples = 4;

    private readonly List<long> starts = [];
    private readonly List<int> orders = [];
    private readonly int finest;

    private CellOrders(int reach) => finest = FinestFor(reach);

    /// <summary>The finest order in use.</summary>
    internal int Finest { get; private set; }

    /// <summary>The order of a region's cells.</summary>
    internal int OrderOf(int region) => orders[region];

    /// <summary>The order-29 pixels of a region.</summary>
    internal HealpixRange PixelsOf(int region) =>
        new(starts[region], region + 1 < starts.Count ? starts[region + 1] : Healpix.PixelCount(Healpix.MaxOrder));

    /// <summary>The finest order whose cells are large enough for a reach; negative where none is.</summary>
    internal static int FinestFor(int reach)
    {
        int order = Healpix.MaxOrder;
        while (order >= 0 && 1L << (Healpix.MaxOrder - order) < (long)LeastSideInReaches * reach)
            order--;
        return order;
    }

    /// <summary>Chooses the orders for a side.</summary>
    /// <param name="b">The side whose objects fill the cells.</param>
    /// <param name="chunks">Which of its chunks count.</param>
    /// <param name="reach">How far a pair can be apart in x or y, in units of order-29 pixels.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal static CellOrders Of(SortedPositions b, bool[] chunks, int reach, int workers, CancellationToken cancellationToken)
    {
        // Counting all rows would cost as much as matching them: a few thousand tell enough. The first look at a chunk verifies it, which
        // takes its time.
        int stride = Math.Clamp(b.Count >> 12, 1, MostSampleRows);
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

    /// <summary>The region of an order-29 pixel.</summary>
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
        while (end < samples.Count && end - first <= MostSamples && samples[end] < last)
            end++;
        if (end - first > MostSamples && order < finest)
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
