namespace Pile.Sky;

/// <summary>A part of the sky during a span of time.</summary>
/// <param name="Start">The start, in microseconds of <see cref="SpaceTimeMoc"/>.</param>
/// <param name="End">The end, excluded.</param>
/// <param name="Space">The part of the sky; not empty.</param>
internal sealed record SpaceTimeElement(long Start, long End, HealpixRanges Space);
