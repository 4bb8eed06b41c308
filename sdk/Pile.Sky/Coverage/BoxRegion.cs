namespace Pile.Sky;

/// <summary>All positions between two meridians and two parallels, compared with a pixel by the box of meridians and parallels around the pixel.</summary>
internal readonly struct BoxRegion : ISkyRegion
{
    // More than AngToPix is unsure of a position by, in quarter turns and in rings (see ConeRegion). A pixel at order 29 is 46,000 times larger.
    private const double Slack = 4e-14;

    private readonly double _westQuarters, _widthQuarters, _northRings, _southRings;
    private readonly bool _hasNorthPole, _hasSouthPole;

    internal BoxRegion(double westRaDeg, double widthDeg, double southDecDeg, double northDecDeg)
    {
        _westQuarters = westRaDeg / 90.0 - Slack;
        _widthQuarters = widthDeg / 90.0 + 2.0 * Slack;
        _northRings = RingPosition.RingsOfDec(northDecDeg) - Slack;
        _southRings = RingPosition.RingsOfDec(southDecDeg) + Slack;
        _hasNorthPole = northDecDeg == 90.0;
        _hasSouthPole = southDecDeg == -90.0;
    }

    public Overlap Compare(FaceSquare square, int order)
    {
        double north = square.NorthRings, south = square.SouthRings;
        if (south < _northRings || north > _southRings)
            return Overlap.None;

        // All meridians meet in a pole: whatever the box's width, it touches every pixel there.
        if ((_hasNorthPole && square.TouchesNorthPole) || (_hasSouthPole && square.TouchesSouthPole))
            return IsWhole(square, north, south) ? Overlap.Whole : Overlap.Certain;

        double west = square.WestQuarters, width = square.EastQuarters - west;
        if (EastOf(_westQuarters, west) > _widthQuarters && EastOf(west, _westQuarters) > width)
            return Overlap.None;
        if (IsWhole(square, north, south))
            return Overlap.Whole;
        RingPosition centre = square.Centre;
        return centre.Rings >= _northRings && centre.Rings <= _southRings && EastOf(_westQuarters, centre.Quarters) <= _widthQuarters
            ? Overlap.Certain
            : Overlap.Possible;
    }

    private bool IsWhole(FaceSquare square, double north, double south)
    {
        double west = square.WestQuarters;
        return north >= _northRings && south <= _southRings
            && (_widthQuarters >= 4.0 || EastOf(_westQuarters, west) + (square.EastQuarters - west) <= _widthQuarters);
    }

    /// <summary>How far one must turn east from one azimuth to come to another, in [0, 4) quarter turns.</summary>
    private static double EastOf(double fromQuarters, double toQuarters)
    {
        double turn = toQuarters - fromQuarters;
        return turn - 4.0 * Math.Floor(0.25 * turn);
    }
}
