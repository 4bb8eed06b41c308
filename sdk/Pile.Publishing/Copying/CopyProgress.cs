namespace Pile.Publishing;

/// <summary>How far a copy is.</summary>
/// <param name="Phase">What is done now.</param>
/// <param name="Done">Rows of <see cref="CopyPhase.Select"/>, bytes of the others.</param>
/// <param name="Total">All there are; null while nobody knows.</param>
public readonly record struct CopyProgress(CopyPhase Phase, long Done, long? Total);
