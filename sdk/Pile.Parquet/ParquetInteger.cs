namespace Pile.Parquet;

/// <summary>The logical types of integers that are unsigned or narrower than their
/// storage; the values are the converted types of the Parquet format.</summary>
internal enum ParquetInteger
{
    /// <summary>Signed and as wide as stored.</summary>
    AsStored = -1,

    /// <summary>8-bit unsigned, stored as 32-bit.</summary>
    UInt8 = 11,

    /// <summary>16-bit unsigned, stored as 32-bit.</summary>
    UInt16 = 12,

    /// <summary>32-bit unsigned, stored as 32-bit.</summary>
    UInt32 = 13,

    /// <summary>64-bit unsigned, stored as 64-bit.</summary>
    UInt64 = 14,

    /// <summary>8-bit signed, stored as 32-bit.</summary>
    Int8 = 15,

    /// <summary>16-bit signed, stored as 32-bit.</summary>
    Int16 = 16,
}
