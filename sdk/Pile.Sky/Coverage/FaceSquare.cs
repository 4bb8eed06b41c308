namespace Pile.Sky;

/// <summary>A pixel as a square of its base face: u grows toward north-east, v toward north-west, both in [0, 1].</summary>
/// <remarks>All values are exact in binary.</remarks>
/// <param name="Face">Base face, 0 to 11.</param>
/// <param name="U">Lower u.</param>
/// <param name="V">Lower v.</param>
/// <param name="Side">Length of the side: 2 to the power of minus the order.</param>
internal readonly record struct FaceSquare(int Face, double U, double V, double Side)
{
    internal static FaceSquare OfFace(int face) => new(face, 0.0, 0.0, 1.0);

    /// <summary>Returns one of the four children, in NESTED order.</summary>
    internal FaceSquare Child(int index)
    {
        double side = 0.5 * Side;
        return new FaceSquare(Face, U + (index & 1) * side, V + (index >> 1) * side, side);
    }

    internal RingPosition Centre => RingPosition.OnFace(Face, U + 0.5 * Side, V + 0.5 * Side);

    // Azimuth grows with u and decreases with v; the ring coordinate
    // decreases with both. The extremes of both are therefore at the corners.
    internal double NorthRings => RingPosition.RingsOnFace(Face, U + Side, V + Side);
    internal double SouthRings => RingPosition.RingsOnFace(Face, U, V);
    internal double WestQuarters => RingPosition.OnFace(Face, U, V + Side).Quarters;
    internal double EastQuarters => RingPosition.OnFace(Face, U + Side, V).Quarters;

    internal bool TouchesNorthPole => Face < 4 && U + Side == 1.0 && V + Side == 1.0;
    internal bool TouchesSouthPole => Face >= 8 && U == 0.0 && V == 0.0;
}
