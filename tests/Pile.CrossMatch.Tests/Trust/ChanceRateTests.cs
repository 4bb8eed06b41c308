namespace Pile.CrossMatch.Tests;

/// <summary>The level of chance coincidences, completeness and contamination of simulated sides of which the truth is known.</summary>
public class ChanceRateTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<(MatchCertificate Certificate, int FalsePairs)> MatchAsync(SimulatedSky sky, CrossMatchOptions options)
    {
        using MatchTable pairs = await CrossMatcher.MatchAsync(sky.A, sky.B, options with { WithCertificate = true }, Token);
        return (pairs.Summary.Certificate!, sky.FalsePairs(pairs));
    }

    [Fact]
    public async Task The_95_percent_intervals_cover_the_truth_in_at_least_90_of_100_simulations()
    {
        const double radius = 3;
        int rates = 0, counts = 0;
        double widths = 0;
        Lock turn = new();
        await Parallel.ForAsync(0, 100, Token, async (seed, _) =>
        {
            SimulatedSky sky = new(seed, rowsA: 1000, unrelated: 5000, completeness: 0.7, sigmaArcsec: 0.4);
            (MatchCertificate certificate, int falsePairs) = await MatchAsync(sky, new() { RadiusArcsec = radius, Workers = 1 });
            ChanceLevel chance = certificate.Chance!;
            double truth = sky.PerArcsec2 * Math.PI * radius * radius;
            (double low, double high) = chance.PairsPerRow95;
            (double lowCount, double highCount) = chance.Pairs95(certificate.Curve!.AllChancePairs);
            lock (turn)
            {
                rates += truth >= low && truth <= high ? 1 : 0;
                counts += falsePairs >= lowCount && falsePairs <= highCount ? 1 : 0;
                widths += (high - low) / truth / 100;
            }
        });
        Assert.InRange(rates, 90, 99); // 100 of 100 would be an interval that is too wide
        Assert.InRange(counts, 90, 100);
        Assert.InRange(widths, 0.05, 0.25);
    }

    [Fact]
    public async Task The_level_of_elliptical_errors_is_the_density_times_the_area_of_the_ellipse()
    {
        const double sigma = 2, east = 3, north = 0.4, correlation = -0.6;
        int covered = 0;
        for (int seed = 0; seed < 20; seed++)
        {
            SimulatedSky sky = new(200 + seed, rowsA: 1000, unrelated: 20_000, completeness: 0.5, sigmaArcsec: 0.3);
            ChanceLevel chance;
            using (MatchTable pairs = await CrossMatcher.MatchAsync(WithErrors(sky.A), WithErrors(sky.B), new()
            {
                Errors = ErrorModel.Sigma,
                Sigma = sigma,
                ErrorsA = "covariance:east,north,correlation",
                ErrorsB = "covariance:east,north,correlation",
                WithCertificate = true,
            }, Token))
                chance = pairs.Summary.Certificate!.Chance!;
            double truth = sky.PerArcsec2 * Math.PI * sigma * sigma * 2 * east * north * Math.Sqrt(1 - (correlation * correlation));
            (double low, double high) = chance.PairsPerRow95;
            covered += truth >= low && truth <= high ? 1 : 0;
            Assert.InRange((high - low) / truth, 0.03, 0.3);
        }
        Assert.InRange(covered, 17, 20);

        static MemorySide WithErrors(MemorySide side) => new(side.RaDeg, side.DecDeg, Column(side, "east", "arcsec", east),
            Column(side, "north", "arcsec", north), Column(side, "correlation", "", correlation));

        static Format.ColumnData<double> Column(MemorySide side, string name, string unit, double value) =>
            new(new Format.ColumnSchema { Name = name, DType = Format.DType.Float64, Unit = unit },
                Enumerable.Repeat(value, side.Count).ToArray());
    }

    [Theory]
    [InlineData(MatchFind.All)]
    [InlineData(MatchFind.Nearest)]
    [InlineData(MatchFind.OneToOne)]
    public async Task Completeness_and_contamination_agree_with_the_truth_also_where_chance_pairs_are_frequent(MatchFind find)
    {
        const double radius = 3, sigma = 0.8;
        SimulatedSky sky = new(7, rowsA: 4000, unrelated: 60_000, completeness: 0.6, sigmaArcsec: sigma);
        CrossMatchOptions options = new() { RadiusArcsec = radius, Find = find };
        (MatchCertificate certificate, int falsePairs) = await MatchAsync(sky, options);
        RadiusCurve curve = certificate.Curve!;
        (double low, double high) = certificate.Chance!.Pairs95(curve.AllChancePairs);
        Assert.InRange(falsePairs, low, high);
        Assert.True(falsePairs > 400, $"{falsePairs}"); // so frequent that the difference between the finds matters
        for (int bin = 3; bin < curve.RadiusArcsec.Length; bin++)
        {
            double r = curve.RadiusArcsec[bin];
            // Counterparts beyond the radius do not count; nearest pairs lose some counterparts to closer chance pairs.
            double expected = (1 - Math.Exp(-r * r / (2 * sigma * sigma))) / (1 - Math.Exp(-radius * radius / (2 * sigma * sigma)));
            Assert.InRange(curve.Completeness[bin], expected - 0.06, expected + 0.06);
        }
        using MatchTable inner = await CrossMatcher.MatchAsync(sky.A, sky.B, options with { RadiusArcsec = radius / 2 }, Token);
        Assert.Equal(sky.FalsePairs(inner) / (double)inner.RowCount, curve.Contamination[(curve.RadiusArcsec.Length / 2) - 1], 0.02);
    }

    [Fact]
    public async Task A_sample_of_a_large_side_gives_the_rate_of_the_whole_side()
    {
        SimulatedSky sky = new(3, rowsA: 300_000, unrelated: 250_000, completeness: 0.5, sigmaArcsec: 0.3, widthDeg: 4);
        ChanceLevel chance = (await MatchAsync(sky, new() { RadiusArcsec = 1.5 })).Certificate.Chance!;
        Assert.InRange(chance.SampledRows, 2000, 65_536);
        Assert.Equal((64, 8), (chance.Runs, chance.PairsOfShifts.Length));
        Assert.Equal(300_000, chance.RowsInFootprint);
        (double low, double high) = chance.PairsPerRow95;
        Assert.InRange(sky.PerArcsec2 * Math.PI * 1.5 * 1.5, low, high);
        Assert.InRange((high - low) / chance.PairsPerRow, 0.02, 0.4);
    }

    [Fact]
    public async Task Rows_of_A_where_B_has_none_do_not_lower_the_rate()
    {
        SimulatedSky sky = new(5, rowsA: 2000, unrelated: 20_000, completeness: 0.5, sigmaArcsec: 0.3);
        SimulatedSky far = new(6, rowsA: 6000, unrelated: 1, completeness: 0, sigmaArcsec: 0.3, decDeg: -20);
        MemorySide a = new([.. sky.A.RaDeg, .. far.A.RaDeg], [.. sky.A.DecDeg, .. far.A.DecDeg]);
        using MatchTable alone = await CrossMatcher.MatchAsync(sky.A, sky.B, new() { RadiusArcsec = 2, WithCertificate = true }, Token);
        foreach (MatchJoin join in (MatchJoin[])[MatchJoin.Inner, MatchJoin.Left]) // with and without pruning
        {
            using MatchTable both = await CrossMatcher.MatchAsync(a, sky.B, new() { RadiusArcsec = 2, WithCertificate = true, Join = join },
                Token);
            (ChanceLevel ofAlone, ChanceLevel ofBoth) = (alone.Summary.Certificate!.Chance!, both.Summary.Certificate!.Chance!);
            Assert.Equal(2000, ofBoth.RowsInFootprint, 20.0);
            Assert.Equal(ofAlone.PairsPerRow, ofBoth.PairsPerRow, 0.02 * ofAlone.PairsPerRow);
        }
    }
}
