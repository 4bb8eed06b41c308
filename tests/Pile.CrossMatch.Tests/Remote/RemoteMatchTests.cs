using Pile.Format;
using Pile.Reading;
using Pile.Storage;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.CrossMatch.Tests.Remote;

/// <summary>Matches of datasets on a web server, compared with the same matches of local ones.</summary>
public sealed class RemoteMatchTests(RemoteMatchTests.Skies skies) : IClassFixture<RemoteMatchTests.Skies>, IAsyncLifetime
{
    private const string Positions = "main/positions.parquet";

    private readonly TemporaryFolder folder = new();
    private readonly CrossMatchOptions options = new() { RadiusArcsec = 30, Workers = 2 };
    private FileServer server = null!, withoutRanges = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await skies.CopyAsync(folder["served"], "a", "b");
        (server, withoutRanges) = (new FileServer(folder["served"]), new FileServer(folder["served"], supportsRanges: false));
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await withoutRanges.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Remote_sides_give_the_same_bytes_as_local_ones()
    {
        CrossMatchOptions[] requests =
        [
            options, options with { Find = MatchFind.Nearest, Join = MatchJoin.Left, ColumnsA = ["mag"] },
            options with { Find = MatchFind.OneToOne, Where = "a.mag - b.mag < 1" },
            options with { Join = MatchJoin.Full, Where = "abs(a.mag - b.mag) < 1" },
        ];
        for (int i = 0; i < requests.Length; i++)
        {
            byte[] expected = await BytesAsync(requests[i], "a", "b");
            foreach ((FileServer of, string cache) in new[] { (server, "cache"), (server, "cache"),
                (withoutRanges, "cache of whole files") })
            {
                await using Dataset a = await OpenAsync("a", of, cache), b = await OpenAsync("b", of, cache);
                await CrossMatcher.MatchToFileAsync(new DatasetSide(a), new DatasetSide(b), requests[i], folder["m.parquet"],
                    overwrite: true, Token);
                Assert.Equal(expected, await File.ReadAllBytesAsync(folder["m.parquet"], Token));
            }
        }
    }

    [Fact]
    public async Task A_second_match_fetches_no_positions()
    {
        for (int run = 0; run < 2; run++)
        {
            await using Dataset a = await OpenAsync("a", server, "cache"), b = await OpenAsync("b", server, "cache");
            await CrossMatcher.MatchToFileAsync(new DatasetSide(a), new DatasetSide(b), options, folder["m.parquet"],
                overwrite: true, Token);
            long positions = new FileInfo(folder[$"served/a/{Positions}"]).Length;
            if (run == 0)
                Assert.InRange(a.Statistics.BytesFetched, positions, positions + (1 << 20));
            else
                Assert.InRange(a.Statistics.BytesFetched, 1, 1 << 16);
        }
    }

    [Fact]
    public async Task Row_groups_without_possible_pairs_are_not_fetched()
    {
        await skies.CopyAsync(folder["served"], "c");
        await using Dataset b = await OpenAsync("c", server, "cache");
        await File.WriteAllLinesAsync(folder["few.csv"],
            ["id,ra,dec", .. Enumerable.Range(0, 100).Select(i => $"{i},{40 + i % 10},{35 + i / 10}")], Token);
        await using Tables.ITableReader table = await Tables.TableReader.OpenAsync(folder["few.csv"], cancellationToken: Token);
        MatchSummary summary = await CrossMatcher.MatchToFileAsync(TableSide.Create(table), new DatasetSide(b),
            new() { RadiusArcsec = 300 }, folder["m.parquet"], cancellationToken: Token);
        Assert.InRange(summary.Pairs, 1, 1000);
        Assert.Equal(Skies.RowsOfC, summary.RowsB);
        Assert.InRange(b.Statistics.BytesFetched, 1, new FileInfo(folder[$"served/c/{Positions}"]).Length / 2);
    }

    [Theory]
    [InlineData(false, 0.25, 0.75)]
    [InlineData(true, 0.9, 0.9)]
    public async Task Rows_out_of_reach_of_a_selection_or_of_a_share_are_not_fetched(bool isShare, double mostOfA, double mostOfB)
    {
        await skies.CopyAsync(folder["served"], "field1", "field2");
        await using Dataset c = await OpenAsync("field1", server, "cache"), d = await OpenAsync("field2", server, "cache");
        if (isShare)
            Assert.InRange((await CrossMatcher.RunTaskAsync(new DatasetSide(c), new DatasetSide(d), options, folder["m.parquet"], 0, 10,
                Token))!.Value, 1, Skies.RowsOfField);
        else
            Assert.InRange((await CrossMatcher.MatchToFileAsync(new DatasetSide(c, c.Query().Cone(101, 1, 1)), new DatasetSide(d), options,
                folder["m.parquet"], cancellationToken: Token)).Pairs, 1, Skies.RowsOfField);
        foreach ((Dataset side, string name, double most) in new[] { (c, "field1", mostOfA), (d, "field2", mostOfB) })
            Assert.InRange(side.Statistics.BytesFetched, 1, (long)(new FileInfo(folder[$"served/{name}/{Positions}"]).Length * most));
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(-1_000)]
    [InlineData(-6)]
    public async Task A_corrupt_cached_file_is_fetched_again(int offset)
    {
        byte[] expected = await BytesAsync(options, "a", "b");
        for (int run = 0; run < 2; run++)
        {
            await using Dataset a = await OpenAsync("a", server, "cache"), b = await OpenAsync("b", server, "cache");
            await CrossMatcher.MatchToFileAsync(new DatasetSide(a), new DatasetSide(b), options, folder["m.parquet"],
                overwrite: true, Token);
            Assert.Equal(expected, await File.ReadAllBytesAsync(folder["m.parquet"], Token));
            foreach (string cached in run == 0 ? Directory.GetFiles(folder["cache"], "positions.parquet", SearchOption.AllDirectories) : [])
                Flip(cached, offset);
        }
    }

