using System.Collections.Immutable;
using Pile.Builders;
using Pile.Format;

namespace Pile.Adopting.Tests;

/// <summary>An archive whose batches a test makes.</summary>
internal sealed class HandmadeArchive(DatasetFacts facts, params Func<ArchiveContext, IEnumerable<RowBatch>>[] units) : IArchive
{
    public DatasetFacts Facts => facts;

    public ImmutableArray<string> Units => [.. units.Select((_, i) => $"unit-{i}")];

    public IEnumerable<RowBatch> Read(int unit, ArchiveContext context, CancellationToken cancellationToken) => units[unit](context);
}
