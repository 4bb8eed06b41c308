
namespace Pile.CrossMatch;

/// <summary>The plan of a match.</summary>
/// <param name="A">The parts of A that are read.</param>
/// <param name="B">The parts of B that are read; those of A in a self match.</param>
/// <param name="RadiusArcsec">The radius; null if it depends on the errors.</param>
/// <param name="Stages">The stages, in order.</param>
internal sealed record MatchPlan(SidePlan A, SidePlan B, double? RadiusArcsec, IReadOnlyList<MatchStage> Stages);
