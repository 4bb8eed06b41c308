using System.Globalization;
using Pile.Format;
using Pile.Tables;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Times;

/// <summary>Time windows over instants, intervals and light curves.</summary>
public sealed class TimeMatchTests : IDisposable
{
    private const double Second = 1.0 / 86_400;
    private const int Rows = 40;

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    private static ColumnData<double> Times(string name, double[] values, TimeAxis? time = null, string? unit = "d", string? ucd = null) =>
        new(new ColumnSchema { Name = name, DType = DType.Float64, Unit = unit, Ucd = ucd, Nullable = true, Time = time }, values);

    // All rows at one position, so that only times decide.
    private static MemorySide At(params ColumnData[] columns) =>
        new([.. Enumerable.Repeat(10.0, columns[0].RowCount)], [.. Enumerable.Repeat(20.0, columns[0].RowCount)], columns);

    private static MemorySide Instant(double mjd, string? scale, string? reference = "TOPOCENTER") =>
        At(Times("mjd", [mjd], scale is null ? null : new TimeAxis(scale, reference)));

    private static async Task<Dictionary<(long A, long B), (double Days, int EpochA, int EpochB)>> MatchAsync(MatchSide a, MatchSide? b,
        CrossMatchOptions options)
    {
        Dictionary<(long, long), (double, int, int)> pairs = [];
        using MatchTable table = b is null ? await CrossMatcher.MatchSelfAsync(a, options, Token)
            : await CrossMatcher.MatchAsync(a, b, options, Token);
        await foreach (RowBatch batch in table.ReadAsync(Token))
            for (int row = 0; row < batch.RowCount; row++)
                pairs.Add((Value<long>(batch, "a_object_id", row), Value<long>(batch, "b_object_id", row)),
                    (Value<double>(batch, "dt_days", row), Epoch(batch, "a_epoch_index", row), Epoch(batch, "b_epoch_index", row)));
        return pairs;

        static int Epoch(RowBatch batch, string name, int row) =>
            batch.Columns.Any(c => c.Schema.Name == name) ? Value<int>(batch, name, row) : -1;
    }

    private static T Value<T>(RowBatch batch, string name, int row) where T : unmanaged => ((ColumnData<T>)batch[name]).Values.Span[row];

    private static CrossMatchOptions Within(double seconds) => new() { RadiusArcsec = 1, TimeWindowDays = seconds * Second };

    [Fact]
    public async Task Instants_of_known_scales_are_compared_in_TDB()
    {
        // 2016-12-31 23:59:59 UTC is 2017-01-01 00:00:35 TAI.
        MemorySide utc = Instant(57_753 + ((86_399 / 86_401.0)), "UTC"), tai = Instant(57_754 + (35 * Second), "TAI");
        List<string> messages = [];
        double days = Assert.Single(await MatchAsync(utc, tai, Within(0.01) with { OnMessage = messages.Add })).Value.Days;
        Assert.InRange(Math.Abs(days) * 86_400, 0, 3e-6);
        Assert.Contains("times of A are UTC, those of B TAI: both are converted to TDB", messages);
        using MatchTable table = await CrossMatcher.MatchAsync(utc, tai, Within(0.01), Token);
        Assert.Equal(("TDB", "UTC", "TAI", "TOPOCENTER"), (Record("time_scale"), Record("a.time_scale"), Record("b.time_scale"),
            Record("b.time_reference")));
        string Record(string key) => table.Record.First(e => e.Key == $"pile.match.{key}").Value;

        using MatchTable same = await CrossMatcher.MatchAsync(tai, tai, Within(0.01), Token);
        Assert.Equal("TAI", same.Record.First(e => e.Key == "pile.match.time_scale").Value);
    }

