namespace Pile.Parquet;

/// <summary>The position and statistics of a column in a row group.</summary>
/// <param name="PageOffset">The offset of its page.</param>
/// <param name="ChunkBytes">The length of the page in bytes, including its header.</param>
/// <param name="Min">The smallest value of an integer column; above <paramref name="Max"/> if the file has no statistics.</param>
/// <param name="Max">The largest value.</param>
/// <param name="Nulls">The number of missing values.</param>
/// <param name="MinText">The smallest value of a text column, in UTF-8; null if the file has no statistics.</param>
/// <param name="MaxText">The largest value.</param>
internal readonly record struct ColumnChunk(long PageOffset, long ChunkBytes, long Min, long Max, int Nulls = 0, byte[]? MinText = null,
    byte[]? MaxText = null);

/// <summary>The metadata at the end of a Parquet file.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="RowCount">The total number of rows.</param>
/// <param name="GroupRows">The number of rows of each row group.</param>
/// <param name="Chunks">The column chunks, row group by row group.</param>
/// <param name="Metadata">The key-value metadata.</param>
internal sealed record Footer(ParquetColumn[] Columns, long RowCount, int[] GroupRows, ColumnChunk[] Chunks,
    Dictionary<string, string> Metadata);
