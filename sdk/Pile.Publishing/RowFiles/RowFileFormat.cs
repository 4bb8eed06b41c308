namespace Pile.Publishing;

/// <summary>What single rows are written as.</summary>
public enum RowFileFormat
{
    /// <summary>NumPy's array format, version 1.0: the exact dtype and the row's own shape.</summary>
    Npy,

    /// <summary>FITS: images with their WCS; spectra, light curves and other columns as binary tables with units.</summary>
    Fits,

    /// <summary>A picture, of image columns alone.</summary>
    Png,

    /// <summary>JSON: the values with dtype, shape and unit; NaN as null, integers beyond 2⁵³ as text.</summary>
    Json,
}
