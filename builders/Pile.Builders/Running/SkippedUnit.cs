using Pile.Format;

namespace Pile.Builders;

/// <summary>A unit that was skipped, and the reason.</summary>
public sealed record SkippedUnit(string UnitId, PileException Reason);
