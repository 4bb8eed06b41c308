namespace Pile.Publishing;

/// <summary>The format of files of single rows.</summary>
public enum RowFileFormat
{
    /// <summary>NumPy's array format, version 1.0: the exact dtype and the shape of the row.</summary>
    Npy,

    /// <summary>FITS: images with their WCS; spectra, light curves and other columns as binary tables with units.</summary>
    Fits,

    /// <summary>A picture; for image columns only.</summary>
    Png,

    /// <summary>JSON: the values with dtype, shape and unit; NaN as null, integers beyond 2⁵³ as strings.</summary>
    Json,

    /// <summary>GeoTIFF, for chips: one file of all bands, with coordinate reference system, transform and nodata.</summary>
    Tif,
}
