namespace Pile.Rasters;

/// <summary>The order of bands in a file.</summary>
internal enum RasterInterleave
{
    /// <summary>Each block has one band; a file with one band is always stored this way.</summary>
    Band,

    /// <summary>Each block has all bands, pixel after pixel.</summary>
    Pixel,
}
