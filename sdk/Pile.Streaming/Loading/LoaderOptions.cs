namespace Pile.Streaming;

/// <summary>How rows are loaded.</summary>
public sealed record LoaderOptions
{
    /// <summary>The number of rows in a batch; the last batch of an epoch may have fewer.</summary>
    public int BatchRows { get; init; } = 64;

    /// <summary>The seed of the shuffle; null leaves the rows in their order.</summary>
    public ulong? ShuffleSeed { get; init; }

    /// <summary>How rows are shuffled; null for <see cref="BlockShuffle.ForRowsOf"/>. Ignored without a seed.</summary>
    public BlockShuffle? Shuffle { get; init; }

    /// <summary>The number of epochs; null for unlimited.</summary>
    public int? Epochs { get; init; } = 1;

    /// <summary>This worker among those that share the rows.</summary>
    public Worker Worker { get; init; } = Worker.Alone;

    /// <summary>When rows are read.</summary>
    public LoadStrategy Strategy { get; init; } = LoadStrategy.Background;

    /// <summary>The hash of the pin that the rows and their order come from; null without one. States of other pins are
    /// rejected.</summary>
    public string? Pin { get; internal init; }

    /// <summary>The memory in bytes for rows that have been read but not yet returned. It must hold a round of the shuffle three times: one
    /// that is being read, one that waits, and one that is in use.</summary>
    public long PrefetchBytes { get; init; } = 384 << 20;
}
