using Pile.CrossMatch.Matching;
using Pile.Format;
using Pile.Sky;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Matching;

/// <summary>A custom matcher: the example in the documentation of <see cref="ISkyMatcher"/>.</summary>
public class OwnMatcherTests
{
    [Fact]
    public async Task A_custom_matcher_replaces_the_default_one()
    {
        ((double[] RaDeg, double[] DecDeg) a, (double[] RaDeg, double[] DecDeg) b) = SkyGenerators.Clumps(11, 0.1, 400);
        MemorySide sideA = new(a.RaDeg, a.DecDeg), sideB = new(b.RaDeg, b.DecDeg);
        CrossMatchOptions options = new() { RadiusArcsec = 360 };
        List<(long, long)> expected = await PairsOf(sideA, sideB, options),
            found = await PairsOf(sideA, sideB, options with { Matcher = new EveryPairMatcher() });
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Order(), found.Order());
    }

    [Fact]
    public async Task A_custom_matcher_is_recorded()
    {
        ((double[] RaDeg, double[] DecDeg) a, (double[] RaDeg, double[] DecDeg) b) = SkyGenerators.Clumps(3, 0.01, 300);
        CrossMatchOptions options = new() { RadiusArcsec = 20, Find = MatchFind.Nearest, Join = MatchJoin.Left };
        using MatchTable ours = await CrossMatcher.MatchAsync(new MemorySide(a.RaDeg, a.DecDeg), new MemorySide(b.RaDeg, b.DecDeg), options,
            TestContext.Current.CancellationToken);
        using MatchTable theirs = await CrossMatcher.MatchAsync(new MemorySide(a.RaDeg, a.DecDeg), new MemorySide(b.RaDeg, b.DecDeg),
            options with { Matcher = new EveryPairMatcher() }, TestContext.Current.CancellationToken);
        Assert.True(ours.Summary.Pairs > 0);
        Assert.Equal(ours.Summary with { Actual = null }, theirs.Summary with { Actual = null });
        Assert.Contains(theirs.Record, e => e is { Key: "pile.match.matcher", Value: nameof(EveryPairMatcher) });
    }

    private static async Task<List<(long, long)>> PairsOf(MemorySide a, MemorySide b, CrossMatchOptions options)
    {
        List<(long, long)> pairs = [];
        using MatchTable matched = await CrossMatcher.MatchAsync(a, b, options, TestContext.Current.CancellationToken);
        await foreach (RowBatch batch in matched.ReadAsync(TestContext.Current.CancellationToken))
            for (int i = 0; i < batch.RowCount; i++)
                pairs.Add((((ColumnData<long>)batch["a_object_id"]).Values.Span[i],
                    ((ColumnData<long>)batch["b_object_id"]).Values.Span[i]));
        return pairs;
    }

    /// <summary>Compares every pair, which is correct and fast enough for a few thousand rows.</summary>
    private sealed class EveryPairMatcher : ISkyMatcher
    {
        public IEnumerable<PairBlock> Match(SortedPositions a, SortedPositions b, SkyMatchOptions options,
            CancellationToken cancellationToken = default)
        {
            for (int chunk = 0; chunk < a.ChunkCount; chunk++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                List<(int RowA, double SeparationArcsec, int RowB)> pairs = [];
                int firstRow = chunk * SortedPositions.ChunkRows, rows = a.RaDeg(chunk).Length;
                for (int i = 0; i < rows; i++)
                    for (int j = 0; j < b.Count; j++)
                    {
                        int chunkB = j / SortedPositions.ChunkRows, k = j % SortedPositions.ChunkRows;
                        double separation = Separation.Arcsec(a.RaDeg(chunk)[i], a.DecDeg(chunk)[i], b.RaDeg(chunkB)[k],
                            b.DecDeg(chunkB)[k]);
                        if (separation <= options.RadiusArcsec)
                            pairs.Add((firstRow + i, separation, j));
                    }
                pairs.Sort();
                options.RowsDone?.Invoke(rows);
                yield return new PairBlock(pairs.Select(p => p.RowA).ToArray(), pairs.Select(p => p.RowB).ToArray(),
                    pairs.Select(p => p.SeparationArcsec).ToArray(), firstRow, firstRow + rows);
            }
        }
    }
}
