using Pile.Format;
using Pile.Tables;

namespace Pile.CrossMatch.Tests.Oracles;

/// <summary>Matches of real catalogues compared with STILTS and astropy: pairs, separations, joins, groups.</summary>
public class OracleTests(OracleMatches oracles) : IClassFixture<OracleMatches>
{
    private const double Relative = 1e-6, Arcsec = 1e-9;

    public static IEnumerable<TheoryDataRow<string, int>> CataloguesAndFinds()
    {
        foreach ((string name, _, _, _) in OracleMatches.Catalogues)
            for (int find = 0; find < OracleMatches.Finds.Length; find++)
            {
                TheoryDataRow<string, int> row = new(name, find);
                yield return OracleMatches.IsLong(name, OracleMatches.Finds[find].Find) ? row.WithTrait("Run", "Long") : row;
            }
    }

    private static PositionOptions RowNumbers { get; } = new() { IdColumn = "row" };

    public static TheoryData<string> Names() => [.. OracleMatches.Catalogues.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(CataloguesAndFinds))]
    public async Task Every_join_agrees_with_STILTS(string name, int find)
    {
        (MatchFind asked, string word) = OracleMatches.Finds[find];
        foreach ((MatchJoin join, string joinWord) in OracleMatches.Joins)
        {
            List<(long? A, long? B, double Separation)> expected =
                [.. oracles.Rows($"{name}-{word}-{joinWord}")
                    .Select(p => p with { Separation = p.Separation < 0 ? -1 : OfChord(p.Separation) })];
            List<(long? A, long? B, double Separation)> found =
                await MatchAsync(name, new() { RadiusArcsec = Radius(name), Find = asked, Join = join });
            if (asked == MatchFind.All)
            {
                Same(expected, found);
                Same(oracles.Rows($"{name}-sky-{joinWord}"), found, withSeparation: false);
                continue;
            }
            // The catalogues have duplicate objects: of partners with equal separations, either may be chosen.
            Assert.InRange(expected.Select(p => (p.A, p.B)).Intersect(found.Select(p => (p.A, p.B))).Count(), expected.Count * 97 / 100,
                expected.Count);
            if (asked == MatchFind.Nearest)
            {
                Assert.Equal(expected.Count(p => p.A is null), found.Count(p => p.A is null));
                Same(OfA(expected), OfA(found));
                continue;
            }
            Assert.Equal(expected.Count(p => p.A is null), found.Count(p => p.A is null));
            Assert.Equal(expected.Count(p => p.B is null), found.Count(p => p.B is null));
            Same(ByPlace(expected), ByPlace(found));
        }
    }

    // The choice between partners with equal separations is not compared.
    private static IEnumerable<(long? A, long? B, double Separation)> OfA(IEnumerable<(long? A, long? B, double Separation)> rows) =>
        rows.Where(p => p.A is not null).Select(p => (p.A, (long?)0, p.Separation));

    private static IEnumerable<(long? A, long? B, double Separation)> ByPlace(IEnumerable<(long? A, long? B, double Separation)> rows) =>
        rows.Where(p => p.Separation >= 0).OrderBy(p => p.Separation).Select((p, i) => ((long?)i, (long?)0, p.Separation));

    private static double OfChord(double chordArcsec) =>
        2 * Math.Asin(chordArcsec / OracleMatches.ArcsecPerRad / 2) * OracleMatches.ArcsecPerRad;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Pairs_agree_with_astropy(string name)
    {
        Same(oracles.Rows($"{name}-astropy-all"), await MatchAsync(name, new() { RadiusArcsec = Radius(name) }));
        Same(OfA(oracles.Rows($"{name}-astropy-nearest")),
            OfA(await MatchAsync(name, new() { RadiusArcsec = Radius(name), Find = MatchFind.Nearest })));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_sum_of_errors_agrees_with_skyerr_of_STILTS(string name) =>
        Same(oracles.Rows($"{name}-skyerr"),
            await MatchAsync(name, new() { Errors = ErrorModel.Sum, ErrorColumnA = "err", ErrorColumnB = "err" }), withSeparation: false);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Groups_agree_with_STILTS(string name)
    {
        Dictionary<long, int> expected = oracles.Groups(name);
        await using ITableReader table = await TableReader.OpenAsync(oracles.Table(OracleMatches.Catalogues.First(c => c.Name == name).A),
            cancellationToken: TestContext.Current.CancellationToken);
        using MatchTable match = await CrossMatcher.MatchSelfAsync(TableSide.Create(table, RowNumbers),
            new() { RadiusArcsec = Radius(name), Find = MatchFind.Groups, Join = MatchJoin.Left }, TestContext.Current.CancellationToken);
        Dictionary<int, int> other = [];
        int rows = 0;
        await foreach (RowBatch batch in match.ReadAsync(TestContext.Current.CancellationToken))
            for (int row = 0; row < batch.RowCount; row++, rows++)
            {
                int theirs = expected[((ColumnData<long>)batch["a_object_id"]).Values.Span[row]];
                Assert.Equal(theirs == 0, batch["group_id"].IsNullAt(row));
                int ours = theirs == 0 ? 0 : ((ColumnData<int>)batch["group_id"]).Values.Span[row];
                Assert.Equal(ours, other.TryGetValue(theirs, out int known) ? known : other[theirs] = ours);
            }
        Assert.Equal(expected.Count, rows);
        Assert.Equal(expected.Values.Where(g => g > 0).Distinct().Count(), match.Summary.Groups);
    }

    [Fact]
    public async Task Stars_match_the_same_HIP_number()
    {
        (string _, string a, string b, double _) = OracleMatches.Catalogues[0];
        await using ITableReader left = await TableReader.OpenAsync(oracles.Table(a),
            cancellationToken: TestContext.Current.CancellationToken),
            right = await TableReader.OpenAsync(oracles.Table(b), cancellationToken: TestContext.Current.CancellationToken);
        using MatchTable match = await CrossMatcher.MatchAsync(TableSide.Create(left, RowNumbers), TableSide.Create(right, RowNumbers),
            new() { RadiusArcsec = 0.25, GroupColumn = "name" }, TestContext.Current.CancellationToken);
        Assert.Equal(2898, match.Summary.Pairs);
    }

    private static double Radius(string name) => OracleMatches.Catalogues.First(c => c.Name == name).RadiusArcsec;

    private async Task<List<(long? A, long? B, double Separation)>> MatchAsync(string name, CrossMatchOptions options)
    {
        (_, string a, string b, _) = OracleMatches.Catalogues.First(c => c.Name == name);
        await using ITableReader left = await TableReader.OpenAsync(oracles.Table(a),
            cancellationToken: TestContext.Current.CancellationToken),
            right = await TableReader.OpenAsync(oracles.Table(b), cancellationToken: TestContext.Current.CancellationToken);
        using MatchTable match = await CrossMatcher.MatchAsync(TableSide.Create(left, RowNumbers), TableSide.Create(right, RowNumbers),
            options, TestContext.Current.CancellationToken);
        List<(long?, long?, double)> rows = [];
        await foreach (RowBatch batch in match.ReadAsync(TestContext.Current.CancellationToken))
            for (int row = 0; row < batch.RowCount; row++)
                rows.Add((Id(batch["a_object_id"], row), Id(batch["b_object_id"], row), batch["separation_arcsec"].IsNullAt(row) ? -1
                    : ((ColumnData<double>)batch["separation_arcsec"]).Values.Span[row]));
        return rows;

        static long? Id(ColumnData column, int row) => column.IsNullAt(row) ? null : ((ColumnData<long>)column).Values.Span[row];
    }

    private static void Same(IEnumerable<(long? A, long? B, double Separation)> expected,
        IEnumerable<(long? A, long? B, double Separation)> found, bool withSeparation = true)
    {
        List<(long? A, long? B, double Separation)> theirs = [.. expected.OrderBy(p => (p.A, p.B))],
            ours = [.. found.OrderBy(p => (p.A, p.B))];
        Assert.Equal(theirs.Select(p => (p.A, p.B)), ours.Select(p => (p.A, p.B)));
        for (int i = 0; withSeparation && i < theirs.Count; i++)
            Assert.True(Math.Abs(theirs[i].Separation - ours[i].Separation) <= Math.Max(Arcsec, Relative * theirs[i].Separation),
                $"{theirs[i]} {ours[i]}");
    }
}
