using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pile.CrossMatch.Matching;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>The options of a match.</summary>
/// <remarks>All conditions are applied before partners are chosen: the nearest partner is the nearest row that meets all
/// conditions.</remarks>
public sealed record CrossMatchOptions
{
    /// <summary>The largest separation, inclusive, in arcseconds; 0 to 648,000 (the whole sky). Null only with an error model; the
    /// largest errors then limit the separation.</summary>
    public double? RadiusArcsec { get; init; }

    /// <summary>The smallest separation, inclusive, in arcseconds.</summary>
    public double MinRadiusArcsec { get; init; }

    /// <summary>The largest geodesic distance of positions on the earth, inclusive, in metres; 0 to 20,003,932. Positions on the earth need
    /// it in place of <see cref="RadiusArcsec"/>.</summary>
    public double? RadiusM { get; init; }

    /// <summary>The smallest geodesic distance of positions on the earth, inclusive, in metres.</summary>
    public double MinRadiusM { get; init; }

    /// <summary>True for pairs in which the position of one row is in the footprint of the other: of B, or of A if B has no footprints.
    /// Without <see cref="RadiusM"/>, the footprints limit the distance.</summary>
    public bool InFootprint { get; init; }

    /// <summary>True for pairs whose footprints overlap. Without <see cref="RadiusM"/>, the footprints limit the distance.</summary>
    public bool FootprintsOverlap { get; init; }

    /// <summary>Which pairs the match finds; all by default.</summary>
    public MatchFind Find { get; init; } = MatchFind.All;

    /// <summary>The maximum number of partners of a row of A with <see cref="MatchFind.Nearest"/>, the nearest first.</summary>
    public int Neighbours { get; init; } = 1;

    /// <summary>The rows of the result; only pairs by default.</summary>
    public MatchJoin Join { get; init; } = MatchJoin.Inner;

    /// <summary>How errors limit the separation. A row without an error is then in no pair.</summary>
    public ErrorModel Errors { get; init; }

    /// <summary>The number of standard deviations with <see cref="ErrorModel.Sigma"/>.</summary>
    public double Sigma { get; init; } = 1;

    /// <summary>The column of A with errors (or radii), in its unit, or arcseconds without a unit. Null to use the usual columns of
    /// position errors.</summary>
    public string? ErrorColumnA { get; init; }

    /// <summary>The column of B with errors (or radii).</summary>
    public string? ErrorColumnB { get; init; }

    /// <summary>The error (or radius) of all rows of A in arcseconds, instead of a column.</summary>
    public double? ErrorArcsecA { get; init; }

    /// <summary>The error (or radius) of all rows of B in arcseconds.</summary>
    public double? ErrorArcsecB { get; init; }

    /// <summary>The columns of A with errors that differ with direction: <c>ellipse:MAJOR,MINOR,ANGLE</c> (one standard deviation;
    /// <c>ellipse68</c>, <c>ellipse90</c> and <c>ellipse95</c> for ellipses that contain so many percent),
    /// <c>covariance:RA_ERROR,DEC_ERROR[,CORRELATION]</c>, or <c>ivar:RA_IVAR,DEC_IVAR</c>. Null to use the usual columns.</summary>
    public string? ErrorsA { get; init; }

    /// <summary>The columns of B with errors that differ with direction.</summary>
    public string? ErrorsB { get; init; }

    /// <summary>A systematic error in arcseconds that is added in quadrature to each axis of the errors of A.</summary>
    public double? ErrorFloorArcsecA { get; init; }

    /// <summary>A systematic error in arcseconds that is added in quadrature to each axis of the errors of B.</summary>
    public double? ErrorFloorArcsecB { get; init; }

    /// <summary>A column of both sides whose values must be equal in a pair; null for no such condition.</summary>
    public string? GroupColumn { get; init; }

    /// <summary>The column of B if its name differs from <see cref="GroupColumn"/> of A; null for the same name.</summary>
    public string? GroupColumnB { get; init; }

