using System.Collections.Immutable;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>Rows of a result with a row of each of several sides.</summary>
/// <param name="columns">The columns.</param>
/// <param name="count">The number of rows.</param>
/// <param name="blocks">Returns for each part of the rows the rows of each side; at least one part.</param>
/// <param name="workers">The number of threads.</param>
/// <param name="owner">The match, which is disposed with the rows.</param>
internal sealed class WideRows(ManyColumns columns, long count, Func<CancellationToken, IEnumerable<BlockRows[]>> blocks, int workers,
    ManyMatch owner) : ResultRows
{
    private readonly ImmutableArray<ResultColumn> all = columns.All;
    private readonly int[] sideOf = columns.SideOf;

    internal override ImmutableArray<ColumnSchema> Schemas { get; } = [.. columns.All.Select(c => c.Schema)];

    internal override long Count => count;

    internal override IEnumerable<PositionedRows> Batches(long most, CancellationToken cancellationToken)
    {
        long left = most;
        foreach (PositionedRows batch in Ahead(owner.Work, blocks(cancellationToken), Gather, workers, cancellationToken))
        {
            yield return batch.Rows.RowCount <= left ? batch : new PositionedRows(new RowBatch(batch.Rows.Columns.Select(c =>
                c.Take([.. Enumerable.Range(0, (int)left)]))), batch.PositionsA[..(int)left], batch.PositionsB[..(int)left]);
            left -= Math.Min(left, batch.Rows.RowCount);
            if (left == 0)
                yield break;
        }
    }

    public override void Dispose() => owner.Dispose();

    // The rows of datasets are not positions of a pair; the table of conditions has such columns.
    private PositionedRows Gather(BlockRows[] rows)
    {
        long[] none = new long[rows[0].Count];
        return new(new RowBatch(all.Select((c, i) => c.Take(rows[sideOf[i]]))), none, none);
    }
}
