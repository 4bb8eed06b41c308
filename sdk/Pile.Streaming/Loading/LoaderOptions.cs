namespace Pile.Streaming;

/// <summary>How rows are loaded.</summary>
public sealed record LoaderOptions
{
    /// <summary>Rows of a batch; the last one of an epoch may have fewer.</summary>
    public int BatchRows { get; init; } = 64;

    /// <summary>The seed of the shuffle; null leaves the rows in their order.</summary>
    public ulong? ShuffleSeed { get; init; }

    /// <summary>How rows are shuffled; null: blocks for rows of this size, see <see cref="BlockShuffle.ForRowsOf"/>. Without a seed it has
    /// no say.</summary>
    public BlockShuffle? Shuffle { get; init; }

    /// <summary>How often all rows are gone through; null: without an end.</summary>
    public int? Epochs { get; init; } = 1;

    /// <summary>Which worker this is, of how many that share the rows.</summary>
    public Worker Worker { get; init; } = Worker.Alone;

    /// <summary>When rows are read.</summary>
    public LoadStrategy Strategy { get; init; } = LoadStrategy.Background;

    /// <summary>Memory for rows that are read but not yet given out, in bytes. A round of the shuffle has to fit three times: while it is
    /// read, while it waits, and while it is used.</summary>
    public long PrefetchBytes { get; init; } = 384 << 20;
}