    // Around leap seconds, and the steps of a tenth of a second before 1972.
    [Fact]
    public async Task Text_in_UTC_has_the_instants_of_astropy_on_days_with_a_leap_second()
    {
        string[] texts = ["2016-12-31T00:00:00", "2016-12-31T12:00:00", "2016-12-31T23:59:59", "2016-12-31T23:59:60",
            "2016-12-31T23:59:60.75", "2017-01-01T00:00:00", "2015-06-30 23:59:60.5", "2017-01-01T18:00:00", "1972-06-30T23:59:60.25",
            "1968-01-31T18:00:00", "1965-12-31T23:59:59", "1963-10-31T23:59:60.05"];
        double[] tai = [.. Python.Run("""
            import sys, warnings
            warnings.simplefilter('ignore')
            from astropy.time import Time
            for text in sys.argv[1:]:
                t = Time(text.replace('T', ' '), scale='utc').tai
                print(repr(float(t.mjd)))
            """, texts).TrimEnd().Split('\n').Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
        MemorySide utc = At(TextColumnData.From(new ColumnSchema { Name = "t", DType = DType.String, Nullable = true }, texts)),
            other = At(Times("mjd", tai, new TimeAxis("TAI", "TOPOCENTER")));
        CrossMatchOptions options = Within(0.1) with { TimeColumnsA = ["t"], TimeScaleA = "UTC", TimeReferenceA = "TOPOCENTER" };
        var pairs = await MatchAsync(utc, other, options);
        Assert.Equal(texts.Length, pairs.Count);
        Assert.All(pairs, p => Assert.Equal((p.Key.A, true), (p.Key.B, Math.Abs(p.Value.Days) * 86_400 < 5e-6)));
        // A second 60 is that of a leap second: not on other days, at other times or in other scales.
        Assert.Single(await MatchAsync(Texts("2017-01-01T08:59:60+09:00"), other, options));
        foreach (string wrong in (string[])["2016-12-30T23:59:60", "2016-12-31T23:58:60", "2016-12-31T23:59:61", "2016-12-31T12:00:60"])
            await RejectsAsync(wrong, other, options);
        await RejectsAsync(texts[4], other, options with { TimeScaleA = "TT" });
    }

    // Parsers of dates also read times of today, days of this year, and months before days.
    [Theory]
    [InlineData("12:30:00")]
    [InlineData("01/02/2020")]
    [InlineData("Jan 5")]
    [InlineData("5 May 2021")]
    [InlineData("2020-13-01T00:00:00")]
    [InlineData("2021-02-29")]
    [InlineData("2021-02-28T24:30:00")]
    [InlineData("2021-02-28T12")]
    [InlineData("2021-02-28T12:00:00+1")]
    [InlineData("unknown")]
    public async Task A_text_that_is_not_a_time_of_ISO_8601_is_an_error_that_names_the_row(string text)
    {
        CrossMatchOptions options = Within(1e9) with { TimeColumnsA = ["t"] };
        await RejectsAsync(text, Instant(57_000, null), options);
        List<string> messages = [];
        MemorySide missing = Texts("", " ", "null", "NaN", null);
        Assert.Empty(await MatchAsync(missing, Instant(57_000, null), options with { OnMessage = messages.Add }));
        Assert.Contains("5 rows of A have no time and are in no pair", messages);
    }

    [Fact]
    public async Task Times_of_ISO_8601_are_those_of_astropy()
    {
        string[] texts = ["1858-11-17", "1858-11-16T23:59:59.9999999", "0001-01-01T00:00", "9999-12-31T23:59:59", "2000-02-29 12:34",
            "2024-02-29T00:00:00.123456789012", "1969-12-31T23:59:59.5", "2020-06-01T12:00:00.25"];
        double[] mjd = [.. Python.Run("""
            import sys
            from astropy.time import Time
            for text in sys.argv[1:]:
                print(repr(float(Time(text, scale='tt').mjd)))
            """, texts).TrimEnd().Split('\n').Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
        MemorySide a = Texts(texts), b = At(Times("mjd", mjd, new TimeAxis("TT", null)));
        CrossMatchOptions options = Within(0.01) with { TimeColumnsA = ["t"], TimeScaleA = "TT", TimeReferenceA = "TOPOCENTER" };
        var pairs = await MatchAsync(a, b, options with { TimeReferenceB = "TOPOCENTER" });
        Assert.Equal(texts.Length, pairs.Count(p => p.Key.A == p.Key.B));
        Assert.All(pairs.Where(p => p.Key.A == p.Key.B), p => Assert.Equal(0, p.Value.Days * 86_400, 2e-5));
    }

    [Fact] // Z is UTC in ISO 8601, and an offset is one from UTC
    public async Task Texts_with_an_offset_are_in_UTC_and_an_error_in_other_scales()
    {
        string[] texts = ["2020-06-01T12:00:00.25Z", "2020-06-01T14:00:00.25+02:00", "2020-06-01 07:00:00.25-0500",
            "2020-06-01 12:00:00,25 +00"];
        double tai = double.Parse(Python.Run("""
            from astropy.time import Time
            print(repr(float(Time('2020-06-01T12:00:00.25', scale='utc').tai.mjd)))
            """), CultureInfo.InvariantCulture);
        CrossMatchOptions options = Within(0.01) with { TimeColumnsA = ["t"], TimeReferenceA = "TOPOCENTER" };
        var pairs = await MatchAsync(Texts(texts), Instant(tai, "TAI"), options with { TimeScaleA = "UTC" });
        Assert.Equal(texts.Length, pairs.Count);
        Assert.All(pairs.Values, p => Assert.Equal(0, p.Days * 86_400, 2e-5));
        foreach (string scale in (string[])["TAI", "TDB", "GPS"])
            foreach (string text in texts)
            {
                ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(() => MatchAsync(
                    Texts("2020-06-01T12:00:00", null, text), Instant(tai, "TAI"), options with { TimeScaleA = scale }));
                Assert.Contains($"row 2, column 't': '{text}' is not a time in {scale} without 'Z' or an offset, which are UTC", e.Message,
                    StringComparison.Ordinal);
            }
    }

    [Theory]
    [InlineData("yr")]
    [InlineData("a")]
    public async Task Years_without_a_zero_point_are_Julian_epochs_as_in_astropy(string unit)
    {
        double[] years = [1999.5, 2016, 2023.456];
        double[] mjd = [.. Python.Run("""
            from astropy.time import Time
            for year in [1999.5, 2016, 2023.456]:
                print(repr(float(Time(year, format='jyear', scale='tdb').mjd)))
            """).TrimEnd().Split('\n').Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
        CrossMatchOptions options = Within(0.01) with { TimeColumnsA = ["t"], TimeReferenceA = "TOPOCENTER", TimeScaleA = "TDB" };
        MemorySide b = At(Times("mjd", mjd, new TimeAxis("TDB", "TOPOCENTER")));
        var pairs = await MatchAsync(At(Times("t", years, unit: unit)), b, options);
        Assert.Equal([(0L, 0L), (1L, 1L), (2L, 2L)], pairs.Keys.Order());
        Assert.All(pairs.Values, p => Assert.Equal(0, p.Days * 86_400, 2e-5));
        // With a zero point, they are years from it.
        pairs = await MatchAsync(At(Times("t", [16], new TimeAxis("TDB", null, 51_544.5), unit)), b, options);
        Assert.Equal((0L, 1L), Assert.Single(pairs).Key);
    }

    private static MemorySide Texts(params string?[] texts) =>
        At(TextColumnData.From(new ColumnSchema { Name = "t", DType = DType.String, Nullable = true }, texts));

    private static async Task RejectsAsync(string text, MemorySide other, CrossMatchOptions options)
    {
        ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(() =>
            MatchAsync(Texts("2016-12-31T12:00:00", null, text), other, options));
        Assert.Contains($"row 2, column 't': '{text}' is not a time (ISO 8601", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UTC", "TDB", "TOPOCENTER", "BARYCENTER", 499, "those of B for BARYCENTER. Light takes up to 500 s")]
    [InlineData("UTC", "TDB", "BARYCENTER", "HELIOCENTER", 5, "up to 6 s")]
    [InlineData("UTC", null, "TOPOCENTER", null, 499, "reference position of the times of B is not known")]
    [InlineData(null, null, null, null, 499, "of A and B is not known, which can make a difference of 500 s")]
    [InlineData("LOCAL", "TAI", "TOPOCENTER", "TOPOCENTER", 99, "time scale of the times of A is not known")]
    [InlineData("UT1", "TAI", "TOPOCENTER", "TOPOCENTER", 0.89, "differs by up to 0.9 s")]
    public async Task A_window_below_what_is_unknown_is_rejected(string? scaleA, string? scaleB, string? referenceA, string? referenceB,
        double seconds, string says)
    {
        MemorySide a = Instant(57_000, scaleA, referenceA), b = Instant(57_000, scaleB, referenceB);
        Assert.Contains(says, (await Assert.ThrowsAsync<ArgumentException>(() => MatchAsync(a, b, Within(seconds)))).Message,
            StringComparison.Ordinal);
        await MatchAsync(a, b, Within(seconds + 1.02));
        await MatchAsync(a, null, Within(0)); // one side has one scale
    }

    [Fact]
    public async Task A_stated_scale_is_used_and_a_contradiction_is_an_error()
    {
        MemorySide tai = Instant(57_000 + (69.184 * Second), "TT"), unknown = Instant(57_000 + (2 * Second), null);
        CrossMatchOptions stated = Within(5) with { TimeScaleB = "UTC", TimeReferenceB = "TOPOCENTER" };
        Assert.Equal(35 + 32.184 + 2 - 69.184, Assert.Single(await MatchAsync(tai, unknown, stated)).Value.Days * 86_400, 1e-4);
        Assert.Contains("declares TT", (await Assert.ThrowsAsync<ArgumentException>(() => MatchAsync(unknown, tai, stated))).Message,
            StringComparison.Ordinal);
        Assert.Contains("it is 'X'", (await Assert.ThrowsAsync<ArgumentException>(() => MatchAsync(tai, unknown,
            stated with { TimeScaleB = "X" }))).Message, StringComparison.Ordinal);
        Assert.Contains("TimeWindowDays", (await Assert.ThrowsAsync<ArgumentException>(() => MatchAsync(tai, unknown,
            stated with { TimeWindowDays = null }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Times_before_UTC_are_missing_in_a_narrow_window_and_counted()
    {
        MemorySide a = Instant(20_000, "UTC"), b = Instant(20_000, "TAI");
        List<string> messages = [];
        Assert.Empty(await MatchAsync(a, b, Within(99) with { OnMessage = messages.Add }));
        Assert.Contains("1 row of A has no time and is in no pair", messages);
        Assert.Single(await MatchAsync(a, b, Within(100)));
    }

    [Fact]
    public async Task Julian_dates_and_units_are_converted()
    {
        TimeAxis zero = new("TAI", "TOPOCENTER", 50_000);
        MemorySide a = At(Times("jd", [2_457_001.5]), Times("s", [7_001 * 86_400.0], zero, unit: "s"), Times("x", [1], unit: "arcsec"));
        CrossMatchOptions options = Within(500) with { TimeColumnsA = ["jd"] };
        Assert.Equal(0, Assert.Single(await MatchAsync(a, Instant(57_001, null), options)).Value.Days);
        Assert.Equal(0, Assert.Single(await MatchAsync(a, Instant(57_001, "TAI"), Within(0) with { TimeColumnsA = ["s"] })).Value.Days);
        Assert.Contains("not a unit of time", (await Assert.ThrowsAsync<ArgumentException>(() => MatchAsync(a, a,
            options with { TimeColumnsA = ["x"] }))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mjd", "mjd_end", false)]
    [InlineData("t_min", "t_max", false)]
    [InlineData("start", "exptime", true)]
    public async Task The_window_is_on_the_gap_between_intervals(string start, string end, bool isDuration)
    {
        Random random = new(7);
        (double Start, double End)[] a = Intervals(), b = Intervals();
        a[3].Start = double.NaN; // missing: in no pair
        a[4].End = double.NaN; // an instant
        a[5].End = a[5].Start - 1; // not an interval: in no pair
        CrossMatchOptions options = Within(0) with { TimeWindowDays = 2, OnMessage = _ => { } };
        List<string> messages = [];
        if (isDuration)
            options = options with { TimeColumnsA = [start, end], TimeColumnsB = [start, end], OnMessage = messages.Add };
        var found = await MatchAsync(Side(a), Side(b), options);
        int expected = 0;
        for (int i = 0; i < Rows; i++)
            for (int j = 0; j < Rows; j++)
            {
                double endA = double.IsNaN(a[i].End) ? a[i].Start : a[i].End;
                if (double.IsNaN(a[i].Start) || endA < a[i].Start)
                    continue;
                double gap = Math.Max(0, Math.Max(b[j].Start - endA, a[i].Start - b[j].End));
                if (gap > 2)
                    continue;
                expected++;
                Assert.Equal(gap, Math.Abs(found[(i, j)].Days), 1e-9);
                Assert.Equal(gap == 0 ? 0 : Math.Sign(b[j].Start - a[i].Start), Math.Sign(found[(i, j)].Days));
            }
        Assert.InRange(expected, 50, (Rows * Rows) - 50);
        Assert.Equal(expected, found.Count);
        if (isDuration)
            Assert.Contains("2 rows of A have no time and are in no pair", messages);

        (double, double)[] Intervals() => [.. Enumerable.Range(0, Rows).Select(_ => 50_000 + (random.NextDouble() * 40))
            .Select(s => (s, s + (random.NextDouble() * 4)))];

        MemorySide Side((double Start, double End)[] rows) => At(Times(start, [.. rows.Select(r => r.Start)]),
            Times(end, [.. rows.Select(r => isDuration ? (r.End - r.Start) * 86_400 : r.End)], unit: isDuration ? "s" : "d"));
    }

    [Fact]
    public async Task Of_several_kinds_of_times_the_first_is_used_and_a_message_names_all()
    {
        MemorySide a = At(Times("t_min", [1]), Times("t_max", [2]), Times("mjd", [57_001])), b = At(Times("mjd", [57_001]));
        List<string> messages = [];
        CrossMatchOptions options = Within(600) with { OnMessage = messages.Add };
        Assert.Equal(0, Assert.Single(await MatchAsync(a, b, options)).Value.Days);
        Assert.Contains("times of A are in 'mjd', not in 't_min' and 't_max'; CrossMatchOptions.TimeColumnsA names other columns",
            messages);
        Assert.DoesNotContain(messages, m => m.StartsWith("times of B are in", StringComparison.Ordinal));
        messages.Clear();
        await MatchAsync(a, b, options with { TimeColumnsA = ["mjd"] });
        Assert.DoesNotContain(messages, m => m.Contains("t_min", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task The_nearest_epoch_of_light_curves_decides(bool curvesA, bool curvesB)
    {
        Random random = new(11);
        double[][] a = Epochs(curvesA), b = Epochs(curvesB);
        await using ITableReader tableA = await TableAsync("a", a, curvesA), tableB = await TableAsync("b", b, curvesB);
        CrossMatchOptions options = Within(0) with { TimeWindowDays = 0.05, TimeColumnsA = ["t"], TimeColumnsB = ["t"] };
        foreach (long? kept in (long?[])[null, 0]) // in memory and in temporary files
        {
            var found = await MatchAsync(TableSide.Create(tableA), TableSide.Create(tableB), options with { KeptBytes = kept });
            int expected = 0;
            for (int i = 0; i < Rows; i++)
                for (int j = 0; j < Rows; j++)
                {
                    if (a[i].All(double.IsNaN) || b[j].All(double.IsNaN))
                        continue;
                    var nearest = (from x in Enumerable.Range(0, a[i].Length)
                                   from y in Enumerable.Range(0, b[j].Length)
                                   where !double.IsNaN(a[i][x]) && !double.IsNaN(b[j][y])
                                   select (Days: b[j][y] - a[i][x], x, y)).MinBy(p => Math.Abs(p.Days));
                    if (Math.Abs(nearest.Days) > 0.05)
                        continue;
                    expected++;
                    Assert.Equal((nearest.Days, curvesA ? nearest.x : -1, curvesB ? nearest.y : -1), found[(i, j)]);
                }
            Assert.InRange(expected, 10, (Rows * Rows) - 10);
            Assert.Equal(expected, found.Count);
        }

        double[][] Epochs(bool areCurves) => EpochsOf(random, areCurves);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task The_last_epoch_before_and_the_first_after_are_found_if_an_epoch_of_the_other_order_is_nearer(bool curvesA,
        bool curvesB)
    {
        Random random = new(17);
        double[][] a = EpochsOf(random, curvesA), b = EpochsOf(random, curvesB);
        await using ITableReader tableA = await TableAsync("a", a, curvesA), tableB = await TableAsync("b", b, curvesB);
        foreach (MatchFind find in (MatchFind[])[MatchFind.LastBefore, MatchFind.FirstAfter])
        {
            var found = await MatchAsync(TableSide.Create(tableA), TableSide.Create(tableB),
                Within(0) with { TimeWindowDays = 0.2, TimeColumnsA = ["t"], TimeColumnsB = ["t"], Find = find });
            var expected = (from i in Enumerable.Range(0, Rows)
                            from j in Enumerable.Range(0, Rows)
                            from x in Enumerable.Range(0, a[i].Length)
                            from y in Enumerable.Range(0, b[j].Length)
                            let days = b[j][y] - a[i][x]
                            where (find == MatchFind.LastBefore ? days <= 0 : days >= 0) && Math.Abs(days) <= 0.2
                            group (j, days, x: curvesA ? x : -1, y: curvesB ? y : -1) by i)
                .ToDictionary(g => ((long)g.Key, (long)g.MinBy(p => Math.Abs(p.days)).j), g => g.MinBy(p => Math.Abs(p.days)));
            Assert.InRange(expected.Count, 10, Rows);
            Assert.Equal(expected.Keys.Order(), found.Keys.Order());
            foreach (var (pair, best) in expected)
                Assert.Equal((best.days, best.x, best.y), found[pair]);
        }
    }

    // Unsorted, with missing times, and some rows without any.
    private static double[][] EpochsOf(Random random, bool areCurves) => [.. Enumerable.Range(0, Rows)
        .Select(row => Enumerable.Range(0, areCurves ? row % 7 : 1)
        .Select(_ => random.Next(6) == 0 ? double.NaN : 50_000 + (random.NextDouble() * 3)).ToArray())];

    private async Task<ITableReader> TableAsync(string name, double[][] epochs, bool areCurves)
    {
        ColumnSchema schema = new() { Name = "t", DType = DType.Float64, Shape = areCurves ? [ColumnSchema.Ragged] : [] };
        double[] all = [.. epochs.SelectMany(e => e)];
        MemorySide side = At(areCurves ? new ColumnData<double>(schema, all, [.. epochs.Select(e => e.Length)])
            : new ColumnData<double>(schema, all));
        return await side.ToTableAsync(folder[string.Create(CultureInfo.InvariantCulture, $"{name}.parquet")]);
    }

    [Fact]
    public async Task Ends_before_the_starts_are_reported_as_probable_durations()
    {
        List<string> messages = [];
        MemorySide a = At(Times("start", [58_000, 58_001, 58_002]), Times("dur", [30, 60, 58_003]));
        await MatchAsync(a, a, Within(600) with { TimeColumnsA = ["start", "dur"], TimeColumnsB = ["start"], OnMessage = messages.Add });
        Assert.Contains("2 of 3 rows of A end in 'dur' before they start in 'start'. If 'dur' has durations, rename it to one of exptime,",
            string.Join('\n', messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arrays_and_scalars_are_not_an_interval()
    {
        ColumnSchema schema = new() { Name = "t", DType = DType.Float64, Shape = [2] };
        MemorySide a = At(new ColumnData<double>(schema, new double[2]), Times("u", [1]));
        Assert.Contains("'t' of memory has arrays of times", (await Assert.ThrowsAsync<ArgumentException>(() => MatchAsync(a, a,
            Within(600) with { TimeColumnsA = ["t", "u"] }))).Message, StringComparison.Ordinal);
    }
}
