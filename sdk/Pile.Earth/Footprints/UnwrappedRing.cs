using NetTopologySuite.Algorithm;
using NetTopologySuite.Geometries;

namespace Pile.Earth;

/// <summary>A closed ring whose longitudes are continuous, possibly outside [-180, 180].</summary>
/// <remarks>An edge over more than 180 degrees of longitude is read as the short way across the antimeridian, because producers write
/// rings that go from 179 to -179. There are two exceptions: an edge along a pole has no length, so that it goes whichever way closes the
/// ring, and an edge of exactly 360 degrees is straight unless the ring encloses an area without it (<c>-180 … 180</c> of the whole
/// world). Rings that are known to be meant otherwise are divided before (<see cref="PolygonRings.AsWritten"/>).</remarks>
internal readonly record struct UnwrappedRing(Coordinate[] Positions, bool WindsAroundPole)
{
    internal const double FullCircleToleranceDeg = 1e-9;
    private const double EmptyDeg2 = 1e-12;

    internal double WestDeg => Positions.Min(p => p.X);
    internal double EastDeg => Positions.Max(p => p.X);

    /// <summary>Unwraps a ring. A ring that goes around a pole is closed along the pole on its smaller side.</summary>
    /// <exception cref="FormatException">The ring goes around the earth more than once.</exception>
    internal static UnwrappedRing Of(Coordinate[] ring)
    {
        Coordinate[] unwrapped = new Coordinate[ring.Length];
        unwrapped[0] = ring[0];
        double offset = 0.0;
        bool hasJump = false, hasFullCircle = false;
        (int End, double Step) alongPole = default; // the widest edge along a pole
        for (int i = 1; i < ring.Length; i++)
        {
            double step = ring[i].X - ring[i - 1].X;
            bool isPole = Math.Abs(ring[i].Y) is 90.0 && ring[i].Y.Equals(ring[i - 1].Y);
            hasFullCircle |= Math.Abs(Math.Abs(step) - 360.0) <= FullCircleToleranceDeg;
            if (isPole && Math.Abs(step) > Math.Abs(alongPole.Step))
                alongPole = (i, step);
            if (Math.Abs(step) > 180.0 && !isPole)
            {
                offset -= 360.0 * Math.Round(step / 360.0);
                hasJump = true;
            }
            unwrapped[i] = new Coordinate(ring[i].X + offset, ring[i].Y);
        }
        if (!hasJump)
            return new(ring, false);

        int turns = (int)Math.Round((unwrapped[^1].X - unwrapped[0].X) / 360.0);
        if (hasFullCircle && (turns != 0 || Math.Abs(Area.OfRing(unwrapped)) <= EmptyDeg2) && Math.Abs(Area.OfRing(ring)) > EmptyDeg2)
            return new(ring, false);
        if (turns is 1 or -1 && alongPole.End > 0)
        {
            for (int i = alongPole.End; i < unwrapped.Length; i++)
                unwrapped[i].X -= 360.0 * turns;
            turns = 0;
        }
        return turns switch
        {
            0 => new(unwrapped, false),
            1 or -1 => new(ClosedAtPole(unwrapped, turns), true),
            _ => throw new FormatException($"The geometry has a ring that goes around the earth {Math.Abs(turns)} times."),
        };
    }

    /// <summary>Returns the ring moved by whole turns so that its westernmost position is in [west, west + 360).</summary>
    internal UnwrappedRing StartingAt(double west)
    {
        double shift = -360.0 * Math.Floor((WestDeg - west) / 360.0);
        return shift is 0.0 ? this : this with { Positions = [.. Positions.Select(p => new Coordinate(p.X + shift, p.Y))] };
    }

    private static Coordinate[] ClosedAtPole(Coordinate[] unwrapped, int turns)
    {
        // The mean of the sine of the latitude over longitude: its sign is the hemisphere with the smaller side.
        double mean = 0.0;
        for (int i = 1; i < unwrapped.Length; i++)
            mean += turns * (unwrapped[i].X - unwrapped[i - 1].X)
                * double.Sin(0.5 * (unwrapped[i].Y + unwrapped[i - 1].Y) * Sky.AngleUnits.RadPerDeg);
        double poleDeg = mean < 0.0 ? -90.0 : 90.0;

        // Starting at the westernmost position keeps the closing meridians off a ring that goes back and forth.
        int count = unwrapped.Length - 1, first = 0;
        for (int i = 1; i < count; i++)
            if (unwrapped[i].X < unwrapped[first].X)
                first = i;
        List<Coordinate> closed = new(count + 4);
        for (int i = 0; i <= count; i++)
        {
            int k = first + i;
            closed.Add(k < count ? unwrapped[k] : new Coordinate(unwrapped[k - count].X + (360.0 * turns), unwrapped[k - count].Y));
        }
        if (closed[^1].Y != poleDeg)
            closed.Add(new Coordinate(closed[^1].X, poleDeg));
        if (closed[0].Y != poleDeg)
            closed.Add(new Coordinate(closed[0].X, poleDeg));
        closed.Add(closed[0].Copy());
        return [.. closed];
    }
}
