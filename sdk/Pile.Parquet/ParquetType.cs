namespace Pile.Parquet;

/// <summary>The physical types in use; the values are those of the Parquet format.</summary>
internal enum ParquetType
{
    /// <summary>True or false, one bit each, the least significant first. Can be written but not read.</summary>
    Boolean = 0,

    /// <summary>32-bit signed integer.</summary>
    Int32 = 1,

    /// <summary>64-bit signed integer.</summary>
    Int64 = 2,

    /// <summary>32-bit float.</summary>
    Float = 4,

    /// <summary>64-bit float.</summary>
    Double = 5,

    /// <summary>UTF-8 text: for each value its length in bytes as a 32-bit integer, then the bytes.</summary>
    Text = 6,
}
