using Pile.Format;

namespace Pile.Writing;

/// <summary>The result of a build.</summary>
/// <param name="Path">The dataset's folder.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Shards">The number of shards.</param>
/// <param name="Tiles">The number of tiles of the index.</param>
/// <param name="Partition">The cells; null for a task of a build.</param>
/// <param name="Bytes">The size of shards, index and lists, as in the manifest.</param>
public sealed record BuildSummary(string Path, long Rows, int Shards, int Tiles, Partition? Partition, long Bytes)
{
    /// <summary>The number of rows, objects and whole units that were skipped: the rows of <c>skipped.csv</c>.</summary>
    public long Skipped { get; init; }

    /// <summary>The number of shards that are hard links to shards of the earlier version, of a build that appends to one.</summary>
    public int SharedShards { get; init; }
}
