using Pile.Format;
using Pile.Reading;
using Pile.Sky;
using Pile.Tables;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Selecting;

/// <summary>Matches of datasets, whose positions are memory-mapped, compared with matches of the same loaded rows and with loops over all
/// pairs.</summary>
public sealed class MappedMatchTests(TwoSkies skies) : IClassFixture<TwoSkies>
{
    private const double RadiusArcsec = TwoSkies.RadiusArcsec;

    private static readonly (MatchFind Find, int Neighbours)[] Finds =
        [(MatchFind.All, 1), (MatchFind.Nearest, 1), (MatchFind.Nearest, 3), (MatchFind.OneToOne, 1)];
    private static readonly MatchJoin[] SelfJoins = [MatchJoin.Inner, MatchJoin.Left, MatchJoin.Anti];

    private readonly MemorySide memoryA = skies.MemoryA, memoryB = skies.MemoryB;
    private readonly Dataset a = skies.A, b = skies.B;

    public static TheoryData<string> Conditions => [.. Options.Keys];

    /// <summary>All conditions; every second one is long.</summary>
    public static IEnumerable<TheoryDataRow<string>> HalfOfConditions => Options.Keys.Select((condition, i) => i % 2 == 0
        ? new TheoryDataRow<string>(condition) : new TheoryDataRow<string>(condition).WithTrait("Run", "Long"));

    /// <summary>Every condition with both halves of the finds; the first halves of every second condition are not long.</summary>
    public static IEnumerable<TheoryDataRow<string, int>> ConditionsAndHalves => Options.Keys.SelectMany((condition, i) =>
        (TheoryDataRow<string, int>[])[i % 2 == 0 ? new(condition, 0) : Long(condition, 0), Long(condition, 1)]);

    private static TheoryDataRow<string, int> Long(string condition, int half) =>
        new TheoryDataRow<string, int>(condition, half).WithTrait("Run", "Long");

    internal static Dictionary<string, CrossMatchOptions> Options { get; } = new()
    {
        ["none"] = new(),
        ["least separation"] = new() { MinRadiusArcsec = 100 },
        ["separation"] = new() { Where = "separation_arcsec < 300" },
        ["difference"] = new() { Where = "a.mag - b.mag <= 0.25 AND separation_arcsec > 5" },
        ["sql"] = new() { Where = "abs(a.mag - b.mag) < 0.5 OR a.other = b.kind" },
        ["text"] = new() { Where = "a.name <> b.name AND a.object_id > 3 AND b.dec > -91" },
        ["time"] = new() { TimeWindowDays = 20 },
        ["group"] = new() { GroupColumn = "kind" },
        ["group with NaN"] = new() { GroupColumn = "x", Where = "NOT (a.x > 2)" },
        ["text group"] = new() { GroupColumn = "name" },
        ["groups of two names"] = new() { GroupColumn = "kind", GroupColumnB = "other" },
        ["sum"] = new() { Errors = ErrorModel.Sum, ErrorColumnA = "e", ErrorColumnB = "e" },
        ["sigma"] = new() { Errors = ErrorModel.Sigma, Sigma = 1.5, ErrorColumnA = "e", ErrorColumnB = "e" },
        ["radius"] = new() { Errors = ErrorModel.Radius, ErrorColumnB = "e" },
        ["angle"] = new() { PositionAngle = true },
    };

    /// <summary>Two of the four finds: both halves of a condition have all, and neighbouring conditions begin with others.</summary>
    internal static int[] HalfOfFinds(int turn, int half) => (turn + half) % 2 == 0 ? [0, 3] : [1, 2];

    // Every condition with every find; the joins alternate, so that each is tested with each find and with most conditions.
    [Theory]
    [MemberData(nameof(ConditionsAndHalves))]
    public async Task Every_find_and_join_of_mapped_sides_agrees_with_loaded_sides(string condition, int half)
    {
        int turn = Options.Keys.ToList().IndexOf(condition);
        foreach (int i in HalfOfFinds(turn, half))
        {
            MatchJoin join = Enum.GetValues<MatchJoin>()[(turn + (2 * i)) % 7];
            CrossMatchOptions options = Options[condition] with
            {
                RadiusArcsec = RadiusArcsec,
                Find = Finds[i].Find,
                Neighbours = Finds[i].Neighbours,
                Join = join,
                ColumnsA = ["mag", "name"],
                ColumnsB = ["kind"],
                Workers = 1 + (turn % 3)
            };
            using MatchTable expected = await CrossMatcher.MatchAsync(memoryA, memoryB, options, TestContext.Current.CancellationToken);
            // Every other match spills its values and rows to temporary files.
            using MatchTable found = await CrossMatcher.MatchAsync(new DatasetSide(a), new DatasetSide(b),
                options with { KeptBytes = i % 2 == 0 ? 0 : null }, TestContext.Current.CancellationToken);
            await SameAsync(expected, found, $"{condition} {Finds[i].Find} {join}");
            await SameFileAsync(found, options, new DatasetSide(a), new DatasetSide(b));
        }
    }