    [Theory]
    [InlineData(1_000_000, "of row group 0 is damaged")]
    [InlineData(-700, "its footer is damaged")]
    public async Task A_corrupt_remote_file_is_an_error_that_names_it(int offset, string finding)
    {
        Flip(folder[$"served/b/{Positions}"], offset);
        await using Dataset a = await OpenAsync("a", server, "cache"), b = await OpenAsync("b", server, "cache");
        DatasetInvalidException e = await Assert.ThrowsAsync<DatasetInvalidException>(() =>
            CrossMatcher.MatchToFileAsync(new DatasetSide(a), new DatasetSide(b), options, folder["m.parquet"], cancellationToken: Token));
        Assert.Contains(finding, e.Message, StringComparison.Ordinal);
        Assert.Contains($"b/{Positions}", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["m.parquet"]));
    }

    [Fact]
    public async Task A_dataset_without_a_positions_file_gives_the_same_rows()
    {
        CrossMatchOptions request = options with { Find = MatchFind.Nearest, Join = MatchJoin.Left, ColumnsB = ["mag"] };
        byte[] expected = await CsvAsync(request);
        foreach (string name in (string[])["a", "b"])
            File.Delete(folder[$"served/{name}/{Positions}"]);
        Assert.Equal(expected, await CsvAsync(request));
    }

    private async Task<byte[]> CsvAsync(CrossMatchOptions request)
    {
        await using Dataset a = await Dataset.OpenAsync(folder["served/a"], cancellationToken: Token),
            b = await Dataset.OpenAsync(folder["served/b"], cancellationToken: Token);
        await CrossMatcher.MatchToFileAsync(new DatasetSide(a), new DatasetSide(b), request, folder["m.csv"], overwrite: true, Token);
        return await File.ReadAllBytesAsync(folder["m.csv"], Token);
    }

    private async Task<byte[]> BytesAsync(CrossMatchOptions request, string nameA, string nameB)
    {
        await using Dataset a = await Dataset.OpenAsync(folder[$"served/{nameA}"], cancellationToken: Token),
            b = await Dataset.OpenAsync(folder[$"served/{nameB}"], cancellationToken: Token);
        await CrossMatcher.MatchToFileAsync(new DatasetSide(a), new DatasetSide(b), request, folder["local.parquet"],
            overwrite: true, Token);
        return await File.ReadAllBytesAsync(folder["local.parquet"], Token);
    }

    private Task<Dataset> OpenAsync(string name, FileServer at, string cache) =>
        Dataset.OpenAsync($"{at.Address}{name}",
            new DatasetOptions { Storage = new StoreOptions { CacheFolder = folder[cache], RetryDelay = TimeSpan.FromMilliseconds(5) } },
            Token);

    // A positive offset is from the start, a negative one from the end.
    private static void Flip(string path, int offset)
    {
        using FileStream file = File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Position = offset < 0 ? file.Length + offset : offset;
        int value = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(value ^ 1));
    }

    /// <summary>Datasets that are built once, when the first test needs them; every test gets copies.</summary>
    public sealed class Skies : IDisposable
    {
        // With fewer row groups, each is read. In a field, the rows next to a chunk are in few others.
        internal const int RowsOfC = 5 << 17, RowsOfField = 10 << 17;

        private readonly TemporaryFolder folder = new();
        private readonly Dictionary<string, Lazy<Task>> built;

        public Skies() => built = new(StringComparer.Ordinal)
        {
            ["a"] = Built("a", () => Sky(1, 300_000)), // more than two row groups over the whole sky
            ["b"] = Built("b", () => Sky(2, 300_000)),
            ["c"] = Built("c", () => Sky(3, RowsOfC)),
            ["field1"] = Built("field1", () => Sky(3, RowsOfField, raDeg: 100, sizeDeg: 30)),
            ["field2"] = Built("field2", () => Sky(4, RowsOfField, raDeg: 100, sizeDeg: 30)),
        };

        internal async Task CopyAsync(string output, params string[] names)
        {
            foreach (string name in names)
            {
                await built[name].Value;
                foreach (string file in Directory.EnumerateFiles(folder[name], "*", SearchOption.AllDirectories))
                {
                    string copy = Path.Combine(output, Path.GetRelativePath(folder.Path, file));
                    Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                    File.Copy(file, copy);
                }
            }
        }

        public void Dispose() => folder.Dispose();

        private Lazy<Task> Built(string name, Func<MemorySide> side) =>
            new(async () => await (await side().ToDatasetAsync(folder[name])).DisposeAsync());
    }

    private static MemorySide Sky(int seed, int rows, double raDeg = 0, double? sizeDeg = null)
    {
        Random random = new(seed);
        double[] ra = new double[rows], dec = new double[rows], mag = new double[rows];
        for (int i = 0; i < rows; i++)
            (ra[i], dec[i], mag[i]) = (raDeg + ((sizeDeg ?? 360) * random.NextDouble()), sizeDeg * random.NextDouble()
                ?? Math.Asin((2 * random.NextDouble()) - 1) * 180 / Math.PI, 20 * random.NextDouble());
        return new MemorySide(ra, dec,
            new ColumnData<double>(new ColumnSchema { Name = "mag", DType = DType.Float64, Unit = "", Description = "" }, mag));
    }
}
