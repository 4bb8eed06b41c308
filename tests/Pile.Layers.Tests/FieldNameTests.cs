using Pile.Format;
using Pile.Reading;
using static Pile.Layers.Tests.LayerFixture;

namespace Pile.Layers.Tests;

/// <summary>Fields with names that DuckDB, or the statements of layers, use for something else.</summary>
public sealed class FieldNameTests(LayerFixture fixture) : IClassFixture<LayerFixture>
{
    [Theory]
    [InlineData("file_index")]
    [InlineData("FILE_INDEX")]
    [InlineData("filename")]
    [InlineData("v0")]
    [InlineData("x")]
    public async Task A_field_may_have_any_name(string name)
    {
        string layer = await fixture.NewLayerAsync();
        await fixture.SetAsync(layer, Ids(1, 2), Column(name, 9, 8), Column("y", 8, 8));
        await fixture.SetAsync(layer, Ids(1), Column(name, 5));
        await fixture.SetAsync(layer, Ids(1), Column("y", 1));
        await using Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [layer] });
        List<(int, int)> rows = [];
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Where("y IS NOT NULL").OrderBy("object_id").Columns(name, "y")))
            for (int i = 0; i < batch.RowCount; i++)
                rows.Add((batch.Values<int>(name)[i], batch.Values<int>("y")[i]));
        Assert.Equal([(5, 1), (8, 8)], rows);

        LayerSnapshot newest = await SnapshotAsync(layer);
        using LayerDatabase database = new(threads: 1);
        IReadOnlyList<BlameEntry> blame = await LayerBlame.RunAsync(newest, new ObjectId(1), () => database, default);
        Assert.Equal([(name, "5", 2L), (name, "9", 1L), ("y", "1", 3L), ("y", "8", 1L)],
            blame.Select(b => (b.Field, b.Value, b.Commit.Number)));
        Assert.Empty(await LayerBlame.RunAsync(newest, new ObjectId(long.MinValue), () => database, default));
        using LayerDiff all = await LayerDiff.RunAsync(await SnapshotAsync($"{layer}@0"), newest, default),
            some = await LayerDiff.RunAsync(await SnapshotAsync($"{layer}@1"), newest, default);
        Assert.Equal(new Dictionary<string, long> { [name] = 2, ["y"] = 2 }, all.Changed.ToDictionary(c => c.Field, c => c.Values));
        Assert.Equal(new Dictionary<string, long> { [name] = 1, ["y"] = 1 }, some.Changed.ToDictionary(c => c.Field, c => c.Values));
    }

    private static Task<LayerSnapshot> SnapshotAsync(string reference) =>
        LayerSnapshot.OpenAsync(LayerReference.Parse(reference), null, default);
}
