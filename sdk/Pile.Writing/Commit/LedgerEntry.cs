namespace Pile.Writing.Commit;

/// <summary>One row of <c>files.parquet</c>.</summary>
/// <param name="Path">The path relative to the dataset; for a source its name.</param>
/// <param name="Kind"><c>shard</c>, <c>index</c>, <c>margin</c>, <c>meta</c> or <c>source</c>.</param>
/// <param name="Source">The shard's number.</param>
/// <param name="Rows">The number of rows; null for files without rows.</param>
/// <param name="Bytes">The size of the file.</param>
/// <param name="Sha256">The SHA-256 in lower-case hexadecimal.</param>
/// <param name="BlockCrc32C">For a tile of the index, the CRC-32C of each of its <see cref="Pile.Format.FileBlocks"/>; null for
/// others.</param>
internal sealed record LedgerEntry(string Path, string Kind, int? Source, long? Rows, long Bytes, string Sha256,
    uint[]? BlockCrc32C = null);
