namespace Pile.Sky;

/// <summary>What is known of a pixel and a region.</summary>
internal enum Overlap
{
    /// <summary>They surely have no point in common.</summary>
    None,
    /// <summary>They may touch.</summary>
    Possible,
    /// <summary>They touch, but the pixel reaches outside or may do so.</summary>
    Certain,
    /// <summary>The pixel lies inside the region.</summary>
    Whole,
}

/// <summary>A closed region of the sky that can be compared with a pixel.</summary>
internal interface ISkyRegion
{
    /// <summary>Compares the region with a pixel at an order up to <see cref="CoverageDescent.FinestOrder"/>.</summary>
    Overlap Compare(FaceSquare square, int order);
}
