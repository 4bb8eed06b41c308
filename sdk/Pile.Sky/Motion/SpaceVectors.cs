using System.Runtime.Intrinsics;

namespace Pile.Sky;

/// <summary>Vectors of four stars, with components away from the Sun, to the east and to the north of the first direction of each star, in
/// au or au per day.</summary>
internal readonly record struct SpaceVectors(Vector256<double> Outward, Vector256<double> East, Vector256<double> North)
{
    /// <summary>The scalar products.</summary>
    public static Vector256<double> operator *(SpaceVectors a, SpaceVectors b) =>
        (a.Outward * b.Outward) + (a.East * b.East) + (a.North * b.North);

    /// <summary>The places of stars with these velocities.</summary>
    internal SpaceVectors From(Vector256<double> distance, Vector256<double> days) =>
        new(distance + (Outward * days), East * days, North * days);
}
