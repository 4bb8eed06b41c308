using Pile.Format;
using Pile.Reading;
using Pile.Tables;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Many;

/// <summary>Matches of several sides, compared with STILTS' <c>tmatchn</c> and with joins of matches of two sides.</summary>
public sealed class ManyMatchTests(ManySkies skies) : IClassFixture<ManySkies>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("random", MatchJoin.Inner, "inner", 80)]
    [InlineData("random", MatchJoin.Left, "left", 600)]
    [InlineData("galaxies", MatchJoin.Inner, "inner", 50)]
    [InlineData("galaxies", MatchJoin.Left, "left", 1000)]
    public async Task The_nearest_of_each_side_agree_with_pairs_of_tmatchn(string sky, MatchJoin join, string result, int atLeast)
    {
        using MatchTable match = await CrossMatcher.MatchManyAsync(skies.Skies[sky],
            new() { RadiusArcsec = ManySkies.RadiiArcsec[sky], Find = MatchFind.Nearest, Join = join, Workers = 2 }, Token);
        List<string> expected = Texts(skies.Rows(sky, result)), found = await RowsAsync(match, skies.Skies[sky].Length);
        Assert.InRange(expected.Count, atLeast, int.MaxValue);
        Assert.Equal(expected.Count, found.Count);
        Assert.Equal(found.Count, match.Summary.Rows);
        if (sky == "random")
            Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        else // of duplicates at one place either may be the nearest
            Assert.InRange(expected.Intersect(found).Count(), expected.Count * 98 / 100, expected.Count);
    }

    [Theory]
    [InlineData("random", 300)]
    [InlineData("galaxies", 300)]
    public async Task Groups_agree_with_tmatchn_in_both_layouts(string sky, int atLeast)
    {
        MemorySide[] sides = skies.Skies[sky];
        CrossMatchOptions options = new() { RadiusArcsec = ManySkies.RadiiArcsec[sky], Find = MatchFind.Groups, Workers = 2 };
        Dictionary<(int Side, int Row), int> groupOf = [];
        Dictionary<int, int> sizes = [];
        using (MatchTable match = await CrossMatcher.MatchManyAsync(sides, options with { LongLayout = true }, Token))
            await foreach (RowBatch batch in match.ReadAsync(Token))
                for (int row = 0; row < batch.RowCount; row++)
                {
                    int side = ((TextColumnData)batch["catalogue"]).Text(row)[0] - 'a',
                        group = ((ColumnData<int>)batch["group_id"]).Values.Span[row];
                    int id = (int)((ColumnData<long>)batch["object_id"]).Values.Span[row];
                    Assert.True(groupOf.TryAdd((side, id), group));
                    Assert.Equal(sides[side].RaDeg[id], ((ColumnData<double>)batch["ra"]).Values.Span[row]);
                    sizes[group] = sizes.GetValueOrDefault(group) + 1;
                    Assert.True(((ColumnData<int>)batch["group_size"]).Values.Span[row] >= sizes[group]);
                }
        List<int[]> expected = skies.Rows(sky, "group");
        Assert.InRange(expected.Count, atLeast, int.MaxValue);
        Assert.Equal(Enumerable.Range(1, expected.Count), sizes.Keys.Order());
        HashSet<int> seen = [];
        foreach (int[] theirs in expected)
        {
            int[] groups = [.. theirs.Select((row, side) => (row, side)).Where(m => m.row >= 0).Select(m => groupOf[(m.side,
                m.row)]).Distinct()];
            Assert.True(seen.Add(Assert.Single(groups)));
            for (int side = 0; side < sides.Length; side++)
                Assert.Equal(theirs[side] >= 0, groupOf.Any(m => m.Key.Side == side && m.Value == groups[0]));
        }
        using MatchTable wide = await CrossMatcher.MatchManyAsync(sides, options, Token);
        Assert.Equal((expected.Count, expected.Count), (wide.RowCount, (int)wide.Summary.Groups!));
        int at = 0;
        await foreach (RowBatch batch in wide.ReadAsync(Token))
            for (int row = 0; row < batch.RowCount; row++)
            {
                Assert.Equal(++at, ((ColumnData<int>)batch["group_id"]).Values.Span[row]);
                int total = 0;
                for (int side = 0; side < sides.Length; side++)
                {
                    char letter = (char)('a' + side);
                    int count = ((ColumnData<int>)batch[$"{letter}_count"]).Values.Span[row];
                    total += count;
                    Assert.Equal(count == 0, batch[$"{letter}_object_id"].IsNullAt(row));
                    if (count > 0)
                        Assert.Equal(at, groupOf[(side, (int)((ColumnData<long>)batch[$"{letter}_object_id"]).Values.Span[row])]);
                }
                Assert.Equal((sizes[at], sizes[at]), (total, ((ColumnData<int>)batch["group_size"]).Values.Span[row]));
            }
    }

    [Theory]
    [InlineData(MatchJoin.Inner)]
    [InlineData(MatchJoin.Left)]
    public async Task All_combinations_are_the_join_of_the_pairs_also_from_disk_and_in_Parquet(MatchJoin join)
    {
        MemorySide[] sides = skies.Skies["random"];
        CrossMatchOptions options = new() { RadiusArcsec = ManySkies.RadiusArcsec, Join = join, Workers = 2 };
        List<ILookup<int, (int Row, double Arcsec)>> partners = [];
        foreach (MemorySide other in sides[1..])
        {
            using MatchTable pairs = await CrossMatcher.MatchAsync(sides[0], other, options with { Join = MatchJoin.Inner }, Token);
            List<(int A, int B, double Arcsec)> all = [];
            foreach (MatchPair pair in pairs)
                all.Add(((int)pair.A!.Value.Number, (int)pair.B!.Value.Number, pair.SeparationArcsec));
            partners.Add(all.ToLookup(p => p.A, p => (p.B, p.Arcsec)));
        }
        List<string> expected = [];
        for (int row = 0; row < sides[0].Count; row++)
            Extend([row], []);
        using MatchTable match = await CrossMatcher.MatchManyAsync(sides, options, Token);
        List<string> found = await RowsAsync(match, sides.Length, withSeparations: true);
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.Equal((found.Count, found.Count), (match.RowCount, match.Summary.Rows));
        int alone = Enumerable.Range(0, sides[0].Count).Count(row => join == MatchJoin.Inner ? partners.Any(p => !p[row].Any())
            : partners.All(p => !p[row].Any()));
        Assert.Equal(alone, match.Summary.AWithoutMatch);
        using (MatchTable spilled = await CrossMatcher.MatchManyAsync(sides, options with { KeptBytes = 1, Workers = 1 }, Token))
            Assert.Equal(found, await RowsAsync(spilled, sides.Length, withSeparations: true));
        Assert.Equal(found[..9], await RowsAsync(match.First(9), sides.Length, withSeparations: true));
        MatchSummary written = await CrossMatcher.MatchManyToFileAsync(sides, options, folder["m.parquet"], cancellationToken: Token);
        Assert.Equal(match.Summary, written);
        await using ITableReader table = await TableReader.OpenAsync(folder["m.parquet"], cancellationToken: Token);
        Assert.Equal(match.Columns.Select(c => (c.Name, c.Unit, c.DType)), table.Columns.Select(c => (c.Name, c.Unit, c.DType)));
        Assert.Equal(found, await RowsAsync(table.ReadAsync(cancellationToken: Token), sides.Length, withSeparations: true));
        using MatchTable far = match.Where("ac_separation_arcsec > 10").OrderBy("ac_separation_arcsec", descending: true);
        Assert.InRange(far.RowCount, 1, match.RowCount - 1);

        void Extend(int[] rows, double[] separations)
        {
            if (rows.Length == sides.Length)
            {
                if (join == MatchJoin.Left || !rows.Contains(-1))
                    expected.Add(Text(rows, separations));
                return;
            }
            (int Row, double Arcsec)[] next = [.. partners[rows.Length - 1][rows[0]]];
            foreach ((int row, double arcsec) in next.Length > 0 ? next : [(-1, double.NaN)])
                Extend([.. rows, row], [.. separations, arcsec]);
        }
    }

    [Fact]
    public async Task Datasets_tables_and_columns_of_all_sides_are_matched_as_rows_in_memory()
    {
        MemorySide[] sides = [.. skies.Skies["random"].Take(3).Select((s, i) => new MemorySide(s.RaDeg, s.DecDeg,
            new ColumnData<int>(new ColumnSchema { Name = "n", DType = DType.Int32, Unit = "ct", Description = "" },
                Enumerable.Range(0, s.Count).Select(row => (10 * row) + i).ToArray())))];
        CrossMatchOptions options = new()
        {
            RadiusArcsec = ManySkies.RadiusArcsec,
            Find = MatchFind.Nearest,
            Join = MatchJoin.Left,
            ColumnsA = ["n"],
            ColumnsOfFurther = [["n"]],
            PositionAngle = true,
        };
        await using Dataset a = await sides[0].ToDatasetAsync(folder["a"], Token), c = await sides[2].ToDatasetAsync(folder["c"], Token);
        using MatchTable memory = await CrossMatcher.MatchManyAsync(sides, options, Token),
            mixed = await CrossMatcher.MatchManyAsync([new DatasetSide(a), sides[1], new DatasetSide(c)], options, Token),
            part = await CrossMatcher.MatchManyAsync([new DatasetSide(a, a.Query().Where("n < 3000")), sides[1], new DatasetSide(c)],
                options,
                Token);
        Assert.Equal(await RowsAsync(memory, 3), await RowsAsync(mixed, 3));
        Assert.Equal((await RowsAsync(memory, 3)).Where(r => int.Parse(r.Split(' ')[0]) < 300), await RowsAsync(part, 3));
        Assert.Equal("a_object_id b_object_id c_object_id ab_separation_arcsec ac_separation_arcsec a_ra a_dec b_ra b_dec c_ra c_dec "
            + "ab_position_angle_deg ac_position_angle_deg a_n c_n", string.Join(' ', mixed.Columns.Select(column => column.Name)));
        await foreach (RowBatch batch in mixed.ReadAsync(Token))
            for (int row = 0; row < batch.RowCount; row++)
                foreach ((string letter, int i) in new[] { ("a", 0), ("c", 2) })
                    if (!batch[$"{letter}_n"].IsNullAt(row))
                        Assert.Equal((10 * ((ColumnData<long>)batch[$"{letter}_object_id"]).Values.Span[row]) + i,
                            ((ColumnData<int>)batch[$"{letter}_n"]).Values.Span[row]);
    }

    [Fact]
    public async Task Empty_sides_and_rows_without_positions_have_no_partners()
    {
        MemorySide a = new([10, double.NaN, 20], [0, 0, 0]), b = new([10, 20, double.NaN], [0, 0, 5]), none = new([], []);
        Assert.Equal(["0 0 -1", "1 -1 -1", "2 1 -1"], await FindAsync(MatchJoin.Left, a, b, none));
        Assert.Empty(await FindAsync(MatchJoin.Inner, a, b, none));
        Assert.Empty(await FindAsync(MatchJoin.Left, none, a, b));
        Assert.Equal(["0 0 0", "2 1 2"], await FindAsync(MatchJoin.Inner, a, b, a));
        foreach (bool isLong in (bool[])[true, false])
        {
            CrossMatchOptions options = new() { RadiusArcsec = 1, Find = MatchFind.Groups, LongLayout = isLong };
            using MatchTable groups = await CrossMatcher.MatchManyAsync([none, a, b], options, Token),
                empty = await CrossMatcher.MatchManyAsync([none, none], options, Token);
            Assert.Equal((2, isLong ? 4 : 2, 0, 2), (groups.Summary.Groups, groups.RowCount, empty.RowCount,
                groups.Summary.WithoutPosition));
            int batches = 0;
            await foreach (RowBatch batch in empty.ReadAsync(Token))
                batches += batch.RowCount == 0 ? 1 : 0;
            Assert.Equal(1, batches);
        }
    }

    [Fact]
    public async Task A_row_with_too_many_combinations_is_an_error()
    {
        MemorySide one = new([10], [0]), many = new([.. Enumerable.Repeat(10.0, 2000)], new double[2000]);
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() =>
            CrossMatcher.MatchManyAsync([one, many, many], new() { RadiusArcsec = 1 }, Token));
        Assert.Contains("4,000,000 combinations", error.Message, StringComparison.Ordinal);
        using MatchTable nearest = await CrossMatcher.MatchManyAsync([one, many, many], new()
        {
            RadiusArcsec = 1,
            Find = MatchFind.Nearest
        },
            Token);
        Assert.Equal(1, nearest.RowCount);
    }

    public static TheoryData<string, CrossMatchOptions> Wrong => new()
    {
        { "inner or left in a match of several sides; it is full", new() { RadiusArcsec = 1, Join = MatchJoin.Full } },
        { "must be inner with MatchFind.Groups of several", new() { RadiusArcsec = 1, Join = MatchJoin.Left, Find = MatchFind.Groups } },
        { "CrossMatchOptions.Nest is for a match of two sides", new() { RadiusArcsec = 1, Nest = true } },
        { "CrossMatchOptions.TimeReferenceB is for a match of two sides", new() { RadiusArcsec = 1, TimeReferenceB = "TOPOCENTER" } },
        { "CrossMatchOptions.FootprintsOverlap is for a match of two sides", new() { FootprintsOverlap = true } },
        { "CrossMatchOptions.Where is for a match of two sides", new() { RadiusArcsec = 1, Where = "a.x > 1" } },
        { "LongLayout requires MatchFind.Groups", new() { RadiusArcsec = 1, LongLayout = true } },
        { "has columns of 2 sides after B, but there are 1", new() { RadiusArcsec = 1, ColumnsOfFurther = [[], ["x"]] } },
        { "has no column 'x'", new() { RadiusArcsec = 1, ColumnsOfFurther = [["x"]] } },
        { "RadiusArcsec must be in", new() { RadiusArcsec = -1 } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Options_that_contradict_each_other_are_an_error(string message, CrossMatchOptions options)
    {
        MemorySide side = new([1], [1]);
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() =>
            CrossMatcher.MatchManyAsync([side, side, side], options, Token));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_number_of_sides_is_limited()
    {
        MemorySide side = new([1], [1]);
        foreach (int sides in (int[])[0, 1, 18])
            Assert.Contains($"must be from 2 to 17; it is {sides}", (await Assert.ThrowsAsync<ArgumentException>(() =>
                CrossMatcher.MatchManyAsync([.. Enumerable.Repeat(side, sides)], new() { RadiusArcsec = 1 }, Token))).Message,
                StringComparison.Ordinal);
        using MatchTable match = await CrossMatcher.MatchManyAsync([.. Enumerable.Repeat(side, 17)], new() { RadiusArcsec = 1 }, Token);
        Assert.Equal(1, match.RowCount);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static List<string> Texts(List<int[]> rows) => [.. rows.Select(r => Text(r, []))];

    private static string Text(int[] rows, double[] separations) => string.Join(' ', rows)
        + string.Concat(separations.Select(s => FormattableString.Invariant($" {(double.IsNaN(s) ? -1 : s):R}")));

    private static async Task<List<string>> FindAsync(MatchJoin join, params MemorySide[] sides)
    {
        using MatchTable match = await CrossMatcher.MatchManyAsync(sides, new() { RadiusArcsec = 1, Join = join }, Token);
        return [.. (await RowsAsync(match, sides.Length)).Order(StringComparer.Ordinal)];
    }

    private static Task<List<string>> RowsAsync(MatchTable match, int sides, bool withSeparations = false) =>
        RowsAsync(match.ReadAsync(Token), sides, withSeparations);

    private static async Task<List<string>> RowsAsync(IAsyncEnumerable<RowBatch> batches, int sides, bool withSeparations = false)
    {
        List<string> rows = [];
        await foreach (RowBatch batch in batches)
            for (int row = 0; row < batch.RowCount; row++)
                rows.Add(Text([.. Enumerable.Range(0, sides).Select(i => batch[$"{(char)('a' + i)}_object_id"]).Select(c =>
                    c.IsNullAt(row) ? -1 : (int)((ColumnData<long>)c).Values.Span[row])], !withSeparations ? []
                    : [.. Enumerable.Range(1, sides - 1).Select(i => batch[$"a{(char)('a' + i)}_separation_arcsec"]).Select(c =>
                        c.IsNullAt(row) ? double.NaN : ((ColumnData<double>)c).Values.Span[row])]));
        return rows;
    }
}
