#pragma warning disable xUnit1051 // the code is from the guide, which does not use a token
using System.Numerics.Tensors;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pile.CrossMatch;
using Pile.Format;
using Pile.Reading;
using Pile.Streaming;
using Pile.TestKit;

namespace Pile.Tests;

/// <summary>The code of docs/streaming.md runs.</summary>
public class StreamingGuideTests(ThreeSurveys surveys) : IClassFixture<ThreeSurveys>
{
    private readonly Dataset images = surveys.Images, spectra = surveys.Spectra, curves = surveys.Curves;
    private int learned;

    private static string Guide => File.ReadAllText(Path.Combine(TestPaths.Root, "docs", "streaming.md"));

    [Fact]
    public void Every_line_of_code_in_the_guide_is_in_this_file()
    {
        string here = Lines(File.ReadAllText(Path.Combine(TestPaths.Root, "tests", "Pile.Tests", "StreamingGuideTests.cs")));
        string[] shown = [.. Blocks("csharp")];
        Assert.Equal(10, shown.Length);
        Assert.All(shown, code => Assert.Contains(Lines(code), here, StringComparison.Ordinal));

        static string Lines(string code) =>
            string.Join('\n', code.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData(7, 3, 1, 64, 42UL)]
    [InlineData(16, 4, 3, 5, 7UL)]
    public async Task The_order_is_the_one_that_the_guide_has_in_Python(int blockRows, int blocksPerRound, int lanes,
        int laneRows, ulong seed)
    {
        string script = Assert.Single(Blocks("python"))
            + "\nimport sys, json\nprint(json.dumps(sum((epoch_order(*map(int, sys.argv[1:]), epoch) for epoch in range(3)), [])))\n";
        string expected = Python.Run(script,
            [.. ((IFormattable[])[images.Manifest.Rows, blockRows, blocksPerRound, lanes, laneRows, seed]).Select(v => v.ToString()!)]);
        List<long> order = [];
        LoaderOptions options = new()
        {
            BatchRows = 33,
            Epochs = 3,
            ShuffleSeed = seed,
            Shuffle = new BlockShuffle { BlockRows = blockRows, BlocksPerRound = blocksPerRound, Lanes = lanes, LaneRows = laneRows }
        };
        await foreach (StreamBatch batch in new Loader(await StreamSource.OpenAsync(images.Query().Columns("object_id")),
            options).ReadAsync())
            using (batch)
                order.AddRange(batch.Rows.Span);
        Assert.Equal(JsonSerializer.Deserialize<long[]>(expected), order);
    }

    [Fact]
    public async Task A_query_is_loaded()
    {
        StreamSource source = await StreamSource.OpenAsync(spectra.Query().Where("z < 1.5").Columns("flux", "z"));
        Loader loader = new(source, new LoaderOptions { BatchRows = 256, ShuffleSeed = 1, Epochs = 3 });
        await foreach (StreamBatch batch in loader.ReadAsync())
            using (batch)
                Learn(batch.Tensor<double>("flux"), batch.Values<double>("z").Span);
        Assert.Equal(3 * 50, learned);
    }

    [Fact]
    public async Task Matches_are_loaded_split_and_sampled_evenly()
    {
        using MatchTable pairs = await images.CrossMatchAsync(spectra, radiusArcsec: 1);
        MatchedRows rows = await pairs.OpenRowsAsync(images.Query().Columns("image"), spectra.Query().Columns("flux", "z"));
        Loader matched = new(rows.Source, new LoaderOptions { ShuffleSeed = 1 }); // a_image, b_flux, b_z, separation_arcsec
        await foreach (StreamBatch batch in matched.ReadAsync())
            using (batch)
                Assert.Equal(["a_image", "b_flux", "b_z", "separation_arcsec"], batch.Columns.Select(c => c.Name));
        Assert.Equal(200, matched.Rows);

        MatchedRows three = await images.Query().Columns("image").OpenMatchesAsync(
            [spectra.Query().Where("z < 1.5").Columns("flux"), curves.Query().Columns("magnitudes")], radiusArcsec: 1);
        StreamSource even = three.Weighted(order: 4);
        Assert.Equal(["a_image", "b_flux", "c_magnitudes", "ab_separation_arcsec", "ac_separation_arcsec"],
            even.Columns.Select(c => c.Name));
        Assert.Equal(25, even.RowCount);

        RowSplit split = rows.SplitBySky(SplitShares.TrainValidationTest, order: 4, guardArcsec: 60);
        StreamSource train = rows.Select(split.RowsOf("train")).Weighted(order: 4), validation = split["validation"];
        Assert.Equal(200 - split.LeftOut, train.RowCount + validation.RowCount + split["test"].RowCount);
    }

    [Fact]
    public async Task Sources_are_mixed_joined_and_changed()
    {
        StreamSource deep = await StreamSource.OpenAsync(spectra.Query().Where("z >= 3").Columns("flux")),
            wide = await StreamSource.OpenAsync(spectra.Query().Where("z < 3").Columns("flux"));
        StreamSource left = StreamSource.At(images.Query().Columns("image"), [5, 3, 5]);
        RowBatch labels = new([new ColumnData<int>(new ColumnSchema { Name = "class", DType = DType.Int32 }, new int[] { 50, 30, 50 })]);

        StreamSource mixed = StreamSource.Mix([(deep, 1), (wide, 3)], rowsPerEpoch: 1000, seed: 1);
        StreamSource both = deep + wide;
        StreamSource side = StreamSource.Align(("image_", left), ("label_", StreamSource.Of(labels)));
        StreamSource noisy = both.Transform(AddNoise, "noise of 2 %");
        StreamSource flipped = both.Transform((batch, numbers, epoch, random) => Flip(batch, random), seed: 7, "flip");
        Assert.Equal(300, flipped.RowCount);
        StreamSource all = StreamSource.Union([deep, wide], new UnionOptions { UniteClasses = true });

        Assert.Equal((1000, 300, 300, 3, 300), (mixed.RowCount, both.RowCount, all.RowCount, side.RowCount, noisy.RowCount));
        await foreach (StreamBatch batch in new Loader(side, new LoaderOptions { ShuffleSeed = 4 }).ReadAsync())
            using (batch)
                for (int row = 0; row < batch.RowCount; row++)
                    Assert.Equal(batch.Rows.Span[row] == 1 ? 30 : 50, batch.Values<int>("label_class").Span[row]);

        static RowBatch AddNoise(RowBatch rows) => rows;

        static RowBatch Flip(RowBatch rows, ReadOnlyMemory<ulong> random) => random.Length == rows.RowCount ? rows
            : throw new ArgumentException("A random number is missing.", nameof(random));
    }

    [Fact]
    public async Task Folds_are_normalised_and_pinned()
    {
        RowSplit folds = await Split.FoldsAsync(spectra.Query().Columns("flux", "z"), 5);
        StreamSource fitted = await folds.Except("fold0").NormaliseAsync(["flux"]);
        StreamSource tested = await folds["fold0"].NormaliseAsync(["flux"], of: folds.Except("fold0"));
        Assert.Equal(spectra.Manifest.Rows, fitted.RowCount + tested.RowCount);

        using TemporaryFolder folder = new();
        string before = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = folder.Path;
            LoaderOptions pinned = await fitted.PinAsync("run.pin.yaml", new LoaderOptions { ShuffleSeed = 1, Epochs = 3 });
            (Dataset opened, StreamSource again, LoaderOptions same) = await StreamSource.OpenPinAsync("run.pin.yaml");
            await using (opened)
                Assert.Equal((pinned, fitted.RowCount), (same, again.RowCount));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Fact]
    public async Task A_worker_continues_from_its_state()
    {
        using TemporaryFolder folder = new();
        string path = folder["state.json"];
        StreamSource source = await StreamSource.OpenAsync(spectra.Query().Columns("flux", "z"));
        for (int run = 0; run < 2; run++)
        {
            StreamState? from = File.Exists(path) ? StreamState.Parse(File.ReadAllText(path)) : null;
            Loader shared = new(source, new LoaderOptions { BatchRows = 32, ShuffleSeed = 1, Worker = new Worker(index: 1, count: 4) });
            await foreach (StreamBatch batch in shared.ReadAsync(from))
                using (batch)
                {
                    Learn(batch.Tensor<double>("flux"), batch.Values<double>("z").Span);
                    File.WriteAllText(path, batch.State.ToJson());
                }
            // Of 300 rows, the second of four workers reads rows 32 to 63, 160 to 191 and 288 to 299: three steps, and no further rows.
            Assert.Equal(32 + 32 + 12, learned);
        }
    }

    private static IEnumerable<string> Blocks(string language) =>
        Regex.Matches(Guide, $"```{language}\n(.*?)```", RegexOptions.Singleline, TimeSpan.FromSeconds(1)).Select(m => m.Groups[1].Value);

    private void Learn(ReadOnlyTensorSpan<double> flux, ReadOnlySpan<double> z)
    {
        Assert.Equal(z.Length, flux.Lengths[0]);
        learned += z.Length;
    }
}
