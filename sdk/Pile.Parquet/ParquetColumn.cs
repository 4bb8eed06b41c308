namespace Pile.Parquet;

/// <summary>A required column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
public sealed record ParquetColumn(string Name, ParquetType Type)
{
    /// <summary>Bytes of a value; 0 for text, whose values differ.</summary>
    public int ValueBytes => Type switch { ParquetType.Int32 or ParquetType.Float => 4, ParquetType.Text => 0, _ => 8 };
}
