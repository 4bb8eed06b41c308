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
    private const double LongestMotion = 0.3; // of the image's shorter side
    private const double SmallestMotionYr = 1, LargestMotionYr = 100_000;

    /// <summary>The pixels of other objects that are in the image.</summary>
    internal IReadOnlyList<(double X, double Y)> Marks { get; init; } = [];

    /// <summary>Measures an image at its target, or at its middle.</summary>
    /// <param name="cards">WCS cards of FITS, or empty.</param>
    /// <param name="dataset">The dataset, for messages.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="raDeg">The position of the object, or null.</param>
    /// <param name="decDeg">The position of the object, or null.</param>
    /// <param name="others">The positions of other objects, or null.</param>
    /// <returns>Null without a WCS that can be used: the picture then has no arrows.</returns>
    internal static ImageOrientation? Of(string cards, string dataset, int width, int height, double? raDeg, double? decDeg,
        SkyPositions? others = null)
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
                    Math.Sqrt(Math.Abs(determinant)), target)
                { Marks = others is null ? [] : MarksOf(wcs, others, width, height) };
            }
        }
        catch (FitsException)
        {
            return null;
        }
    }

    /// <summary>Returns a circle on the sky around an image; null without a WCS that can be used.</summary>
    internal static (double RaDeg, double DecDeg, double RadiusDeg)? FieldOf(string cards, string dataset, int width, int height)
    {
        if (cards.Length == 0)
            return null;
        try
        {
            if (!Wcs.TryOpen(new FitsHeader(cards, dataset, null), out Wcs? wcs, ignoreLookupDistortions: true))
                return null;
            using (wcs)
            {
                if (wcs.Frame.System is not (SkySystem.Icrs or SkySystem.Fk5))
                    return null;
                (double ra, double dec) = wcs.PixelToSky((width - 1) / 2.0, (height - 1) / 2.0);
                double radius = 0;
                foreach ((double x, double y) in ((double, double)[])[(-0.5, -0.5), (width, -0.5), (-0.5, height), (width, height)])
                {
                    (double cornerRa, double cornerDec) = wcs.PixelToSky(x, y);
                    radius = Math.Max(radius, Sky.Separation.Arcsec(ra, dec, cornerRa, cornerDec) / 3600);
                }
                return double.IsFinite(radius) ? (ra, dec, Math.Min(1.02 * radius, 180)) : null;
            }
        }
        catch (FitsException)
        {
            return null;
        }
    }

    /// <summary>Returns the step of a proper motion in pixels, over a round number of years in which it is visible; null if it is too
    /// slow.</summary>
    /// <param name="pmRaCosDecMasPerYr">The motion to the east.</param>
    /// <param name="pmDecMasPerYr">The motion to the north.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="height">Rows of the image.</param>
    internal (double X, double Y, double Years)? MotionOf(double pmRaCosDecMasPerYr, double pmDecMasPerYr, int width, int height)
    {
        (double x, double y) = ((East.X * pmRaCosDecMasPerYr / 1000) + (North.X * pmDecMasPerYr / 1000),
            (East.Y * pmRaCosDecMasPerYr / 1000) + (North.Y * pmDecMasPerYr / 1000));
        double years = LongestMotion * Math.Min(width, height) / Math.Sqrt((x * x) + (y * y));
        if (!(years >= SmallestMotionYr) || years > 10 * LargestMotionYr)
            return null;
        years = AxisTicks.RoundDown(Math.Min(years, LargestMotionYr));
        return (x * years, y * years, years);
    }

    private static List<(double X, double Y)> MarksOf(Wcs wcs, SkyPositions others, int width, int height)
    {
        List<(double, double)> marks = [];
        if (wcs.Frame.System is SkySystem.Icrs or SkySystem.Fk5)
            for (int i = 0; i < others.RaDeg.Length; i++)
                if (double.IsFinite(others.RaDeg[i]) && Math.Abs(others.DecDeg[i]) <= 90
                    && wcs.SkyToPixel(others.RaDeg[i], others.DecDeg[i]) is var (x, y)
                    && x > -0.5 && x < width - 0.5 && y > -0.5 && y < height - 0.5)
                    marks.Add((x, y));
        return marks;
    }
}
