using Pile.Format;

namespace Pile.CrossMatch.Tests.Selecting;

/// <summary>Every find and every join on random skies, compared with loops over all pairs.</summary>
public class FindAndJoinTests
{
    private static readonly MatchFind[] Finds = [MatchFind.All, MatchFind.Nearest, MatchFind.OneToOne];
    private static readonly MatchJoin[] Joins = Enum.GetValues<MatchJoin>();

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(0, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Matches_of_two_sides_agree_with_loops(int group)
    {
        for (int seed = group * 7; seed < (group + 1) * 7; seed++)
        {
            (MemorySide a, MemorySide b, double radiusArcsec) = MatchLoops.Sky(seed);
            MatchFind find = Finds[seed % 3];
            MatchJoin join = Joins[seed / 3 % Joins.Length];
            CrossMatchOptions options = new()
            {
                RadiusArcsec = radiusArcsec,
                MinRadiusArcsec = seed % 4 == 0 ? radiusArcsec / 4 : 0,
                Find = find,
                Neighbours = find == MatchFind.Nearest ? 1 + seed % 3 : 1,
                Join = join,
                Errors = seed % 5 == 1 ? ErrorModel.Sum : seed % 5 == 2 ? ErrorModel.Sigma : ErrorModel.None,
                ErrorColumnA = seed % 5 is 1 or 2 ? "pos_error" : null,
                ErrorColumnB = seed % 5 is 1 or 2 ? "pos_error" : null,
                Sigma = seed % 5 == 2 ? 2 : 1,
                Where = seed % 2 == 0 ? null : "abs(a.mag - b.mag) < 3 AND separation_arcsec >= 0",
                GroupColumn = seed % 6 == 5 ? "field" : null,
                TimeWindowDays = seed % 8 == 7 ? 4 : null,
                ColumnsA = ["mag"],
                Workers = 1 + seed % 2,
            };
            using MatchTable found = await CrossMatcher.MatchAsync(a, b, options, TestContext.Current.CancellationToken);
            List<(int A, int B, double Separation)> pairs = MatchLoops.Pairs(a, b, options, isSelf: false);
            List<(long? A, long? B, double Separation)> expected =
                MatchLoops.Joined(MatchLoops.Chosen(pairs, options, rowsA: a.Count, rowsB: b.Count), join, a.Count, b.Count);
            IEnumerable<(long? A, long? B, double Separation)> rows = await RowsOf(found);
            // Of partners with equal separations, either may be chosen, which affects the other pairs.
            if (find != MatchFind.All && (MatchLoops.IsTied(pairs.GroupBy(p => p.A))
                || (find == MatchFind.OneToOne && MatchLoops.IsTied(pairs.GroupBy(p => p.B)))))
                continue;
            Assert.Equal(expected.Order(), rows.Order(),
                ((long? A, long? B, double Separation) x, (long? A, long? B, double Separation) y) => (x.A, x.B) == (y.A, y.B)
                    && Math.Abs(x.Separation - y.Separation) <= 1e-12 * Math.Abs(x.Separation));
            Assert.Equal(expected.Count, found.RowCount);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Self_matches_agree_with_loops(int group)
    {
        for (int seed = group * 3; seed < (group + 1) * 3; seed++)
        {
            (MemorySide a, _, double radiusArcsec) = MatchLoops.Sky(seed + 5000);
            MatchJoin join = new[] { MatchJoin.Inner, MatchJoin.Left, MatchJoin.Anti }[seed / 3 % 3];
            CrossMatchOptions options = new() { RadiusArcsec = radiusArcsec, Find = Finds[seed % 3], Join = join };
            using MatchTable found = await CrossMatcher.MatchSelfAsync(a, options, TestContext.Current.CancellationToken);
            List<(int A, int B, double Separation)> chosen = MatchLoops.Chosen(MatchLoops.Pairs(a, a, options, isSelf: true), options,
                isSelf: true);
            HashSet<long> inPair = [.. chosen.SelectMany(p => (long[])[p.A, p.B])];
            List<(long? A, long? B, double Separation)> expected = [];
            if (join != MatchJoin.Anti)
                expected.AddRange(chosen.Select(p => ((long?)Math.Min(p.A, p.B), (long?)Math.Max(p.A, p.B), p.Separation)));
            if (join != MatchJoin.Inner)
                expected.AddRange(Enumerable.Range(0, a.Count).Where(i => !inPair.Contains(i)).Select(i => ((long?)i, (long?)null, -1.0)));
            // Which of two rows is A depends on their order on the sky, and is not compared.
            IEnumerable<(long? A, long? B, double Separation)> rows =
                (await RowsOf(found)).Select(p => p.B is null || options.Find == MatchFind.Nearest ? p
                    : (Math.Min(p.A!.Value, p.B.Value), Math.Max(p.A.Value, p.B.Value), p.Separation));
            if (options.Find == MatchFind.Nearest)
                expected = [.. join == MatchJoin.Anti ? [] : chosen.Select(p => ((long?)p.A, (long?)p.B, p.Separation)),
                    .. expected.Where(p => p.B is null)];
            // The separation from B to A may differ in the last bit from that from A to B, so that either of two pairs with otherwise equal
            // separations may be chosen.
            if (options.Find == MatchFind.OneToOne)
                (expected, rows) = ([.. expected.Select(p => (p.B is null ? p.A : 0, p.B is null ? p.B : 0, p.Separation))],
                    rows.Select(p => (p.B is null ? p.A : 0, p.B is null ? p.B : 0, p.Separation)));
            Assert.Equal(expected.Order(), rows.Order(),
                ((long? A, long? B, double Separation) x, (long? A, long? B, double Separation) y) => (x.A, x.B) == (y.A, y.B)
                    && Math.Abs(x.Separation - y.Separation) <= 1e-12 * Math.Abs(x.Separation));
            Assert.Equal(a.Count - inPair.Count, found.Summary.AWithoutMatch);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Groups_are_the_rows_linked_by_pairs(int seed)
    {
        (MemorySide a, _, double radiusArcsec) = MatchLoops.Sky(seed + 9000);
        using MatchTable found = await CrossMatcher.MatchSelfAsync(a,
            new() { RadiusArcsec = radiusArcsec, Find = MatchFind.Groups, Join = MatchJoin.Left }, TestContext.Current.CancellationToken);
        List<(int A, int B, double)> pairs = MatchLoops.Pairs(a, a, new() { RadiusArcsec = radiusArcsec }, isSelf: true);
        int[] label = [.. Enumerable.Range(0, a.Count)];
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach ((int i, int j, _) in pairs)
                if (label[i] != label[j])
                    (label[i], label[j], changed) = (Math.Min(label[i], label[j]), Math.Min(label[i], label[j]), true);
        }
        Dictionary<int, int> groupOf = [];
        int rows = 0;
        await foreach (RowBatch batch in found.ReadAsync(TestContext.Current.CancellationToken))
            for (int row = 0; row < batch.RowCount; row++, rows++)
            {
                int id = (int)((ColumnData<long>)batch["a_object_id"]).Values.Span[row], size = label.Count(l => l == label[id]);
                Assert.Equal(size == 1, batch["group_id"].IsNullAt(row));
                if (size == 1)
                    continue;
                Assert.Equal(size, ((ColumnData<int>)batch["group_size"]).Values.Span[row]);
                int group = ((ColumnData<int>)batch["group_id"]).Values.Span[row];
                Assert.Equal(group, groupOf.TryGetValue(label[id], out int known) ? known : groupOf[label[id]] = group);
            }
        Assert.Equal(a.Count, rows);
        Assert.Equal(groupOf.Count, groupOf.Values.Distinct().Count());
        Assert.Equal(groupOf.Count, found.Summary.Groups);
    }

    [Fact]
    public async Task Rows_without_possible_pairs_are_not_read()
    {
        // 2,000 rows over the whole sky and three at one position.
        Random random = new(4);
        double[] ra = [.. Enumerable.Range(0, 2000).Select(_ => random.NextDouble() * 360)],
            dec = [.. Enumerable.Range(0, 2000).Select(_ => Math.Asin(2 * random.NextDouble() - 1) * 180 / Math.PI)];
        foreach (double radiusArcsec in (double[])[60, 36_000])
        {
            MemorySide few = new([10, 10.5, 11], [-30, -30.2, -30.4]), many = new(ra, dec);
            using MatchTable found = await CrossMatcher.MatchAsync(few, many, new() { RadiusArcsec = radiusArcsec },
                TestContext.Current.CancellationToken);
            Assert.InRange(many.RowsRead, 0, 500);
            Assert.Equal(2000, found.Summary.RowsB);
            Assert.Equal(MatchLoops.Joined(MatchLoops.Pairs(few, many, new() { RadiusArcsec = radiusArcsec }, false), MatchJoin.Inner, 3,
                2000).Order(), (await RowsOf(found)).Order());
            using MatchTable right = await CrossMatcher.MatchAsync(few, many, new() { RadiusArcsec = radiusArcsec, Join = MatchJoin.Right },
                TestContext.Current.CancellationToken);
            Assert.Equal(2000, many.RowsRead);
            Assert.Equal(found.Summary.Pairs, right.Summary.Pairs);
        }
    }

    private static async Task<List<(long? A, long? B, double Separation)>> RowsOf(MatchTable table)
    {
        List<(long?, long?, double)> rows = [];
        await foreach (RowBatch batch in table.ReadAsync(TestContext.Current.CancellationToken))
            for (int row = 0; row < batch.RowCount; row++)
                rows.Add((Id(batch["a_object_id"], row), Id(batch["b_object_id"], row), batch["separation_arcsec"].IsNullAt(row) ? -1
                    : ((ColumnData<double>)batch["separation_arcsec"]).Values.Span[row]));
        return rows;

        static long? Id(ColumnData column, int row) => column.IsNullAt(row) ? null : ((ColumnData<long>)column).Values.Span[row];
    }
}
