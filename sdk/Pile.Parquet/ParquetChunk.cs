namespace Pile.Parquet;

/// <summary>A column chunk: the values of one column in one row group.</summary>
/// <param name="Path">The column's path in the schema: one name, or several for nested columns.</param>
/// <param name="Start">The offset of its first byte.</param>
/// <param name="Bytes">Its stored size.</param>
/// <param name="Range">Its statistics read as int64, valid only for int64 columns; null if it has no statistics.</param>
internal sealed record ParquetChunk(IReadOnlyList<string> Path, long Start, long Bytes, (long Min, long Max)? Range)
{
    /// <summary>The byte range of its Bloom filter; null if it has no filter, or if the file does not state its length.</summary>
    public (long Start, long Bytes)? Filter { get; init; }

    /// <summary>The file with the chunk, relative to the folder of this file, as in <c>_metadata</c>; null if it is in this file.</summary>
    public string? File { get; init; }
}
