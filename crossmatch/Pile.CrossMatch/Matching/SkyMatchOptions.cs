namespace Pile.CrossMatch.Matching;

/// <summary>The options of a matcher.</summary>
internal sealed record SkyMatchOptions
{
    /// <summary>The largest separation, inclusive, in arcseconds; 0 to 648,000 (the whole sky).</summary>
    public required double RadiusArcsec { get; init; }

    /// <summary>The number of threads; all cores by default. Pairs and blocks do not depend on it.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>The chunks of a in whose rows pairs are found; null for all.</summary>
    internal (int First, int End)? ChunksOfA { get; init; }

    /// <summary>The rows of a in pairs; null for all. Chunks without such rows are not read, but pairs of others may be found.</summary>
    internal RowSet? SelectedA { get; init; }

    /// <summary>The rows of b in pairs; null for all.</summary>
    internal RowSet? SelectedB { get; init; }

    /// <summary>Receives the number of further rows of a that are done. May be called from any thread.</summary>
    public Action<int>? RowsDone { get; init; }
}
