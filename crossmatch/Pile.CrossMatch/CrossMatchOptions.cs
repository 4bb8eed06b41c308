using System.Collections.Immutable;

namespace Pile.CrossMatch;

/// <summary>What is asked of a match.</summary>
public sealed record CrossMatchOptions
{
    /// <summary>The largest separation, inclusive, in arcseconds; 0 to 648,000 (the whole sky).</summary>
    public required double RadiusArcsec { get; init; }

    /// <summary>Which partners count; all by default.</summary>
    public MatchFind Find { get; init; } = MatchFind.All;

    /// <summary>Which rows the result has; pairs alone by default.</summary>
    public MatchJoin Join { get; init; } = MatchJoin.Inner;

    /// <summary>Columns of A that are carried along, as <c>a_&lt;name&gt;</c>; <c>*</c> for all. They are held in memory.</summary>
    public ImmutableArray<string> ColumnsA { get; init; } = [];

    /// <summary>Columns of B that are carried along, as <c>b_&lt;name&gt;</c>; <c>*</c> for all. They are held in memory.</summary>
    public ImmutableArray<string> ColumnsB { get; init; } = [];

    /// <summary>Threads; all cores by default. The result does not depend on it.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Hears how many rows of A are done, of how many; from any thread.</summary>
    public IProgress<(long Done, long Total)>? Progress { get; init; }
}
