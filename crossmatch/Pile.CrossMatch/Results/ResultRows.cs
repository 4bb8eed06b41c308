using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;

namespace Pile.CrossMatch;

/// <summary>The rows of a result, whose values are gathered when they are read.</summary>
internal abstract class ResultRows : IDisposable
{
    private readonly Lock table = new();
    private bool isInTable;

    /// <summary>The columns.</summary>
    internal abstract ImmutableArray<ColumnSchema> Schemas { get; }

    /// <summary>The number of rows.</summary>
    internal abstract long Count { get; }

    /// <summary>True if the rows have lists of partners.</summary>
    internal virtual bool AreNested => false;

    /// <summary>True if the rows are of two datasets, so that row numbers are positions.</summary>
    internal virtual bool AreOfDatasets => false;

    /// <summary>Returns true if two datasets still have the files that were matched.</summary>
    internal virtual Task<bool> AreOfAsync(Dataset a, Dataset b, CancellationToken cancellationToken) => Task.FromResult(false);

    /// <summary>Finds a side that is another dataset than a given one; null if both are those of the match.</summary>
    internal virtual Task<(char Side, string Name)?> FindOtherAsync(Dataset a, Dataset b, CancellationToken cancellationToken) =>
        Task.FromResult<(char, string)?>(null);

    /// <summary>Returns the rows, with their positions if <see cref="AreOfDatasets"/>, in at least one batch. Several threads gather some
    /// batches ahead.</summary>
    internal abstract IEnumerable<PositionedRows> Batches(long most, CancellationToken cancellationToken);

    /// <summary>Returns the rows without their positions, in at least one batch.</summary>
    internal virtual IEnumerable<RowBatch> WithoutPositions(long most, CancellationToken cancellationToken) =>
        Batches(most, cancellationToken).Select(b => b.Rows);

    /// <summary>Creates a table of the rows in the workspace, for conditions and orders, if it does not exist.</summary>
    internal void MakeTable(DuckDbConnection connection)
    {
        lock (table)
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

    public abstract void Dispose();

    /// <summary>Converts parts to batches on several threads, in order. The match can be disposed before each part and each
    /// batch.</summary>
    private protected static IEnumerable<PositionedRows> Ahead<T>(MatchWorkspace work, IEnumerable<T> parts,
        Func<T, PositionedRows> convert, int workers, CancellationToken cancellationToken)
    {
        Queue<Task<PositionedRows>> ahead = new();
        try
        {
            using IEnumerator<T> each = parts.GetEnumerator();
            while (work.Read(each.MoveNext))
            {
                T part = each.Current;
                cancellationToken.ThrowIfCancellationRequested();
                ahead.Enqueue(Task.Run(() => work.Read(() => convert(part)), CancellationToken.None));
                if (ahead.Count > workers)
                    yield return ahead.Dequeue().GetAwaiter().GetResult();
            }
            while (ahead.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return ahead.Dequeue().GetAwaiter().GetResult();
            }
        }
        finally
        {
            // A caller that stops reading does not expect that the match still uses threads.
            foreach (Task task in ahead)
                task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        }
    }
}
