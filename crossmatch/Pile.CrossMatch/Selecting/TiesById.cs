using Pile.CrossMatch.Matching;
using Pile.DuckDb;

namespace Pile.CrossMatch;

/// <summary>Puts pairs that are equally far apart into the order of their ids, where they compete for a row.</summary>
/// <remarks>Rows are numbered by their places on the sky; that must not decide. Such pairs are rare: where ids stand in order is found out when the first ones come.</remarks>
internal sealed class TiesById(DuckDbConnection connection, SideRows a, SideRows b, CancellationToken cancellationToken)
{
    private readonly List<(int RowA, int RowB, double Arcsec)> run = [];
    private readonly Queue<PairBatch> full = new();
    private PairBatch sorted = new(PairBatch.Rows);
    private int[]? placesA, placesB;

    /// <summary>The pairs, sorted by separation, then by id of A and of B; of a side with itself by the lower of both ids, then by the other.</summary>
    /// <param name="pairs">Pairs sorted by separation, then by row.</param>
    internal IEnumerable<PairBatch> Sort(IEnumerable<PairBatch> pairs)
    {
        foreach (PairBatch batch in pairs)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                (int RowA, int RowB, double Arcsec) pair = batch[i];
                if (run.Count > 0 && run[0].Arcsec != pair.Arcsec)
                    EndRun();
                // Rows at one position are in the order of their ids, except at a pole, which has many places in the order of the sky, and in pairs of one side, which may come either way round.
                if (pair.Arcsec == 0 && !ReferenceEquals(a, b) && !IsAtPole(pair.RowA))
                    Add(pair);
                else
                    run.Add(pair);
            }
            while (full.TryDequeue(out PairBatch? next))
                yield return next;
        }
        EndRun();
        while (full.TryDequeue(out PairBatch? next))
            yield return next;
        if (sorted.Count > 0)
            yield return sorted;
    }

    private void EndRun()
    {
        if (run.Count > 1 && SharesRow())
            SortRun();
        foreach ((int, int, double) pair in run)
            Add(pair);
        run.Clear();
    }

    private void Add((int RowA, int RowB, double Arcsec) pair)
    {
        sorted.Add(pair.RowA, pair.RowB, pair.Arcsec);
        if (!sorted.IsFull)
            return;
        full.Enqueue(sorted);
        sorted = new PairBatch(PairBatch.Rows);
    }

    private bool IsAtPole(int rowA) => Math.Abs(a.Positions.DecDeg(rowA / SortedPositions.ChunkRows)[rowA % SortedPositions.ChunkRows]) == 90;

    private bool SharesRow()
    {
        HashSet<int> rowsA = [], rowsB = ReferenceEquals(a, b) ? rowsA : [];
        foreach ((int rowA, int rowB, _) in run)
            if (!rowsA.Add(rowA) || !rowsB.Add(rowB))
                return true;
        return false;
    }

    private void SortRun()
    {
        placesA ??= PlacesOf(a);
        placesB ??= ReferenceEquals(a, b) ? placesA : PlacesOf(b);
        run.Sort((x, y) => Key(x).CompareTo(Key(y)));

        (int, int) Key((int RowA, int RowB, double) pair) => (placesA[pair.RowA], placesB[pair.RowB]) is var (ofA, ofB) && ReferenceEquals(a, b) && ofA > ofB ? (ofB, ofA) : (ofA, ofB);
    }

    /// <summary>For each row with a position its place in the order of ids.</summary>
    private int[] PlacesOf(SideRows side)
    {
        int[] places = new int[side.Positions.Count];
        int place = 0;
        using DuckDbResult result = connection.Query($"SELECT rowid FROM {side.Table} WHERE {SideBatches.Healpix29} IS NOT NULL ORDER BY {SideBatches.Id} NULLS LAST, rowid", cancellationToken: cancellationToken);
        foreach (DuckDbChunk chunk in result.Chunks())
            foreach (long row in chunk.Values<long>(0))
                places[row] = place++;
        return places;
    }
}
