using Pile.Format;

namespace Pile.Review;

/// <summary>What a comparison of two datasets covers, and where its results go.</summary>
internal sealed record DiffOptions
{
    /// <summary>True to compare the light columns only, so that no shard is read.</summary>
    public bool LightOnly { get; init; }

    /// <summary>Writes one row for each row that was added, removed or changed; null if that list is not needed.</summary>
    public Func<IAsyncEnumerable<RowBatch>, CancellationToken, Task>? WriteRows { get; init; }

    /// <summary>Receives the number of compared rows of both sides. May be called from any thread.</summary>
    public IProgress<PhaseProgress>? Progress { get; init; }
}
