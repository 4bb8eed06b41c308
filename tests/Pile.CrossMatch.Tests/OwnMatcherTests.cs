using Pile.CrossMatch.Matching;
using Pile.Sky;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests;

/// <summary>A matcher other than the default one.</summary>
public class OwnMatcherTests
{
    /// <summary>Compares every row with every row: what a matcher has to do, and no more.</summary>
    private sealed class EveryPair : ISkyMatcher
    {
        public IEnumerable<PairBlock> Match(SortedPositions a, SortedPositions b, SkyMatchOptions options,
            CancellationToken cancellationToken = default)
        {
            for (int rowA = 0; rowA < a.Count; rowA++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                List<(double Arcsec, int Row)> partners = [];
                (double ra, double dec) = At(a, rowA);
                for (int rowB = 0; rowB < b.Count; rowB++)
                {
                    (double raB, double decB) = At(b, rowB);
                    double arcsec = Separation.Arcsec(ra, dec, raB, decB);
                    if (arcsec <= options.RadiusArcsec)
                        partners.Add((arcsec, rowB));
                }
                partners.Sort();
                options.RowsDone?.Invoke(1);
                yield return new PairBlock(Enumerable.Repeat(rowA, partners.Count).ToArray(), partners.Select(p => p.Row).ToArray(),
                    partners.Select(p => p.Arcsec).ToArray(), rowA, rowA + 1);
            }
        }

        private static (double RaDeg, double DecDeg) At(SortedPositions side, int row) =>
            (side.RaDeg(row / SortedPositions.ChunkRows)[row % SortedPositions.ChunkRows],
                side.DecDeg(row / SortedPositions.ChunkRows)[row % SortedPositions.ChunkRows]);
    }

    [Fact]
    public async Task A_custom_matcher_finds_the_same_pairs_and_is_recorded()
    {
        ((double[] RaDeg, double[] DecDeg) a, (double[] RaDeg, double[] DecDeg) b) = SkyGenerators.Clumps(3, 0.01, 300);
        CrossMatchOptions options = new() { RadiusArcsec = 20, Find = MatchFind.Nearest, Join = MatchJoin.Left };
        using MatchTable ours = await CrossMatcher.MatchAsync(new MemorySide(a.RaDeg, a.DecDeg), new MemorySide(b.RaDeg, b.DecDeg), options,
            TestContext.Current.CancellationToken);
        using MatchTable theirs = await CrossMatcher.MatchAsync(new MemorySide(a.RaDeg, a.DecDeg), new MemorySide(b.RaDeg, b.DecDeg),
            options with { Matcher = new EveryPair() }, TestContext.Current.CancellationToken);
        Assert.True(ours.Summary.Pairs > 0);
        Assert.Equal(ours.Summary with { Actual = null }, theirs.Summary with { Actual = null });
        Assert.Contains(theirs.Record, e => e is { Key: "pile.match.matcher", Value: "EveryPair" });
    }
}
