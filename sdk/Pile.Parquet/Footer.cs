namespace Pile.Parquet;

/// <summary>Where the values of a row group's column are.</summary>
/// <param name="PageOffset">Where its page begins.</param>
/// <param name="ChunkBytes">Bytes of the page, its head included.</param>
/// <param name="Min">The least value of an integer column; above <paramref name="Max"/> where the file doesn't say.</param>
/// <param name="Max">The greatest.</param>
/// <param name="Nulls">Values that are missing.</param>
/// <param name="MinText">The least value of a text column, in UTF-8; null if the file has no statistics.</param>
/// <param name="MaxText">The greatest.</param>
internal readonly record struct ColumnChunk(long PageOffset, long ChunkBytes, long Min, long Max, int Nulls = 0, byte[]? MinText = null,
    byte[]? MaxText = null);

/// <summary>What a Parquet file says about itself at its end.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="RowCount">Rows in all.</param>
/// <param name="GroupRows">Rows of each row group.</param>
/// <param name="Chunks">The chunks, row group by row group.</param>
/// <param name="Metadata">Names and values that its writer added.</param>
internal sealed record Footer(ParquetColumn[] Columns, long RowCount, int[] GroupRows, ColumnChunk[] Chunks,
    Dictionary<string, string> Metadata);
