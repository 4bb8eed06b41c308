namespace Pile.Parquet;

/// <summary>What integers of a column mean where they are not signed and as wide as they are stored, by the numbers of converted types in
/// the Parquet format.</summary>
internal enum ParquetInteger
{
    /// <summary>As they are stored.</summary>
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
