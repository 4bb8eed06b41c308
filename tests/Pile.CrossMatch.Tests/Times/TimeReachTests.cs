using System.Globalization;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;
using Pile.TestKit;
using Pile.Writing;

namespace Pile.CrossMatch.Tests.Times;

/// <summary>Matches with a time window read fewer tiles of datasets with a space-time coverage, and have the same results.</summary>
public sealed class TimeReachTests : IDisposable
{
    private const int Fields = 24, RowsOfField = 50;

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Results_are_those_without_a_coverage_and_fewer_tiles_are_read()
    {
        Random random = new(7);
        (double[] ra, double[] dec, double[] mjd) = Sky(random);
        // Every third field of B is of another year; positions are up to 20 arcseconds apart, so that many pairs cross cells.
        double[] raB = [.. ra.Select((r, i) => (r + ((random.NextDouble() - 0.5) * 0.01) + 360) % 360)],
            decB = [.. dec.Select(d => Math.Clamp(d + ((random.NextDouble() - 0.5) * 0.01), -90, 90))],
            mjdB = [.. mjd.Select((t, i) => t + (i / RowsOfField % 3 == 0 ? 4000 : 0) + (random.NextDouble() * 3) - 1.5)];
        mjdB[5] = mjdB[300] = double.NaN;
        List<Dataset> open = [];
        foreach (bool has in (bool[])[true, false])
        {
            open.Add(await BuildAsync($"a{has}", "UTC", has, ra, dec, mjd, null, 1));
            open.Add(await BuildAsync($"b{has}", "TDB", has, raB, decB, mjdB, [.. mjdB.Select(t => t + 0.02)], 2));
        }
        int fewer = 0;
        foreach (CrossMatchOptions options in Cases())
        {
            (MatchPlan with, List<string> rows) = await RunAsync(open[0], open[1], options);
            (MatchPlan without, List<string> expected) = await RunAsync(open[2], open[3], options);
            Assert.Equal(expected, rows);
            Assert.True(with.A.Tiles <= without.A.Tiles && with.B.Tiles <= without.B.Tiles);
            fewer += with.A.Tiles + with.B.Tiles < without.A.Tiles + without.B.Tiles ? 1 : 0;
        }
        Assert.InRange(fewer, 5, Cases().Count() - 3);

        MatchPlan plan = await CrossMatcher.ExplainAsync(new DatasetSide(open[0]), new DatasetSide(open[1]), Within(2), Token);
        MatchStage saved = plan.Stages[0];
        Assert.Matches(@"^skip \d+ of \d+ tiles of A and \d+ of \d+ of B without rows in the time window", saved.Name);
        Assert.True(saved is { Rows: > 100, Bytes: > 100 });
        foreach (Dataset dataset in open)
            await dataset.DisposeAsync();
    }

    private static IEnumerable<CrossMatchOptions> Cases()
    {
        foreach (double days in (double[])[0.001, 100, 5000])
            yield return Within(days);
        foreach (MatchJoin join in (MatchJoin[])[MatchJoin.Left, MatchJoin.Right, MatchJoin.Xor])
            yield return Within(2) with { Join = join };
        yield return Within(2) with { Find = MatchFind.OneToOne };
        yield return Within(2) with { Where = "b.flux > 0.3 AND a.flux < b.flux", Errors = ErrorModel.Radius, ErrorColumnB = "error" };
        yield return Within(2) with { RadiusArcsec = 1300 }; // too wide for the neighbours of a cell
    }

    private static CrossMatchOptions Within(double days) =>
        new() { RadiusArcsec = 20, TimeWindowDays = days, ColumnsB = ["flux"], ColumnsA = ["flux"] };

    private static async Task<(MatchPlan Plan, List<string> Rows)> RunAsync(Dataset a, Dataset b, CrossMatchOptions options)
    {
        MatchPlan plan = await CrossMatcher.ExplainAsync(new DatasetSide(a), new DatasetSide(b), options, Token);
        using MatchTable table = await CrossMatcher.MatchAsync(new DatasetSide(a), new DatasetSide(b), options, Token);
        List<string> rows = [];
        await foreach (RowBatch batch in table.ReadAsync(Token))
            for (int row = 0; row < batch.RowCount; row++)
                rows.Add(string.Join(' ', batch.Columns.Select(c => c.IsNullAt(row) ? "null" : Convert.ToHexString(c.RowBytes(row)))));
        return (plan, rows);
    }

