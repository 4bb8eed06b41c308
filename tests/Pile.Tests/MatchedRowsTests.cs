using Pile.CrossMatch;
using Pile.Reading;
using Pile.Sky;
using Pile.Streaming;
using Pile.Writing.Tests;

namespace Pile.Tests;

public class MatchedRowsTests(ThreeSurveys surveys) : IClassFixture<ThreeSurveys>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Query Images => surveys.Images.Query().Columns("object_id", "image");

    private Query Spectra => surveys.Spectra.Query().Columns("object_id", "flux", "z");

    private Query Curves => surveys.Curves.Query().Columns("object_id", "magnitudes");

    private async Task<MatchedRows> PairsAsync()
    {
        using MatchTable pairs = await surveys.Images.CrossMatchAsync(surveys.Spectra, radiusArcsec: 1, cancellationToken: Cancellation);
        Assert.Equal(200, pairs.RowCount);
        return await pairs.OpenRowsAsync(Images, Spectra, Cancellation);
    }

    /// <summary>Returns the objects of all batches, in order. All columns of a row must be of the same object.</summary>
    private static async Task<List<int>> ObjectsAsync(StreamSource source, LoaderOptions options, bool hasCurves = false)
    {
        List<int> objects = [];
        await foreach (StreamBatch batch in new Loader(source, options).ReadAsync(cancellationToken: Cancellation))
            using (batch)
                for (int row = 0; row < batch.RowCount; row++)
                {
                    int found = (int)(batch.Values<long>("a_object_id").Span[row] - 7000);
                    Assert.Equal(-1, batch.Row<float>("a_image", row).IndexOfAnyExcept((float)found));
                    Assert.Equal($"s{found}", batch.Text("b_object_id", row));
                    Assert.Equal(-1, batch.Row<double>("b_flux", row).IndexOfAnyExcept((double)found));
                    Assert.Equal(found / 100.0, batch.Values<double>("b_z").Span[row]);
                    Assert.Equal(0.2, batch.Values<double>(hasCurves ? "ab_separation_arcsec" : "separation_arcsec").Span[row], 1e-6);
                    if (hasCurves)
                    {
                        Assert.Equal(-1 - found, batch.Values<long>("c_object_id").Span[row]);
                        Assert.Equal(ThreeSurveys.Length(found), batch.Row<float>("c_magnitudes", row).Length);
                        Assert.Equal(-1, batch.Row<float>("c_magnitudes", row).IndexOfAnyExcept((float)found));
                        Assert.Equal(0.3, batch.Values<double>("ac_separation_arcsec").Span[row], 1e-6);
                    }
                    objects.Add(found);
                }
        return objects;
    }

    [Fact]
    public async Task Every_row_of_a_batch_is_one_pair_and_every_pair_is_read_once()
    {
        MatchedRows stream = await PairsAsync();
        Assert.Equal(200, stream.Count);
        Assert.Equal(["a_object_id", "a_image", "b_object_id", "b_flux", "b_z", "separation_arcsec"],
            stream.Source.Columns.Select(c => c.Name));
        List<int> shuffled = await ObjectsAsync(stream.Source,
            new LoaderOptions { BatchRows = 17, ShuffleSeed = 3, Shuffle = new BlockShuffle { BlockRows = 4, BlocksPerRound = 8 } });
        Assert.Equal(Enumerable.Range(100, 200), shuffled.Order());
        Assert.NotEqual(await ObjectsAsync(stream.Source, new LoaderOptions()), shuffled);
    }

    [Fact]
    public async Task Three_datasets_are_read_in_one_batch()
    {
        MatchedRows stream = await Images.OpenMatchesAsync([Spectra, Curves], radiusArcsec: 1, Cancellation);
        List<int> objects = await ObjectsAsync(stream.Source, new LoaderOptions { BatchRows = 32, ShuffleSeed = 1 }, hasCurves: true);
        Assert.Equal(Enumerable.Range(50, 100).Select(i => 2 * i), objects.Order());

        // Conditions of a side select its rows.
        MatchedRows some = await Images.OpenMatchesAsync([Spectra.Where("z < 1.5"), Curves], radiusArcsec: 1, Cancellation);
        Assert.Equal(Enumerable.Range(50, 25).Select(i => 2 * i),
            (await ObjectsAsync(some.Source, new LoaderOptions(), hasCurves: true)).Order());
        Assert.Equal(0, (await Images.OpenMatchesAsync([Spectra, Curves], radiusArcsec: 0.1, Cancellation)).Count);
    }

    [Fact]
    public async Task Matches_can_be_sampled_evenly_over_the_sky()
    {
        MatchedRows stream = await PairsAsync();
        const int order = 0;
        long[] cells = stream.Cells(order);
        Dictionary<long, int> matchesIn = cells.GroupBy(c => c).ToDictionary(g => g.Key, g => g.Count());
        Assert.True(matchesIn.Values.Max() > matchesIn.Values.Min());

        List<int> drawn = await ObjectsAsync(stream.Weighted(order, rowCount: 1200), new LoaderOptions { BatchRows = 64, ShuffleSeed = 1 });
        int[] perCell = [.. drawn.GroupBy(i => Healpix.AngToPix(order, Zoo.Ra(i), Zoo.Dec(i))).Select(g => g.Count())];
        Assert.Equal(matchesIn.Count, perCell.Length);
        // Each match is rounded up or down separately, so that the number of rows of a cell is exact to one row.
        Assert.All(perCell, count => Assert.InRange(count, (1200 / matchesIn.Count) - 1, (1200 / matchesIn.Count) + 1));
    }

    [Fact]
    public async Task Parts_of_a_split_are_disjoint_and_agree_with_the_parts_of_the_dataset()
    {
        MatchedRows stream = await PairsAsync();
        RowSplit split = stream.SplitByHash(SplitShares.TrainValidationTest, seed: 5),
            ofImages = await Split.ByHashAsync(Images, SplitShares.TrainValidationTest, 5, Cancellation);
        List<int> all = [];
        foreach (string part in split.Names)
        {
            List<int> own = await ObjectsAsync(split[part], new LoaderOptions());
            all.AddRange(own);
            HashSet<long> images = [];
            await foreach (StreamBatch batch in new Loader(ofImages[part]).ReadAsync(cancellationToken: Cancellation))
                using (batch)
                    images.UnionWith(batch.Values<long>("object_id").Span.ToArray());
            Assert.All(own, i => Assert.Contains(7000L + i, images));
            Assert.Equal(own, await ObjectsAsync(stream.Select(split.RowsOf(part)).Source, new LoaderOptions()));
        }
        Assert.Equal(Enumerable.Range(100, 200), all.Order());

        RowSplit sky = stream.SplitBySky(new SplitShares(("train", 1), ("test", 1)), order: 1, guardArcsec: 3600 * 4);
        Assert.Equal(200 - sky.LeftOut, sky["train"].RowCount + sky["test"].RowCount);
        List<int> train = await ObjectsAsync(sky["train"], new LoaderOptions()),
            test = await ObjectsAsync(sky["test"], new LoaderOptions());
        Assert.All(train, i => Assert.All(test,
            j => Assert.True(Separation.Arcsec(Zoo.Ra(i), Zoo.Dec(i), Zoo.Ra(j), Zoo.Dec(j)) > 3600 * 4)));
    }

    [Fact]
    public async Task A_stream_of_matches_continues_from_its_state()
    {
        LoaderOptions options = new() { BatchRows = 16, ShuffleSeed = 9 };
        List<int> whole = await ObjectsAsync((await PairsAsync()).Source, options), resumed = [];
        StreamState? state = null;
        foreach (int batches in (int[])[3, int.MaxValue])
        {
            int left = batches;
            // Repeats the match and the look-up, as another process would.
            await foreach (StreamBatch batch in new Loader((await PairsAsync()).Source, options).ReadAsync(state, Cancellation))
                using (batch)
                {
                    resumed.AddRange(batch.Values<long>("a_object_id").Span.ToArray().Select(id => (int)(id - 7000)));
                    state = StreamState.Parse(batch.State.ToJson());
                    if (--left == 0)
                        break;
                }
        }
        Assert.Equal(whole, resumed);
        MatchedRows three = await Images.OpenMatchesAsync([Spectra, Curves], 1, Cancellation);
        await Assert.ThrowsAsync<ArgumentException>(
            async () =>
            {
                await foreach (StreamBatch batch in new Loader(three.Source, options).ReadAsync(state, Cancellation))
                    batch.Dispose();
            });
    }

    [Fact]
    public async Task Sources_that_cannot_be_aligned_are_rejected()
    {
        MatchedRows rows = await PairsAsync();
        Assert.Equal("matches", Assert.Throws<ArgumentNullException>(() => rows.Select(null!)).ParamName);
        using MatchTable left = await CrossMatcher.MatchAsync(new DatasetSide(surveys.Images), new DatasetSide(surveys.Spectra),
            new() { RadiusArcsec = 1, Join = MatchJoin.Left }, Cancellation);
        Assert.Contains("inner",
            (await Assert.ThrowsAsync<ArgumentException>(() => left.OpenRowsAsync(Images, Spectra, Cancellation))).Message,
            StringComparison.Ordinal);
        using MatchTable groups = await CrossMatcher.MatchSelfAsync(new DatasetSide(surveys.Images),
            new() { RadiusArcsec = 1, Find = MatchFind.Groups }, Cancellation);
        Assert.Contains("groups",
            (await Assert.ThrowsAsync<ArgumentException>(() => groups.OpenRowsAsync(Images, Images, Cancellation))).Message,
            StringComparison.Ordinal);

        using MatchTable pairs = await surveys.Images.CrossMatchAsync(surveys.Spectra, 1, cancellationToken: Cancellation);
        Assert.Contains("other datasets",
            (await Assert.ThrowsAsync<ArgumentException>(() => pairs.OpenRowsAsync(Curves, Spectra, Cancellation))).Message,
            StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => pairs.OpenRowsAsync(Images.Where("ra < 10"), Spectra, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => Images.OpenMatchesAsync([], 1, Cancellation));
    }
}
