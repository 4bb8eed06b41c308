namespace Pile.Format;

/// <summary>The meaning of a column of times: days from a zero point, in a time scale, at a reference position.</summary>
/// <param name="Scale">The time scale, as in FITS: UTC, TAI, TDB …</param>
/// <param name="Reference">The reference position: TOPOCENTER, BARYCENTER …; null if not declared.</param>
/// <param name="ZeroMjd">The MJD of time 0: 0 for MJD itself, 56999.5 for BTJD (BJD − 2457000), 54832.5 for BKJD.</param>
public sealed record TimeAxis(string Scale, string? Reference = null, double ZeroMjd = 0)
{
    /// <summary>True if the source does not declare <see cref="Scale"/>, which is then the default of its standard. No part of the
    /// meaning.</summary>
    internal bool AssumesScale { get; init; }

    /// <summary>Compares scale, reference position and zero point.</summary>
    public bool Equals(TimeAxis? other) => other is not null
        && (Scale, Reference, ZeroMjd) == (other.Scale, other.Reference, other.ZeroMjd);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Scale, Reference, ZeroMjd);

    /// <summary>Returns the axis with a scale that is declared elsewhere, if the source declares none.</summary>
    internal TimeAxis Or(string? scale) => AssumesScale && scale is not null ? this with { Scale = scale, AssumesScale = false } : this;
}
