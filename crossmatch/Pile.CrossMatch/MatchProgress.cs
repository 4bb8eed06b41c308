namespace Pile.CrossMatch;

/// <summary>How far a match is.</summary>
/// <param name="Phase">What is done now: <c>read A</c>, <c>read B</c>, <c>match</c>, <c>select</c>, <c>write</c>.</param>
/// <param name="Done">Rows done.</param>
/// <param name="Total">Rows in all; null while that is not known.</param>
public readonly record struct MatchProgress(string Phase, long Done, long? Total);
