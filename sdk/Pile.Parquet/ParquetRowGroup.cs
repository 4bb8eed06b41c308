namespace Pile.Parquet;

/// <summary>A row group of a Parquet file.</summary>
/// <param name="FirstRow">The number of its first row in the file, from 0.</param>
/// <param name="RowCount">The number of its rows.</param>
/// <param name="Chunks">Its column chunks.</param>
internal sealed record ParquetRowGroup(long FirstRow, long RowCount, IReadOnlyList<ParquetChunk> Chunks);
