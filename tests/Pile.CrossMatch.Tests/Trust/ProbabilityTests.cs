using System.Text.Json;
using Pile.Format;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests;

/// <summary>Bayes factors and probabilities, compared with a computation with 40 digits in Python and with simulations.</summary>
public class ProbabilityTests
{
    private static readonly string[] Names = ["log10_bayes_factor", "probability", "p_any", "p_i"];

    private static readonly double WholeSkyArcsec2 = 4 * Math.PI * Math.Pow(180 * 3600 / Math.PI, 2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ColumnData<double> Errors(IEnumerable<double> sigmas) =>
        new(new ColumnSchema { Name = "ra_error", DType = DType.Float64, Unit = "arcsec", Nullable = true }, sigmas.ToArray());

    private static MemorySide WithErrors(MemorySide side, double sigmaArcsec) => new(side.RaDeg, side.DecDeg,
        Errors(Enumerable.Repeat(sigmaArcsec, side.Count)))
    { Ids = side.Ids };

    private static async Task<Dictionary<(long A, long B), double[]>> ProbabilitiesAsync(MatchSide a, MatchSide b,
        CrossMatchOptions options)
    {
        using MatchTable table = await CrossMatcher.MatchAsync(a, b, options with { WithProbability = true }, Token);
        Dictionary<(long, long), double[]> found = [];
        await foreach (RowBatch batch in table.ReadAsync(Token))
            for (int row = 0; row < batch.RowCount; row++)
                found.Add((Id(batch["a_object_id"], row), Id(batch["b_object_id"], row)), [.. Names.Select(name =>
                    batch[name].IsNullAt(row) ? double.NaN : ((ColumnData<double>)batch[name]).Values.Span[row])]);
        return found;

        static long Id(ColumnData ids, int row) => ids.IsNullAt(row) ? -1 : ((ColumnData<long>)ids).Values.Span[row];
    }

    [Fact]
    public async Task Probabilities_agree_with_a_computation_with_40_digits()
    {
        Random random = new(11);
        (double[] Ra, double[] Dec, double[] Sigma) a = Rows(25, i => i % 8 == 7 ? 0 : 0.02 + random.NextDouble()),
            b = Rows(400, i => (i % 40) switch { 0 => 0, 1 or 2 => double.NaN, 3 => 1e-5, _ => 0.02 + random.NextDouble() });
        double[][] covariances = [.. Enumerable.Range(0, 30).Select(_ =>
        {
            (double c11, double c22) = (Math.Pow(10, (4 * random.NextDouble()) - 3), Math.Pow(10, (4 * random.NextDouble()) - 3));
            return (double[])[c11, c22, Math.Sqrt(c11 * c22) * (1.98 * random.NextDouble() - 0.99), random.NextDouble() - 0.5,
                random.NextDouble() - 0.5];
        })];
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["question.json"], JsonSerializer.Serialize(new
        {
            a = Listed(a),
            b = Listed(b),
            radius_arcsec = 8,
            prior = 1e-7,
            covariances
        }));
        using JsonDocument answer = JsonDocument.Parse(Python.Run(
            File.ReadAllText(Path.Combine(TestPaths.Root, "tests/Pile.CrossMatch.Tests/Trust/bayes.py")), folder["question.json"]));
        List<string> messages = [];
        Dictionary<(long A, long B), double[]> found = await ProbabilitiesAsync(new MemorySide(a.Ra, a.Dec, Errors(a.Sigma)),
            new MemorySide(b.Ra, b.Dec, Errors(b.Sigma)), new() { RadiusArcsec = 8, Prior = 1e-7, OnMessage = messages.Add });
        JsonElement[] expected = [.. answer.RootElement.GetProperty("pairs").EnumerateArray()];
        Assert.Equal(expected.Length, found.Count);
        Assert.True(expected.Length > 150, $"{expected.Length}");
        Assert.Contains(expected, e => e[2].ValueKind == JsonValueKind.Null);
        foreach (JsonElement pair in expected)
            for (int i = 0; i < Names.Length; i++)
            {
                double value = found[(pair[0].GetInt64(), pair[1].GetInt64())][i];
                if (pair[2 + i].ValueKind == JsonValueKind.Null)
                    Assert.True(double.IsNaN(value));
                else
                    Assert.Equal(pair[2 + i].GetDouble(), value, 1e-9 + (1e-6 * Math.Abs(pair[2 + i].GetDouble())));
            }
        Assert.Contains("3 rows of A have no error above 0: their pairs have no probability", messages);
        Assert.Contains("30 rows of B have no error above 0: their pairs have no probability", messages);
        Assert.Equal(answer.RootElement.GetProperty("elliptical").EnumerateArray().Select(e => e.GetDouble()),
            covariances.Select(c => BayesFactor.Log(new PositionCovariance(c[0], c[1], c[2]), c[3], c[4])), (x, y) =>
                Math.Abs(x - y) < 1e-7);

        (double[] Ra, double[] Dec, double[] Sigma) Rows(int count, Func<int, double> sigma) =>
            ([.. Enumerable.Range(0, count).Select(_ => 359.995 + (0.02 * random.NextDouble()) is var ra && ra >= 360 ? ra - 360 : ra)],
            [.. Enumerable.Range(0, count).Select(_ => 70 + (0.006 * random.NextDouble()))], [.. Enumerable.Range(0, count).Select(sigma)]);

        static double?[][] Listed((double[] Ra, double[] Dec, double[] Sigma) rows) =>
            [.. Enumerable.Range(0, rows.Ra.Length).Select(i => (double?[])[rows.Ra[i], rows.Dec[i],
                double.IsNaN(rows.Sigma[i]) ? null : rows.Sigma[i]])];
    }

