using Pile.Sky;

namespace Pile.Review;

/// <summary>Handles positions at the edge of a pixel, for which two programs may compute different pixels.</summary>
internal static class HealpixEdge
{
    /// <summary>The tolerance at the edge: 1e-9″, a few of the smallest steps of a right ascension in float64.</summary>
    private const double ToleranceDeg = 1e-9 / 3600;

    /// <summary>Returns whether an order-29 pixel contains a point within the tolerance of a position.</summary>
    internal static bool Touches(double raDeg, double decDeg, long healpix29)
    {
        double raToleranceDeg = Math.Min(ToleranceDeg / Math.Max(Math.Cos(decDeg * Math.PI / 180), 1e-9), 180);
        for (int east = -1; east <= 1; east++)
            for (int north = -1; north <= 1; north++)
                if (Healpix.AngToPix(Healpix.MaxOrder, raDeg + (east * raToleranceDeg),
                    Math.Clamp(decDeg + (north * ToleranceDeg), -90, 90)) == healpix29)
                    return true;
        return false;
    }
}
