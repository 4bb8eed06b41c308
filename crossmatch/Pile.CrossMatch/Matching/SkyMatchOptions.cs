namespace Pile.CrossMatch.Matching;

/// <summary>What a matcher is asked for.</summary>
internal sealed record SkyMatchOptions
{
    /// <summary>The largest separation, inclusive, in arcseconds; 0 to 648,000 (the whole sky).</summary>
    public required double RadiusArcsec { get; init; }

    /// <summary>Threads; all cores by default. Neither pairs nor blocks depend on it.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Hears how many more rows of a are done; from any thread.</summary>
    public Action<int>? RowsDone { get; init; }
}