    [Theory]
    [MemberData(nameof(Conditions))]
    public async Task Every_condition_agrees_with_loops(string condition)
    {
        List<(long, long)> expected = [];
        for (int i = 0; i < memoryA.Count; i++)
            for (int j = 0; j < memoryB.Count; j++)
                if (Separation.Arcsec(memoryA.RaDeg[i], memoryA.DecDeg[i], memoryB.RaDeg[j], memoryB.DecDeg[j]) is var arcsec
                    && arcsec <= RadiusArcsec
                    && IsMet(condition, i, j, arcsec))
                    expected.Add((memoryA.Ids[i], memoryB.Ids[j]));
        CrossMatchOptions options = Options[condition] with { RadiusArcsec = RadiusArcsec };
        using MatchTable found = await CrossMatcher.MatchAsync(new DatasetSide(a), new DatasetSide(b), options,
            TestContext.Current.CancellationToken);
        List<(long, long)> pairs = [];
        await foreach (RowBatch batch in found.ReadAsync(TestContext.Current.CancellationToken))
            for (int row = 0; row < batch.RowCount; row++)
                pairs.Add((((ColumnData<long>)batch["a_object_id"]).Values.Span[row],
                    ((ColumnData<long>)batch["b_object_id"]).Values.Span[row]));
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Order(), pairs.Order());
    }

    [Theory]
    [MemberData(nameof(HalfOfConditions))]
    public async Task A_self_match_of_a_mapped_side_agrees_with_a_loaded_side(string condition)
    {
        int turn = Options.Keys.ToList().IndexOf(condition);
        foreach (int i in (int[])[turn % 2, 2 + (turn % 2)])
        {
            CrossMatchOptions options = Options[condition] with
            {
                RadiusArcsec = RadiusArcsec,
                Find = Finds[i].Find,
                Neighbours = Finds[i].Neighbours,
                Join = SelfJoins[(turn + i) % 3],
                ColumnsA = ["mag"],
                Workers = 2
            };
            using MatchTable expected = await CrossMatcher.MatchSelfAsync(memoryA, options, TestContext.Current.CancellationToken);
            using MatchTable found = await CrossMatcher.MatchSelfAsync(new DatasetSide(a),
                options with { KeptBytes = turn % 3 == 0 ? 0 : null },
                TestContext.Current.CancellationToken);
            await SameAsync(expected, found, $"{condition} {Finds[i].Find} {options.Join}");
            await SameFileAsync(found, options, new DatasetSide(a), null);
        }
    }

    [Theory]
    [InlineData(MatchJoin.Inner)]
    [InlineData(MatchJoin.Left)]
    [InlineData(MatchJoin.Anti)]
    public async Task Groups_of_a_mapped_side_agree_with_a_loaded_side(MatchJoin join)
    {
        CrossMatchOptions options = new()
        {
            RadiusArcsec = RadiusArcsec,
            Find = MatchFind.Groups,
            Join = join,
            ColumnsA = ["mag", "name"],
            Where = "a.kind <= b.kind"
        };
        using MatchTable expected = await CrossMatcher.MatchSelfAsync(memoryA, options, TestContext.Current.CancellationToken);
        using MatchTable found = await CrossMatcher.MatchSelfAsync(new DatasetSide(a), options, TestContext.Current.CancellationToken);
        await SameAsync(expected, found, "groups");
        await SameFileAsync(found, options, new DatasetSide(a), null);
    }

    [Fact]
    public async Task Rows_excluded_by_conditions_of_a_side_are_in_no_result()
    {
        foreach (MatchJoin join in Enum.GetValues<MatchJoin>())
        {
            CrossMatchOptions options = new() { RadiusArcsec = RadiusArcsec, Find = MatchFind.OneToOne, Join = join, ColumnsB = ["mag"] };
            using MatchTable found = await CrossMatcher.MatchAsync(new DatasetSide(a, a.Query().Where("kind < 3 AND mag > 11")),
                new DatasetSide(b, b.Query().Where("dec > 0").OrderBy("mag").Limit(200)), options, TestContext.Current.CancellationToken);
            MemorySide selectedA = Where(memoryA, row => Kind(memoryA, row) < 3 && Mag(memoryA, row) > 11);
            int[] nearest = [.. Enumerable.Range(0, memoryB.Count).Where(row => memoryB.DecDeg[row] > 0).OrderBy(row =>
                double.IsNaN(Mag(memoryB, row)) ? double.MaxValue : Mag(memoryB, row)).Take(200)];
            using MatchTable expected = await CrossMatcher.MatchAsync(selectedA, Where(memoryB, nearest.Contains), options,
                TestContext.Current.CancellationToken);
            await SameAsync(expected, found, $"{join}");
        }

        static short Kind(MemorySide side, int row) => ((ColumnData<short>)side.Further("kind")).Values.Span[row];
        static double Mag(MemorySide side, int row) => side.Further("mag").IsNullAt(row) ? double.NaN
            : ((ColumnData<double>)side.Further("mag")).Values.Span[row];
    }

    [Fact]
    public async Task The_result_of_a_mapped_match_can_be_filtered_sorted_and_limited()
    {
        CrossMatchOptions options = new() { RadiusArcsec = RadiusArcsec, ColumnsA = ["mag"], PositionAngle = true };
        using MatchTable expected = await CrossMatcher.MatchAsync(memoryA, memoryB, options, TestContext.Current.CancellationToken);
        using MatchTable found = await CrossMatcher.MatchAsync(new DatasetSide(a), new DatasetSide(b), options,
            TestContext.Current.CancellationToken);
        await SameAsync(expected.First(17), found.First(17), "first");
        await SameAsync(expected.Where("separation_arcsec < 200").OrderBy("a_mag", descending: true).First(50),
            found.Where("separation_arcsec < 200").OrderBy("a_mag", descending: true).First(50), "sorted");
        Assert.Equal(expected.RowCount, found.Where("position_angle_deg >= 0").RowCount);
    }

    [Theory]
    [InlineData(MatchJoin.Inner)]
    [InlineData(MatchJoin.Full)]
    public async Task Enumerated_pairs_agree_with_batches(MatchJoin join)
    {
        CrossMatchOptions options = new() { RadiusArcsec = RadiusArcsec, Find = MatchFind.Nearest, Join = join };
        using MatchTable found = await CrossMatcher.MatchAsync(new DatasetSide(a), new DatasetSide(b), options,
            TestContext.Current.CancellationToken);
        List<MatchPair> pairs = [];
        foreach (MatchPair pair in found.Where("coalesce(separation_arcsec, 0) < 500").OrderBy("separation_arcsec"))
            pairs.Add(pair);
        List<MatchPair> all = [];
        foreach (MatchPair pair in found)
            all.Add(pair);
        Assert.Equal(found.RowCount, all.Count);
        Dictionary<long, int> rowsA = memoryA.Ids.Index().ToDictionary(i => i.Item, i => i.Index),
            rowsB = memoryB.Ids.Index().ToDictionary(i => i.Item, i => i.Index);
        foreach (MatchPair pair in all)
        {
            (double raDegA, double decDegA) = pair.A is { } idA ? (memoryA.RaDeg[rowsA[idA.Number]], memoryA.DecDeg[rowsA[idA.Number]])
                : (double.NaN, double.NaN);
            (double raDegB, double decDegB) = pair.B is { } idB ? (memoryB.RaDeg[rowsB[idB.Number]], memoryB.DecDeg[rowsB[idB.Number]])
                : (double.NaN, double.NaN);
            Assert.Equal((raDegA, decDegA, raDegB, decDegB), (pair.RaDegA, pair.DecDegA, pair.RaDegB, pair.DecDegB));
            Assert.Equal(Separation.Arcsec(raDegA, decDegA, raDegB, decDegB), pair.SeparationArcsec, 1e-9);
        }
        Assert.Equal(all.Where(p => !(p.SeparationArcsec >= 500)).Select(p => p.SeparationArcsec)
            .OrderBy(s => double.IsNaN(s) ? double.MaxValue : s), pairs.Select(p => p.SeparationArcsec));
    }

    [Fact]
    public async Task A_match_can_be_disposed_while_its_rows_are_read()
    {
        for (int i = 0; i < 20; i++)
        {
            using MatchTable found = await CrossMatcher.MatchAsync(new DatasetSide(a), new DatasetSide(b),
                new() { RadiusArcsec = 20 * 3600, ColumnsA = ["mag"] }, TestContext.Current.CancellationToken);
            Assert.InRange(found.RowCount, 8192, long.MaxValue);
            await foreach (RowBatch batch in found.ReadAsync(TestContext.Current.CancellationToken))
                break;
        }
    }

    internal static async Task SameFileAsync(MatchTable found, CrossMatchOptions options, MatchSide sideA, MatchSide? sideB)
    {
        using TemporaryFolder folder = new();
        byte[]? bytes = null;
        foreach ((int workers, long? memory, long? kept) in ((int, long?, long?)[])[(1, null, null), (8, 64 << 20, 100)])
        {
            await CrossMatcher.MatchToFileAsync(sideA, sideB, options with { Workers = workers, MemoryBytes = memory, KeptBytes = kept },
                folder["m.parquet"], overwrite: true, TestContext.Current.CancellationToken);
            byte[] written = await File.ReadAllBytesAsync(folder["m.parquet"], TestContext.Current.CancellationToken);
            Assert.Equal(bytes ??= written, written);
        }
        await using ITableReader table = await TableReader.OpenAsync(folder["m.parquet"],
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(await LinesAsync(found.ReadAsync(TestContext.Current.CancellationToken)),
            await LinesAsync(table.ReadAsync(cancellationToken: TestContext.Current.CancellationToken)));
    }

    internal static async Task SameAsync(MatchTable expected, MatchTable found, string what)
    {
        Assert.Equal(expected.Columns.Select(c => (c.Name, c.DType, c.Nullable)), found.Columns.Select(c => (c.Name, c.DType, c.Nullable)));
        string[] lines = await LinesAsync(expected.ReadAsync(TestContext.Current.CancellationToken)),
            foundLines = await LinesAsync(found.ReadAsync(TestContext.Current.CancellationToken));
        Assert.True(lines.SequenceEqual(foundLines),
            $"{what}: {lines.Length} rows, found {foundLines.Length}; "
            + $"first difference in row {lines.Zip(foundLines).TakeWhile(l => l.First == l.Second).Count()}: "
            + lines.Zip(foundLines).Where(l => l.First != l.Second).Select(l => $"{l.Second} instead of {l.First}").FirstOrDefault());
        Assert.Equal(expected.RowCount, found.RowCount);
        Assert.Equal(expected.Summary with { Actual = null }, found.Summary with { Actual = null });
        Assert.Equal(expected.Density.ToJson(), found.Density.ToJson());
    }

    private static async Task<string[]> LinesAsync(IAsyncEnumerable<RowBatch> batches)
    {
        List<string> lines = [];
        await foreach (RowBatch batch in batches)
            for (int row = 0; row < batch.RowCount; row++)
                lines.Add(string.Join(' ', batch.Columns.Select(c => c.IsNullAt(row) ? "null" : c is TextColumnData text ? text.Text(row)
                    : c is ColumnData<double> numbers && double.IsNaN(numbers.Values.Span[row]) ? "NaN"
                        : Convert.ToHexString(c.RowBytes(row)))));
        return [.. lines];
    }

    // Missing values do not meet a condition; NaN is compared as in IEEE 754.
    private bool IsMet(string condition, int i, int j, double arcsec)
    {
        double magA = Value<double>(memoryA, "mag", i), magB = Value<double>(memoryB, "mag", j);
        return condition switch
        {
            "least separation" => arcsec >= 100,
            "separation" => arcsec < 300,
            "difference" => magA - magB <= 0.25 && arcsec > 5,
            "sql" => Math.Abs(magA - magB) < 0.5 || Value<short>(memoryA, "other", i) == Value<short>(memoryB, "kind", j),
            "text" => Text(memoryA, i) is { } nameA && Text(memoryB, j) is { } nameB && nameA != nameB && memoryA.Ids[i] > 3,
            "time" => Math.Abs(Value<double>(memoryB, "mjd", j) - Value<double>(memoryA, "mjd", i)) <= 20,
            "group" => Value<short>(memoryA, "kind", i) == Value<short>(memoryB, "kind", j),
            "group with NaN" => Value<double>(memoryA, "x", i) == Value<double>(memoryB, "x", j) && !(Value<double>(memoryA, "x", i) > 2),
            "text group" => Text(memoryA, i) is { } name && name == Text(memoryB, j),
            "groups of two names" => Value<short>(memoryA, "kind", i) == Value<short>(memoryB, "other", j),
            "sum" => arcsec <= Value<double>(memoryA, "e", i) + Value<double>(memoryB, "e", j),
            "sigma" => arcsec <= 1.5 * Math.Sqrt(Math.Pow(Value<double>(memoryA, "e", i), 2) + Math.Pow(Value<double>(memoryB, "e", j), 2)),
            "radius" => arcsec <= Value<double>(memoryB, "e", j),
            _ => true,
        };

        static T Value<T>(MemorySide side, string column, int row) where T : unmanaged =>
            side.Further(column) is ColumnData<T> values && !values.IsNullAt(row) ? values.Values.Span[row]
                : typeof(T) == typeof(double) ? (T)(object)double.NaN : throw new InvalidOperationException();

        static string? Text(MemorySide side, int row) => side.Further("name") is TextColumnData names && !names.IsNullAt(row)
            ? names.Text(row) : null;
    }

    private static MemorySide Where(MemorySide side, Func<int, bool> keep)
    {
        int[] rows = [.. Enumerable.Range(0, side.Count).Where(keep)];
        return new MemorySide([.. rows.Select(r => side.RaDeg[r])], [.. rows.Select(r => side.DecDeg[r])],
            [.. side.Columns.Select(c => side.Further(c.Name).Take(rows))])
        { Ids = [.. rows.Select(r => side.Ids[r])] };
    }
}
