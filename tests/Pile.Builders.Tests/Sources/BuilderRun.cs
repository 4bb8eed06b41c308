using Pile.Format;

namespace Pile.Builders.Tests.Sources;

/// <summary>A builder and the context in which a test runs it.</summary>
internal sealed record BuilderRun(IDatasetBuilder Builder, BuildContext Context)
{
    internal DatasetFacts Facts => Builder.Facts;

    internal IAsyncEnumerable<SourceUnit> PlanAsync(CancellationToken cancellationToken) => Builder.PlanAsync(Context, cancellationToken);

    internal IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, CancellationToken cancellationToken) =>
        Builder.ReadAsync(unit, Context, cancellationToken);

    /// <summary>Reads all batches of all units.</summary>
    internal async Task<List<RowBatch>> ReadAllAsync(CancellationToken cancellationToken) =>
        await PlanAsync(cancellationToken).SelectMany(unit => ReadAsync(unit, cancellationToken)).ToListAsync(cancellationToken);
}
