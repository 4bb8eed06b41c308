using System.Text;
using Pile.CrossMatch.Matching;
using Pile.Format;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Tasks;

/// <summary>Matches in several tasks, compared with one process.</summary>
public sealed class TaskTests(TaskTests.Sides sides) : IClassFixture<TaskTests.Sides>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    /// <summary>Two sides of three and two chunks.</summary>
    public sealed class Sides
    {
        internal MemorySide A { get; } = Create((2 * SortedPositions.ChunkRows) + 9_000, 1);

        internal MemorySide B { get; } = Create(SortedPositions.ChunkRows + 5_000, 2);

        private static MemorySide Create(int rows, int seed)
        {
            Random random = new(seed);
            double[] ra = new double[rows], dec = new double[rows], mjd = new double[rows], error = new double[rows];
            for (int i = 0; i < rows; i++)
                (ra[i], dec[i], mjd[i], error[i]) = ((358 + (4 * random.NextDouble())) % 360, -2 + (4 * random.NextDouble()),
                    random.Next(20) == 0 ? double.NaN : 50_000 + (10 * random.NextDouble()), 4 * random.NextDouble());
            return new MemorySide(ra, dec, Column("mjd", mjd), Column("ra_error", error, "arcsec"));
        }

        private static ColumnData<double> Column(string name, double[] values, string? unit = "d") =>
            new(new ColumnSchema { Name = name, DType = DType.Float64, Unit = unit, Nullable = true }, values);
    }

    private static CrossMatchOptions Options(string name)
    {
        CrossMatchOptions options = new() { RadiusArcsec = 8 };
        return name switch
        {
            "nearest left where" => options with
            {
                Find = MatchFind.Nearest,
                Join = MatchJoin.Left,
                Where = "a.mjd + b.mjd > 100009 AND a.object_id % 3 = 0",
                ColumnsA = ["mjd"],
                PositionAngle = true
            },
            "one-to-one full window" => options with { Find = MatchFind.OneToOne, Join = MatchJoin.Full, TimeWindowDays = 3 },
            "two xor errors" => options with
            {
                RadiusArcsec = null,
                Find = MatchFind.Nearest,
                Neighbours = 2,
                Join = MatchJoin.Xor,
                Errors = ErrorModel.Sigma
            },
            "right table" => options with { Join = MatchJoin.Right, MinRadiusArcsec = 1 },
            "one-to-one left" => options with { Find = MatchFind.OneToOne, Join = MatchJoin.Left },
            "groups" => options with { Find = MatchFind.Groups, RadiusArcsec = 4 },
            "radius anti" => options with { Errors = ErrorModel.Radius, ErrorColumnA = "ra_error", Join = MatchJoin.Anti },
            _ => options,
        };
    }

    [Theory]
    [InlineData("all", 2, false, Traits = ["Run", "Long"])]
    [InlineData("nearest left where", 3, false)]
    [InlineData("one-to-one full window", 2, false, Traits = ["Run", "Long"])]
    [InlineData("two xor errors", 5, false)]
    [InlineData("right table", 2, false)]
    [InlineData("one-to-one left", 2, true, Traits = ["Run", "Long"])]
    [InlineData("groups", 2, true)]
    [InlineData("radius anti", 3, true, Traits = ["Run", "Long"])]
    public async Task Tasks_and_a_commit_write_the_bytes_of_one_process(string name, int count, bool isSelf)
    {
        CrossMatchOptions options = Options(name) with { Workers = 2 };
        MemorySide? b = isSelf ? null : sides.B;
        string ending = name == "right table" ? ".csv" : ".parquet", whole = folder[$"whole{ending}"], parts = folder[$"parts{ending}"];
        MatchSummary expected = await CrossMatcher.MatchToFileAsync(sides.A, b, options, whole, cancellationToken: Token);
        Assert.True(expected.Pairs > 1000);
        for (int task = count - 1; task >= 0; task--) // in any order
            Assert.NotNull(await CrossMatcher.RunTaskAsync(sides.A, b, options with { Workers = 1 }, parts, task, count, Token));
        Assert.Equal(expected, await CrossMatcher.CommitTasksAsync(sides.A, b, options, parts, cancellationToken: Token));
        Assert.True(File.ReadAllBytes(whole).AsSpan().SequenceEqual(File.ReadAllBytes(parts)));
        Assert.False(Directory.Exists($"{parts}.parts"));
    }

    [Fact]
    public async Task Blocks_of_many_pairs_do_not_depend_on_the_share()
    {
        // A chunk has several blocks of pairs; of these the nearest are few, but keep the row groups of the blocks.
        CrossMatchOptions options = new() { RadiusArcsec = 90, Find = MatchFind.Nearest };
        await CrossMatcher.MatchToFileAsync(sides.B, sides.A, options, folder["whole.parquet"], cancellationToken: Token);
        foreach (int task in (int[])[0, 1])
            await CrossMatcher.RunTaskAsync(sides.B, sides.A, options, folder["parts.parquet"], task, 2, Token);
        await CrossMatcher.CommitTasksAsync(sides.B, sides.A, options, folder["parts.parquet"], cancellationToken: Token);
        using Pile.Parquet.PlainParquetFile written = Pile.Parquet.PlainParquetFile.Open(folder["whole.parquet"]);
        Assert.InRange(written.GroupCount, 4, 100);
        Assert.True(File.ReadAllBytes(folder["whole.parquet"]).AsSpan().SequenceEqual(File.ReadAllBytes(folder["parts.parquet"])));
    }

    [Fact]
    public async Task A_part_that_fits_is_kept_and_another_is_written_again()
    {
        (MemorySide a, MemorySide b) = Small();
        CrossMatchOptions options = new() { RadiusArcsec = 8 };
        string output = folder["x.parquet"], part = folder["x.parquet.parts/0-of-2.parquet"];
        Assert.NotNull(await CrossMatcher.RunTaskAsync(a, b, options, output, 0, 2, Token));
        byte[] first = await File.ReadAllBytesAsync(part, Token);
        Assert.Null(await CrossMatcher.RunTaskAsync(a, b, options with { Workers = 1, OnMessage = _ => { } }, output, 0, 2, Token));
        Assert.NotNull(await CrossMatcher.RunTaskAsync(a, b, options with { RadiusArcsec = 9 }, output, 0, 2, Token));
        Assert.NotNull(await CrossMatcher.RunTaskAsync(a, b, options, output, 0, 2, Token));
        Assert.Equal(first, await File.ReadAllBytesAsync(part, Token));
        await File.WriteAllTextAsync(part, "no Parquet", Token);
        Assert.NotNull(await CrossMatcher.RunTaskAsync(a, b, options, output, 0, 2, Token));
        Assert.Equal(first, await File.ReadAllBytesAsync(part, Token));
    }

    [Theory]
    [InlineData("missing", "1 of 2 parts are missing: 1-of-2.parquet")]
    [InlineData("none", "there are no parts of tasks")]
    [InlineData("count", "parts of 2 tasks and of 3 tasks, for example 0-of-2.parquet and 2-of-3.parquet")]
    [InlineData("options", "1-of-2.parquet: it is a part of another match: CrossMatchOptions.RadiusArcsec is 9, expected 8")]
    [InlineData("inputs", "1-of-2.parquet: it is a part of another match: the number of rows of B is")]
    [InlineData("version", "1-of-2.parquet: it is a part of another match: version is 9")]
    [InlineData("truncated", "1-of-2.parquet: ")]
    [InlineData("damaged", "do not match their checksum")]
    [InlineData("blocks", "its list of blocks is not")]
    public async Task A_part_that_does_not_belong_to_the_match_is_rejected_by_name(string fault, string says)
    {
        (MemorySide a, MemorySide b) = Small();
        CrossMatchOptions options = new() { RadiusArcsec = 8 };
        string output = folder["x.parquet"], part = folder["x.parquet.parts/1-of-2.parquet"];
        if (fault != "none")
            await CrossMatcher.RunTaskAsync(a, b, options, output, 0, 2, Token);
        if (fault is not ("none" or "missing"))
            await CrossMatcher.RunTaskAsync(a, fault == "inputs" ? Small().A : b,
                options with { RadiusArcsec = fault == "options" ? 9 : 8 }, output, 1, 2, Token);
        if (fault == "count")
            await CrossMatcher.RunTaskAsync(a, b, options, output, 2, 3, Token);
        if (fault == "truncated")
            await File.WriteAllBytesAsync(part, (await File.ReadAllBytesAsync(part, Token))[..^20], Token);
        if (fault == "version")
            await ReplaceAsync(part, "version\t", "version\t9");
        if (fault == "damaged")
            await ReplaceAsync(folder["x.parquet.parts/1-of-2.parquet"], null, "");
        if (fault == "blocks")
            await ReplaceAsync(part, "0 5000 ", "0 4000 ");
        SourceUnreadableException error = await Assert.ThrowsAsync<SourceUnreadableException>(() =>
            CrossMatcher.CommitTasksAsync(a, b, options, output, cancellationToken: Token));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(output));
    }

    [Fact]
    public async Task A_task_out_of_range_is_an_error_before_anything_is_read()
    {
        (MemorySide a, MemorySide b) = Small();
        foreach ((int task, int count) in new[] { (2, 2), (-1, 2), (0, 0), (0, 10_001) })
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => CrossMatcher.RunTaskAsync(a, b,
                new CrossMatchOptions { RadiusArcsec = 8 }, folder["x.parquet"], task, count, Token));
    }

    // One chunk each, which is the share of the last task.
    private (MemorySide A, MemorySide B) Small() => (Part(sides.A, 5_000), Part(sides.B, 5_200));

    private static MemorySide Part(MemorySide side, int rows) => new(side.RaDeg[..rows], side.DecDeg[..rows]);

    // Replaces text by text of the same length, or changes the first value of the file.
    private static async Task ReplaceAsync(string path, string? text, string by)
    {
        byte[] bytes = await File.ReadAllBytesAsync(path, Token);
        int at = text is null ? 64 : bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));
        Assert.True(at > 0);
        if (text is null)
            bytes[at] ^= 1;
        else
            Encoding.UTF8.GetBytes(by).CopyTo(bytes, at);
        await File.WriteAllBytesAsync(path, bytes, Token);
    }
}