    /// <summary>The largest difference of times, inclusive, in days; null for any. If set, or if partners are chosen by time,
    /// the result has a column <c>dt_days</c>, the time of B minus the time of A: of instants, between intervals (0 if they overlap), or of
    /// the nearest epochs of light curves.</summary>
    /// <remarks>Times of different scales are converted to TDB. Rows without a time are in no pair.</remarks>
    public double? TimeWindowDays { get; init; }

    /// <summary>The times of A: a column of instants, or of arrays of epochs; or start and end, or start and duration. Empty to use the
    /// first that A has: <c>lightcurve_time</c>, <c>mjd</c> (with <c>mjd_end</c>), <c>mjd_start</c> and <c>mjd_end</c>, <c>t_min</c> and
    /// <c>t_max</c>, or the only column of a table that is declared as a time.</summary>
    public ImmutableArray<string> TimeColumnsA { get; init => field = Named(value); } = [];

    /// <summary>The times of B.</summary>
    public ImmutableArray<string> TimeColumnsB { get; init => field = Named(value); } = [];

    /// <summary>The time scale of A as in FITS (UTC, TAI, TDB …), if it is not declared.</summary>
    public string? TimeScaleA { get; init; }

    /// <summary>The time scale of B.</summary>
    public string? TimeScaleB { get; init; }

    /// <summary>The reference position of the times of A as in FITS (TOPOCENTER, BARYCENTER …), if it is not declared.</summary>
    public string? TimeReferenceA { get; init; }

    /// <summary>The reference position of the times of B.</summary>
    public string? TimeReferenceB { get; init; }

    /// <summary>True if times of both sides are compared, so that the result has a column <c>dt_days</c>.</summary>
    internal bool ComparesTimes => TimeWindowDays is not null || TimeChoice.IsOf(Find);

    /// <summary>An SQL condition on a pair: one expression over <c>a.column</c>, <c>b.column</c> and <c>separation_arcsec</c>
    /// (<c>distance_m</c> on the earth).</summary>
    /// <remarks>The separation without a side is that of the pair, also if a side has a column of that name, as a result of another match
    /// has. Other columns of the result, such as <c>dt_days</c>, are computed after the conditions.</remarks>
    public string? Where { get; init; }

    /// <summary>The Julian year to which positions are moved by their proper motions. Null to move a side with proper motions to the epoch
    /// of the other, if both epochs are known and differ.</summary>
    public double? EpochYear { get; init; }

    /// <summary>The epoch of the positions of A, for rows without a valid epoch of their own; null for that of the dataset.</summary>
    public double? EpochYearA { get; init; }

    /// <summary>The epoch of the positions of B.</summary>
    public double? EpochYearB { get; init; }

    /// <summary>Columns of A to add to the result, as <c>a_&lt;name&gt;</c>; <c>*</c> for all.</summary>
    public ImmutableArray<string> ColumnsA { get; init => field = Named(value); } = [];

    /// <summary>Columns of B to add to the result, as <c>b_&lt;name&gt;</c>; <c>*</c> for all.</summary>
    public ImmutableArray<string> ColumnsB { get; init => field = Named(value); } = [];

    /// <summary>In a match of more than two sides, the columns of C, of D, and so on, as <c>c_&lt;name&gt;</c>; missing for none.</summary>
    public ImmutableArray<ImmutableArray<string>> ColumnsOfFurther { get; init => field = Named(value); } = [];

    /// <summary>In a match of several sides with <see cref="MatchFind.Groups"/>: true for a row for each member of a group (<c>group_id,
    /// group_size, catalogue, object_id, ra, dec</c>), false for a row for each group.</summary>
    public bool LongLayout { get; init; }

    /// <summary>Which sides are matched, if this is one of the matches of several sides; null in a match of two.</summary>
    internal (int A, int B)? SidesOfSeveral { get; init; }

    /// <summary>True if no row of A is left out because it is far from B: A is also matched with other sides.</summary>
    internal bool KeepsA { get; init; }

