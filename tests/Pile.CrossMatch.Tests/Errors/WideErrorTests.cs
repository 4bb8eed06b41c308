using System.Globalization;
using Pile.CrossMatch.Matching;
using Pile.Format;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Errors;

/// <summary>Rows with errors that are thousands of times those of the others, compared with every pair by numpy.</summary>
public class WideErrorTests
{
    private const int Rows = 2000;

    private static readonly Lazy<Sky> TheSky = new(Make);

    private sealed record Sky(MemorySide A, MemorySide B, IReadOnlyDictionary<string, string[]> Pairs);

    public static TheoryData<string, CrossMatchOptions> Models() => new()
    {
        { "sigma", new() { Errors = ErrorModel.Sigma, Sigma = 3, ErrorColumnA = "error", ErrorColumnB = "error" } },
        { "sum", new() { Errors = ErrorModel.Sum, ErrorColumnA = "error", ErrorColumnB = "error" } },
        { "radius", new() { Errors = ErrorModel.Radius, ErrorColumnB = "error" } },
        { "capped", new() { Errors = ErrorModel.Sigma, Sigma = 3, ErrorColumnA = "error", ErrorColumnB = "error", RadiusArcsec = 20_000 } },
        { "self", new() { Errors = ErrorModel.Sum, ErrorColumnA = "error" } },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Rows_with_large_errors_are_searched_separately_and_no_pair_is_lost(string name, CrossMatchOptions options)
    {
        List<string> messages = [];
        using MatchTable match = await MatchAsync(name, options with { OnMessage = messages.Add });
        string[] pairs = [.. RowsOf(match).Select(p => (A: p.A!.Value.Number, B: p.B!.Value.Number))
            .Select(p => name == "self" && p.B < p.A ? $"{p.B} {p.A}" : $"{p.A} {p.B}").Order(StringComparer.Ordinal)];
        Assert.Contains(messages, m => m.Contains("are searched separately", StringComparison.Ordinal));
        Assert.Equal(TheSky.Value.Pairs[name], pairs);
        // The same rows in the same order as those of one search with the largest radius.
        using MatchTable single = await MatchAsync(name, options with { Matcher = new SkyMatcher() });
        RequireEqual(single, match);
    }

    [Theory]
    [InlineData(MatchFind.Nearest, MatchJoin.Left)]
    [InlineData(MatchFind.OneToOne, MatchJoin.Full)]
    public async Task Choices_and_joins_are_those_of_a_single_search(MatchFind find, MatchJoin join)
    {
        CrossMatchOptions options = new()
        {
            Errors = ErrorModel.Sigma,
            Sigma = 3,
            ErrorsA = "ellipse:error,minor,angle",
            ErrorsB = "ellipse:error,minor,angle",
            Find = find,
            Join = join,
            Workers = 3,
        };
        using MatchTable match = await MatchAsync("sigma", options), single = await MatchAsync("sigma",
            options with { Matcher = new SkyMatcher() });
        Assert.True(match.Summary.Pairs > Rows / 3);
        RequireEqual(single, match);
    }

    private static void RequireEqual(MatchTable expected, MatchTable found)
    {
        List<(ObjectId? A, ObjectId? B, double Arcsec)> rows = RowsOf(expected), ofFound = RowsOf(found);
        Assert.Equal(rows.Select(p => (p.A, p.B)), ofFound.Select(p => (p.A, p.B)));
        Assert.All(rows.Zip(ofFound), pair => Assert.True(
            !(Math.Abs(pair.First.Arcsec - pair.Second.Arcsec) > pair.First.Arcsec * 1e-12)
            && double.IsNaN(pair.First.Arcsec) == double.IsNaN(pair.Second.Arcsec), $"{pair}"));
    }

    private static List<(ObjectId? A, ObjectId? B, double Arcsec)> RowsOf(MatchTable match)
    {
        List<(ObjectId?, ObjectId?, double)> rows = [];
        foreach (MatchPair pair in match)
            rows.Add((pair.A, pair.B, pair.SeparationArcsec));
        return rows;
    }

    private static Task<MatchTable> MatchAsync(string name, CrossMatchOptions options) => name == "self"
        ? CrossMatcher.MatchSelfAsync(TheSky.Value.A, options, TestContext.Current.CancellationToken)
        : CrossMatcher.MatchAsync(TheSky.Value.A, TheSky.Value.B, options, TestContext.Current.CancellationToken);

    // Positions that crowd at a pole and at RA 0; errors of 20 to 60 arcsec, and a few of one to sixty degrees.
    private static Sky Make()
    {
        string[] lines = Python.Run($$"""
            import numpy as np
            rng = np.random.default_rng(5)
            n = {{Rows}}
            def side():
                ra, dec = rng.uniform(0, 360, n), np.degrees(np.arcsin(rng.uniform(-1, 1, n)))
                dec[:200] = 90 - rng.uniform(0, 1, 200)
                ra[200:400], dec[200:400] = rng.normal(0, 0.5, 200) % 360, rng.normal(0, 0.5, 200)
                error = rng.uniform(20, 60, n)
                error[::300] = 3600 * 10 ** rng.uniform(0, 1.8, len(error[::300]))
                error[7] = np.nan
                return ra, dec, error
            def unit(ra, dec):
                ra, dec = np.radians(ra), np.radians(dec)
                return np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)], 1)
            a, b = side(), side()
            b[0][700:1700] = a[0][700:1700]
            b[1][700:1700] = np.clip(a[1][700:1700] + rng.normal(0, 0.01, 1000), -90, 90)
            for s in a, b:
                for column in s: print(' '.join(map(repr, column.tolist())))
            ua, ub = unit(*a[:2]), unit(*b[:2])
            def pairs(name, u, v, limit, keep=lambda i, j: True):
                found = []
                for i in range(n):
                    arcsec = 2 * np.degrees(np.arcsin(np.clip(np.linalg.norm(v - u[i], axis=1) / 2, 0, 1))) * 3600
                    found += [f'{i} {j}' for j in np.nonzero(arcsec <= limit(i))[0] if keep(i, j)]
                print(name, ','.join(found), sep=':')
            pairs('sigma', ua, ub, lambda i: 3 * np.hypot(a[2][i], b[2]))
            pairs('sum', ua, ub, lambda i: a[2][i] + b[2])
            pairs('radius', ua, ub, lambda i: b[2])
            pairs('self', ua, ua, lambda i: a[2][i] + a[2], lambda i, j: i < j)
            pairs('capped', ua, ub, lambda i: np.minimum(3 * np.hypot(a[2][i], b[2]), np.where(np.isnan(b[2]), np.nan, 20000)))
            """).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Dictionary<string, string[]> pairs = lines[6..].Select(l => l.Split(':')).ToDictionary(l => l[0],
            l => l[1].Split(',').Order(StringComparer.Ordinal).ToArray());
        return new Sky(Side(lines[..3]), Side(lines[3..6]), pairs);
    }

    private static MemorySide Side(string[] columns)
    {
        double[][] values = [.. columns.Select(c => c.Split(' ').Select(t => double.Parse(t, CultureInfo.InvariantCulture)).ToArray())];
        return new MemorySide(values[0], values[1], Column("error", "arcsec", values[2]), Column("minor", "arcsec",
            [.. values[2].Select(e => e / 3)]), Column("angle", "deg", [.. values[2].Select((_, i) => i % 180.0)]));
    }

    private static ColumnData<double> Column(string name, string unit, double[] values) =>
        new(new ColumnSchema { Name = name, DType = DType.Float64, Unit = unit }, values);
}
