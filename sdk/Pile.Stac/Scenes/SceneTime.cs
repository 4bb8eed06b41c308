namespace Pile.Stac;

/// <summary>The time of a scene: its own texts, and the interval as modified Julian dates.</summary>
/// <param name="Datetime">The text of <c>datetime</c>; null if the document has null or none.</param>
/// <param name="Start">The text of <c>start_datetime</c>; null if the document has none.</param>
/// <param name="End">The text of <c>end_datetime</c>; null if the document has none.</param>
/// <param name="StartMjd">The start of the interval, UTC. Without an own start it is that of <paramref name="Datetime"/>.</param>
/// <param name="EndMjd">The end of the interval, UTC: equal to the start for an instant, a day later for a date without a time.</param>
/// <remarks>A float64 has a resolution of 0.6 µs here, so the texts are kept.</remarks>
internal readonly record struct SceneTime(string? Datetime, string? Start, string? End, double StartMjd, double EndMjd);
