using Pile.Format;

namespace Pile.Builders.Tests.Sources;

/// <summary>A builder and the context in which a test runs it.</summary>
internal sealed record BuilderRun(IDatasetBuilder Builder, BuildContext Context)
{
    internal DatasetFacts Facts => Builder.Facts;

    internal IAsyncEnumerable<SourceUnit> PlanAsync(CancellationToken cancellationToken) => Builder.PlanAsync(Context, cancellationToken);

    /// <summary>Reads the batches of a unit, each copied: the memory of a batch may be used again for the next one.</summary>
    internal IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, CancellationToken cancellationToken) =>
        Builder.ReadAsync(unit, Context, cancellationToken).Select(batch =>
        {
            int[] rows = [.. Enumerable.Range(0, batch.RowCount)];
            return new RowBatch(batch.Columns.Select(column => column.Take(rows))) { SourceRows = batch.SourceRows };
        });

    /// <summary>Reads all batches of all units.</summary>
    internal async Task<List<RowBatch>> ReadAllAsync(CancellationToken cancellationToken) =>
        await PlanAsync(cancellationToken).SelectMany(unit => ReadAsync(unit, cancellationToken)).ToListAsync(cancellationToken);
}
