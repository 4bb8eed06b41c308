using Pile.Format;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests;

/// <summary>Priors of magnitudes, compared with simulations whose distributions are known.</summary>
public class MagnitudePriorTests
{
    private const int RowsA = 3000, Unrelated = 60_000;

    // Counterparts are Gaussian around 18; other rows become ten times more frequent in 4 magnitudes.
    private const double Mean = 18, Width = 1, Bright = 14, Faint = 24;

    private readonly SimulatedSky sky = new(21, RowsA, Unrelated, completeness: 0.6, sigmaArcsec: 1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static double OfCounterparts(double magnitude) =>
        Math.Exp(-0.5 * Math.Pow((magnitude - Mean) / Width, 2)) / (Width * Math.Sqrt(2 * Math.PI));

    private static double OfOthers(double magnitude) => Math.Log(10) / 4 * Math.Pow(10, magnitude / 4)
        / (Math.Pow(10, Faint / 4) - Math.Pow(10, Bright / 4));

    private static ColumnData<double> Column(string name, double[] values) =>
        new(new ColumnSchema { Name = name, DType = DType.Float64, Unit = "", Nullable = true }, values);

    private (MemorySide A, MemorySide B, double[] Magnitudes) Sides(double missing = 0)
    {
        Random random = new(22);
        double[] magnitudes = [.. Enumerable.Range(0, sky.B.Count).Select(row => row >= Unrelated ? Mean + (Width * Gauss())
            : 4 * Math.Log10(Math.Pow(10, Bright / 4) + (random.NextDouble() * (Math.Pow(10, Faint / 4) - Math.Pow(10, Bright / 4)))))];
        foreach (ref double magnitude in magnitudes.AsSpan())
            magnitude = random.NextDouble() < missing ? random.NextDouble() < 0.5 ? double.NaN : -99 : magnitude;
        return (new MemorySide(sky.A.RaDeg, sky.A.DecDeg, Column("ra_error", [.. sky.A.RaDeg.Select(_ => 0.6)])),
            new MemorySide(sky.B.RaDeg, sky.B.DecDeg, Column("ra_error", [.. sky.B.RaDeg.Select(_ => 0.8)]), Column("rmag", magnitudes)),
            magnitudes);

        double Gauss() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    private static CrossMatchOptions Options => new()
    {
        RadiusArcsec = 5,
        WithProbability = true,
        ErrorColumnA = "ra_error",
        ErrorColumnB = "ra_error",
        ColumnsB = ["rmag"]
    };

    private static async Task<List<(int A, int B, Dictionary<string, double> Values)>> PairsAsync(MatchTable table)
    {
        List<(int, int, Dictionary<string, double>)> pairs = [];
        await foreach (RowBatch batch in table.ReadAsync(Token))
            for (int row = 0; row < batch.RowCount; row++)
                pairs.Add(((int)((ColumnData<long>)batch["a_object_id"]).Values.Span[row],
                    (int)((ColumnData<long>)batch["b_object_id"]).Values.Span[row], batch.Columns.OfType<ColumnData<double>>()
                        .ToDictionary(c => c.Schema.Name, c => c.IsNullAt(row) ? double.NaN : c.Values.Span[row])));
        return pairs;
    }

    private int TrueCounterparts(List<(int A, int B, Dictionary<string, double> Values)> pairs) => pairs.GroupBy(p => p.A)
        .Select(row => row.MaxBy(p => p.Values["p_i"])).Count(p => sky.IsTrue(p.A, p.B));

    [Fact]
    public async Task An_estimated_prior_follows_the_true_distributions_and_finds_more_counterparts()
    {
        (MemorySide a, MemorySide b, _) = Sides();
        List<string> messages = [];
        using MatchTable positions = await CrossMatcher.MatchAsync(a, b, Options, Token),
            both = await CrossMatcher.MatchAsync(a, b, Options with { MagnitudeColumn = "rmag", OnMessage = messages.Add }, Token);
        List<(int A, int B, Dictionary<string, double> Values)> found = await PairsAsync(both);
        // The first bin is wide, its factor is a mean; and a few of the secure counterparts are not true.
        Assert.All(found.Where(p => Math.Abs(p.Values["b_rmag"] - Mean) < 1.2), p => Assert.Equal(
            Math.Log10(OfCounterparts(p.Values["b_rmag"]) / OfOthers(p.Values["b_rmag"])), p.Values["log10_magnitude_factor"], 0.35));
        int before = TrueCounterparts(await PairsAsync(positions)), after = TrueCounterparts(found);
        Assert.True(after > before + ((0.6 * RowsA) - before) / 4, $"{before} true counterparts without magnitudes, {after} with them");
        Assert.Contains(messages, m => m.StartsWith("magnitude prior of 'rmag': ", StringComparison.Ordinal)
            && m.Contains("secure counterparts", StringComparison.Ordinal));
        // The prior that a match records is the input of another match with the same result.
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["rmag.txt"], both.Record.Single(e => e.Key == "pile.match.magnitude_prior").Value);
        using MatchTable again = await CrossMatcher.MatchAsync(a, b,
            Options with { MagnitudeColumn = "rmag", MagnitudePriorFile = folder["rmag.txt"] }, Token);
        Assert.All(found.Zip(await PairsAsync(again)), p => Assert.Equal(p.First.Values["p_i"], p.Second.Values["p_i"], 1e-12));
    }

    [Fact]
    public async Task Probabilities_follow_from_bayes_factors_and_stated_densities_with_any_number_of_workers()
    {
        (MemorySide a, MemorySide b, double[] magnitudes) = Sides(missing: 0.1);
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["prior.txt"], "# lo hi selected others\n14 17 0.1 0.02\n17 19 0.3 0.03\n\n19 24 0.02 0.176\n");
        List<string> messages = [];
        CrossMatchOptions options = Options with
        {
            Prior = 1e-6,
            MagnitudeColumn = "rmag",
            MagnitudePriorFile = folder["prior.txt"],
            OnMessage = messages.Add
        };
        using MatchTable one = await CrossMatcher.MatchAsync(a, b, options with { Workers = 1 }, Token),
            four = await CrossMatcher.MatchAsync(a, b, options with { Workers = 4 }, Token);
        List<(int A, int B, Dictionary<string, double> Values)> pairs = await PairsAsync(one);
        Assert.Contains(pairs, p => double.IsNaN(p.Values["b_rmag"]));
        double Weight((int A, int B, Dictionary<string, double> Values) pair) => 1e-6 * Math.Pow(10, pair.Values["log10_bayes_factor"])
            * (magnitudes[pair.B] is var m && (double.IsNaN(m) || m == -99) ? 1 : m < 17 ? 5 : m < 19 ? 10 : 0.02 / 0.176);
        foreach (var row in pairs.GroupBy(p => p.A))
            foreach (var pair in row)
            {
                Assert.Equal(Weight(pair) / row.Sum(Weight), pair.Values["p_i"], 1e-9);
                Assert.Equal(row.Sum(Weight) / (1 + row.Sum(Weight)), pair.Values["p_any"], 1e-9);
                Assert.Equal(Weight(pair) / (Weight(pair) + 1 - 1e-6), pair.Values["probability"], 1e-9);
            }
        Assert.Equal(pairs.Select(p => p.Values["p_i"]), (await PairsAsync(four)).Select(p => p.Values["p_i"]));
        int without = magnitudes.Count(m => double.IsNaN(m) || m == -99);
        Assert.Contains(messages, m => m.StartsWith(FormattableString.Invariant($"{without:N0} rows of B have no magnitude"),
            StringComparison.Ordinal));
    }

