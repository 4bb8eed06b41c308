using Pile.Sky;

namespace Pile.Bench.Skies;

/// <summary>A catalogue of a generated sky, in the order of an index. The numbers are the same on every machine.</summary>
/// <remarks>Six in ten objects of the catalogues b, c and d are counterparts of an object of catalogue a with the same id, at a Gaussian
/// offset of 0.3 arcsec in each direction.</remarks>
internal sealed class SkyCatalogue
{
    private const int BlockRows = 1 << 16;
    private const double OffsetDeg = 0.3 / 3600;

    private SkyCatalogue(int count) =>
        (Healpix29, RaDeg, DecDeg, Ids) = (new long[count], new double[count], new double[count], new long[count]);

    internal long[] Healpix29 { get; }

    internal double[] RaDeg { get; private set; }

    internal double[] DecDeg { get; private set; }

    internal long[] Ids { get; private set; }

    /// <summary>Makes one of the catalogues of a sky.</summary>
    /// <param name="kind">The kind of sky.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="side">a, or b, c, d: catalogues with counterparts of the objects of a.</param>
    internal static SkyCatalogue Make(SkyKind kind, int count, string side)
    {
        bool isA = side == "a";
        int otherSeed = 1_000_003 * (side[0] - 'b');
        SkyCatalogue sky = new(count);
        Parallel.For(0, (count + BlockRows - 1) / BlockRows, block =>
        {
            int first = block * BlockRows, end = Math.Min(first + BlockRows, count);
            Random ofA = new(2 * block), ofOther = new((2 * block) + 1 + otherSeed);
            for (int i = first; i < end; i++)
            {
                (double ra, double dec) = Position(kind, ofA);
                if (!isA && i % 5 >= 3)
                    (ra, dec) = Position(kind, ofOther);
                else if (!isA)
                    (ra, dec) = (ra + (OffsetDeg * Gauss(ofOther) / Math.Max(Math.Cos(double.DegreesToRadians(dec)), 1e-6)),
                        Math.Clamp(dec + (OffsetDeg * Gauss(ofOther)), -90, 90));
                ra = ((ra % 360) + 360) % 360;
                (sky.RaDeg[i], sky.DecDeg[i], sky.Ids[i]) = (ra == 360 ? 0 : ra, dec, i);
            }
            Healpix.AngToPix(Healpix.MaxOrder, sky.RaDeg.AsSpan(first, end - first), sky.DecDeg.AsSpan(first, end - first),
                sky.Healpix29.AsSpan(first, end - first));
        });
        int[] order = [.. Enumerable.Range(0, count)];
        Array.Sort(sky.Healpix29, order);
        sky.RaDeg = Array.ConvertAll(order, i => sky.RaDeg[i]);
        sky.DecDeg = Array.ConvertAll(order, i => sky.DecDeg[i]);
        sky.Ids = Array.ConvertAll(order, i => sky.Ids[i]);
        return sky;
    }

    private static (double RaDeg, double DecDeg) Position(SkyKind kind, Random random)
    {
        double u = random.NextDouble(), v = random.NextDouble(), share = random.NextDouble();
        return kind switch
        {
            SkyKind.Belt when share < 0.7 => (360 * u, double.RadiansToDegrees(Math.Asin(Math.Clamp(0.12 * Gauss(random), -1, 1)))),
            SkyKind.Blob when share < 0.5 => InDisc(0.3 * Math.Sqrt(u), 2 * Math.PI * v),
            SkyKind.Square => (180 + (u / Math.Cos(double.DegreesToRadians(45.5))), 45 + v),
            SkyKind.Field => (120 + (10 * u), -5 + (10 * v)),
            _ => (360 * u, double.RadiansToDegrees(Math.Asin((2 * v) - 1))),
        };
    }

    private static (double RaDeg, double DecDeg) InDisc(double radiusDeg, double angle)
    {
        double dec = 20 + (radiusDeg * Math.Cos(angle));
        return (radiusDeg * Math.Sin(angle) / Math.Cos(double.DegreesToRadians(dec)), dec);
    }

    private static double Gauss(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
