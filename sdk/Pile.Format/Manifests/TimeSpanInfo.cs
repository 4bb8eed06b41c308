namespace Pile.Format;

/// <summary>The time scale, reference position and range of a dataset's times.</summary>
/// <param name="Scale">The time scale, as in FITS: UTC, TAI, TDB …</param>
/// <param name="Reference">The reference position: TOPOCENTER, BARYCENTER …; null if not declared.</param>
/// <param name="StartMjd">The earliest start, MJD in that scale.</param>
/// <param name="EndMjd">The latest end, or the latest start if rows have no end.</param>
public sealed record TimeSpanInfo(string Scale, string? Reference, double StartMjd, double EndMjd);
