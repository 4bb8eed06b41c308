using Pile.Format;
using Pile.Sky;
using Pile.Tables;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests;

/// <summary>Errors are reported, and leave no files.</summary>
public class FaultTests
{
    private static readonly MemorySide Few = new([10, 20, double.NaN], [5, -5, 0]) { Ids = [1, 2, 3] };

    [Theory]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(648_001.0)]
    public async Task Invalid_radii_are_rejected(double radiusArcsec) =>
        Assert.Contains("CrossMatchOptions.RadiusArcsec must be in [0, 648000]",
            (await Assert.ThrowsAsync<ArgumentException>(() => CrossMatcher.MatchAsync(Few, Few, new() { RadiusArcsec = radiusArcsec },
                TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Radius_zero_finds_equal_positions()
    {
        using MatchTable match = await CrossMatcher.MatchAsync(Few, new MemorySide([20, 20.0000001], [-5, -5]), new() { RadiusArcsec = 0 },
            TestContext.Current.CancellationToken);
        Assert.Equal((1, 1), (match.Summary.Pairs, match.Summary.WithoutPosition));
    }

    public static TheoryData<string, CrossMatchOptions> Contradictions() => new()
    {
        { "Neighbours must be at least 1", new() { RadiusArcsec = 1, Neighbours = 0 } },
        { "Find is All, which does not use it", new() { RadiusArcsec = 1, Neighbours = 2 } },
        { "Find is OneToOne, which does not use it", new() { RadiusArcsec = 1, Neighbours = 2, Find = MatchFind.OneToOne } },
        { "Sigma is -1, which requires ErrorModel.Sigma", new() { RadiusArcsec = 1, Sigma = -1 } },
        { "MinRadiusArcsec must be", new() { RadiusArcsec = 1, MinRadiusArcsec = 2 } },
        { "MatchFind.Groups requires a self match", new() { RadiusArcsec = 1, Find = MatchFind.Groups } },
        { "no column of times", new() { RadiusArcsec = 1, TimeWindowDays = 1 } },
        { "no known column of position errors", new() { RadiusArcsec = 1, Errors = ErrorModel.Sigma } },
        { "requires exactly one of", new() { RadiusArcsec = 1, Errors = ErrorModel.Radius } },
        { "has no column 'nope'", new() { RadiusArcsec = 1, GroupColumn = "nope" } },
        { "has no column 'nope'", new() { RadiusArcsec = 1, ColumnsA = ["nope"] } },
        { "Errors is ErrorModel.None", new() { RadiusArcsec = 1, ErrorColumnA = "x" } },
        { "it contains a SELECT", new() { RadiusArcsec = 1, Where = "a.ra IN (SELECT 1)" } },
        { "is not an SQL expression", new() { RadiusArcsec = 1, Where = "true; DROP TABLE a_rows" } },
        { "there is no column 'mag'", new() { RadiusArcsec = 1, Where = "a.mag > b.mag" } },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public async Task Contradicting_options_are_rejected(string finding, CrossMatchOptions options) =>
        Assert.Contains(finding,
            (await Assert.ThrowsAsync<ArgumentException>(() => CrossMatcher.MatchAsync(Few, new MemorySide([1], [1]), options,
                TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Number_of_valid_row_radii_agrees_with_numpy()
    {
        double[] radii = [0, 1, double.NaN, double.PositiveInfinity, 1e200, 5e-324, 648_000];
        string expected = Python.Run("import numpy as np; r = np.array([0, 1, np.nan, np.inf, 1e200, 5e-324, 648000]); "
            + "print(sum((np.isfinite(r) & (r >= s)).sum() for s in (0, 3600)))").Trim();
        MemorySide a = new([.. radii.Select(_ => 10.0)], [.. radii.Select(_ => 5.0)],
            new ColumnData<double>(new ColumnSchema { Name = "r", DType = DType.Float64 }, radii, radii.Length));
        using MatchTable match = await CrossMatcher.MatchAsync(a, new MemorySide([10, 10], [5, 6]),
            new() { Errors = ErrorModel.Radius, ErrorColumnA = "r" }, TestContext.Current.CancellationToken);
        Assert.Equal(expected, $"{match.Summary.Pairs}");
    }

    [Fact]
    public async Task A_join_that_a_self_match_does_not_support_is_rejected() =>
        await Assert.ThrowsAsync<ArgumentException>(() => CrossMatcher.MatchSelfAsync(Few,
            new() { RadiusArcsec = 1, Join = MatchJoin.Right }, TestContext.Current.CancellationToken));

    [Fact]
    public async Task Positions_out_of_range_are_named()
    {
        ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(
            () => CrossMatcher.MatchAsync(new MemorySide([10, 400], [0, 0]), Few, new() { RadiusArcsec = 1 },
                TestContext.Current.CancellationToken));
        Assert.Contains("row 1, column 'ra': 400", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_side_that_changes_during_the_match_is_an_error()
    {
        SourceUnreadableException e = await Assert.ThrowsAsync<SourceUnreadableException>(
            () => CrossMatcher.MatchAsync(Few, new MemorySide([1], [1]) { Changes = true }, new() { RadiusArcsec = 1 },
                TestContext.Current.CancellationToken));
        Assert.Contains("it changed during the match", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_little_memory_is_reported_and_a_small_limit_is_enough()
    {
        ((double[] RaDeg, double[] DecDeg) a, _) = SkyGenerators.Clumps(5, 0.2, 200_000);
        MemorySide side = new(a.RaDeg, a.DecDeg);
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(
            () => CrossMatcher.MatchAsync(side, side, new() { RadiusArcsec = 0.1, MemoryBytes = 2 << 20 },
                TestContext.Current.CancellationToken));
        Assert.Contains("MemoryBytes must be at least 33554432", e.Message, StringComparison.Ordinal);
        using MatchTable tight = await CrossMatcher.MatchAsync(side, side,
            new() { RadiusArcsec = 0.1, MemoryBytes = 64 << 20, Find = MatchFind.OneToOne }, TestContext.Current.CancellationToken);
        using MatchTable wide = await CrossMatcher.MatchAsync(side, side, new() { RadiusArcsec = 0.1, Find = MatchFind.OneToOne },
            TestContext.Current.CancellationToken);
        Assert.Equal(wide.Summary with { Actual = null }, tight.Summary with { Actual = null });
    }

    [Fact]
    public async Task A_cancelled_match_stops()
    {
        ((double[] RaDeg, double[] DecDeg) a, _) = SkyGenerators.Clumps(5, 20, 20_000);
        MemorySide side = new(a.RaDeg, a.DecDeg);
        using CancellationTokenSource stop = new();
        CrossMatchOptions options = new() { RadiusArcsec = 60 * 3600, Progress = new Stopping(stop) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CrossMatcher.MatchAsync(side, side, options, stop.Token));
        Assert.True(stop.IsCancellationRequested);
    }

    private sealed class Stopping(CancellationTokenSource stop) : IProgress<PhaseProgress>
    {
        public void Report(PhaseProgress value)
        {
            if (value.Phase == "match")
                stop.Cancel();
        }
    }

    [Fact]
    public async Task Order_and_workers_do_not_change_the_rows()
    {
        ((double[] RaDeg, double[] DecDeg) a, (double[] RaDeg, double[] DecDeg) b) = SkyGenerators.Clumps(11, 0.01, 2000);
        List<string> first = await Lines(new MemorySide(a.RaDeg, a.DecDeg), new MemorySide(b.RaDeg, b.DecDeg), 1);
        int[] shuffled = [.. Enumerable.Range(0, a.RaDeg.Length)];
        new Random(1).Shuffle(shuffled);
        MemorySide other = new([.. shuffled.Select(i => a.RaDeg[i])],
            [.. shuffled.Select(i => a.DecDeg[i])])
        { Ids = [.. shuffled.Select(i => (long)i)] };
        Assert.Equal(first, await Lines(other, new MemorySide(b.RaDeg, b.DecDeg), 3));

        static async Task<List<string>> Lines(MatchSide a, MatchSide b, int workers)
        {
            using MatchTable match = await CrossMatcher.MatchAsync(a, b,
                new()
                {
                    RadiusArcsec = 30,
                    Find = MatchFind.Nearest,
                    Neighbours = 2,
                    Join = MatchJoin.Full,
                    Workers = workers,
                    PositionAngle = true
                }, TestContext.Current.CancellationToken);
            List<string> lines = [];
            await foreach (RowBatch batch in match.ReadAsync(TestContext.Current.CancellationToken))
                for (int row = 0; row < batch.RowCount; row++)
                    lines.Add(string.Join(',', batch.Columns.Select(c => c.IsNullAt(row) ? "" : Convert.ToHexString(c.RowBytes(row)))));
            return lines;
        }
    }

    [Fact]
    public async Task A_table_is_not_replaced_by_its_match()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.csv"], "id,ra,dec\n1,10,5\n");
        File.CreateSymbolicLink(folder["link.csv"], folder["a.csv"]);
        await using ITableReader table = await TableReader.OpenAsync(folder["a.csv"], cancellationToken: token);
        TableSide side = TableSide.Create(table);
        CrossMatchOptions options = new() { RadiusArcsec = 1 };
        foreach (string path in (string[])[folder["a.csv"], folder["link.csv"], Path.Combine(folder.Path, ".", "a.csv")])
        {
            await RequireErrorAsync(() => CrossMatcher.MatchToFileAsync(Few, side, options, path, overwrite: true, token), 'B');
            await RequireErrorAsync(() => CrossMatcher.MatchToFileAsync(side, null, options, path, overwrite: true, token), 'A');
            await RequireErrorAsync(() => CrossMatcher.MatchManyToFileAsync([Few, Few, side], options, path, true, token), 'C');
            await RequireErrorAsync(() => CrossMatcher.RunTaskAsync(side, null, options, path, 0, 2, token), 'A');
        }
        Assert.Equal("id,ra,dec\n1,10,5\n", File.ReadAllText(folder["a.csv"]));

        static async Task RequireErrorAsync(Func<Task> match, char letter) => Assert.Contains($"belongs to side {letter} of the match",
            (await Assert.ThrowsAsync<ArgumentException>(match)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Density_counts_the_pairs_and_the_position_angle_is_from_A_to_B()
    {
        using MatchTable match = await CrossMatcher.MatchAsync(new MemorySide([10, 200], [0, 40]),
            new MemorySide([10.001, 200], [0, 40.001]), new() { RadiusArcsec = 10, PositionAngle = true },
            TestContext.Current.CancellationToken);
        Assert.Equal((8, 2), (match.Density.Order, match.Density.Cells.Length));
        Assert.Equal(Healpix.AngToPix(8, 10, 0), match.Density.Cells.Single(c => c.Pixel == Healpix.AngToPix(8, 10, 0)).Pixel);
        List<double> angles = [];
        await foreach (RowBatch batch in match.ReadAsync(TestContext.Current.CancellationToken))
            angles.AddRange(((ColumnData<double>)batch["position_angle_deg"]).Values.ToArray());
        Assert.Equal([0, 90], angles.Order().Select(a => Math.Round(a, 4)));
    }
}
