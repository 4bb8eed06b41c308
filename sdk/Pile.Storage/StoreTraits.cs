namespace Pile.Storage;

/// <summary>What a request costs, in the terms of whoever plans reads.</summary>
internal sealed record StoreTraits
{
    /// <summary>A folder: a read is a system call.</summary>
    public static StoreTraits Local { get; } = new() { IsLocal = true, GapBytes = 64 << 10, ParallelRequests = Environment.ProcessorCount };

    /// <summary>True when a read costs a system call and no request.</summary>
    public required bool IsLocal { get; init; }

    /// <summary>A gap up to this many bytes is cheaper read along than left out by a second request.</summary>
    public required int GapBytes { get; init; }

    /// <summary>Requests that are worth having under way at once.</summary>
    public required int ParallelRequests { get; init; }
}
