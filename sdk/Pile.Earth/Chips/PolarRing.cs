namespace Pile.Earth;

/// <summary>Rings of positions, as longitude and latitude in turn, that touch a pole or go around the earth.</summary>
internal static class PolarRing
{
    /// <summary>The latitude beyond which a longitude has no meaning.</summary>
    internal const double PoleLatDeg = 90.0 - 1e-9;

    /// <summary>Longitudes that differ by more are on both sides of a pole.</summary>
    internal const double HalfTurnDeg = 180.0 - 1e-6;

    /// <summary>Two edges around the earth.</summary>
    internal const double FullTurnsDeg = (2 * 360.0) - 1e-6;

    // Sides of a box deviate from meridians and parallels by rounding.
    private const double RoundingDeg = 1e-9;

    /// <summary>Returns the degrees of longitude that the edges cross; NaN if a position is.</summary>
    internal static double TurnOf(ReadOnlySpan<double> ring)
    {
        double turnDeg = 0.0;
        for (int k = 0; k < ring.Length; k += 2)
            turnDeg += Math.Abs(Math.IEEERemainder(ring[(k + 2) % ring.Length] - ring[k], 360.0));
        return turnDeg;
    }

    /// <summary>Returns the box of a chip whose upper and lower edges go once around the earth, or farther if the chip is padded; empty if
    /// they do not, or are no parallels.</summary>
    internal static double[] AroundEarth(ReadOnlySpan<double> ring)
    {
        if (!(TurnOf(ring) >= FullTurnsDeg))
            return [];
        double south = ring[1], north = ring[1];
        for (int k = 0; k < ring.Length; k += 2)
        {
            int next = (k + 2) % ring.Length;
            if (Math.Abs(ring[next + 1] - ring[k + 1]) > RoundingDeg
                && Math.Abs(Math.IEEERemainder(ring[next] - ring[k], 360.0)) > RoundingDeg)
                return [];
            (south, north) = (Math.Min(south, ring[k + 1]), Math.Max(north, ring[k + 1]));
        }
        (south, north) = (Math.Max(south, -90.0), Math.Min(north, 90.0));
        return [-180.0, south, 0.0, south, 180.0, south, 180.0, north, 0.0, north, -180.0, north];
    }

    /// <summary>Replaces a corner at a pole, whose longitude has no meaning, by the pole at the longitudes of its neighbours.</summary>
    /// <remarks>In cylindrical projections a pole is a line: an edge along it goes the way of the longitudes of its points, which are close
    /// enough to tell it.</remarks>
    internal static double[] WithPole(Span<double> ring)
    {
        int first = 0;
        while (first < ring.Length && IsPole(ring[first + 1]))
            first += 2;
        if (first >= ring.Length)
            return [];
        double turn = 0.0; // without the pole
        for (int k = 0, next = 2; k < ring.Length; k += 2, next = (k + 2) % ring.Length)
            if (!IsPole(ring[k + 1]) && !IsPole(ring[next + 1]))
                turn += Math.IEEERemainder(ring[next] - ring[k], 360.0);
        List<double> replaced = new(ring.Length + 4);
        double before = ring[first]; // continuous longitudes: an edge along the pole is not taken for a jump
        double alongPole = 0.0; // the longitudes between the positions at the pole
        for (int i = 0, previous = first; i <= ring.Length; i += 2)
        {
            int k = (first + i) % ring.Length;
            double poleDeg = ring[previous + 1]; // the latitude of the position before
            double stepFromPrevious = Math.IEEERemainder(ring[k] - ring[previous], 360.0);
            previous = k;
            if (IsPole(ring[k + 1]))
            {
                alongPole += IsPole(poleDeg) ? stepFromPrevious : 0.0;
                continue;
            }
            double step = i == 0 ? 0.0 : Math.IEEERemainder(ring[k] - before, 360.0);
            if (alongPole != 0.0)
                step += 360.0 * Math.Round((alongPole - step) / 360.0);
            else if (IsPole(poleDeg) && Math.Abs(step) > HalfTurnDeg && step * turn > 0.0) // an edge through the pole: back along it
                step -= Math.CopySign(360.0, step);
            alongPole = 0.0;
            double lonDeg = before + step;
            if (i > 0 && IsPole(poleDeg))
                replaced.AddRange([before, Math.CopySign(90.0, poleDeg), lonDeg, Math.CopySign(90.0, poleDeg)]);
            if (i < ring.Length)
                replaced.AddRange([lonDeg, ring[k + 1]]);
            before = lonDeg;
        }
        return [.. replaced];
    }

    /// <summary>Returns true for a latitude at which a longitude has no meaning.</summary>
    internal static bool IsPole(double latDeg) => Math.Abs(latDeg) >= PoleLatDeg;
}
