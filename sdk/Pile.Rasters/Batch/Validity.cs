using Pile.Format;

namespace Pile.Rasters;

/// <summary>Decides which pixels of a window are valid.</summary>
/// <remarks>A pixel is invalid if the internal mask hides it, if it has the nodata value of its band or another number that the file
/// declares missing, if it is outside the valid numbers of the file, if it is NaN, or, on request, if it is transparent. GDAL uses only one
/// of these; all of them are kept here, because a file that has two means both.</remarks>
internal static class Validity
{
    /// <summary>Returns true if validity depends on the values of the requested bands.</summary>
    internal static bool NeedsPixels(RasterLayout layout, in RasterRequest request)
    {
        if (layout.DType.IsFloat())
            return true;
        foreach (int band in request.Bands.Span)
            if (layout.Bands[band] is { Nodata: not null } or { HasLimits: true })
                return true;
        return false;
    }

    /// <summary>Returns the alpha band if the request uses it and the raster has one.</summary>
    internal static int? AlphaOf(RasterLayout layout, in RasterRequest request)
    {
        if (request.UseAlpha)
            for (int band = 0; band < layout.Bands.Count; band++)
                if (layout.Bands[band].IsAlpha)
                    return band;
        return null;
    }

    /// <summary>Sets all pixels valid, before masks are read.</summary>
    internal static void Begin(IReadOnlyList<WindowRead> windows)
    {
        foreach (WindowRead window in windows)
            if (window.Source.Layout.MaskLevels.Count is 0)
                window.Valid.Span.Fill(1);
    }

    /// <summary>Clears pixels by their values, after masks and pixels are read.</summary>
    /// <param name="window">The window.</param>
    /// <param name="next">The pixels of the next window of the batch: the alpha band, if this window uses one.</param>
    internal static void Finish(in WindowRead window, ReadOnlyMemory<byte> next)
    {
        RasterLayout layout = window.Source.Layout;
        RasterRequest request = window.Request;
        int pixels = request.Width * request.Height, elementBytes = layout.DType.ElementBytes();
        int bandBytes = pixels * elementBytes;
        for (int i = 0; i < request.Bands.Length; i++)
        {
            Span<byte> valid = window.Valid.Span.Slice(i * pixels, pixels);
            if (!window.Pixels.IsEmpty)
                Nodata.Clear(layout.Bands[request.Bands.Span[i]], window.Pixels.Span.Slice(i * bandBytes, bandBytes), valid);
            if (AlphaOf(layout, request) is { } alpha) // transparent pixels are 0: not a matter of the band's nodata
                Nodata.Clear(layout.Bands[alpha] with { Nodata = 0 }, next.Span, valid);
        }
    }
}
