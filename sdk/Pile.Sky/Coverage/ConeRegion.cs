namespace Pile.Sky;

/// <summary>All positions within an angle of a centre.</summary>
/// <remarks>A pixel is compared by the circle around it.</remarks>
internal readonly struct ConeRegion : ISkyRegion
{
    // AngToPix has an error of up to 1.1e-14 rad (half a degree from a pole, where z = cos(0.01) has lost digits). The pixel of a point on
    // the rim must be included all the same. A pixel at order 29 is 46,000 times larger.
    private const double SlackRad = 4e-14;

    private readonly UnitVector centre;
    private readonly bool fromAntipode;
    private readonly double radiusLimit;
    private readonly double[] outsideLimits;
    private readonly double[] insideLimits;

    internal ConeRegion(double raDeg, double decDeg, double radiusDeg)
    {
        // Chords hardly grow toward the antipode: a wide cone is therefore measured from its antipode, by the circle that it excludes.
        fromAntipode = radiusDeg > 90.0;
        centre = fromAntipode ? UnitVector.FromRaDec(raDeg, decDeg).Antipode : UnitVector.FromRaDec(raDeg, decDeg);
        double radiusRad = radiusDeg * AngleUnits.RadPerDeg;
        radiusLimit = Limit(radiusRad);
        outsideLimits = new double[CoverageDescent.FinestOrder + 1];
        insideLimits = new double[CoverageDescent.FinestOrder + 1];
        for (int order = 0; order <= CoverageDescent.FinestOrder; order++)
        {
            double pixelRadiusRad = PixelRadius.MaxRad(order);
            outsideLimits[order] = Limit(radiusRad + pixelRadiusRad + SlackRad);
            insideLimits[order] = radiusRad >= Math.PI ? double.PositiveInfinity : Limit(radiusRad - pixelRadiusRad);
        }
    }

    public Overlap Compare(FaceSquare square, int order)
    {
        double chord2 = square.Centre.ToUnitVector().SquaredChordTo(centre);
        double distance = fromAntipode ? -chord2 : chord2;
        return distance > outsideLimits[order] ? Overlap.Disjoint
            : distance <= insideLimits[order] ? Overlap.Inside
            : distance <= radiusLimit ? Overlap.Certain
            : Overlap.Possible;
    }

    /// <summary>Converts an angle to the measure that <see cref="Compare"/> uses: the squared chord to the centre, or the negated squared
    /// chord to the antipode.</summary>
    private double Limit(double angleRad) =>
        angleRad < 0.0 ? double.NegativeInfinity
        : angleRad >= Math.PI ? double.PositiveInfinity
        : fromAntipode ? -UnitVector.SquaredChord(Math.PI - angleRad)
        : UnitVector.SquaredChord(angleRad);
}
