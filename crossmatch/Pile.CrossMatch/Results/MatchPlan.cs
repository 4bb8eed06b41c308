using System.Collections.Immutable;

namespace Pile.CrossMatch;

/// <summary>What a match will read and do; nothing heavy is read to say so.</summary>
/// <param name="A">What is read of A.</param>
/// <param name="B">What is read of B; of a side matched with itself the same.</param>
/// <param name="RadiusArcsec">The radius, where it is known before errors are read.</param>
/// <param name="Stages">What is done, in order.</param>
internal sealed record MatchPlan(SidePlan A, SidePlan B, double? RadiusArcsec, ImmutableArray<MatchStage> Stages);
