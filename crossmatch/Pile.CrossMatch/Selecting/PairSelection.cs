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
    /// <param name="pairs">The pairs, sorted by separation, those equally far apart by id; they go so.</param>
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

    /// <summary>Puts pairs into a new table, so that they can come in another order, or twice.</summary>
    internal static void Fill(DuckDbConnection connection, string table, IEnumerable<PairBatch> pairs, CancellationToken cancellationToken)
    {
        using DuckDbBatches source = new(PairBatch.Fields, pairs.Select(p => p.ToColumns()));
        using DuckDbScan scan = connection.Scan(source);
        connection.Execute($"CREATE TABLE {table} AS SELECT * FROM {scan.Sql}", cancellationToken: cancellationToken);
    }

    /// <summary>The pairs of a table.</summary>
    /// <param name="connection">A connection that does nothing else while they are read.</param>
    /// <param name="table">The table.</param>
    /// <param name="order">The order in which they come.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal static IEnumerable<PairBatch> Sorted(DuckDbConnection connection, string table, string order, CancellationToken cancellationToken)
    {
        using DuckDbResult result = connection.Query($"SELECT p.row_a, p.row_b, p.separation_arcsec FROM {table} AS p {order}", cancellationToken: cancellationToken);
        foreach (PairBatch batch in PairBatch.From(result))
            yield return batch;
    }

    /// <summary>Of pairs that came both ways round leaves the one whose first row is A.</summary>
    internal static void KeepOnce(DuckDbConnection connection, string table, CancellationToken cancellationToken) => connection.Execute(
        $"CREATE TABLE {table}_once AS SELECT p.* FROM {table} AS p ANTI JOIN (SELECT * FROM {table} WHERE row_a < row_b) AS q ON p.row_a = q.row_b AND p.row_b = q.row_a; "
        + $"DROP TABLE {table}; ALTER TABLE {table}_once RENAME TO {table}", cancellationToken: cancellationToken);

    internal const string ByRow = "ORDER BY row_a, separation_arcsec, row_b", BySeparation = "ORDER BY separation_arcsec, row_a, row_b";
}
