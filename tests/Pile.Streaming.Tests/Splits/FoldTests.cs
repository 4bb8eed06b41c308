using System.Text.Json;
using Pile.Format;
using Pile.Reading;
using Pile.TestKit;

namespace Pile.Streaming.Tests;

/// <summary>Folds, predefined and iteratively stratified splits, compared with scikit-learn.</summary>
public sealed class FoldTests(LabelledDataset labelled) : IClassFixture<LabelledDataset>
{
    private static readonly Lazy<JsonElement> Sklearn = new(() => JsonDocument.Parse(Python.Run("""
        import json, sys
        import numpy as np
        from sklearn.model_selection import KFold, StratifiedKFold, GroupKFold
        classes, groups, labels = json.loads(sys.argv[1])
        n, k = len(classes), 5
        folds = lambda cv, *a: [test.tolist() for _, test in cv.split(np.zeros(n), *a)]
        plain = folds(KFold(k, shuffle=True, random_state=1))
        print(json.dumps({
            'plain': sorted(len(f) for f in plain),
            'stratified': {c: sorted(sum(classes[i] == c for i in f) for f in folds(StratifiedKFold(k), classes)) for c in set(classes)},
            'grouped': sorted(len(f) for f in folds(GroupKFold(k), classes, groups)),
            # sum over labels of the deviation of their number in a fold from their share (Sechidis et al. 2011, LD without ratios)
            'plain_deviation': sum(abs(sum(l[i] for i in f) - sum(l) / k) for l in labels for f in plain),
        }))
        """, JsonSerializer.Serialize(new object[]
        {
            All(LabelledDataset.Class), All(i => LabelledDataset.Group(i) ?? $"row {i}"),
            LabelledDataset.Labels.Select((_, label) => All(i => LabelledDataset.Has(label, i))).ToArray(),
        }))).RootElement);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Query Query => labelled.Dataset.Query().Columns("object_id");

    private static T[] All<T>(Func<int, T> of) => [.. Enumerable.Range(0, LabelledDataset.RowCount).Select(of)];

    private static async Task<int[][]> Parts(RowSplit split)
    {
        List<int[]> parts = [];
        foreach (string name in split.Names)
        {
            parts.Add([.. (await LoaderTests.Ids(split[name], new LoaderOptions())).Select(id => (int)id)]);
            int[] others = [.. (await LoaderTests.Ids(split.Except(name), new LoaderOptions())).Select(id => (int)id)];
            Assert.Empty(parts[^1].Intersect(others));
            Assert.Equal(LabelledDataset.RowCount - split.LeftOut, parts[^1].Length + others.Length);
        }
        Assert.Equal(LabelledDataset.RowCount - split.LeftOut, parts.SelectMany(p => p).Distinct().Count());
        Assert.Equal(LabelledDataset.RowCount - split.LeftOut, parts.Sum(p => p.Length));
        return [.. parts];
    }

    private static int[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(n => n.GetInt32())];

    [Fact]
    public async Task Folds_have_the_sizes_of_sklearn()
    {
        int[][] folds = await Parts(await Split.FoldsAsync(Query, 5, cancellationToken: Cancellation));
        Assert.Equal(Numbers(Sklearn.Value.GetProperty("plain")), folds.Select(f => f.Length).Order());
        Assert.NotEqual(folds[0], (await Parts(await Split.FoldsAsync(Query, 5, seed: 1, cancellationToken: Cancellation)))[0]);
    }

    [Fact]
    public async Task Stratified_folds_have_as_many_rows_of_each_class_as_those_of_sklearn()
    {
        int[][] folds = await Parts(await Split.FoldsAsync(Query, 5, stratifyBy: ["class"], cancellationToken: Cancellation));
        foreach (JsonProperty ofClass in Sklearn.Value.GetProperty("stratified").EnumerateObject())
            Assert.Equal(Numbers(ofClass.Value), folds.Select(f => f.Count(i => LabelledDataset.Class(i) == ofClass.Name)).Order());
    }

    [Fact]
    public async Task Grouped_folds_keep_groups_together_and_have_the_sizes_of_sklearn()
    {
        int[][] folds = await Parts(await Split.FoldsAsync(Query, 5, groupBy: "group", cancellationToken: Cancellation));
        Assert.Equal(Numbers(Sklearn.Value.GetProperty("grouped")), folds.Select(f => f.Length).Order());
        string[][] groups = [.. folds.Select(f => f.Select(LabelledDataset.Group).OfType<string>().Distinct().ToArray())];
        Assert.Equal(groups.SelectMany(g => g).Distinct().Count(), groups.Sum(g => g.Length));
    }

