using System.Globalization;
using Pile.Fits;
using Pile.Sky;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>Compares the celestial WCS of an image with that of its noise or mask.</summary>
/// <remarks>If only the image was calibrated, or only its WCS has distortions, the two differ by some pixels: 2 % of the image are allowed,
/// and at least two pixels.</remarks>
internal static class SkyAgreement
{
    private const double LeastPixels = 2, Part = 0.02;

    /// <summary>Finds a pixel that is elsewhere on the sky by the WCS of the other image: the centre, or a corner.</summary>
    /// <param name="own">The header of the image.</param>
    /// <param name="other">The header of its noise or mask, which has the same size.</param>
    /// <param name="width">The length of the first celestial axis.</param>
    /// <param name="height">The length of the second.</param>
    /// <returns>The pixel and its two positions, for messages; null if all agree, or if one of the headers has no valid WCS.</returns>
    internal static (string Pixel, string Own, string Other)? Difference(FitsHeader own, FitsHeader other, long width, long height)
    {
        try
        {
            if (CardsOf(own) is not { Length: > 0 } cards || CardsOf(other) is not { Length: > 0 } others || cards == others
                || !Wcs.TryOpen(own, out Wcs? ofOwn, ignoreLookupDistortions: true))
                return null;
            using (ofOwn)
            {
                if (!Wcs.TryOpen(other, out Wcs? ofOther, ignoreLookupDistortions: true))
                    return null;
                using (ofOther)
                    return Difference(ofOwn, own, ofOther, other, (width - 1, height - 1),
                        Math.Max(LeastPixels, Part * Math.Max(width, height)));
            }
        }
        catch (FitsException)
        {
            return null;
        }
    }

    private static string CardsOf(FitsHeader header) =>
        new WcsKeywords(header) is { HasCelestialAxes: true } keywords ? keywords.CardText() : "";

    private static (string, string, string)? Difference(Wcs own, FitsHeader ownHeader, Wcs other, FitsHeader otherHeader,
        (double X, double Y) last, double tolerancePixels)
    {
        FrameConversion toIcrs = FrameConversion.ToIcrs(WcsFrames.Of(own.Frame, ownHeader)),
            otherToIcrs = FrameConversion.ToIcrs(WcsFrames.Of(other.Frame, otherHeader));
        (double eastX, double eastY, double northX, double northY) = own.JacobianAt(last.X / 2, last.Y / 2);
        double toleranceArcsec = tolerancePixels * Math.Max(double.Hypot(eastX, northX), double.Hypot(eastY, northY));
        foreach ((double x, double y) in new[] { (last.X / 2, last.Y / 2), (0, 0), (last.X, 0), (0, last.Y), (last.X, last.Y) })
        {
            (double longitude, double latitude) = own.PixelToSky(x, y);
            (double raDeg, double decDeg) = toIcrs.Convert(longitude, latitude);
            (longitude, latitude) = other.PixelToSky(x, y);
            (double otherRaDeg, double otherDecDeg) = otherToIcrs.Convert(longitude, latitude);
            // Not a number outside of the sky, as in the corners of a map of all of it.
            if (!(Separation.Arcsec(raDeg, decDeg, otherRaDeg, otherDecDeg) > toleranceArcsec))
                continue;
            (string at, string otherAt) = (Text(raDeg, decDeg, 4), Text(otherRaDeg, otherDecDeg, 4));
            if (at == otherAt)
                (at, otherAt) = (Text(raDeg, decDeg, 7), Text(otherRaDeg, otherDecDeg, 7));
            return (x == last.X / 2 && y == last.Y / 2 ? "centre"
                : string.Create(CultureInfo.InvariantCulture, $"pixel ({x + 1}, {y + 1})"), at, otherAt);
        }
        return null;
    }

    private static string Text(double raDeg, double decDeg, int digits) => string.Create(CultureInfo.InvariantCulture,
        $"({Math.Round(raDeg - (360 * Math.Floor(raDeg / 360)), digits)}, {Math.Round(decDeg, digits)})");
}
