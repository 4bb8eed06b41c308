using Pile.Sky;

namespace Pile.TestKit;

/// <summary>Generates positions that are difficult to match: poles, RA 0/360, pixel corners and edges, clusters, duplicates.</summary>
public static class SkyGenerators
{
    /// <summary>Generates two sides of positions in degrees with many separations just below and above the radius.</summary>
    public static ((double[] RaDeg, double[] DecDeg) A, (double[] RaDeg, double[] DecDeg) B) Clumps(int seed, double radiusDeg, int count)
    {
        Random random = new(unchecked(seed * 1_000_003 + 17));
        List<(double Ra, double Dec)> centres = [(0, 90), (123, -90), (0, 0), (360 - 1e-9, 41.8), (45, Math.Asin(2 / 3.0) * 180 / Math.PI),
            (180, 0.3)];
        for (int i = 0; i < 6; i++)
        {
            int order = random.Next(0, 12);
            (double ra, double dec) = Healpix.PixToAng(order, random.NextInt64(Healpix.PixelCount(order)));
            centres.Add((ra, dec));
        }
        return (Side(random, centres, radiusDeg, count), Side(random, centres, radiusDeg, count));
    }

    private static (double[], double[]) Side(Random random, List<(double Ra, double Dec)> centres, double radiusDeg, int count)
    {
        double[] ra = new double[count], dec = new double[count];
        for (int i = 0; i < count; i++)
        {
            double kind = random.NextDouble();
            (double centreRa, double centreDec) = centres[random.Next(centres.Count)];
            if (kind < 0.05)
                (ra[i], dec[i]) = (centreRa, centreDec);
            else if (kind < 0.8)
                (ra[i], dec[i]) = Near(random, centreRa, centreDec, radiusDeg * Math.Pow(random.NextDouble(), 0.5) * 1.6);
            else
                (ra[i], dec[i]) = (360 * random.NextDouble(), Math.Asin(2 * random.NextDouble() - 1) * 180 / Math.PI);
        }
        return (ra, dec);
    }

    /// <summary>Returns the position at a distance from another, in a random direction.</summary>
    private static (double, double) Near(Random random, double raDeg, double decDeg, double distanceDeg)
    {
        const double rad = Math.PI / 180;
        double angle = random.NextDouble() * 2 * Math.PI, d = Math.Min(distanceDeg, 180) * rad;
        double sinDec = Math.Sin(decDeg * rad) * Math.Cos(d) + Math.Cos(decDeg * rad) * Math.Sin(d) * Math.Cos(angle);
        double dec = Math.Asin(Math.Clamp(sinDec, -1, 1));
        double ra = raDeg * rad + Math.Atan2(Math.Sin(angle) * Math.Sin(d) * Math.Cos(decDeg * rad),
            Math.Cos(d) - Math.Sin(decDeg * rad) * sinDec);
        double wrapped = (ra / rad % 360 + 360) % 360;
        return (wrapped, Math.Clamp(dec / rad, -90, 90));
    }
}