    /// <summary>True if no row of B is left out.</summary>
    internal bool KeepsB { get; init; }

    /// <summary>True to add <c>position_angle_deg</c> to the result: from A to B, north through east.</summary>
    public bool PositionAngle { get; init; }

    /// <summary>The pairs of a match of two sides by their ids, for example from a published association; null to find them within the
    /// radius. Conditions, finds, joins and columns apply to them, and a radius if it is set.</summary>
    public IReadOnlyList<KeyValuePair<ObjectId, ObjectId>>? Pairs { get; init; }

    /// <summary>True to leave out <see cref="Pairs"/> with an id that no row with a position has; otherwise they are an error.</summary>
    public bool AllowMissingPairs { get; init; }

    /// <summary>True for one row per row of A, with its partners as lists in the order of separation. A row without a partner, which the
    /// left join adds, has empty lists. In a self match each row lists all its partners.</summary>
    public bool Nest { get; init; }

    /// <summary>True to measure the level of chance coincidences with shifted positions, for
    /// <see cref="MatchSummary.CertificateJson"/>. Takes about a tenth of the time of the match.</summary>
    public bool WithCertificate { get; init; }

    /// <summary>True to add <c>log10_bayes_factor</c>, <c>probability</c>, <c>p_any</c> and <c>p_i</c> to the result, from the errors of
    /// both sides.</summary>
    public bool WithProbability { get; init; }

    /// <summary>The prior probability that a row of B is the counterpart of a row of A, with <see cref="WithProbability"/>. Null to
    /// estimate it from the density of B where A has rows.</summary>
    public double? Prior { get; init; }

    /// <summary>The part of the rows of A that have a counterpart in B, for an estimated prior.</summary>
    public double PriorCompleteness { get; init; } = 1;

    /// <summary>A column of B with magnitudes, with <see cref="WithProbability"/>: the prior of a row is multiplied by the density of its
    /// magnitude among counterparts divided by that among other rows. Null to use positions alone.</summary>
    public string? MagnitudeColumn { get; init; }

    /// <summary>A text file with the two densities of <see cref="MagnitudeColumn"/>, a bin in each line: <c>lo hi selected others</c>, as
    /// NWAY writes them. Null to estimate them from secure counterparts and rows of B without a possible partner.</summary>
    public string? MagnitudePriorFile { get; init; }

    /// <summary>True to collect what the diagnostics page draws, in addition to the certificate.</summary>
    internal bool WithDiagnostics { get; init; }

    /// <summary>The number of threads; all cores by default. The result does not depend on it.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>The memory limit in bytes; null for three quarters of the machine's memory. Larger data are stored in a temporary
    /// folder.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>The bytes of values and pairs to keep in memory before temporary files are used; null for a quarter of
    /// <see cref="MemoryBytes"/>.</summary>
    internal long? KeptBytes { get; init; }

    /// <summary>The matcher that finds the pairs within the radius; null for the default one.</summary>
    internal ISkyMatcher? Matcher { get; init; }

    /// <summary>Receives progress reports. May be called from any thread.</summary>
    public IProgress<PhaseProgress>? Progress { get; init; }

    /// <summary>Receives messages for the user, for example about guessed columns or rows without an error.</summary>
    public Action<string>? OnMessage { get; init; }

    private static ImmutableArray<string> Named(ImmutableArray<string> columns, [CallerMemberName] string option = "") =>
        !columns.IsDefault && !columns.Contains(null!) ? columns : throw new ArgumentNullException(option,
            $"CrossMatchOptions.{option} {(columns.IsDefault ? "is a default array, which has no length" : "contains null")}. List names "
            + "of columns, or set it to [].");

    private static ImmutableArray<ImmutableArray<string>> Named(ImmutableArray<ImmutableArray<string>> sides,
        [CallerMemberName] string option = "")
    {
        foreach (ImmutableArray<string> columns in sides.IsDefault ? [default] : sides)
            Named(columns, option);
        return sides;
    }
}
