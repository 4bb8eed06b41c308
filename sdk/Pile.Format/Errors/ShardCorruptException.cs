namespace Pile.Format;

/// <summary>A shard exists but its bytes contradict the manifest, the index or the format.</summary>
/// <param name="shardPath">The shard.</param>
/// <param name="column">The column of the corrupt piece.</param>
/// <param name="row">The row within the shard; -1 if the error concerns no single row.</param>
/// <param name="finding">What was expected and what was found.</param>
/// <param name="inner">The exception of the codec or the system.</param>
public sealed class ShardCorruptException(string shardPath, string column, long row, string finding, Exception? inner = null)
    : PileException($"Shard '{shardPath}', column '{column}'{(row < 0 ? "" : $", row {row}")}: "
        + $"{finding.TrimEnd('.')}. Run 'pile validate --deep' for all findings, then get the shard again or rebuild the dataset.", inner)
{
    /// <summary>The shard.</summary>
    public string ShardPath { get; } = shardPath;

    /// <summary>The column.</summary>
    public string Column { get; } = column;

    /// <summary>The row within the shard; -1 if the error concerns no single row.</summary>
    public long Row { get; } = row;
}
