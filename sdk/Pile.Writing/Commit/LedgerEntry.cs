namespace Pile.Writing.Commit;

/// <summary>One line of <c>files.parquet</c>.</summary>
/// <param name="Path">Relative to the dataset; for a source its name.</param>
/// <param name="Kind"><c>shard</c>, <c>index</c>, <c>margin</c>, <c>meta</c> or <c>source</c>.</param>
/// <param name="Source">The shard's number.</param>
/// <param name="Rows">Rows, where it has rows.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
/// <param name="BlockCrc32C">Of a tile of the index the CRC-32C of each of its <see cref="Pile.Format.FileBlocks"/>; null for
/// others.</param>
internal sealed record LedgerEntry(string Path, string Kind, int? Source, long? Rows, long Bytes, string Sha256,
    uint[]? BlockCrc32C = null);
