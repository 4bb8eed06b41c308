using Pile.DuckDb;

namespace Pile.CrossMatch;

/// <summary>Which pairs count, of those that meet all conditions.</summary>
internal static class PairSelection
{
    /// <summary>The nearest partners of each row of A. Pairs come and go sorted by row of A, then separation, then row of B.</summary>
    internal static IEnumerable<PairBatch> Nearest(IEnumerable<PairBatch> pairs, int neighbours)
    {
        int row = -1, taken = 0;
        foreach (PairBatch batch in pairs)
        {
            PairBatch kept = new(batch.Count);
            for (int i = 0; i < batch.Count; i++)
            {
                (int rowA, int rowB, double separation) = batch[i];
                taken = rowA == row ? taken + 1 : 1;
                row = rowA;
                if (taken <= neighbours)
                    kept.Add(rowA, rowB, separation);
            }
            if (kept.Count > 0)
                yield return kept;
        }
    }

    /// <summary>Symmetric best: a pair counts if its row of the longer side has no closer one, and no closer pair that counts has its row of the other side.</summary>
    /// <remarks>As STILTS 3.4 does it (RowMatcher.scanForPairs of the longer table with bestOnly, then eliminateMultipleRowEntries).</remarks>
    /// <param name="pairs">The pairs, sorted by separation; they go so.</param>
    /// <param name="rowsA">Rows of A.</param>
    /// <param name="rowsB">Rows of B; null when both sides are one: then neither row has a closer pair.</param>
    /// <param name="aIsLonger">Whether A has as many rows as B or more, those out of reach included: what was left unread changes no pair.</param>
    internal static IEnumerable<PairBatch> OneToOne(IEnumerable<PairBatch> pairs, long rowsA, long? rowsB, bool aIsLonger)
    {
        RowSet seenA = new(rowsA), seenB = rowsB is { } rows ? new(rows) : seenA;
        foreach (PairBatch batch in pairs)
        {
            PairBatch kept = new(batch.Count);
            for (int i = 0; i < batch.Count; i++)
            {
                (int rowA, int rowB, double separation) = batch[i];
                // Of the longer side a row is seen with its nearest; of the other one, when it is taken.
                bool wasSeenA = seenA[rowA], wasSeenB = seenB[rowB], counts = !wasSeenA && !wasSeenB;
                if (counts || rowsB is null || aIsLonger)
                    seenA.Add(rowA);
                if (counts || rowsB is null || !aIsLonger)
                    seenB.Add(rowB);
                if (counts)
                    kept.Add(rowA, rowB, separation);
            }
            if (kept.Count > 0)
                yield return kept;
        }
    }

    /// <summary>Pairs by way of a table, so that they come in another order.</summary>
    /// <param name="connection">A connection that lives as long as the pairs are read.</param>
    /// <param name="table">The table to make; null when it is there already.</param>
    /// <param name="pairs">What goes in.</param>
    /// <param name="orderBy">The order in which they come out.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal static IEnumerable<PairBatch> Sorted(DuckDbConnection connection, string table, IEnumerable<PairBatch>? pairs, string orderBy, CancellationToken cancellationToken)
    {
        if (pairs is not null)
        {
            using DuckDbBatches source = new(PairBatch.Fields, pairs.Select(p => p.ToColumns()));
            using DuckDbScan scan = connection.Scan(source);
            connection.Execute($"CREATE TABLE {table} AS SELECT * FROM {scan.Sql}", cancellationToken: cancellationToken);
        }
        using DuckDbResult result = connection.Query($"SELECT row_a, row_b, separation_arcsec FROM {table} ORDER BY {orderBy}", cancellationToken: cancellationToken);
        foreach (PairBatch batch in PairBatch.From(result))
            yield return batch;
    }

    internal const string ByRow = "row_a, separation_arcsec, row_b", BySeparation = "separation_arcsec, row_a, row_b";
}
