using System.Collections.Immutable;
using Pile.Writing;

namespace Pile.Builders;

/// <summary>What a build made, and what it left out.</summary>
public sealed record BuildOutcome(BuildSummary Dataset, ImmutableArray<SkippedUnit> Skipped, TimeSpan Elapsed)
{
    /// <summary>Rows that the build which this one resumed had left out, of units that were not read again.</summary>
    public long SkippedRowsBefore { get; init; }
}
