namespace Pile.Sky;

/// <summary>All positions between two meridians and two parallels.</summary>
/// <remarks>A pixel is compared by the meridians and parallels that enclose it.</remarks>
internal readonly struct BoxRegion : ISkyRegion
{
    // Above the uncertainty of AngToPix, in quarter turns and in rings (see ConeRegion). A pixel at order 29 is 46,000 times larger.
    private const double Slack = 4e-14;

    private readonly double westQuarters, widthQuarters, northRings, southRings;
    private readonly bool hasNorthPole, hasSouthPole;

    internal BoxRegion(double westRaDeg, double widthDeg, double southDecDeg, double northDecDeg)
    {
        westQuarters = westRaDeg / 90.0 - Slack;
        widthQuarters = widthDeg / 90.0 + 2.0 * Slack;
        northRings = RingPosition.RingsOfDec(northDecDeg) - Slack;
        southRings = RingPosition.RingsOfDec(southDecDeg) + Slack;
        hasNorthPole = northDecDeg == 90.0;
        hasSouthPole = southDecDeg == -90.0;
    }

    public Overlap Compare(FaceSquare square, int order)
    {
        double north = square.NorthRings, south = square.SouthRings;
        if (south < northRings || north > southRings)
            return Overlap.Disjoint;

        // All meridians meet at a pole: a box that reaches it touches every pixel there, regardless of its width.
        if ((hasNorthPole && square.TouchesNorthPole) || (hasSouthPole && square.TouchesSouthPole))
            return IsInside(square, north, south) ? Overlap.Inside : Overlap.Certain;

        double west = square.WestQuarters, width = square.EastQuarters - west;
        if (EastOf(westQuarters, west) > widthQuarters && EastOf(west, westQuarters) > width)
            return Overlap.Disjoint;
        if (IsInside(square, north, south))
            return Overlap.Inside;
        RingPosition centre = square.Centre;
        return centre.Rings >= northRings && centre.Rings <= southRings && EastOf(westQuarters, centre.Quarters) <= widthQuarters
            ? Overlap.Certain
            : Overlap.Possible;
    }

    private bool IsInside(FaceSquare square, double north, double south)
    {
        double west = square.WestQuarters;
        return north >= northRings && south <= southRings
            && (widthQuarters >= 4.0 || EastOf(westQuarters, west) + (square.EastQuarters - west) <= widthQuarters);
    }

    /// <summary>Returns the angle from one azimuth eastward to another, in [0, 4) quarter turns.</summary>
    private static double EastOf(double fromQuarters, double toQuarters)
    {
        double turn = toQuarters - fromQuarters;
        return turn - 4.0 * Math.Floor(0.25 * turn);
    }
}
