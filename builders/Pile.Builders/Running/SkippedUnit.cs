using Pile.Format;

namespace Pile.Builders;

/// <summary>A unit that was left out, and why.</summary>
public sealed record SkippedUnit(string UnitId, PileException Reason);
