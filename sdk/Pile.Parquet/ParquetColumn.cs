namespace Pile.Parquet;

/// <summary>A column of a Parquet file.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The physical type.</param>
/// <param name="Integer">The logical type of integers; ignored for other types, and not read from files.</param>
/// <param name="IsOptional">Whether values may be missing. Such columns can be written but not read.</param>
internal sealed record ParquetColumn(string Name, ParquetType Type, ParquetInteger Integer = ParquetInteger.AsStored,
    bool IsOptional = false)
{
    /// <summary>The size of a value in bytes; 0 for text, whose values vary, and for booleans, which take one bit.</summary>
    public int ValueBytes => Type switch
    {
        ParquetType.Int32 or ParquetType.Float => 4,
        ParquetType.Text or ParquetType.Boolean => 0,
        _ => 8
    };

    /// <summary>Returns the size in bytes of a number of values that are not text.</summary>
    public long ValuesBytes(int rowCount) => Type == ParquetType.Boolean ? (rowCount + 7L) / 8 : (long)rowCount * ValueBytes;
}
