namespace Pile.Sky;

/// <summary>The maximum distance from the centre of a pixel to its border.</summary>
internal static class PixelRadius
{
    // The difference of two near directions loses digits at fine orders; an upper bound may be a little larger.
    private const double RoundingShare = 1e-5;

    private static readonly double[] MaxRadByOrder = [.. Enumerable.Range(0, CoverageDescent.FinestOrder + 1).Select(Compute)];

    /// <summary>Returns an upper bound, in radians, of the angle between
    /// the centre of any pixel at an order and any of its points.</summary>
    internal static double MaxRad(int order) => MaxRadByOrder[order];

    /// <summary>Computes the bound from the most elongated pixels.</summary>
    /// <remarks>Their centre is on the ring where the zones meet, beside the meridian between two polar faces. Their north corner, on that
    /// meridian, is farther away than any other corner of any pixel (a test verifies this).</remarks>
    private static double Compute(int order)
    {
        double side = Math.ScaleB(1.0, -order);
        UnitVector centre = RingPosition.OnFace(0, 0.5 * side, 1.0 - 0.5 * side).ToUnitVector();
        UnitVector north = RingPosition.OnFace(0, side, 1.0).ToUnitVector();
        return 2.0 * Math.Asin(0.5 * Math.Sqrt(centre.SquaredChordTo(north))) * (1.0 + RoundingShare);
    }
}
