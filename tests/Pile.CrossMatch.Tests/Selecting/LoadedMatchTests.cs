using Pile.Format;
using Pile.Tables;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Selecting;

/// <summary>Matches of tables, and of tables with datasets, compared with the same matches of shuffled rows.</summary>
public sealed class LoadedMatchTests(TwoSkies skies) : IClassFixture<TwoSkies>
{
    private static readonly string[] Endings = ["csv", "parquet", "fits", "vot"];
    private static readonly (MatchFind Find, int Neighbours)[] Finds =
        [(MatchFind.All, 1), (MatchFind.Nearest, 1), (MatchFind.Nearest, 3), (MatchFind.OneToOne, 1)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Every condition with every find, of which the long run has every second; joins, formats and kinds of sides alternate.
    [Theory]
    [MemberData(nameof(MappedMatchTests.ConditionsAndHalves), MemberType = typeof(MappedMatchTests))]
    public async Task Every_find_and_join_is_independent_of_the_input_order(string condition, int half)
    {
        int turn = MappedMatchTests.Options.Keys.ToList().IndexOf(condition);
        using TemporaryFolder folder = new();
        foreach (int i in MappedMatchTests.HalfOfFinds(turn, half))
        {
            CrossMatchOptions options = MappedMatchTests.Options[condition] with
            {
                RadiusArcsec = TwoSkies.RadiusArcsec,
                Find = Finds[i].Find,
                Neighbours = Finds[i].Neighbours,
                Join = Enum.GetValues<MatchJoin>()[(turn + (2 * i)) % 7],
                ColumnsA = ["mag", "name"],
                ColumnsB = ["kind"],
                Workers = ((int[])[1, 2, 8])[(turn + i) % 3],
                KeptBytes = i % 2 == 0 ? 0 : null,
            };
            await using ITableReader tableA = await WriteAsync(folder[$"a{i}.{Endings[(turn + i) % 4]}"], skies.MemoryA, i),
                tableB = await WriteAsync(folder[$"b{i}.{Endings[(turn + (2 * i) + 1) % 4]}"], skies.MemoryB, i + 1);
            MatchSide a = i == 1 ? new DatasetSide(skies.A) : turn % 3 == 0 ? Side(tableA).Where("kind < 4 AND dec < 80 OR name = 'n1'")
                : Side(tableA),
                b = i == 2 ? new DatasetSide(skies.B, skies.B.Query().Where("kind > 0")) : Side(tableB);
            await SameAsync(a, b, options, $"{condition} {options.Find} {options.Join} {i}");
        }
    }

    [Theory]
    [InlineData(MatchFind.All, MatchJoin.Left)]
    [InlineData(MatchFind.Nearest, MatchJoin.Anti, Traits = ["Run", "Long"])]
    [InlineData(MatchFind.OneToOne, MatchJoin.Left)]
    [InlineData(MatchFind.Groups, MatchJoin.Inner)]
    [InlineData(MatchFind.Groups, MatchJoin.Left)]
    [InlineData(MatchFind.Groups, MatchJoin.Anti, Traits = ["Run", "Long"])]
    public async Task A_self_match_of_a_table_is_independent_of_the_input_order(MatchFind find, MatchJoin join)
    {
        using TemporaryFolder folder = new();
        await using ITableReader table = await WriteAsync(folder["a.parquet"], skies.MemoryA, 3);
        await SameAsync(Side(table), null, new()
        {
            RadiusArcsec = TwoSkies.RadiusArcsec,
            Find = find,
            Join = join,
            ColumnsA = ["name", "x"],
            Where = "a.kind <= b.kind"
        }, $"{find} {join}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Matches_of_small_tables_are_independent_of_the_input_order(int rows)
    {
        using TemporaryFolder folder = new();
        string[] lines = ["name,ra,dec",
            .. Enumerable.Range(0, rows).Select(_ => $"x,{skies.MemoryB.RaDeg[5]:R},{skies.MemoryB.DecDeg[5]:R}")];
        await File.WriteAllLinesAsync(folder["a.csv"], lines, Token);
        await using ITableReader table = await TableReader.OpenAsync(folder["a.csv"], cancellationToken: Token);
        foreach (MatchJoin join in Enum.GetValues<MatchJoin>())
            await SameAsync(TableSide.Create(table), new DatasetSide(skies.B),
                new() { RadiusArcsec = 100, Join = join, ColumnsB = ["mag"] }, $"{join}");
    }

    [Theory]
    [InlineData("1,361,0", "right ascension")]
    [InlineData("1,10,91", "declination")]
    public async Task A_position_out_of_range_is_an_error_that_names_the_row(string line, string what)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllLinesAsync(folder["a.csv"], ["id,ra,dec", "5,1,2", "6,,", line], Token);
        await using ITableReader table = await TableReader.OpenAsync(folder["a.csv"], cancellationToken: Token);
        ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(
            () => CrossMatcher.MatchSelfAsync(TableSide.Create(table), new() { RadiusArcsec = 1 }, Token));
        Assert.Contains(what, e.Message, StringComparison.Ordinal);
        Assert.Contains("row 2", e.Message, StringComparison.Ordinal);
        // A row that a condition excludes is not an error.
        using MatchTable pairs = await CrossMatcher.MatchSelfAsync(TableSide.Create(table).Where("id > 1"),
            new() { RadiusArcsec = 1 }, Token);
        Assert.Equal((0, 2, 1), (pairs.RowCount, pairs.Summary.RowsA, pairs.Summary.WithoutPosition));
    }

    [Fact]
    public async Task Progress_counts_the_rows_that_are_read()
    {
        using TemporaryFolder folder = new();
        await using ITableReader table = await WriteAsync(folder["a.csv"], skies.MemoryA, 1);
        Reports reports = new();
        using MatchTable pairs = await CrossMatcher.MatchAsync(Side(table).Where("kind = 1"), new DatasetSide(skies.B),
            new() { RadiusArcsec = 1, Progress = reports }, Token);
        Assert.Contains(reports.All, r => r.Phase == "read A" && r.Done == skies.MemoryA.Count);
    }

    [Fact]
    public async Task A_table_that_changes_during_the_match_is_an_error_even_with_the_same_length_and_time()
    {
        using TemporaryFolder folder = new();
        await using ITableReader table = await WriteAsync(folder["a.csv"], skies.MemoryA, 1);
        Changing change = new(folder["a.csv"]);
        SourceUnreadableException e = await Assert.ThrowsAsync<SourceUnreadableException>(() =>
            CrossMatcher.MatchToFileAsync(Side(table), new DatasetSide(skies.B), new() { RadiusArcsec = 1, Progress = change },
                folder["m.parquet"], cancellationToken: Token));
        Assert.Contains("a.csv: it changed during the match", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["m.parquet"]));
    }

    private sealed class Changing(string path) : IProgress<PhaseProgress>
    {
        public void Report(PhaseProgress value)
        {
            if (value.Phase != "match")
                return;
            DateTime written = File.GetLastWriteTimeUtc(path);
            byte[] bytes = File.ReadAllBytes(path);
            bytes[^2] ^= 1;
            File.WriteAllBytes(path, bytes);
            File.SetLastWriteTimeUtc(path, written);
        }
    }

    private sealed class Reports : IProgress<PhaseProgress>
    {
        internal System.Collections.Concurrent.ConcurrentQueue<PhaseProgress> All { get; } = [];

        public void Report(PhaseProgress value) => All.Enqueue(value);
    }

    private static TableSide Side(ITableReader table) =>
        TableSide.Create(table, new() { RaColumn = "ra", DecColumn = "dec", IdColumn = "id" });

    private static async Task SameAsync(MatchSide a, MatchSide? b, CrossMatchOptions options, string what)
    {
        using MatchTable expected = await MatchAsync(new ShuffledSide(a), b is null ? null : new ShuffledSide(b), options);
        using MatchTable found = await MatchAsync(a, b, options);
        Assert.Equal(expected.Record, found.Record);
        await MappedMatchTests.SameAsync(expected, found, what);
        await MappedMatchTests.SameFileAsync(found, options, a, b);
        Assert.True(found.Summary.Actual is not null);
    }

    private static Task<MatchTable> MatchAsync(MatchSide a, MatchSide? b, CrossMatchOptions options) =>
        b is null ? CrossMatcher.MatchSelfAsync(a, options, Token) : CrossMatcher.MatchAsync(a, b, options, Token);

    // In another order, with rows without a position, and with ids from 0.
    private static async Task<ITableReader> WriteAsync(string path, MemorySide side, int seed)
    {
        int[] rows = [.. Enumerable.Range(0, side.Count)];
        new Random(seed).Shuffle(rows);
        double[] ra = [.. rows.Select(r => r % 37 == 0 ? double.NaN : side.RaDeg[r])], dec = [.. rows.Select(r => side.DecDeg[r])];
        ColumnData[] columns = [Column("id", [.. rows.Select(r => side.Ids[r])]), Column("ra", ra), Column("dec", dec),
            .. side.Columns.Select(c => side.Further(c.Name).Take(rows))];
        await TableWriter.WriteAsync(path, [.. columns.Select(c => c.Schema)], new[] { new RowBatch(columns) }.ToAsyncEnumerable(),
            cancellationToken: Token);
        return await TableReader.OpenAsync(path, cancellationToken: Token);

        static ColumnData<T> Column<T>(string name, T[] values) where T : unmanaged =>
            new(new ColumnSchema { Name = name, DType = DTypes.Of<T>(), Unit = name == "id" ? "" : "deg", Description = "" }, values);
    }
}
