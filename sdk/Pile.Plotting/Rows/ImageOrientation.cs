using Pile.Drawing;
using Pile.Fits;

namespace Pile.Plotting;

/// <summary>North, east, scale and the position of the target in an image, by its WCS.</summary>
/// <param name="North">The direction of north in pixels.</param>
/// <param name="East">The direction of east.</param>
/// <param name="ScaleArcsec">The size of a pixel.</param>
/// <param name="Target">The pixel of the object, from 0; null if it is not known.</param>
internal sealed record ImageOrientation(PixelDirection North, PixelDirection East, double ScaleArcsec, (double X, double Y)? Target)
{
    /// <summary>Measures an image at its target, or at its middle.</summary>
    /// <param name="cards">WCS cards of FITS, or empty.</param>
    /// <param name="dataset">The dataset, for messages.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="raDeg">The position of the object, or null.</param>
    /// <param name="decDeg">The position of the object, or null.</param>
    /// <returns>Null without a WCS that can be used: the picture then has no arrows.</returns>
    internal static ImageOrientation? Of(string cards, string dataset, int width, int height, double? raDeg, double? decDeg)
    {
        if (cards.Length == 0)
            return null;
        try
        {
            if (!Wcs.TryOpen(new FitsHeader(cards, dataset, null), out Wcs? wcs, ignoreLookupDistortions: true))
                return null;
            using (wcs)
            {
                (double x, double y) = ((width - 1) / 2.0, (height - 1) / 2.0);
                (double X, double Y)? target = null;
                if (raDeg is { } ra && decDeg is { } dec && wcs.Frame.System is SkySystem.Icrs or SkySystem.Fk5)
                {
                    (double targetX, double targetY) = wcs.SkyToPixel(ra, dec);
                    if (targetX > -0.5 && targetX < width - 0.5 && targetY > -0.5 && targetY < height - 0.5)
                        target = (x, y) = (targetX, targetY);
                }
                (double eastX, double eastY, double northX, double northY) = wcs.JacobianAt(x, y);
                double determinant = (eastX * northY) - (eastY * northX);
                // The inverse of the Jacobian maps a step to the north or east to pixels.
                return new(new(-eastY / determinant, eastX / determinant), new(northY / determinant, -northX / determinant),
                    Math.Sqrt(Math.Abs(determinant)), target);
            }
        }
        catch (FitsException)
        {
            return null;
        }
    }
}
