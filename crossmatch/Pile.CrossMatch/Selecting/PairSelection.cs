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

    /// <summary>The closest pair, then the closest of rows that are still free, and so on. Pairs come sorted by separation, and go so.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="rowsA">Rows of A.</param>
    /// <param name="rowsB">Rows of B; null when both sides are one.</param>
    internal static IEnumerable<PairBatch> OneToOne(IEnumerable<PairBatch> pairs, long rowsA, long? rowsB)
    {
        RowSet takenA = new(rowsA), takenB = rowsB is { } rows ? new(rows) : takenA;
        foreach (PairBatch batch in pairs)
        {
            PairBatch kept = new(batch.Count);
            for (int i = 0; i < batch.Count; i++)
            {
                (int rowA, int rowB, double separation) = batch[i];
                if (takenA[rowA] || takenB[rowB])
                    continue;
                takenA.Add(rowA);
                takenB.Add(rowB);
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