    [Fact]
    public async Task Iterative_stratification_spreads_each_label_better_than_chance()
    {
        int[][] folds = await Parts(await Split.FoldsAsync(Query, 5, stratifyBy: LabelledDataset.Labels, cancellationToken: Cancellation));
        double deviation = LabelledDataset.Labels.Select((_, label) => folds.Sum(f =>
            Math.Abs(f.Count(i => LabelledDataset.Has(label, i)) - (All(i => LabelledDataset.Has(label, i)).Count(h => h) / 5.0)))).Sum();
        Assert.InRange(deviation, 0, 0.35 * Sklearn.Value.GetProperty("plain_deviation").GetDouble());
        Assert.All(folds, f => Assert.InRange(f.Length, 78, 82));

        RowSplit shares = await Split.IterativeAsync(Query, LabelledDataset.Labels, new SplitShares(("train", 3), ("test", 1)),
            cancellationToken: Cancellation);
        int[] train = (await Parts(shares))[0];
        for (int label = 0; label < LabelledDataset.Labels.Length; label++)
        {
            double members = All(i => LabelledDataset.Has(label, i)).Count(h => h);
            Assert.InRange(train.Count(i => LabelledDataset.Has(label, i)), (0.75 * members) - 1.5, (0.75 * members) + 1.5);
        }
    }

    [Fact]
    public async Task Labels_are_lists_of_any_integers()
    {
        using TemporaryFolder folder = new();
        List<int[]> found = [];
        foreach (ColumnData labels in (ColumnData[])[Lists<long>(DType.Int64), Lists<sbyte>(DType.Int8), Lists<ushort>(DType.UInt16),
            Lists<uint>(DType.UInt32), Lists<ulong>(DType.UInt64)])
        {
            string name = labels.Schema.DType.Name();
            int[] ids = [.. Enumerable.Range(0, 60)];
            await OneUnitDataset.WriteAsync(folder[name], OneUnitDataset.Spec(name, "catalogue"),
                [.. OneUnitDataset.Located([.. ids.Select(i => (long)i)], [.. ids.Select(i => 6.0 * i)], [.. ids.Select(i => i - 30.0)]),
                    labels]);
            await using Dataset dataset = await Dataset.OpenAsync(folder[name], cancellationToken: Cancellation);
            RowSplit split = await Split.IterativeAsync(dataset.Query(), ["labels"], new SplitShares(("train", 2), ("test", 1)),
                cancellationToken: Cancellation);
            found.Add([.. (await LoaderTests.Ids(split["train"], new LoaderOptions())).Select(id => (int)id)]);
        }
        Assert.Equal(40, found[0].Length);
        Assert.All(found, train => Assert.Equal(found[0], train));

        static ColumnData<T> Lists<T>(DType type) where T : unmanaged, System.Numerics.INumber<T> => new(
            new ColumnSchema { Name = "labels", DType = type, Shape = [2] },
            Enumerable.Range(0, 120).Select(i => T.CreateChecked(i * i % 7)).ToArray());
    }

    [Fact]
    public async Task A_predefined_split_is_that_of_its_column()
    {
        RowSplit split = await Split.ByColumnAsync(Query, "part", Cancellation);
        Assert.Equal(["test", "train"], split.Names);
        Assert.Equal(All(LabelledDataset.Part).Count(p => p is null), split.LeftOut);
        int[][] parts = await Parts(split);
        Assert.All(parts[0], i => Assert.Equal("test", LabelledDataset.Part(i)));
        Assert.All(parts[1], i => Assert.Equal("train", LabelledDataset.Part(i)));
    }

