namespace Pile.Rasters;

/// <summary>How the pixels of another grid are computed.</summary>
internal enum ResamplingMethod
{
    /// <summary>The pixel at the centre.</summary>
    Nearest,

    /// <summary>The four pixels around the centre, weighted by distance.</summary>
    Bilinear,
}