    public static TheoryData<string, string> Files => new()
    {
        { "", "no bin with counterparts" },
        { "lo hi selected others\n1 2 0 1", "no bin with counterparts" },
        { "1 2 0.5 0.5\n3 4 0.5 0.5", "line 2, '3 4 0.5 0.5': the bin begins at 3, but the bin before it ends at 2" },
        { "1 2 0.5", "line 1, '1 2 0.5': expected 'lo hi selected others'" },
        { "1 2 0,5 1", "line 1, '1 2 0,5 1': expected 'lo hi selected others'" },
        { "2 1 0.5 0.5", "line 1" },
        { "1 2 0.5 0", "line 1" },
        { "1 2 nan 0.5", "line 1" },
        { "1 inf 1 0.5", "line 1" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_that_is_no_prior_is_rejected(string text, string message)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["prior.txt"], text);
        MemorySide side = new([1], [1], Column("ra_error", [0.1]), Column("rmag", [18]));
        SourceUnreadableException error = await Assert.ThrowsAsync<SourceUnreadableException>(() => CrossMatcher.MatchAsync(side, side,
            Options with { MagnitudeColumn = "rmag", MagnitudePriorFile = folder["prior.txt"] }, Token));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_few_counterparts_and_contradicting_options_are_rejected()
    {
        MemorySide side = new([1], [1], Column("ra_error", [0.1]), Column("rmag", [18]));
        foreach ((CrossMatchOptions options, string message) in new[]
        {
            (Options with { MagnitudeColumn = "rmag" }, "1 and 0 have one. State the distributions"),
            (Options with { MagnitudeColumn = "gmag" }, "gmag"),
            (Options with { MagnitudePriorFile = "x" }, "set CrossMatchOptions.MagnitudeColumn"),
            (Options with { MagnitudeColumn = "rmag", WithProbability = false, ErrorColumnA = null, ErrorColumnB = null },
                "requires CrossMatchOptions.WithProbability"),
        })
            Assert.Contains(message, (await Assert.ThrowsAnyAsync<ArgumentException>(() => CrossMatcher.MatchAsync(side, side,
                options with { Prior = options.WithProbability ? 0.01 : null }, Token))).Message, StringComparison.Ordinal);
    }
}
