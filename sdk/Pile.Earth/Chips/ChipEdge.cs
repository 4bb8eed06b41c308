namespace Pile.Earth;

/// <summary>What is done with the pixels at the right and lower edge of a raster that do not fill a chip.</summary>
internal enum ChipEdge
{
    /// <summary>They are in no chip.</summary>
    Drop,
    /// <summary>The last chip continues beyond the raster.</summary>
    Pad,
    /// <summary>The last chip is moved in, so that it ends with the raster and overlaps its neighbour.</summary>
    Overlap,
}
