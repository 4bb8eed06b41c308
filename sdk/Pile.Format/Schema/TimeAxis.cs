namespace Pile.Format;

/// <summary>The meaning of a column of times: days from a zero point, in a time scale, at a reference position.</summary>
/// <param name="Scale">The time scale, as in FITS: UTC, TAI, TDB …</param>
/// <param name="Reference">The reference position: TOPOCENTER, BARYCENTER …; null if not declared.</param>
/// <param name="ZeroMjd">The MJD of time 0: 0 for MJD itself, 56999.5 for BTJD (BJD − 2457000), 54832.5 for BKJD.</param>
public sealed record TimeAxis(string Scale, string? Reference = null, double ZeroMjd = 0);
