using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>Compares the rows of two datasets.</summary>
/// <remarks>Both indexes are sorted by position and id, so that one pass over them compares all rows that have not moved. Rows left over on
/// both sides are then sorted by id by DuckDB, within its memory limit, and merged again.</remarks>
internal sealed class RowComparison
{
    private readonly Dataset a, b;
    private readonly ComparedColumns columns;
    private readonly DiffOptions options;
    private readonly RowChanges changes;
    private readonly HeavyComparison heavy;
    private long rowsDone;

    internal RowComparison(Dataset a, Dataset b, ComparedColumns columns, DiffOptions options)
    {
        (this.a, this.b, this.columns, this.options) = (a, b, columns, options);
        changes = new RowChanges(columns, options.WriteRows is not null,
            a.IdsAreText || b.IdsAreText ? DType.String : DType.Int64);
        heavy = new HeavyComparison(a, b, columns);
    }

    /// <summary>The counts, after <see cref="RunAsync"/> has ended.</summary>
    internal RowSummary Summary => changes.Finish();

    /// <summary>Compares the rows, and returns those that differ in batches; at least one, so that the columns are known.</summary>
    internal async IAsyncEnumerable<RowBatch> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return changes.Take();
        if (a.IdsAreText != b.IdsAreText) // no id of one side can be one of the other
        {
            await foreach (RowBatch batch in MergeAsync(null, All(a), null, cancellationToken).ConfigureAwait(false))
                yield return batch;
            await foreach (RowBatch batch in MergeAsync(null, null, All(b), cancellationToken).ConfigureAwait(false))
                yield return batch;
            yield break;
        }
        (RowMarks A, RowMarks B) unmatched = (new RowMarks(a.Manifest.Rows), new RowMarks(b.Manifest.Rows));
        await foreach (RowBatch batch in MergeAsync(unmatched, Values(a, null), Values(b, null), cancellationToken).ConfigureAwait(false))
            yield return batch;
        bool mayHaveMoved = unmatched.A.Count > 0 && unmatched.B.Count > 0;
        Func<CancellationToken, Task<SideRows>>? leftA = unmatched.A.Count == 0 ? null
            : mayHaveMoved ? Values(a, unmatched.A) : Ids(a, unmatched.A);
        Func<CancellationToken, Task<SideRows>>? leftB = unmatched.B.Count == 0 ? null
            : mayHaveMoved ? Values(b, unmatched.B) : Ids(b, unmatched.B);
        if (leftA is not null || leftB is not null)
            await foreach (RowBatch batch in MergeAsync(null, leftA, leftB, cancellationToken).ConfigureAwait(false))
                yield return batch;
    }

    private async IAsyncEnumerable<RowBatch> MergeAsync((RowMarks A, RowMarks B)? unmatched,
        Func<CancellationToken, Task<SideRows>>? openA, Func<CancellationToken, Task<SideRows>>? openB,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using SideRows rowsA = openA is null ? SideRows.None : await openA(cancellationToken).ConfigureAwait(false);
        using SideRows rowsB = openB is null ? SideRows.None : await openB(cancellationToken).ConfigureAwait(false);
        RowMerge merge = new(rowsA, rowsB, columns, changes) { Unmatched = unmatched };
        for (bool hasMore = true; hasMore;)
        {
            hasMore = await Task.Run(() =>
            {
                bool any = true;
                while (any && !changes.IsFull)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    any = merge.Step();
                    if (unmatched is not null)
                        Report(rowsA.RowsRead + rowsB.RowsRead);
                }
                return any;
            }, cancellationToken).ConfigureAwait(false);
            await heavy.CompareAsync(changes.Pending, cancellationToken).ConfigureAwait(false);
            changes.Settle();
            if (options.WriteRows is not null && changes.Take() is { RowCount: > 0 } batch)
                yield return batch;
        }
    }

    private void Report(long rows)
    {
        if (rows == rowsDone)
            return;
        rowsDone = rows;
        options.Progress?.Report(new PhaseProgress("compare", rows, a.Manifest.Rows + b.Manifest.Rows));
    }

    private Func<CancellationToken, Task<SideRows>> Values(Dataset dataset, RowMarks? only) => cancellationToken =>
    {
        bool isA = ReferenceEquals(dataset, a);
        return SideRows.OpenAsync(dataset, columns.Light.Select(c => isA ? c.A : c.B),
            columns.Heavy.Select(c => (Column: isA ? c.A : c.B, c.HasChecksums)), only, cancellationToken);
    };

    private static Func<CancellationToken, Task<SideRows>> Ids(Dataset dataset, RowMarks only) =>
        cancellationToken => SideRows.OpenAsync(dataset, [], [], only, cancellationToken);

    private static Func<CancellationToken, Task<SideRows>> All(Dataset dataset) =>
        cancellationToken => SideRows.OpenAsync(dataset, [], [], null, cancellationToken);
}
