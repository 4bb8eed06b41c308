using Pile.Fits;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>The image out of which an object is taken, and where the object stands on it.</summary>
/// <typeparam name="TImage">Frame or cube.</typeparam>
/// <param name="Image">The image.</param>
/// <param name="X">The object's column, from 0.</param>
/// <param name="Y">The object's row, from 0.</param>
internal readonly record struct ImagePosition<TImage>(TImage Image, double X, double Y) where TImage : class, ISkyImage;

/// <summary>Chooses among images the one in which an object is most central. Holds native memory; one thread at a time.</summary>
/// <typeparam name="TImage">Frame or cube.</typeparam>
/// <param name="near">The images whose footprint holds a position (RA, declination in degrees, ICRS), sorted by name.</param>
internal sealed class SkyImagePicker<TImage>(Func<double, double, IEnumerable<TImage>> near) : IDisposable where TImage : class, ISkyImage
{
    private readonly Dictionary<TImage, Wcs> open = [];

    /// <summary>Finds the image that covers a position with the largest distance to its nearest edge, in pixels; of equals, the first by
    /// name. Null if none covers it.</summary>
    internal ImagePosition<TImage>? Pick(double raDeg, double decDeg)
    {
        ImagePosition<TImage>? best = null;
        double bestDistance = 0;
        foreach (TImage image in near(raDeg, decDeg))
        {
            (double longitude, double latitude) = image.FromIcrs.Convert(raDeg, decDeg);
            (double x, double y) = WcsOf(image).SkyToPixel(longitude, latitude);
            double distance = Math.Min(Math.Min(x + 0.5, image.Width - 0.5 - x), Math.Min(y + 0.5, image.Height - 0.5 - y));
            if (distance > bestDistance)
                (best, bestDistance) = (new ImagePosition<TImage>(image, x, y), distance);
        }
        return best;
    }

    /// <summary>The celestial WCS of an image, opened once.</summary>
    internal Wcs WcsOf(TImage image)
    {
        if (!open.TryGetValue(image, out Wcs? wcs))
            open.Add(image, wcs = Wcs.Open(image.Header));
        return wcs;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Wcs wcs in open.Values)
            wcs.Dispose();
    }
}
