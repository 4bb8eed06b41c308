using System.Collections.Immutable;
using Pile.CrossMatch.Matching;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>What is asked of a match. Every condition holds before partners are chosen: the nearest is the nearest of those that meet all
/// of them.</summary>
public sealed record CrossMatchOptions
{
    /// <summary>The largest separation, inclusive, in arcseconds; 0 to 648,000 (the whole sky). Null only with an error model: then the
    /// largest errors set it.</summary>
    public double? RadiusArcsec { get; init; }

    /// <summary>The least separation, inclusive, in arcseconds.</summary>
    public double MinRadiusArcsec { get; init; }

    /// <summary>Which partners count; all by default.</summary>
    public MatchFind Find { get; init; } = MatchFind.All;

    /// <summary>With <see cref="MatchFind.Nearest"/>: how many partners a row of A may have, the nearest first.</summary>
    public int Neighbours { get; init; } = 1;

    /// <summary>Which rows the result has; pairs alone by default.</summary>
    public MatchJoin Join { get; init; } = MatchJoin.Inner;

    /// <summary>How errors limit the separation; a row without an error is then in no pair.</summary>
    public ErrorModel Errors { get; init; }

    /// <summary>With <see cref="ErrorModel.Sigma"/>: how many standard deviations.</summary>
    public double Sigma { get; init; } = 1;

    /// <summary>The column of A that holds errors (or radii), in its own unit; arcseconds where it has none. Null: the usual columns of
    /// position errors, if there are any.</summary>
    public string? ErrorColumnA { get; init; }

    /// <summary>The column of B that holds errors (or radii).</summary>
    public string? ErrorColumnB { get; init; }

    /// <summary>A column of both sides in which partners must be equal; null for none.</summary>
    public string? GroupColumn { get; init; }

    /// <summary>The column of B, where it has another name than A's <see cref="GroupColumn"/>; null: the same.</summary>
    public string? GroupColumnB { get; init; }

    /// <summary>The largest difference of times, inclusive, in days; null for any. The result then has <c>dt_days</c>, B less A.</summary>
    public double? TimeWindowDays { get; init; }

    /// <summary>An SQL condition on a pair: one expression over <c>a.column</c>, <c>b.column</c> and <c>separation_arcsec</c>.</summary>
    public string? Where { get; init; }

    /// <summary>Columns of A that are carried along, as <c>a_&lt;name&gt;</c>; <c>*</c> for all.</summary>
    public ImmutableArray<string> ColumnsA { get; init; } = [];

    /// <summary>Columns of B that are carried along, as <c>b_&lt;name&gt;</c>; <c>*</c> for all.</summary>
    public ImmutableArray<string> ColumnsB { get; init; } = [];

    /// <summary>Whether the result has <c>position_angle_deg</c>: from A to B, north through east.</summary>
    public bool PositionAngle { get; init; }

    /// <summary>Threads; all cores by default. The result does not depend on it.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Memory to stay within, in bytes; what does not fit is kept in a temporary folder. Null: three quarters of the
    /// machine's.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Bytes of values and pairs to keep in memory before they go to temporary files. Null: a quarter of
    /// <see cref="MemoryBytes"/>.</summary>
    internal long? KeptBytes { get; init; }

    /// <summary>What finds the pairs within the radius; null for Pile's own.</summary>
    internal ISkyMatcher? Matcher { get; init; }

    /// <summary>Hears how far the match is; from any thread.</summary>
    public IProgress<PhaseProgress>? Progress { get; init; }

    /// <summary>Hears what the user should know: columns that were guessed, rows without an error.</summary>
    public Action<string>? OnMessage { get; init; }
}
