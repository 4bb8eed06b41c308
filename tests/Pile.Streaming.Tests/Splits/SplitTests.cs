using Pile.Format;
using Pile.Reading;
using Pile.Sky;
using Pile.Writing.Tests;

namespace Pile.Streaming.Tests;

public class SplitTests(ZooDataset zoo) : IClassFixture<ZooDataset>
{
    private static readonly SplitShares Shares = SplitShares.TrainValidationTest;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Query Query => zoo.Dataset.Query().Columns("object_id", "image");

    private async Task<Dictionary<string, HashSet<long>>> Ids(RowSplit split)
    {
        Dictionary<string, HashSet<long>> parts = [];
        foreach (string name in split.Names)
            parts[name] = [.. await LoaderTests.Ids(split[name], new LoaderOptions { BatchRows = 50 })];
        Assert.Equal(ZooDataset.RowCount - split.LeftOut, parts.Values.Sum(p => p.Count));
        Assert.Equal(ZooDataset.RowCount - split.LeftOut, parts.Values.SelectMany(p => p).Distinct().Count());
        return parts;
    }

    [Fact]
    public async Task A_row_keeps_its_part_when_others_are_removed()
    {
        Dictionary<string, HashSet<long>> all = await Ids(await Split.ByHashAsync(Query, Shares, 1, Cancellation));
        Assert.InRange(all["train"].Count, 0.74 * ZooDataset.RowCount, 0.86 * ZooDataset.RowCount); // 3.3 standard deviations
        RowSplit some = await Split.ByHashAsync(Query.Where("object_id % 3 = 0"), Shares, 1, Cancellation);
        foreach (string name in some.Names)
            Assert.Subset(all[name], (await LoaderTests.Ids(some[name], new LoaderOptions())).ToHashSet());
        Assert.NotEqual(all["test"], (await Ids(await Split.ByHashAsync(Query, Shares, 2, Cancellation)))["test"]);
    }

    [Fact]
    public async Task Rows_of_a_group_stay_together()
    {
        Dictionary<string, HashSet<long>> parts = await Ids(await Split.ByGroupAsync(Query, "i8", Shares, 0, Cancellation));
        Assert.All(parts.Values, p => Assert.NotEmpty(p));
        Assert.Equal(100, parts.Values.Sum(p => p.Select(id => id % 100).Distinct().Count()));
        // A row without a group is a group of its own.
        parts = await Ids(await Split.ByGroupAsync(Query, "maybe text", Shares, 0, Cancellation));
        Assert.True(parts.Values.Count(p => p.Any(id => id % 6 == 0)) > 1);
    }

    [Fact]
    public void Equal_keys_are_in_the_same_part()
    {
        double[] values = [.. Enumerable.Range(0, 40).Select(i => (i % 4) switch
        {
            0 => 0.0,
            1 => -0.0,
            2 => double.NaN,
            _ => BitConverter.UInt64BitsToDouble(0x7FF8_0000_0000_0000 + (ulong)i),
        })];
        ColumnData<long> ids = new(new ColumnSchema { Name = "object_id", DType = DType.Int64 },
            Enumerable.Range(0, 40).Select(i => (long)i).ToArray());
        for (ulong seed = 0; seed < 20; seed++)
            foreach (ColumnData keys in (ColumnData[])[
                new ColumnData<double>(new ColumnSchema { Name = "k", DType = DType.Float64 }, values),
                new ColumnData<float>(new ColumnSchema { Name = "k", DType = DType.Float32 }, Array.ConvertAll(values, v => (float)v))])
            {
                RowSplit split = Split.ByKey(StreamSource.Of(new RowBatch([ids])), keys, new SplitShares([("a", 1), ("b", 1)]), seed);
                Assert.All(split.Names, name => Assert.Equal(0, split[name].RowCount % 20));
            }
    }

    [Fact]
    public async Task Every_class_has_its_share_in_every_part()
    {
        Dictionary<string, HashSet<long>> parts = await Ids(await Split.StratifiedAsync(Query, "truth", Shares, 0, Cancellation));
        foreach ((string name, HashSet<long> ids) in parts)
            foreach (bool truth in (bool[])[true, false])
            {
                int members = Enumerable.Range(0, ZooDataset.RowCount).Count(i => i % 3 == 0 == truth);
                Assert.InRange(ids.Count(id => id % 3 == 0 == truth), (members * (name == "train" ? 0.8 : 0.1)) - 1,
                    (members * (name == "train" ? 0.8 : 0.1)) + 1);
            }
    }

    [Fact]
    public async Task Parts_have_their_shares_of_classes_with_one_row()
    {
        Dictionary<string, HashSet<long>> parts = await Ids(await Split.StratifiedAsync(Query, "ra", Shares, 0, Cancellation));
        Assert.Equal([ZooDataset.RowCount * 8 / 10, ZooDataset.RowCount / 10, ZooDataset.RowCount / 10],
            Shares.Names.Select(name => parts[name].Count));
    }

