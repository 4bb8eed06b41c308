using Pile.Rasters;

namespace Pile.Builders.Sources.Stac;

/// <summary>Files that GDAL reads beside a raster, and that are not read here: what they say of pixels is reported.</summary>
internal static class SideFiles
{
    private const int MostBytes = 1 << 20; // statistics and histograms precede nodata only in small files

    /// <summary>Returns what is not read of the files beside a local raster; null if nothing is.</summary>
    /// <param name="key">The asset, for the message.</param>
    /// <param name="address">The raster.</param>
    /// <param name="layout">Its header.</param>
    /// <param name="nodata">The nodata of the band if it is known.</param>
    internal static string? NoteOf(string key, string address, RasterLayout layout, double? nodata)
    {
        if (address.Contains("://", StringComparison.Ordinal) || layout.MaskLevels.Count > 0) // GDAL prefers a mask in the raster, too
            return null;
        if (File.Exists(address + ".msk"))
            return $"the mask of the asset '{key}' in a file of its own (.msk) is not read, so that all pixels count as data: put it into "
                + "the raster, as 'gdal_translate --config GDAL_TIFF_INTERNAL_MASK YES' does";
        return nodata is null && SaysNodata(address + ".aux.xml")
            ? $"nodata of the asset '{key}' in a file of its own (.aux.xml) is not read, so that all pixels count as data: state 'nodata' "
                + "in the document, or put it into the raster, as gdal_translate does" : null;
    }

    private static bool SaysNodata(string path)
    {
        try
        {
            if (!File.Exists(path))
                return false;
            using FileStream file = File.OpenRead(path);
            byte[] bytes = new byte[(int)Math.Min(file.Length, MostBytes)];
            file.ReadExactly(bytes);
            return bytes.AsSpan().IndexOf("<NoDataValue"u8) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // GDAL ignores it, too
        }
    }
}
