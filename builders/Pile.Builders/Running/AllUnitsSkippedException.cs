using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Builders;

/// <summary>Every unit of a source was skipped: there is nothing to build.</summary>
/// <param name="skipped">The units and the reasons.</param>
internal sealed class AllUnitsSkippedException(ImmutableArray<SkippedUnit> skipped)
    : PileException(skipped is [var only] ? only.Reason.Message
        : $"All {skipped.Length} units of the source were skipped: {string.Join(" | ", skipped.Select(s => s.Reason.Message))}",
        skipped[0].Reason)
{
    /// <summary>The units and the reasons, by name.</summary>
    public ImmutableArray<SkippedUnit> Skipped { get; } = skipped;
}