    [Theory] // the number of classes, and the range of their sizes
    [InlineData(134, 3, 3)]
    [InlineData(400, 1, 1)]
    [InlineData(50, 2, 2)]
    [InlineData(300, 1, 40)]
    [InlineData(7, 1, 100_000)]
    public void Strata_have_their_shares_to_within_a_row_and_so_have_their_sums(int strata, int least, int most)
    {
        Random random = new(strata);
        foreach (double[] weights in (double[][])[[8, 1, 1], [0.8, 0.1, 0.1], [1, 1], [0.7, 0.2, 0.05, 0.05], [1]])
        {
            SplitShares shares = new(weights.Select((weight, i) => ($"p{i}", weight)));
            int[] sizes = [.. Enumerable.Range(0, strata).Select(_ => random.Next(least, most + 1)).OrderDescending()];
            int[][] counts = shares.CountsOf(sizes);
            double[] ideal = [.. weights.Select(weight => weight / weights.Sum())];
            for (int i = 0; i < strata; i++)
            {
                Assert.Equal(sizes[i], counts[i].Sum());
                for (int part = 0; part < weights.Length; part++)
                    Assert.InRange(counts[i][part], Math.Floor((sizes[i] * ideal[part]) + 1e-6),
                        Math.Ceiling((sizes[i] * ideal[part]) - 1e-6));
            }
            for (int part = 0; part < weights.Length; part++)
                Assert.InRange(counts.Sum(c => c[part]) - (sizes.Sum() * ideal[part]), -1.0, 1.0);
        }
    }

    [Fact]
    public async Task A_part_without_rows_is_reported()
    {
        List<string> messages = [];
        await using Dataset dataset = await Dataset.OpenAsync(zoo.Path, new DatasetOptions { OnMessage = messages.Add }, Cancellation);
        Query few = dataset.Query().Columns("object_id").Where("object_id < 3"), none = few.Where("object_id < 0");
        Assert.Equal(0, (await Split.StratifiedAsync(few, "ra", Shares, 0, Cancellation))["test"].RowCount);
        Assert.Contains(messages, m => m.Contains("parts 'validation', 'test' of the split have no rows, of 3 rows in all",
            StringComparison.Ordinal));
        messages.Clear();
        await Split.StratifiedAsync(dataset.Query().Columns("object_id"), "ra", Shares, 0, Cancellation);
        await Split.ByHashAsync(none, Shares, 0, Cancellation);
        Assert.DoesNotContain(messages, m => m.Contains("of the split", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 3600 * 4)]
    [InlineData(3, 3600)]
    public async Task Parts_of_the_sky_keep_their_distance(int order, double guardArcsec)
    {
        RowSplit split = await Split.BySkyAsync(Query, Shares, order, guardArcsec, 3, Cancellation);
        Dictionary<string, HashSet<long>> parts = await Ids(split);
        Assert.All(parts.Values, p => Assert.NotEmpty(p));
        Assert.InRange(split.LeftOut, guardArcsec > 0 ? 1 : 0, guardArcsec > 0 ? ZooDataset.RowCount / 2 : 0);
        foreach ((string name, HashSet<long> ids) in parts)
            foreach (long other in parts.Where(p => p.Key != name).SelectMany(p => p.Value))
                foreach (long id in ids)
                    Assert.True(Separation.Arcsec(Zoo.Ra((int)id), Zoo.Dec((int)id), Zoo.Ra((int)other),
                        Zoo.Dec((int)other)) > guardArcsec);
    }

    [Fact]
    public async Task An_unknown_column_or_an_invalid_share_is_rejected()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Split.ByGroupAsync(Query, "nothing", Shares, 0, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => Split.StratifiedAsync(Query, "vector", Shares, 0, Cancellation));
        Assert.Throws<ArgumentException>(() => new SplitShares());
        Assert.Throws<ArgumentException>(() => new SplitShares(("a", 1), ("a", 1)));
        Assert.Throws<ArgumentException>(() => new SplitShares(("a", double.NaN)));
        RowSplit split = await Split.ByHashAsync(Query, Shares, 0, Cancellation);
        Assert.Throws<ArgumentException>(() => split["tset"]);
    }

    [Fact]
    public async Task A_mixture_has_its_proportions()
    {
        StreamSource even = await StreamSource.OpenAsync(Query.Where("object_id % 2 = 0"), Cancellation),
            few = StreamSource.At(Query, [0, 1, 2]);
        StreamSource mixed = StreamSource.Mix([(even, 3), (few, 1)], 400, 1);
        List<long> ids = await LoaderTests.Ids(mixed, new LoaderOptions { ShuffleSeed = 1 });
        long[] rare = zoo.Ids[..3];
        Assert.Equal(400, ids.Count);
        List<long> inOrder = await LoaderTests.Ids(mixed, new LoaderOptions());
        Assert.Equal(ids.Order(), inOrder.Order());
        Assert.All(inOrder.Take(300).GroupBy(i => i), g => Assert.InRange(g.Count(), 1, 2));
        Assert.All(inOrder.Skip(300).GroupBy(i => i), g => Assert.InRange(g.Count(), 33, 34));
        Assert.Throws<ArgumentException>(() => StreamSource.Mix([(even, 0)]));
        Assert.Equal(rare.Order(), inOrder.Skip(300).Distinct().Order());
    }

    [Fact]
    public async Task Rows_are_drawn_as_often_as_their_weights_require()
    {
        StreamSource source = await StreamSource.OpenAsync(Query, Cancellation);
        double[] weights = [.. Enumerable.Range(0, ZooDataset.RowCount).Select(i => i < 100 ? 0 : i < 300 ? 1.0 : 2.5)];
        long[] drawn = [.. await LoaderTests.Ids(source.Weighted(weights, 1400), new LoaderOptions())];
        Dictionary<long, int> count = drawn.GroupBy(i => i).ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal(1400, drawn.Length);
        for (int i = 0; i < ZooDataset.RowCount; i++)
            Assert.InRange(count.GetValueOrDefault(zoo.Ids[i]), Math.Floor(weights[i] * 2), Math.Ceiling(weights[i] * 2));
        Assert.Equal([0.5, 1, 0.5], CellWeights.Inverse([7, 8, 7]));
        Assert.Throws<ArgumentException>(() => source.Weighted([1, 2]));
        Assert.Throws<ArgumentException>(() => source.Weighted(new double[ZooDataset.RowCount]));
    }
}
