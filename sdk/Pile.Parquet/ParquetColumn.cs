namespace Pile.Parquet;

/// <summary>A column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Integer">What its integers mean; of no meaning for other types, and not read back.</param>
/// <param name="IsOptional">Whether values may be missing. Such columns are written, and not read.</param>
internal sealed record ParquetColumn(string Name, ParquetType Type, ParquetInteger Integer = ParquetInteger.AsStored,
    bool IsOptional = false)
{
    /// <summary>Bytes of a value; 0 for text, whose values differ, and for booleans, of which eight take one.</summary>
    public int ValueBytes => Type switch
    {
        ParquetType.Int32 or ParquetType.Float => 4,
        ParquetType.Text or ParquetType.Boolean => 0,
        _ => 8
    };

    /// <summary>Bytes of so many values that are not text.</summary>
    public long ValuesBytes(int rowCount) => Type == ParquetType.Boolean ? (rowCount + 7L) / 8 : (long)rowCount * ValueBytes;
}
