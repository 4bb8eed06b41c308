using Pile.Sky;

namespace Pile.Review;

/// <summary>Positions on the very edge of a pixel, of which two programs may say different things.</summary>
internal static class HealpixEdge
{
    /// <summary>How far from the edge two programs may disagree: 1e-9″, a few of the smallest steps of a right ascension in
    /// float64.</summary>
    private const double HairDeg = 1e-9 / 3600;

    /// <summary>True when an order-29 pixel holds some place within a hair of a position.</summary>
    internal static bool Touches(double raDeg, double decDeg, long healpix29)
    {
        double raHairDeg = Math.Min(HairDeg / Math.Max(Math.Cos(decDeg * Math.PI / 180), 1e-9), 180);
        for (int east = -1; east <= 1; east++)
            for (int north = -1; north <= 1; north++)
                if (Healpix.AngToPix(Healpix.MaxOrder, raDeg + (east * raHairDeg),
                    Math.Clamp(decDeg + (north * HairDeg), -90, 90)) == healpix29)
                    return true;
        return false;
    }
}
