namespace Pile.Storage;

/// <summary>Options for reading remote stores and for the cache of their files. Local folders ignore them.</summary>
public sealed record StoreOptions
{
    /// <summary>The settings of the environment, and defaults for the rest.</summary>
    public static StoreOptions Default { get; } = new();

    /// <summary>The cache folder, which processes may share; null: <c>$PILE_CACHE</c>,
    /// else <c>$XDG_CACHE_HOME/pile</c>, else <c>~/.cache/pile</c>.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>The size limit of the cache in bytes; null: <c>$PILE_CACHE_LIMIT</c> (such as <c>50GB</c>), else 20 GiB.</summary>
    public long? CacheBytes { get; init; }

    /// <summary>The number of parallel requests of all readers of one store.
    /// More than the bandwidth needs only slows each request down.</summary>
    public int ParallelRequests { get; init; } = 32;

    /// <summary>The largest gap in bytes that is read along with the ranges on both sides instead of splitting the request.</summary>
    /// <remarks>The default is about what arrives in the time of one request (20 ms at 50 MB/s). When rows are read in batches, many
    /// requests share that time: a gap of 64 KiB or more is then read only if all gaps stay below a twentieth of the bytes used.</remarks>
    public int GapBytes { get; init; } = 1 << 20;

    /// <summary>The number of attempts of a request, including the first, before its failure is reported. Delays start at
    /// <see cref="RetryDelay"/> and double each time, with jitter.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>The approximate delay before the second attempt.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The time without data after which an attempt is given up.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The lowest average rate of a response body after the first
    /// <see cref="IdleTimeout"/>; a slower attempt is given up and retried.</summary>
    public int SlowestBytesPerSecond { get; init; } = 16 << 10;
}