    [Theory]
    [InlineData(MatchFind.Nearest, MatchJoin.Inner)]
    [InlineData(MatchFind.OneToOne, MatchJoin.Left)]
    [InlineData(MatchFind.All, MatchJoin.Full)]
    public async Task Probabilities_of_chosen_pairs_are_those_among_all_candidates(MatchFind find, MatchJoin join)
    {
        SimulatedSky sky = new(8, rowsA: 500, unrelated: 20_000, completeness: 0.5, sigmaArcsec: 0.5);
        (MemorySide a, MemorySide b) = (WithErrors(sky.A, 0.3), WithErrors(sky.B, 0.4));
        CrossMatchOptions options = new() { RadiusArcsec = 4, Prior = 1e-6 };
        Dictionary<(long A, long B), double[]> all = await ProbabilitiesAsync(a, b, options),
            chosen = await ProbabilitiesAsync(a, b, options with { Find = find, Join = join });
        Assert.Contains(all.GroupBy(p => p.Key.A), g => g.Count() > 2);
        foreach (((long A, long B) pair, double[] values) in chosen)
            if (pair.A >= 0 && pair.B >= 0)
                Assert.Equal(all[pair], values);
            else if (pair.A >= 0)
                Assert.True(values is [double.NaN, double.NaN, _, double.NaN]
                    && (find != MatchFind.All || values[2] == 0) && values[2] is >= 0 and <= 1);
            else
                Assert.All(values, value => Assert.True(double.IsNaN(value)));
        foreach (IGrouping<long, KeyValuePair<(long A, long B), double[]>> row in all.GroupBy(p => p.Key.A))
            Assert.Equal(1, row.Sum(p => p.Value[3]), 1e-9);
    }

