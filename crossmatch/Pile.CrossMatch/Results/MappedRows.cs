using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>The rows of a result of mapped sides: gathered by their numbers when they are read.</summary>
internal sealed class MappedRows(MappedMatch match, KeptPairs rows, ImmutableArray<ResultColumn> columns, bool mayLackA, bool mayLackB,
    int workers) : IDisposable
{
    private const int BatchRows = 65_536;

    private bool isInTable;

    internal ImmutableArray<ColumnSchema> Schemas { get; } = [.. columns.Select(c => c.Schema)];

    internal long Count => rows.Count;

    /// <summary>The rows, in batches; at least one. Some are gathered ahead, by several threads.</summary>
    internal IEnumerable<RowBatch> Batches(long most, CancellationToken cancellationToken)
    {
        Queue<Task<RowBatch>> ahead = new();
        long left = most;
        bool isFirst = true;
        foreach (KeptPairs.Block block in rows.Blocks)
        {
            if (left == 0)
                break;
            KeptPairs.Rows loaded = block.Load();
            for (int first = 0; first < block.Count && left > 0; first += BatchRows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                BlockRows batch = new(loaded.RowA, loaded.RowB, loaded.SeparationArcsec, first,
                    (int)Math.Min(Math.Min(BatchRows, block.Count - first), left), mayLackA, mayLackB);
                left -= batch.Count;
                ahead.Enqueue(Task.Run(() => Batch(batch), cancellationToken));
                isFirst = false;
                if (ahead.Count > workers)
                    yield return ahead.Dequeue().GetAwaiter().GetResult();
            }
        }
        while (ahead.TryDequeue(out Task<RowBatch>? next))
            yield return next.GetAwaiter().GetResult();
        if (isFirst)
            yield return Batch(new BlockRows([], [], [], 0, 0, mayLackA, mayLackB));
        match.RequireUnchanged();
    }

    /// <summary>Puts the rows into a table of the workspace, for conditions and orders over them; once.</summary>
    internal void MakeTable(DuckDbConnection connection)
    {
        lock (rows)
        {
            if (isInTable)
                return;
            using DuckDbBatches source = new([.. Schemas.Select(s => new DuckDbField(s.Name, SideBatches.TypeOf(s)))],
                Batches(long.MaxValue, CancellationToken.None).Where(b => b.RowCount > 0).Select(b =>
                b.Columns.Select(DuckDbColumn.Of).ToArray()));
            using DuckDbScan scan = connection.Scan(source);
            connection.Execute($"CREATE TABLE {MatchColumns.ResultTable} AS SELECT * FROM {scan.Sql}");
            isInTable = true;
        }
    }

    public void Dispose() => match.Dispose();

    private RowBatch Batch(BlockRows batch) => new(columns.Select(c => c.Take(batch)));
}
