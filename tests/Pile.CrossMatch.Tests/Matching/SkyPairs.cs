using Pile.CrossMatch.Matching;
using Pile.Sky;

namespace Pile.CrossMatch.Tests.Matching;

/// <summary>Pairs found by the matcher and by brute force.</summary>
internal static class SkyPairs
{
    /// <summary>Requires the same pairs, with separations that agree to 1e-9 arcsec or a relative error of 1e-6, in the documented order of
    /// blocks.</summary>
    internal static void AssertSame(List<(int A, int B, double Separation)> expected, List<(int A, int B, double Separation)> found)
    {
        for (int i = 1; i < found.Count; i++)
            if ((found[i - 1].A, found[i - 1].Separation, found[i - 1].B).CompareTo((found[i].A, found[i].Separation, found[i].B)) >= 0)
                Assert.Fail($"{found[i]} comes after {found[i - 1]}.");
        Dictionary<(int, int), double> missing = expected.ToDictionary(p => (p.A, p.B), p => p.Separation);
        foreach ((int a, int b, double separation) in found)
        {
            Assert.True(missing.Remove((a, b), out double exact), $"{(a, b, separation)} is not a pair, or is found twice.");
            Assert.InRange(separation, exact - Math.Max(1e-9, 1e-6 * exact), exact + Math.Max(1e-9, 1e-6 * exact));
        }
        foreach (((int a, int b), double separation) in missing)
            Assert.Fail($"{(a, b, separation)} of {missing.Count} is missing.");
    }

    internal static List<(int A, int B, double Separation)> Found(SortedPositions a, SortedPositions b, double radiusDeg, bool nearestOnly,
        int workers) =>
        FoundWithin(a, b, radiusDeg * 3600, nearestOnly, workers);

    internal static List<(int A, int B, double Separation)> FoundWithin(SortedPositions a, SortedPositions b, double radiusArcsec,
        bool nearestOnly, int workers)
    {
        List<(int A, int, double)> pairs = [];
        int covered = 0;
        foreach (PairBlock block in new SkyMatcher().Match(a, b, new SkyMatchOptions { RadiusArcsec = radiusArcsec, Workers = workers },
            TestContext.Current.CancellationToken))
        {
            Assert.Equal(covered, block.FirstRowA);
            covered = block.EndRowA;
            for (int i = 0; i < block.Count; i++)
                if (!nearestOnly || pairs.Count == 0 || pairs[^1].A != block.RowA[i])
                    pairs.Add((block.RowA[i], block.RowB[i], block.SeparationArcsec[i]));
        }
        Assert.Equal(a.Count, covered);
        return pairs;
    }

    internal static List<(int A, int B, double Separation)> BruteForce(PositionArrays a, PositionArrays b, double radiusDeg,
        bool nearestOnly)
    {
        List<(int A, int B, double Separation)> pairs = [];
        for (int i = 0; i < a.Count; i++)
        {
            List<(double Separation, int B)> partners = [];
            for (int j = 0; j < b.Count; j++)
                if (Separation.Arcsec(a.RaDeg(0)[i], a.DecDeg(0)[i], b.RaDeg(0)[j], b.DecDeg(0)[j]) is var separation
                    && separation <= radiusDeg * 3600)
                    partners.Add((separation, j));
            partners.Sort();
            pairs.AddRange(partners.Take(nearestOnly ? 1 : int.MaxValue).Select(p => (i, p.B, p.Separation)));
        }
        return pairs;
    }

    internal static PositionArrays Sorted(double[] raDeg, double[] decDeg)
    {
        long[] healpix29 = new long[raDeg.Length];
        Healpix.AngToPix(Healpix.MaxOrder, raDeg, decDeg, healpix29);
        int[] order = [.. Enumerable.Range(0, raDeg.Length).OrderBy(i => healpix29[i])];
        return new PositionArrays([.. order.Select(i => healpix29[i])], [.. order.Select(i => raDeg[i])],
            [.. order.Select(i => decDeg[i])]);
    }
}
