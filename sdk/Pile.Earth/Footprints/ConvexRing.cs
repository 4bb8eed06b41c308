using NetTopologySuite.Algorithm;
using NetTopologySuite.Geometries;

namespace Pile.Earth;

/// <summary>Recognises rings that are surely valid, as those of most scenes: the general test takes many times as long.</summary>
internal static class ConvexRing
{
    /// <summary>Returns true for a closed ring that always turns to the same side, and once around.</summary>
    /// <param name="ring">The positions, which are finite; the last is the first again.</param>
    /// <remarks>Such a ring does not touch itself. It goes around once if its longitudes change direction twice.</remarks>
    internal static bool Is(ReadOnlySpan<Coordinate> ring)
    {
        if (ring.Length < 4 || !ring[0].Equals2D(ring[^1]))
            return false;
        ring = ring[1..];
        OrientationIndex side = Orientation.Index(ring[^2], ring[^1], ring[0]);
        int changes = 0, last = 0, first = 0;
        for (int i = 0; i < ring.Length; i++)
        {
            Coordinate from = ring[i == 0 ? ^1 : i - 1], to = ring[i];
            if (Orientation.Index(from, to, ring[(i + 1) % ring.Length]) != side)
                return false;
            int direction = Math.Sign(to.X - from.X);
            if (direction == 0)
                continue;
            changes += last != 0 && direction != last ? 1 : 0;
            first = first == 0 ? direction : first;
            last = direction;
        }
        return side is not OrientationIndex.Collinear && changes + (first != last ? 1 : 0) == 2;
    }
}
