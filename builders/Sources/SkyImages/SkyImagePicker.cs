using Pile.Fits;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>The image that is chosen for an object, and the position of the object on it.</summary>
/// <typeparam name="TImage">The type of image: frame or cube.</typeparam>
/// <param name="Image">The image.</param>
/// <param name="X">The object's column, from 0.</param>
/// <param name="Y">The object's row, from 0.</param>
internal readonly record struct ImagePosition<TImage>(TImage Image, double X, double Y) where TImage : class, ISkyImage;

/// <summary>Chooses the image in which an object is most central. Not thread-safe.</summary>
/// <typeparam name="TImage">The type of image: frame or cube.</typeparam>
/// <param name="near">Returns the images whose footprint contains a position (RA, declination in degrees, ICRS), sorted by name.</param>
internal sealed class SkyImagePicker<TImage>(Func<double, double, IEnumerable<TImage>> near) : IDisposable where TImage : class, ISkyImage
{
    private readonly Dictionary<TImage, Wcs> open = [];

    /// <summary>Returns the image in which a position has the largest distance to the nearest edge, in pixels; null if no image covers the
    /// position. If several are equal, the first by name.</summary>
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

    /// <summary>Returns the celestial WCS of an image, which is opened only once.</summary>
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
