using System.Runtime.CompilerServices;
using Pile.Sky;

namespace Pile.CrossMatch.Matching.Cells;

/// <summary>Merges rows of a with b, cell by cell, on one thread.</summary>
internal sealed class CellSearcher(CellSearch search) : IPairSearcher
{
    private const int ChunkShift = SortedPositions.ChunkShift;

    private readonly SortedPositions a = search.A, b = search.B;
    private readonly BorderCopies copies = new();
    private readonly CellObjects objects = new();
    private readonly Candidates candidates = new(search.A, search.B, search.RadiusArcsec);
    private int[] aX = new int[64], aY = new int[64];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Find(int firstRow, int endRow, PairBuffer pairs, CancellationToken cancellationToken)
    {
        int chunk = firstRow >> ChunkShift;
        if (firstRow >= endRow || !search.Reaches(chunk))
            return endRow;
        ReadOnlySpan<long> healpix29 = a.Healpix29(chunk)[(firstRow - (chunk << ChunkShift))..(endRow - (chunk << ChunkShift))];
        int region = search.Orders.RegionOf(healpix29[0]), shift = ShiftOf(region), copy = 0;
        long regionEnd = search.Orders.PixelsOf(region).End, firstCell = healpix29[0] >> shift << shift;
        search.CollectCopies(firstCell, healpix29[^1] + 1, copies);
        RowCursor cursor = new(b, firstCell);

        for (int row = 0, cells = 0; row < healpix29.Length; cells++)
        {
            while (healpix29[row] >= regionEnd)
                (shift, regionEnd) = (ShiftOf(++region), search.Orders.PixelsOf(region).End);
            long cell = healpix29[row] >> shift << shift, cellEnd = cell + (1L << shift);
            int end = SortedRun.End(healpix29, row + 1, cellEnd);

            objects.Clear();
            cursor.AddRows(cell, cellEnd, objects);
            AddCopies(cell, ref copy);
            if (objects.Count > 0)
            {
                int done = Compare(healpix29[row..], end - row, firstRow + row, pairs, cancellationToken);
                if (pairs.Count >= PairBuffer.FullPairs)
                    return Finish(pairs, done) is var reached && pairs.Count >= PairBuffer.FullPairs ? reached
                        : Find(done, endRow, pairs, cancellationToken); // without duplicates it is not full
            }
            if ((cells & 0xFFF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            row = end;
        }
        a.ReleaseBehind(chunk);
        b.ReleaseBehind(cursor.Chunk);
        return Finish(pairs, endRow);

        int ShiftOf(int number) => 2 * (Healpix.MaxOrder - search.Orders.OrderOf(number));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddCopies(long cell, ref int copy)
    {
        ReadOnlySpan<long> cells = copies.Cells;
        while (copy < cells.Length && cells[copy] < cell)
            copy++;
        int first = copy;
        while (copy < cells.Length && cells[copy] == cell)
            copy++;
        if (copy > first)
            objects.Add(copies.Places[first..copy], copies.Rows[first..copy]);
    }

    /// <summary>Compares objects of a with those of b in their cell.</summary>
    /// <param name="healpix29">The pixels of the objects of a, followed by other pixels.</param>
    /// <param name="count">The number of objects.</param>
    /// <param name="firstRow">The row of the first object.</param>
    /// <param name="pairs">Receives the pairs.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>One past the last row of a that is done.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Compare(ReadOnlySpan<long> healpix29, int count, int firstRow, PairBuffer pairs, CancellationToken cancellationToken)
    {
        objects.Complete();
        if (aX.Length < count + FacePlaces.Width)
            (aX, aY) = (new int[2 * (count + FacePlaces.Width)], new int[2 * (count + FacePlaces.Width)]);
        FacePlaces.Split(healpix29, count, aX, aY);
        int done = 0;
        while (true)
        {
            done += objects.Find(aX.AsSpan(done, count - done), aY.AsSpan(done, count - done), search.Reach, firstRow + done, candidates);
            if (done == count)
                return firstRow + done;
            // There is no memory for the partners of the next object.
            cancellationToken.ThrowIfCancellationRequested();
            candidates.MeasureInto(pairs);
            candidates.Reserve(objects.Count);
            if (pairs.Count >= PairBuffer.FullPairs)
                return firstRow + done;
        }
    }

    private int Finish(PairBuffer pairs, int endRow)
    {
        candidates.MeasureInto(pairs);
        PartnerOrder.Sort(pairs);
        return pairs.Count < PairBuffer.FullPairs ? endRow : Cut(pairs);
    }

    // Ends a full block at the row that makes it full, so that blocks do not depend on cells, and thus not on shares of a.
    private static int Cut(PairBuffer pairs)
    {
        int row = pairs.RowA[PairBuffer.FullPairs - 1];
        pairs.Count = Sorted.LowerBound(pairs.RowA.AsSpan(0, pairs.Count), row + 1);
        return row + 1;
    }
}
