using System.Collections.Immutable;
using Pile.Format;
using Pile.Tables;

namespace Pile.CrossMatch;

/// <summary>The growth of errors while positions are moved: σ²(t) = σ² + (σ_pm·t)² for each axis.</summary>
/// <remarks>Correlations between positions and proper motions are not used. Errors of rows that are not moved, because they have no proper
/// motion or no epoch, do not grow.</remarks>
/// <param name="PmRaError">The column of the error of the proper motion in right ascension, with the cosine of the declination.</param>
/// <param name="PmDecError">The column of the error of the proper motion in declination.</param>
/// <param name="EpochRa">The column of the Julian year of the right ascension; null without one.</param>
/// <param name="EpochDec">The column of the Julian year of the declination; null if it is that of the right ascension.</param>
/// <param name="PmRa">The column of the proper motion in right ascension.</param>
/// <param name="PmDec">The column of the proper motion in declination.</param>
/// <param name="EpochYear">The epoch of rows without a valid one of their own; null if they are not moved.</param>
/// <param name="ToYear">The epoch to which positions are moved.</param>
internal sealed record ErrorGrowth(string PmRaError, string PmDecError, string? EpochRa, string? EpochDec, string PmRa, string PmDec,
    double? EpochYear, double ToYear)
{
    private static readonly PositionWords RaWords = new("error of the proper motion in ra", ["stat.error;pos.pm;pos.eq.ra"],
        ["pmra_error", "pmra_err", "e_pmRA", "e_pm_ra", "sigma_pm_ra", "pm_ra_error", "pm_ra_err"], []);

    private static readonly PositionWords DecWords = new("error of the proper motion in dec", ["stat.error;pos.pm;pos.eq.dec"],
        ["pmdec_error", "pmdec_err", "e_pmDE", "e_pmDec", "e_pm_dec", "sigma_pm_dec", "pm_dec_error", "pm_dec_err"], []);

    /// <summary>The columns in the order in which they are read.</summary>
    internal ImmutableArray<string> Columns { get; } = [PmRaError, PmDecError, .. EpochRa is null ? [] : (string[])[EpochRa],
        .. EpochDec is null ? [] : (string[])[EpochDec], PmRa, PmDec];

    /// <summary>Finds the errors of proper motions by their UCDs and names; null without them.</summary>
    internal static ErrorGrowth? Find(ImmutableArray<ColumnSchema> columns, MotionColumns motion, double? epochYear, double toYear)
    {
        PositionSearch search = new([.. columns.Where(c => c.IsScalar && c.DType is not (DType.String or DType.Bool))]);
        return search.OptionalPair(RaWords, DecWords) is ({ } ra, { } dec)
            ? new(ra.Name, dec.Name, motion.EpochRa?.Name, motion.EpochDec?.Name, motion.PmRa.Name, motion.PmDec.Name, epochYear,
                toYear) : null;
    }

    /// <summary>Returns the years by which a coordinate of a row is moved; NaN if it has no epoch.</summary>
    /// <param name="ofRow">The epoch of the row; NaN without one.</param>
    internal double Years(double ofRow) => ToYear - CommonEpoch.Of(ofRow, EpochYear);
}
