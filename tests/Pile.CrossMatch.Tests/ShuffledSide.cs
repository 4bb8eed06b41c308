using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Sky;

namespace Pile.CrossMatch.Tests;

/// <summary>A side that is loaded instead of memory-mapped, with its rows in another order and in other batches.</summary>
internal sealed class ShuffledSide(MatchSide side) : MatchSide
{
    public override string Name => side.Name;

    public override ImmutableArray<ColumnSchema> Columns => side.Columns;

    internal override DType IdType => side.IdType;

    internal override string? TimeColumn => side.TimeColumn;

    internal override (string? Scale, string? Reference) TimeFrame => side.TimeFrame;

    internal override string? Condition => side.Condition;

    internal override IEnumerable<string> Expressions => side.Expressions;

    internal override bool CanBePruned => side.CanBePruned;

    internal override long? RowsAtMost => side.RowsAtMost;

    internal override Task CheckAsync(CancellationToken cancellationToken) => side.CheckAsync(cancellationToken);

    internal override Task PrepareAsync(CancellationToken cancellationToken) => side.PrepareAsync(cancellationToken);

    internal override Task<IReadOnlyList<HealpixPixel>?> CoverageAsync(CancellationToken cancellationToken) =>
        side.CoverageAsync(cancellationToken);

    internal override Task<long?> CountAsync(CancellationToken cancellationToken) => side.CountAsync(cancellationToken);

    internal override Task<SideIdentity> IdentifyAsync(bool asOpened, CancellationToken cancellationToken) =>
        side.IdentifyAsync(asOpened, cancellationToken);

    internal override Task<SidePlan> PlanAsync(IReadOnlyList<string> columnNames, HealpixRanges? reach,
        CancellationToken cancellationToken) => side.PlanAsync(columnNames, reach, cancellationToken);

    internal override async IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string> columnNames, HealpixRanges? reach,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<RowBatch> batches = [];
        await foreach (RowBatch batch in side.ReadAsync(columnNames, reach, cancellationToken))
            batches.Add(batch);
        ColumnData[] columns = [.. Enumerable.Range(0, batches[0].Columns.Length)
            .Select(i => ColumnData.Concat([.. batches.Select(b => b.Columns[i])]))];
        int[] rows = [.. Enumerable.Range(0, columns[0].RowCount)];
        new Random(1).Shuffle(rows);
        foreach (int[] part in rows.Length == 0 ? [[]] : rows.Chunk(97))
            yield return new RowBatch(columns.Select(c => c.Take(part)));
    }
}
