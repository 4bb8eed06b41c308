namespace Pile.Rasters;

/// <summary>A block of a batch: which rows are needed, where they are stored, and who uses them.</summary>
internal struct BlockTask
{
    /// <summary>The first of its uses in the plan.</summary>
    internal int FirstUse;

    /// <summary>The number of its uses.</summary>
    internal int Uses;

    /// <summary>The number of rows that its uses copy, repetitions included.</summary>
    internal long UsedRows;

    /// <summary>The first row to decode; 0 if the block is compressed, because decompression starts at its beginning.</summary>
    internal int FirstRow;

    /// <summary>The row after the last one to decode.</summary>
    internal int EndRow;

    /// <summary>The row after the last one that a use needs.</summary>
    internal int NeededEndRow;

    /// <summary>The offset in the file of the bytes to read.</summary>
    internal long OffsetBytes;

    /// <summary>The number of bytes to read; 0 if the rows are kept in the pool.</summary>
    internal int StoredBytes;

    /// <summary>The stored size of the block, or of its needed rows if it is not compressed. It is larger than
    /// <see cref="StoredBytes"/> if only the beginning of the block is read.</summary>
    internal int WholeBytes;

    /// <summary>The number of the range that has the bytes.</summary>
    internal int Range;

    /// <summary>The kept rows; null if they must be read.</summary>
    internal DecodedBlock? Kept;

    /// <summary>True if only the beginning of the block is read.</summary>
    internal readonly bool IsCut => StoredBytes < WholeBytes;
}
