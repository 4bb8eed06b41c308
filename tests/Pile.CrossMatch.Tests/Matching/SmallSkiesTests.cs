using Pile.CrossMatch.Matching;
using Pile.Sky;

namespace Pile.CrossMatch.Tests.Matching;

/// <summary>Hundreds of small skies at all positions that are difficult to match, compared with brute force.</summary>
public class SmallSkiesTests
{
    /// <summary>The number of skies of a test; smaller in child processes.</summary>
    internal const string CountVariable = "PILE_TEST_SKIES";

    private static readonly double[] RadiiArcsec = [0.001, 0.01, 1, 5, 30, 300, 1800, 3599, 3601, 20_000, 216_000];

    [Theory]
    [InlineData(0, 44)]
    [InlineData(44, 66, Traits = ["Run", "Long"])]
    [InlineData(110, 110, Traits = ["Run", "Long"])]
    [InlineData(220, 110, Traits = ["Run", "Long"])]
    [InlineData(330, 110, Traits = ["Run", "Long"])]
    public void Pairs_agree_with_brute_force(int firstSeed, int skies)
    {
        int found = 0;
        if (Environment.GetEnvironmentVariable(CountVariable) is { } count)
            skies = int.Parse(count);
        for (int seed = firstSeed; seed < firstSeed + skies; seed++)
        {
            Random random = new(seed);
            double radiusArcsec = RadiiArcsec[seed % RadiiArcsec.Length];
            (double RaDeg, double DecDeg)[] centres = [.. Enumerable.Range(0, 4).Select(_ => Centre(random))];
            PositionArrays a = Sky(random, centres, radiusArcsec, random.Next(20) == 0 ? 0 : 80),
                b = Sky(random, centres, radiusArcsec, random.Next(20) == 0 ? 0 : 120);
            List<(int A, int B, double Separation)> expected = SkyPairs.BruteForce(a, b, radiusArcsec / 3600, nearestOnly: false);
            found += expected.Count;
            try
            {
                SkyPairs.AssertSame(expected, SkyPairs.FoundWithin(a, b, radiusArcsec, nearestOnly: false, workers: 1 + (seed % 3)));
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, radius {radiusArcsec} arcsec: {e.Message}");
            }
        }
        Assert.InRange(found, 300 * skies, int.MaxValue);
    }

    [Theory] // the shortest path between two of the base pixels may cross the third
    [InlineData(0.01, Traits = ["Run", "Long"])]
    [InlineData(1)]
    [InlineData(30, Traits = ["Run", "Long"])]
    [InlineData(2000)]
    public void Pairs_at_the_corner_of_three_base_pixels_are_found(double radiusArcsec)
    {
        Random random = new(5);
        double transition = double.RadiansToDegrees(Math.Asin(2.0 / 3));
        for (int corner = 0; corner < 8; corner++)
        {
            (double RaDeg, double DecDeg)[] centre = [(90 * (corner & 3), corner < 4 ? transition : -transition)];
            PositionArrays a = Sky(random, centre, radiusArcsec / 3, 400), b = Sky(random, centre, radiusArcsec / 3, 400);
            SkyPairs.AssertSame(SkyPairs.BruteForce(a, b, radiusArcsec / 3600, nearestOnly: false),
                SkyPairs.FoundWithin(a, b, radiusArcsec, nearestOnly: false, workers: 1));
        }
    }

    private static (double RaDeg, double DecDeg) Centre(Random random)
    {
        int order = random.Next(0, 30);
        long pixel = random.NextInt64(Healpix.PixelCount(order));
        double transition = double.RadiansToDegrees(Math.Asin(2.0 / 3));
        return random.Next(9) switch
        {
            0 => (random.NextDouble() * 360, 90),
            1 => (random.NextDouble() * 360, -90),
            2 => (0, double.RadiansToDegrees(Math.Asin((2 * random.NextDouble()) - 1))),
            3 => (90 * random.Next(4), transition * (random.Next(2) == 0 ? 1 : -1)), // three base pixels meet
            4 => (45 * random.Next(8), 0), // corners and centres of the equatorial base pixels
            5 => (90 * random.Next(4), double.RadiansToDegrees(Math.Asin((2 * random.NextDouble()) - 1))), // edges of the polar base pixels
            6 => (45 + (90 * random.Next(4)) + random.NextDouble(), transition),
            7 => Corner(order, pixel, random.Next(8)),
            _ => Healpix.PixToAng(order, pixel),
        };
    }

    // Half way between the centres of neighbouring pixels is an edge or a corner.
    private static (double RaDeg, double DecDeg) Corner(int order, long pixel, int which)
    {
        Span<long> neighbours = stackalloc long[8];
        Healpix.Neighbours(order, pixel, neighbours);
        (double ra, double dec) = Healpix.PixToAng(order, pixel);
        if (neighbours[which] < 0)
            return (ra, dec);
        (double ra2, double dec2) = Healpix.PixToAng(order, neighbours[which]);
        return ((ra + (0.5 * Math.IEEERemainder(ra2 - ra, 360)) + 360) % 360, 0.5 * (dec + dec2));
    }

    private static PositionArrays Sky(Random random, (double RaDeg, double DecDeg)[] centres, double radiusArcsec, int count)
    {
        double[] raDeg = new double[count], decDeg = new double[count];
        double spread = 3 * radiusArcsec / 3600;
        for (int i = 0; i < count; i++)
        {
            (double ra, double dec) = centres[random.Next(centres.Length)];
            if (i > 0 && random.Next(10) == 0)
            {
                (raDeg[i], decDeg[i]) = (raDeg[i - 1], decDeg[i - 1]);
                continue;
            }
            double distance = spread * random.NextDouble() * (random.Next(3) == 0 ? 0.01 : 1), angle = random.NextDouble() * 2 * Math.PI;
            double toDec = dec + (distance * Math.Cos(angle)),
                toRa = ra + (distance * Math.Sin(angle) / Math.Max(Math.Cos(double.DegreesToRadians(dec)), 1e-3));
            if (Math.Abs(dec) == 90)
                (toRa, toDec) = (random.NextDouble() * 360, Math.CopySign(90 - (random.Next(5) == 0 ? 0 : Math.Min(distance, 180)), dec));
            decDeg[i] = Math.Clamp(toDec, -90, 90);
            raDeg[i] = ((toRa % 360) + 360) % 360;
            if (raDeg[i] == 360)
                raDeg[i] = 0;
        }
        return SkyPairs.Sorted(raDeg, decDeg);
    }
}
