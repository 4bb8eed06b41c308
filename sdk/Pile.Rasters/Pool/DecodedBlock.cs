namespace Pile.Rasters;

/// <summary>The decompressed first rows of a block, kept by a <see cref="BlockCache"/>, which guards it.</summary>
internal sealed class DecodedBlock
{
    /// <summary>The block.</summary>
    internal BlockKey Key { get; set; }

    /// <summary>A rented buffer with the rows.</summary>
    internal byte[] Bytes { get; set; } = [];

    /// <summary>The number of rows.</summary>
    internal int Rows { get; set; }

    /// <summary>True if the predictor and the byte order of all rows are undone.</summary>
    internal bool IsRestored { get; set; }

    /// <summary>The number of reads that use it; its buffer is not returned before.</summary>
    internal int Users { get; set; }

    /// <summary>False if it was evicted or replaced while in use.</summary>
    internal bool IsKept { get; set; }

    /// <summary>The block's place in the order of use.</summary>
    internal LinkedListNode<DecodedBlock> Node { get; }

    internal DecodedBlock() => Node = new LinkedListNode<DecodedBlock>(this);
}
