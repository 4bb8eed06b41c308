namespace Pile.Sky;

/// <summary>The relation of a pixel to a region, as far as it is determined.</summary>
internal enum Overlap
{
    /// <summary>They have no point in common.</summary>
    Disjoint,
    /// <summary>They may touch.</summary>
    Possible,
    /// <summary>They touch, but a part of the pixel is possibly outside the region.</summary>
    Certain,
    /// <summary>The pixel is inside the region.</summary>
    Inside,
}

/// <summary>A closed region of the sky that can be compared with a pixel.</summary>
internal interface ISkyRegion
{
    /// <summary>Compares the region with a pixel at an order up to <see cref="CoverageDescent.FinestOrder"/>.</summary>
    Overlap Compare(FaceSquare square, int order);
}