    [Fact]
    public async Task Draws_are_balanced_or_capped()
    {
        StreamSource source = await StreamSource.OpenAsync(Query, Cancellation);
        int[] balanced = [.. (await LoaderTests.Ids(await source.BalancedAsync("class", 100, 1, Cancellation), new())).Select(i => (int)i)];
        Assert.Equal([33, 33, 34], balanced.GroupBy(LabelledDataset.Class).Select(g => g.Count()).Order());
        // Eight rare rows are drawn four times, one of them five times or two.
        Assert.Equal([4, 4, 4, 4, 4, 4, 4, 5], balanced.Where(i => LabelledDataset.Class(i) == "rare")
            .GroupBy(i => i).Select(g => g.Count()).Order());
        StreamSource capped = await source.AtMostAsync(20, "class", 1, Cancellation);
        int[] drawn = [.. (await LoaderTests.Ids(capped, new())).Select(i => (int)i)];
        Assert.Equal([8, 20, 20], drawn.GroupBy(LabelledDataset.Class).Select(g => g.Count()).Order());
        Assert.Equal(drawn.Length, drawn.Distinct().Count());
        Assert.NotEqual(drawn, (await LoaderTests.Ids(await source.AtMostAsync(20, "class", 2, Cancellation), new())).Select(i => (int)i));
    }

    [Fact]
    public async Task Normalised_values_have_the_mean_and_the_deviation_of_the_part_that_was_measured()
    {
        RowSplit split = await Split.ByColumnAsync(labelled.Dataset.Query().Columns("object_id", "value", "pixels"), "part", Cancellation);
        StreamSource train = split["train"],
            test = await split["test"].NormaliseAsync(["value", "pixels"], train, Cancellation);
        string[] expected = Python.Run("""
            import json, sys
            import numpy as np
            from sklearn.preprocessing import StandardScaler
            train, test = (np.array(rows) for rows in json.loads(sys.argv[1]))
            value = lambda i: np.where(i % 20 == 0, np.nan, np.where(i % 30 == 1, np.nan, i + 1000.0))
            band = lambda i: np.stack([i, i + 1, i + 2])
            of = lambda f: (lambda s: s.transform(f(test).T.reshape(-1, 1)).ravel())(StandardScaler().fit(f(train).reshape(-1, 1)))
            print(json.dumps([np.nan_to_num(of(value), nan=1e9).tolist(), of(band).tolist(), of(lambda i: -5.0 * i).tolist()]))
            """, JsonSerializer.Serialize(new[] { split.RowsOf("train"), split.RowsOf("test") }
                .Zip([train, split["test"]], (_, source) => IdsOf(source)).ToArray())).Split('\n');
        double[][] values = JsonSerializer.Deserialize<double[][]>(expected[0])!;
        int row = 0;
        await foreach (StreamBatch batch in new Loader(test, new() { BatchRows = 7 }).ReadAsync(cancellationToken: Cancellation))
            using (batch)
                for (int i = 0; i < batch.RowCount; i++, row++)
                {
                    float value = batch.Row<float>("value", i)[0];
                    Assert.Equal(values[0][row], float.IsNaN(value) ? 1e9 : value, 1e-4);
                    for (int k = 0; k < 6; k++)
                        Assert.Equal(k < 3 ? values[1][(3 * row) + k] : values[2][row], batch.Row<float>("pixels", i)[k], 1e-4);
                }
        Assert.True(row > 50);

        long[] IdsOf(StreamSource source) => [.. LoaderTests.Ids(source, new()).GetAwaiter().GetResult()];
    }

    [Fact]
    public async Task Splits_that_cannot_be_made_say_why()
    {
        await Says(Split.FoldsAsync(Query, 5, "group", ["class"], cancellationToken: Cancellation), "not both");
        await Says(Split.FoldsAsync(Query, 401, cancellationToken: Cancellation), "only 400 rows");
        await Says(Split.FoldsAsync(Query, 1, cancellationToken: Cancellation), "count");
        await Says(Split.FoldsAsync(Query, 100, "group", cancellationToken: Cancellation), "groups");
        await Says(Split.IterativeAsync(Query, [], SplitShares.TrainValidationTest, cancellationToken: Cancellation), "At least one");
        await Says(Split.ByColumnAsync(Query, "value", Cancellation), "text, integers or bools");
        await Says(Split.ByColumnAsync(Query, "nothing", Cancellation), "nothing");
        StreamSource source = await StreamSource.OpenAsync(Query, Cancellation);
        await Says(source.BalancedAsync("value", cancellationToken: Cancellation), "text, integers or bools");
        await Says(source.NormaliseAsync(["class"], cancellationToken: Cancellation), "There is no column 'class'");
        await Says((await StreamSource.OpenAsync(labelled.Dataset.Query(), Cancellation)).NormaliseAsync(["class"], null, Cancellation),
            "has no numbers");

        static async Task Says(Task refused, string what) =>
            Assert.Contains(what, (await Assert.ThrowsAnyAsync<ArgumentException>(() => refused)).Message, StringComparison.Ordinal);
    }
}