    // Fields of a degree at the poles, at 0° and elsewhere, each observed for a day.
    private static (double[] Ra, double[] Dec, double[] Mjd) Sky(Random random)
    {
        List<(double Ra, double Dec, double Mjd)> rows = [];
        for (int field = 0; field < Fields; field++)
        {
            (double ra, double dec) = field switch
            {
                0 => (0, 90),
                1 => (100, -90),
                2 => (0, 0),
                3 => (0, 41.8),
                _ => (random.NextDouble() * 360, Math.Asin((random.NextDouble() * 2) - 1) * 180 / Math.PI)
            };
            for (int i = 0; i < RowsOfField; i++)
            {
                double d = Math.Clamp(dec + random.NextDouble() - 0.5, -90, 90);
                double r = (ra + ((random.NextDouble() - 0.5) / Math.Max(Math.Cos(d * Math.PI / 180), 1 / 360.0)) + 720) % 360;
                rows.Add((r, d, 55_000 + (30 * field) + random.NextDouble()));
            }
        }
        return ([.. rows.Select(r => r.Ra)], [.. rows.Select(r => r.Dec)], [.. rows.Select(r => r.Mjd)]);
    }

    private async Task<Dataset> BuildAsync(string name, string scale, bool hasCoverage, double[] ra, double[] dec, double[] mjd,
        double[]? mjdEnd, int seed)
    {
        Random random = new(seed);
        DatasetSpec spec = new()
        {
            Name = name[..1],
            Modality = "catalogue",
            Order = 0,
            TimeScale = scale,
            TimeReference = "BARYCENTER",
            HasCoverage = hasCoverage,
            Provenance = new Provenance
            {
                Project = "p",
                Survey = "s",
                Instrument = "i",
                Release = "r",
                Licence = "CC0-1.0",
                Citation = "c",
                Builder = "test",
                BuilderVersion = "1"
            },
        };
        await using (DatasetWriter writer = DatasetWriter.Create(folder[name], spec, new WriterSettings { Workers = 2, MaxTileRows = 45 }))
        {
            using (UnitSpill spill = writer.BeginUnit("u", [new SourceFile("u.fits", 42, new string('a', 64))]))
            {
                List<ColumnData> columns = [Standard("ra", ra), Standard("dec", dec), Standard("mjd", mjd)];
                if (mjdEnd is not null)
                    columns.Add(Standard("mjd_end", mjdEnd));
                foreach (string native in (string[])["flux", "error"])
                    columns.Add(new ColumnData<double>(new ColumnSchema { Name = native, DType = DType.Float64 },
                        ra.Select(_ => 0.1 + random.NextDouble()).ToArray()));
                spill.Append(new RowBatch([new ColumnData<long>(Modality.Common.Find("object_id")!.With(DType.Int64, []),
                    Enumerable.Range(0, ra.Length).Select(i => (long)i).ToArray()), .. columns]));
                spill.Complete();
            }
            await writer.CommitAsync(Token);
        }
        Assert.Equal(hasCoverage, File.Exists(folder[$"{name}/main/coverage.fits"]));
        return await Dataset.OpenAsync(folder[name], cancellationToken: Token);

        static ColumnData<double> Standard(string column, double[] values) =>
            new(Modality.Common.Find(column)!.With(DType.Float64, []), values);
    }

    [Theory]
    [InlineData("2000:1", "2000:1", 0, true)]
    [InlineData("2000:1", "2400:1", 0, false)] // 6 minutes apart at time order 61
    [InlineData("2000:1", "2400:1", 0.005, true)]
    [InlineData("2000:1", "2000:77", 1, false)] // far away
    public void Elements_are_compared_with_the_slack_of_scales(string a, string b, double days, bool isNear)
    {
        (bool OfA, bool OfB) reach = TimeReach.Of(Map(a), Map(b), days) is { } found
            ? (!found.Cells(isA: true).IsEmpty, !found.Cells(isA: false).IsEmpty) : default;
        Assert.Equal((isNear, isNear), reach);

        static SpaceTimeMoc Map(string text)
        {
            int[] parts = [.. text.Split(':').Select(p => int.Parse(p, CultureInfo.InvariantCulture))];
            long start = SpaceTimeMoc.Microsecond(55_000) + (parts[0] * 1_000_000L);
            return SpaceTimeMoc.Of(61, 6, [new SpaceTimeElement(start, start + 1,
                HealpixRanges.FromRanges(6, [new HealpixRange(parts[1], parts[1] + 1)]))]);
        }
    }
}