    [Fact]
    public async Task The_expected_number_of_true_pairs_is_that_of_a_simulation()
    {
        SimulatedSky sky = new(9, rowsA: 5000, unrelated: 40_000, completeness: 0.7, sigmaArcsec: 0.5);
        (MemorySide a, MemorySide b) = (WithErrors(sky.A, 0.3), WithErrors(sky.B, 0.4));
        double sum = await SumAsync(new() { RadiusArcsec = 3, Prior = 0.7 / 0.3 / (sky.UnrelatedPerArcsec2 * WholeSkyArcsec2) });
        Assert.Equal(3500, sum, 0.02 * 3500);
        // As in NWAY, the weight of no counterpart is 1 instead of the part without one, 0.3, so that fewer are expected.
        double ofNway = await SumAsync(new() { RadiusArcsec = 3, PriorCompleteness = 0.7 });
        Assert.InRange(ofNway, 0.9 * sum, 0.97 * sum);

        async Task<double> SumAsync(CrossMatchOptions options) =>
            (await ProbabilitiesAsync(a, b, options)).Values.Sum(p => p[2] * p[3]);
    }

    [Fact]
    public async Task An_estimated_prior_is_that_of_the_density_where_both_sides_have_rows()
    {
        SimulatedSky sky = new(10, rowsA: 300, unrelated: 15_000, completeness: 0.5, sigmaArcsec: 0.5),
            elsewhere = new(11, rowsA: 100, unrelated: 20_000, completeness: 0, sigmaArcsec: 1, decDeg: -30);
        double expected = 1 / (sky.PerArcsec2 * WholeSkyArcsec2);
        MemorySide a = WithErrors(sky.A, 0.3), b = WithErrors(new MemorySide([.. sky.B.RaDeg, .. elsewhere.B.RaDeg],
            [.. sky.B.DecDeg, .. elsewhere.B.DecDeg]), 0.4);
        foreach (double completeness in (double[])[1, 0.25])
        {
            List<string> messages = [];
            using MatchTable table = await CrossMatcher.MatchAsync(a, b, new()
            {
                RadiusArcsec = 2,
                WithProbability = true,
                PriorCompleteness = completeness,
                OnMessage = messages.Add,
            }, Token);
            double prior = double.Parse(table.Record.Single(e => e.Key == "pile.match.prior").Value,
                System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(completeness * expected, prior, 0.15 * completeness * expected);
            Assert.Contains(messages, m => m.StartsWith("prior probability of a pair: ", StringComparison.Ordinal)
                && m.Contains("deg² that both sides cover", StringComparison.Ordinal));
        }
    }

    public static TheoryData<string, bool, double?, double, ErrorModel> Mistakes => new()
    {
        { "Prior must be between 0 and 1; it is 1", true, 1, 1, ErrorModel.None },
        { "Prior must be between 0 and 1; it is NaN", true, double.NaN, 1, ErrorModel.None },
        { "PriorCompleteness must be in (0, 1]; it is 0", true, null, 0, ErrorModel.None },
        { "Set only one of them", true, 1e-6, 0.5, ErrorModel.None },
        { "require CrossMatchOptions.WithProbability", false, 1e-6, 1, ErrorModel.None },
        { "requires the errors of both sides", true, null, 1, ErrorModel.Radius },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Options_that_contradict_each_other_are_rejected(string message, bool with, double? prior, double completeness,
        ErrorModel errors)
    {
        MemorySide side = new([1], [1], Errors([0.1]));
        CrossMatchOptions options = new()
        {
            RadiusArcsec = 1,
            WithProbability = with,
            Prior = prior,
            PriorCompleteness = completeness,
            Errors = errors,
            ErrorColumnA = errors == ErrorModel.Radius ? "ra_error" : null,
        };
        ArgumentException mistake = await Assert.ThrowsAsync<ArgumentException>(() => CrossMatcher.MatchAsync(side, side, options, Token));
        Assert.Contains(message, mistake.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => CrossMatcher.MatchSelfAsync(side,
            new() { RadiusArcsec = 1, WithProbability = true }, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => CrossMatcher.MatchAsync(side, new MemorySide([1], [1]),
            new() { RadiusArcsec = 1, WithProbability = true }, Token));
    }
}
