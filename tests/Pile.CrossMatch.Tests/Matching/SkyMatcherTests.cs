using System.Runtime.InteropServices;
using Pile.CrossMatch.Matching;
using Pile.Sky;
using Pile.TestKit;
using static Pile.CrossMatch.Tests.Matching.SkyPairs;

namespace Pile.CrossMatch.Tests.Matching;

public class SkyMatcherTests
{
    public static TheoryData<int, double> Skies()
    {
        TheoryData<int, double> skies = [];
        double[] radiiDeg = [1e-3 / 3600, 0.05 / 3600, 1 / 3600.0, 30 / 3600.0, 0.2, 3, 25, 60, 179, 180];
        for (int seed = 0; seed < 20; seed++)
            skies.Add(seed, radiiDeg[seed % radiiDeg.Length]);
        return skies;
    }

    [Theory]
    [MemberData(nameof(Skies))]
    public void All_pairs_agree_with_brute_force(int seed, double radiusDeg)
    {
        ((double[] RaDeg, double[] DecDeg) rawA, (double[] RaDeg, double[] DecDeg) rawB) =
            SkyGenerators.Clumps(seed, radiusDeg, radiusDeg > 20 ? 300 : 1500);
        PositionArrays a = Sorted(rawA.RaDeg, rawA.DecDeg), b = Sorted(rawB.RaDeg, rawB.DecDeg);
        List<(int, int, double)> expected = BruteForce(a, b, radiusDeg, nearestOnly: false);
        Assert.NotEmpty(expected);
        AssertSame(expected, Found(a, b, radiusDeg, nearestOnly: false, workers: 1 + seed % 3));
    }

    [Theory]
    [MemberData(nameof(Skies))]
    public void Nearest_partners_agree_with_brute_force(int seed, double radiusDeg)
    {
        ((double[] RaDeg, double[] DecDeg) rawA, (double[] RaDeg, double[] DecDeg) rawB) =
            SkyGenerators.Clumps(seed + 1000, radiusDeg, 300);
        PositionArrays a = Sorted(rawA.RaDeg, rawA.DecDeg), b = Sorted(rawB.RaDeg, rawB.DecDeg);
        AssertSame(BruteForce(a, b, radiusDeg, nearestOnly: true), Found(a, b, radiusDeg, nearestOnly: true, workers: 2));
    }

    [Fact]
    public void Pairs_and_separations_agree_with_astropy()
    {
        const double radiusDeg = 0.7;
        ((double[] RaDeg, double[] DecDeg) rawA, (double[] RaDeg, double[] DecDeg) rawB) = SkyGenerators.Clumps(7, radiusDeg, 2000);
        PositionArrays a = Sorted(rawA.RaDeg, rawA.DecDeg), b = Sorted(rawB.RaDeg, rawB.DecDeg);
        using TemporaryFolder folder = new();
        Write(folder["a.bin"], a);
        Write(folder["b.bin"], b);
        string[] lines = Python.Run("""
            import sys, numpy as np, astropy.units as u
            from astropy.coordinates import SkyCoord, search_around_sky
            read = lambda p: SkyCoord(*np.fromfile(p).reshape(2, -1) * u.deg)
            a, b = read(sys.argv[1]), read(sys.argv[2])
            i, j, sep, _ = search_around_sky(a, b, float(sys.argv[3]) * u.deg)
            for row in sorted(zip(i, j, sep.arcsec)): print(row[0], row[1], repr(float(row[2])))
            """, folder["a.bin"], folder["b.bin"], radiusDeg.ToString("R")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        List<(int A, int B, double Separation)> found =
            [.. Found(a, b, radiusDeg, nearestOnly: false, workers: 2).OrderBy(p => (p.A, p.B))];
        Assert.Equal(lines.Length, found.Count);
        for (int k = 0; k < lines.Length; k++)
        {
            string[] fields = lines[k].Split(' ');
            Assert.Equal((int.Parse(fields[0]), int.Parse(fields[1])), (found[k].A, found[k].B));
            Assert.Equal(double.Parse(fields[2]), found[k].Separation, 1e-8);
        }
    }

    [Theory] // separations along a meridian, whose value in double precision is exactly the radius
    [InlineData(7.1)]
    [InlineData(14.2)]
    [InlineData(0.3)]
    public void The_radius_is_inclusive_to_the_last_bit(double radiusArcsec)
    {
        PositionArrays a = Sorted([10], [20]), b = Sorted([10], [20 + (radiusArcsec / 3600)]);
        double separation = Separation.Arcsec(10, 20, b.RaDeg(0)[0], b.DecDeg(0)[0]);
        Assert.Single(FoundWithin(a, b, separation, nearestOnly: false, workers: 1));
        Assert.Empty(FoundWithin(a, b, Math.BitDecrement(separation), nearestOnly: false, workers: 1));
    }

    [Fact]
    public void Identical_positions_give_every_pair_once()
    {
        PositionArrays a = Sorted([.. Enumerable.Repeat(12.5, 700)], [.. Enumerable.Repeat(-33.0, 700)]);
        List<(int A, int B, double)> found = Found(a, a, 1e-9, nearestOnly: false, workers: 2);
        Assert.Equal(700 * 700, found.Count);
        Assert.Equal(found.Count, found.Distinct().Count());
    }

    [Fact]
    public void An_empty_side_has_no_pairs()
    {
        PositionArrays some = Sorted([1, 2], [3, 4]), none = Sorted([], []);
        Assert.Empty(Found(none, some, 10, nearestOnly: false, workers: 2));
        Assert.Empty(Found(some, none, 10, nearestOnly: true, workers: 2));
    }

    [Fact]
    public void Zero_radius_finds_exact_duplicates()
    {
        PositionArrays b = Sorted([10, 10.0000001], [20, 20]);
        Assert.Equal([(0, b.RaDeg(0).IndexOf(10), 0.0)], Found(Sorted([10], [20]), b, 0, nearestOnly: false, workers: 1));
    }

    [Theory] // at a pole, right ascensions with small and with large differences are computed by different formulas
    [InlineData(90)]
    [InlineData(-90)]
    public void Zero_radius_finds_a_pole_at_every_right_ascension(double decDeg)
    {
        double[] raDeg = [0, 0.25, 0.5, 77, 77.125, 179.5, 180, 271, 359.75];
        PositionArrays a = Sorted(raDeg, [.. raDeg.Select(_ => decDeg)]);
        foreach (double radiusDeg in (double[])[0, 1e-9, 1, 90])
        {
            List<(int A, int B, double Separation)> found = Found(a, a, radiusDeg, nearestOnly: false, workers: 1);
            Assert.Equal(raDeg.Length * raDeg.Length, found.Count);
            Assert.All(found, pair => Assert.Equal(0.0, pair.Separation));
        }
    }

    private static void Write(string path, PositionArrays positions)
    {
        byte[] bytes = new byte[16 * positions.Count];
        MemoryMarshal.AsBytes(positions.RaDeg(0)).CopyTo(bytes);
        MemoryMarshal.AsBytes(positions.DecDeg(0)).CopyTo(bytes.AsSpan(8 * positions.Count));
        File.WriteAllBytes(path, bytes);
    }
}
