namespace Pile.Storage;

/// <summary>The cost of requests to a store, for planning reads.</summary>
internal sealed record StoreTraits
{
    /// <summary>The traits of a folder, where a read is a system call.</summary>
    public static StoreTraits Local { get; } = new() { IsLocal = true, GapBytes = 64 << 10, ParallelRequests = Environment.ProcessorCount };

    /// <summary>True if a read is a system call rather than a request.</summary>
    public required bool IsLocal { get; init; }

    /// <summary>The largest gap in bytes that is cheaper to read than to skip with a second request.</summary>
    public required int GapBytes { get; init; }

    /// <summary>The useful number of parallel requests.</summary>
    public required int ParallelRequests { get; init; }
}
