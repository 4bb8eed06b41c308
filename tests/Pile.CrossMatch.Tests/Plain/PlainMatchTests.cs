using System.Text;
using Pile.CrossMatch.Matching;
using Pile.CrossMatch.Tests.Matching;
using Pile.Format;
using Pile.Reading;
using Pile.Tables;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Plain;

public class PlainMatchTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task The_file_contains_the_pairs_of_brute_force(bool hasTextIds, bool nearestOnly)
    {
        const double radiusArcsec = 900;
        using TemporaryFolder folder = new();
        PositionArrays a = await SideAsync(folder, "a", 1, hasTextIds), b = await SideAsync(folder, "b", 2, hasTextIds: false);
        MatchSummary summary = await RunAsync(folder, "pairs.parquet", radiusArcsec, nearestOnly, workers: 2);

        List<(int A, int B, double Separation)> expected = SkyPairs.BruteForce(a, b, radiusArcsec / 3600, nearestOnly), found = [];
        await using ITableReader table = await TableReader.OpenAsync(folder["pairs.parquet"],
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["a_object_id", "b_object_id", "separation_arcsec", "a_ra", "a_dec", "b_ra", "b_dec"],
            table.Columns.Select(c => c.Name));
        Assert.Equal("arcsec", table.Columns.Single(c => c.Name == "separation_arcsec").Unit);
        string file = Encoding.Latin1.GetString(File.ReadAllBytes(folder["pairs.parquet"]));
        using System.Text.Json.JsonDocument density =
            System.Text.Json.JsonDocument.Parse(
                file[file.IndexOf("{\"order\":",
                    StringComparison.Ordinal)..][..(file[file.IndexOf("{\"order\":", StringComparison.Ordinal)..].IndexOf('}',
                        StringComparison.Ordinal) + 1)]);
        Assert.Equal(expected.GroupBy(p => a.Healpix29(0)[p.A] >> (2 * (29 - density.RootElement.GetProperty("order").GetInt32())))
            .OrderBy(g => g.Key).Select(g => $"[{g.Key},{g.Count()}]"),
            density.RootElement.GetProperty("cells").EnumerateArray().Select(c => c.GetRawText()));
        await foreach (RowBatch batch in table.ReadAsync(cancellationToken: TestContext.Current.CancellationToken))
            for (int i = 0; i < batch.RowCount; i++)
            {
                int rowA = hasTextIds ? int.Parse(Encoding.UTF8.GetString(((TextColumnData)batch["a_object_id"]).Element(i)).Split('-')[1])
                    : (int)(Value<long>(batch, "a_object_id", i) / 10);
                int rowB = (int)(Value<long>(batch, "b_object_id", i) / 10);
                Assert.Equal((a.RaDeg(0)[rowA], a.DecDeg(0)[rowA], b.RaDeg(0)[rowB], b.DecDeg(0)[rowB]),
                    (Value<double>(batch, "a_ra", i), Value<double>(batch, "a_dec", i), Value<double>(batch, "b_ra", i),
                        Value<double>(batch, "b_dec", i)));
                found.Add((rowA, rowB, Value<double>(batch, "separation_arcsec", i)));
            }
        Assert.NotEmpty(expected);
        SkyPairs.AssertSame(expected, found);
        Assert.Equal(new MatchSummary(expected.Count, expected.Count, a.Count, b.Count,
            a.Count - expected.Select(p => p.A).Distinct().Count(), b.Count - expected.Select(p => p.B).Distinct().Count(), 0), summary);
    }

    [Fact]
    public async Task Bytes_do_not_depend_on_the_number_of_workers()
    {
        using TemporaryFolder folder = new();
        await WriteAsync(folder, "a", Field(3), hasTextIds: false);
        await WriteAsync(folder, "b", Field(4), hasTextIds: true);
        await RunAsync(folder, "one.parquet", 3, nearestOnly: false, workers: 1);
        await RunAsync(folder, "three.parquet", 3, nearestOnly: false, workers: 3);
        Assert.Equal(File.ReadAllBytes(folder["one.parquet"]), File.ReadAllBytes(folder["three.parquet"]));
    }

    [Fact]
    public async Task A_corrupt_page_is_named_and_no_file_is_left()
    {
        using TemporaryFolder folder = new();
        await SideAsync(folder, "a", 1, hasTextIds: false);
        await SideAsync(folder, "b", 2, hasTextIds: false);
        Damage(PositionsOf(folder, "b"));
        DatasetInvalidException e = await Assert.ThrowsAsync<DatasetInvalidException>(
            () => RunAsync(folder, "pairs.parquet", 900, nearestOnly: false, workers: 2));
        Assert.Contains($"{PositionsOf(folder, "b")}: column 'ra' of row group 0 is damaged", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task A_page_that_is_damaged_after_it_was_verified_is_reported_by_the_next_match()
    {
        using TemporaryFolder folder = new();
        await SideAsync(folder, "a", 1, hasTextIds: false);
        await SideAsync(folder, "b", 2, hasTextIds: false);
        // Files that were written within the last second are always verified.
        while (DateTime.UtcNow - File.GetLastWriteTimeUtc(PositionsOf(folder, "b")) < TimeSpan.FromSeconds(1.5))
            await Task.Delay(50, TestContext.Current.CancellationToken);
        MatchSummary first = await RunAsync(folder, "pairs.parquet", 900, nearestOnly: false, workers: 2);
        Assert.Equal(first, await RunAsync(folder, "again.parquet", 900, nearestOnly: false, workers: 2));
        Damage(PositionsOf(folder, "b"));
        DatasetInvalidException e = await Assert.ThrowsAsync<DatasetInvalidException>(
            () => RunAsync(folder, "no.parquet", 900, nearestOnly: false, workers: 2));
        Assert.Contains($"{PositionsOf(folder, "b")}: column 'ra' of row group 0 is damaged", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_changes_during_the_match_is_reported_and_no_file_is_left()
    {
        using TemporaryFolder folder = new();
        await SideAsync(folder, "a", 1, hasTextIds: false);
        await SideAsync(folder, "b", 2, hasTextIds: false);
        CrossMatchOptions options = new() { RadiusArcsec = 900, Progress = new Touching(PositionsOf(folder, "b")) };
        SourceUnreadableException e = await Assert.ThrowsAsync<SourceUnreadableException>(() => RunAsync(folder, "no.parquet", options));
        Assert.Contains($"{PositionsOf(folder, "b")}: it changed during the match", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task Empty_sides_and_cancelled_matches_leave_no_temporary_files()
    {
        using TemporaryFolder folder = new();
        await SideAsync(folder, "a", 1, hasTextIds: false, count: 0);
        await SideAsync(folder, "b", 2, hasTextIds: false);
        Assert.Equal(new MatchSummary(0, 0, 0, 2000, 0, 2000, 0),
            await RunAsync(folder, "pairs.parquet", 900, nearestOnly: false, workers: 2));
        await using Dataset b = await Dataset.OpenAsync(folder["b"], cancellationToken: TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CrossMatcher.MatchToFileAsync(new DatasetSide(b), new DatasetSide(b),
            new() { RadiusArcsec = 1 }, folder["no.parquet"], cancellationToken: new CancellationToken(canceled: true)));
        Assert.False(File.Exists(folder["no.parquet"]));
    }

    private static void Damage(string positions)
    {
        using FileStream file = new(positions, FileMode.Open, FileAccess.ReadWrite);
        file.Position = 20_000; // within right ascension, after 2,000 pixels
        int value = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(value ^ 1));
    }

    private static Task<MatchSummary> RunAsync(TemporaryFolder folder, string output, double radiusArcsec, bool nearestOnly, int workers) =>
        RunAsync(folder, output, new()
        {
            RadiusArcsec = radiusArcsec,
            Find = nearestOnly ? MatchFind.Nearest : MatchFind.All,
            Workers = workers
        });

    private static async Task<MatchSummary> RunAsync(TemporaryFolder folder, string output, CrossMatchOptions options)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        await using Dataset a = await Dataset.OpenAsync(folder["a"], cancellationToken: cancel),
            b = await Dataset.OpenAsync(folder["b"], cancellationToken: cancel);
        return await CrossMatcher.MatchToFileAsync(new DatasetSide(a), new DatasetSide(b), options, folder[output],
            cancellationToken: cancel);
    }

    private static string PositionsOf(TemporaryFolder folder, string name) => Path.Combine(folder[name], DatasetPaths.Positions("main"));

    private sealed class Touching(string path) : IProgress<PhaseProgress>
    {
        public void Report(PhaseProgress value) => File.SetLastWriteTimeUtc(path, new DateTime(2020, 2, 29, 0, 0, 0, DateTimeKind.Utc));
    }

    /// <summary>Writes a side whose ids identify its rows.</summary>
    private static Task<PositionArrays> SideAsync(TemporaryFolder folder, string name, int seed, bool hasTextIds, int count = 2000)
    {
        ((double[] RaDeg, double[] DecDeg) clumps, _) = SkyGenerators.Clumps(seed, 0.25, count);
        for (int i = 0; i < count; i++)
            if (clumps.RaDeg[i] >= 360)
                clumps.RaDeg[i] = 0;
        return WriteAsync(folder, name, SkyPairs.Sorted(clumps.RaDeg, clumps.DecDeg), hasTextIds);
    }

    /// <summary>Creates three chunks of rows in four square degrees at RA 0/360.</summary>
    private static PositionArrays Field(int seed)
    {
        Random random = new(seed);
        double[] raDeg = new double[280_000], decDeg = new double[280_000];
        for (int i = 0; i < raDeg.Length; i++)
            (raDeg[i], decDeg[i]) = ((359 + (2 * random.NextDouble())) % 360, 2 * random.NextDouble());
        return SkyPairs.Sorted(raDeg, decDeg);
    }

    private static async Task<PositionArrays> WriteAsync(TemporaryFolder folder, string name, PositionArrays side, bool hasTextIds)
    {
        int[] rows = [.. Enumerable.Range(0, side.Count)];
        double[] raDeg = Array.ConvertAll(rows, row => side.RaDeg(row / SortedPositions.ChunkRows)[row % SortedPositions.ChunkRows]),
            decDeg = Array.ConvertAll(rows, row => side.DecDeg(row / SortedPositions.ChunkRows)[row % SortedPositions.ChunkRows]);
        MemorySide made = new(raDeg, decDeg)
        {
            Ids = Array.ConvertAll(rows, row => 10L * row),
            TextIds = hasTextIds ? Array.ConvertAll(rows, row => $"object-{row}") : null,
        };
        await using Dataset written = await made.ToDatasetAsync(folder[name], TestContext.Current.CancellationToken);
        return side;
    }

    private static T Value<T>(RowBatch batch, string column, int row)
        where T : unmanaged => ((ColumnData<T>)batch[column]).Values.Span[row];
}
