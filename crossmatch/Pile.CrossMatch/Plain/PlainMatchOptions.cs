namespace Pile.CrossMatch.Plain;

/// <summary>What is asked of a plain match.</summary>
public sealed record PlainMatchOptions
{
    /// <summary>The largest separation, inclusive, in arcseconds; 0 to 648,000 (the whole sky).</summary>
    public required double RadiusArcsec { get; init; }

    /// <summary>Whether each row of A gets its nearest partner alone; else every partner.</summary>
    public bool NearestOnly { get; init; }

    /// <summary>Whether an existing output is replaced, once the new file is complete.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Threads; all cores by default. The bytes of the result do not depend on it.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Hears how many rows of A are done, of how many; from any thread.</summary>
    public Action<long, long>? Progress { get; init; }
}
