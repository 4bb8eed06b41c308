namespace Pile.Streaming;

/// <summary>A part of a split.</summary>
/// <param name="Made">The split.</param>
/// <param name="Step">How it is made.</param>
/// <param name="Part">The name of the part.</param>
/// <param name="IsExcept">True for the rows of all other parts.</param>
internal sealed record PinnedSplit(RowSplit Made, SplitStep Step, string Part, bool IsExcept);
