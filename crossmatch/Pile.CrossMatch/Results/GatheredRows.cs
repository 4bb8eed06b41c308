using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;

namespace Pile.CrossMatch;

/// <summary>The rows of a result, whose values are gathered by row number when they are read.</summary>
internal sealed class GatheredRows(MatchRun match, KeptPairs rows, ImmutableArray<ResultColumn> columns, bool mayLackA, bool mayLackB,
    int workers, NestedRows? nested = null) : IDisposable
{
    private const int BatchRows = 8192; // so that columns of numbers are not large objects of .NET

    private bool isInTable;

    internal ImmutableArray<ColumnSchema> Schemas { get; } = nested?.Schemas ?? [.. columns.Select(c => c.Schema)];

    internal long Count => nested?.Count ?? rows.Count;

    /// <summary>True if the rows have lists of partners.</summary>
    internal bool AreNested => nested is not null;

    /// <summary>True if the rows are of datasets, so that row numbers are positions.</summary>
    internal bool AreOfDatasets => nested is null && match.IsOfDatasets;

    /// <summary>Returns true if two datasets still have the files that were matched.</summary>
    internal Task<bool> AreOfAsync(Dataset a, Dataset b, CancellationToken cancellationToken) =>
        nested is null ? match.IsOfAsync(a, b, cancellationToken) : Task.FromResult(false);

    /// <summary>Returns the rows with their positions in at least one batch. Several threads gather some batches ahead.</summary>
    internal IEnumerable<PositionedRows> Batches(long most, CancellationToken cancellationToken)
    {
        Queue<Task<PositionedRows>> ahead = new();
        try
        {
            bool isFirst = true;
            foreach (BlockRows batch in Parts(most))
            {
                cancellationToken.ThrowIfCancellationRequested();
                ahead.Enqueue(Task.Run(() => Batch(batch), CancellationToken.None));
                isFirst = false;
                if (ahead.Count > workers)
                    yield return ahead.Dequeue().GetAwaiter().GetResult();
            }
            while (ahead.TryDequeue(out Task<PositionedRows>? next))
                yield return next.GetAwaiter().GetResult();
            if (isFirst)
                yield return Batch(new BlockRows(default, default, default, 0, 0, mayLackA, mayLackB));
            match.Release();
            match.RequireUnchanged();
        }
        finally
        {
            // A caller that stops reading may dispose the match, so no task may still gather from it.
            foreach (Task task in ahead)
                task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        }
    }

    private IEnumerable<BlockRows> Parts(long left)
    {
        foreach (KeptPairs.Block block in rows.Blocks)
        {
            if (left == 0)
                yield break;
            KeptPairs.Rows loaded = block.Load();
            match.ReleaseBehind(loaded.RowA.Span, loaded.RowB.Span);
            for (int first = 0, count; first < block.Count && left > 0; first += count)
            {
                count = nested is null ? (int)Math.Min(Math.Min(BatchRows, block.Count - first), left)
                    : NestedRows.PairsOf(loaded.RowA.Span[first..], BatchRows, ref left);
                left -= nested is null ? count : 0;
                yield return new BlockRows(loaded.RowA, loaded.RowB, loaded.SeparationArcsec, first, count, mayLackA, mayLackB);
            }
        }
    }

    /// <summary>Creates a table of the rows in the workspace, for conditions and orders, if it does not exist.</summary>
    internal void MakeTable(DuckDbConnection connection)
    {
        lock (rows)
        {
            if (isInTable)
                return;
            using DuckDbBatches source = new([.. Schemas.Select(s => new DuckDbField(s.Name, SideBatches.TypeOf(s))),
                new(MatchColumns.RowA, DuckDbType.BigInt), new(MatchColumns.RowB, DuckDbType.BigInt)],
                Batches(long.MaxValue, CancellationToken.None).Where(b => b.Rows.RowCount > 0).Select(b => (IReadOnlyList<DuckDbColumn>)
                    [.. b.Rows.Columns.Select(DuckDbColumn.Of), DuckDbColumn.Of(b.PositionsA), DuckDbColumn.Of(b.PositionsB)]));
            using DuckDbScan scan = connection.Scan(source);
            connection.Execute($"CREATE TABLE {MatchColumns.ResultTable} AS SELECT * FROM {scan.Sql}");
            isInTable = true;
        }
    }

    public void Dispose() => match.Dispose();

    private PositionedRows Batch(BlockRows batch) =>
        nested is not null ? new(nested.Of(batch), default, default)
        : new(new RowBatch(columns.Select(c => c.Take(batch))), Positions(batch.RowA), Positions(batch.RowB));

    private static long[] Positions(ReadOnlySpan<int> rows)
    {
        long[] positions = new long[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            positions[i] = rows[i];
        return positions;
    }
}
