namespace Pile.Writing;

/// <summary>What a build made.</summary>
/// <param name="Path">The dataset's folder.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Shards">Its shards.</param>
/// <param name="Tiles">The tiles of its index.</param>
/// <param name="Order">The HEALPix order of its cells.</param>
/// <param name="Bytes">The bytes of shards, index and lists, as the manifest has them.</param>
public sealed record BuildSummary(string Path, long Rows, int Shards, int Tiles, int Order, long Bytes)
{
    /// <summary>Rows, objects and whole units that were skipped: the lines of <c>skipped.csv</c>.</summary>
    public long Skipped { get; init; }
}
