using Pile.CrossMatch.Matching;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>The cells of the sky in which B has rows, and the rows of A in them.</summary>
/// <param name="Order">The order of the cells.</param>
/// <param name="CellCount">The number of cells in which B has rows.</param>
/// <param name="RowsA">Ranges of rows of A in these cells, ascending.</param>
internal sealed record SharedFootprint(int Order, int CellCount, List<(int First, int End)> RowsA)
{
    private const int FinestOrder = 16, MostCells = 16_384, RowsPerCell = 32;

    /// <summary>The area of the cells in steradians.</summary>
    internal double AreaSr => CellCount * 4 * Math.PI / Healpix.PixelCount(Order);

    /// <summary>The number of rows of A in these cells.</summary>
    internal long CountA => RowsA.Sum(r => (long)r.End - r.First);

    /// <summary>Finds the cells: those of the finest order that have about 32 rows each and are at most 16,384.</summary>
    internal static SharedFootprint Of(SortedPositions a, SortedPositions b, int workers)
    {
        (int order, List<long> cells) = Cells(b, workers);
        return new SharedFootprint(order, cells.Count, RowsIn(a, order, cells));
    }

    private static (int Order, List<long> Cells) Cells(SortedPositions side, int workers)
    {
        int certain = 0;
        while (Healpix.PixelCount(certain + 1) is var all && all <= MostCells && all * RowsPerCell <= side.Count)
            certain++;
        (int Order, List<long> Cells) found = (certain, Occupied(side, certain, workers));
        for (int order = certain + 1; order <= FinestOrder; order++)
        {
            List<long> finer = Occupied(side, order, workers);
            if (finer.Count > MostCells || finer.Count * (long)RowsPerCell > side.Count)
                break;
            found = (order, finer);
        }
        return found;
    }

    /// <summary>Returns the cells in which a side has rows, ascending; or more than 16,384 of them, and not all. Reads only the rows at
    /// their borders.</summary>
    internal static List<long> Occupied(SortedPositions side, int order, int workers)
    {
        int shift = 2 * (Healpix.MaxOrder - order), count = 0;
        List<long>[] ofChunks = new List<long>[side.ChunkCount];
        ChunkLoop.Run(ofChunks.Length, workers, chunk =>
        {
            // A cell may be in several chunks.
            ofChunks[chunk] = Volatile.Read(ref count) > MostCells + ofChunks.Length ? [] : CellsOf(side.Healpix29(chunk), shift);
            Interlocked.Add(ref count, ofChunks[chunk].Count);
        }, CancellationToken.None);
        List<long> cells = new(count);
        foreach (List<long> ofChunk in ofChunks)
            cells.AddRange(cells.Count > 0 && ofChunk.Count > 0 && ofChunk[0] == cells[^1] ? ofChunk[1..] : ofChunk);
        return cells;
    }

    private static List<long> CellsOf(ReadOnlySpan<long> healpix29, int shift)
    {
        List<long> cells = [];
        for (int row = 0; row < healpix29.Length;)
        {
            long cell = healpix29[row] >> shift;
            cells.Add(cell);
            long end = (cell + 1) << shift;
            // Steps double, because cells are much smaller than chunks.
            int step = 1;
            for (; row + step < healpix29.Length && healpix29[row + step] < end; step *= 2)
                row += step;
            row += 1 + Sorted.LowerBound(healpix29[(row + 1)..Math.Min(row + step + 1, healpix29.Length)], end);
        }
        return cells;
    }

    /// <summary>Returns the number of rows of B, and the area in steradians, of the cells of B where A has rows.</summary>
    /// <remarks>A may have few rows: its part of the sky is that of cells with about 32 of its rows.</remarks>
    internal static (long RowsB, double AreaSr) Common(SortedPositions a, SortedPositions b, RowSet? selectedB,
        int workers)
    {
        (int orderA, List<long> cellsA) = Cells(a, workers);
        (int orderB, List<long> cellsB) = Cells(b, workers);
        int order = Math.Min(orderA, orderB);
        HashSet<long> coveredByA = [.. cellsA.Select(cell => cell >> (2 * (orderA - order)))];
        List<long> common = cellsB.FindAll(cell => coveredByA.Contains(cell >> (2 * (orderB - order))));
        if (common.Count == 0)
            common = cellsB;
        long rows = 0;
        foreach ((int first, int end) in RowsIn(b, orderB, common))
            for (int row = first; row < end; row++)
                rows += selectedB is null || selectedB[row] ? 1 : 0;
        return (rows, common.Count * 4 * Math.PI / Healpix.PixelCount(orderB));
    }

    private static List<(int First, int End)> RowsIn(SortedPositions a, int order, List<long> cells)
    {
        List<(int First, int End)> ranges = [];
        int shift = 2 * (Healpix.MaxOrder - order), row = 0;
        for (int i = 0; i < cells.Count && row < a.Count;)
        {
            int next = i + 1;
            while (next < cells.Count && cells[next] == cells[next - 1] + 1)
                next++;
            int first = a.LowerBound(cells[i] << shift, row, a.Count), end = a.LowerBound((cells[next - 1] + 1) << shift, first, a.Count);
            if (end > first)
                ranges.Add((first, end));
            (i, row) = (next, end);
        }
        return ranges;
    }
}
