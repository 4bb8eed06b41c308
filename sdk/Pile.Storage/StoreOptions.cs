namespace Pile.Storage;

/// <summary>How remote stores are asked, and what their copies may take of the disk. A folder needs none of it.</summary>
public sealed record StoreOptions
{
    /// <summary>What the environment says, and defaults for the rest.</summary>
    public static StoreOptions Default { get; } = new();

    /// <summary>The folder of the cache; null: <c>$PILE_CACHE</c>, else <c>$XDG_CACHE_HOME/pile</c>, else <c>~/.cache/pile</c>. Processes
    /// may share it.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Bytes that the cache may hold; null: <c>$PILE_CACHE_LIMIT</c> (such as <c>50GB</c>), else 20 GiB.</summary>
    public long? CacheBytes { get; init; }

    /// <summary>Requests under way at once, of all readers of one store. More than the bandwidth needs only makes each of them
    /// slower.</summary>
    public int ParallelRequests { get; init; } = 32;

    /// <summary>A gap up to this many bytes is read along rather than asked around: about what arrives in the time of one request (20 ms at
    /// 50 MB/s). Where rows are read in batches, many requests share that time: from 64 KiB on a gap is
    /// then read along only where all that is read along stays below a twentieth of what is used.</summary>
    public int GapBytes { get; init; } = 1 << 20;

    /// <summary>How often a request is sent before its failure is told, the first time included. Waits grow from <see cref="RetryDelay"/>,
    /// doubled each time, with jitter.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>The wait before the second attempt, about.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a store may be silent before an attempt is given up.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A body that comes slower than this, on the average and beyond one <see cref="IdleTimeout"/>, is given up and asked for
    /// again.</summary>
    public int SlowestBytesPerSecond { get; init; } = 16 << 10;
}
