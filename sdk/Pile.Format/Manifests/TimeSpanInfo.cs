namespace Pile.Format;

/// <summary>What a dataset's times mean and which they span.</summary>
/// <param name="Scale">The time scale as FITS names it: UTC, TAI, TDB …</param>
/// <param name="Reference">The reference position: TOPOCENTER, BARYCENTER …; null when not declared.</param>
/// <param name="StartMjd">The earliest start, MJD in that scale.</param>
/// <param name="EndMjd">The latest end, or start where rows have no end.</param>
public sealed record TimeSpanInfo(string Scale, string? Reference, double StartMjd, double EndMjd);
