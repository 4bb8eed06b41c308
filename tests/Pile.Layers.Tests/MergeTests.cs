using Pile.Format;
using Pile.Reading;
using static Pile.Layers.Tests.LayerFixture;

namespace Pile.Layers.Tests;

/// <summary>Merging forks in all directions, and commits that cannot be merged.</summary>
public sealed class MergeTests(LayerFixture fixture) : IClassFixture<LayerFixture>
{
    [Theory]
    [InlineData("n")]
    [InlineData("M")]
    public async Task A_merge_of_which_one_commit_does_not_fit_makes_no_commit(string field)
    {
        string layer = await fixture.NewLayerAsync(), fork = await ForkAsync(layer);
        await fixture.SetAsync(fork, Ids(1), Column("k", 1));
        await fixture.SetAsync(fork, Ids(1), Text(field, "text"));
        await fixture.SetAsync(layer, Ids(2), Column("n", 5));
        await fixture.SetAsync(layer, Ids(2), Column("m", 5));
        Exception e = await Assert.ThrowsAnyAsync<Exception>(() => MergeAsync(layer, fork));
        Assert.Contains(field == "n" ? "the field 'n' is int32, but its values here are string. Look at the commits" : "'M'", e.Message);
        Assert.Equal(2, (await SnapshotAsync(layer)).Number);
    }

    [Fact]
    public async Task A_commit_that_two_layers_merged_is_recognised_in_each_of_them()
    {
        string layer = await fixture.NewLayerAsync(), ann = await ForkAsync(layer), bob = await ForkAsync(layer);
        await fixture.SetAsync(ann, Ids(1), Column("n", 5));
        int[] made = [await MergeAsync(layer, ann), await MergeAsync(bob, layer), await MergeAsync(bob, ann), await MergeAsync(ann, bob)];
        Assert.Equal([1, 1, 0, 0], made);
        Assert.Equal("1=5", await ReadAsync(bob));
    }

    [Fact]
    public async Task A_value_that_won_a_merge_is_not_replaced_by_the_other_one_when_the_merge_is_merged()
    {
        string layer = await fixture.NewLayerAsync(), fork = await ForkAsync(layer);
        await fixture.SetAsync(layer, Ids(1, 2), Column("n", 5, 5));
        await fixture.SetAsync(fork, Ids(2), Column("n", 7));
        await Assert.ThrowsAsync<LayerConflictException>(() => MergeAsync(layer, fork));
        Assert.Equal(1, await MergeAsync(layer, fork, lastWins: true));
        LayerConflictException e = await Assert.ThrowsAsync<LayerConflictException>(() => MergeAsync(fork, layer));
        Assert.Contains("'n' of object_id 2", e.Message);
        Assert.Equal(("1=5 2=7", "2=7"), (await ReadAsync(layer), await ReadAsync(fork)));
    }

    [Fact]
    public async Task A_field_that_a_merge_renamed_does_not_appear_again_when_the_merge_is_merged()
    {
        string layer = await fixture.NewLayerAsync();
        await fixture.SetAsync(layer, Ids(1), Column("m", 5));
        string fork = await ForkAsync(layer);
        await fixture.SetAsync(layer, Ids(2), Column("m", 6));
        await RenameAsync(fork, "m", "n");
        await MergeAsync(layer, fork, lastWins: true);
        await Assert.ThrowsAsync<LayerConflictException>(() => MergeAsync(fork, layer));
        Assert.Equal(("1=5 2=6", "1=5"), (await ReadAsync(layer), await ReadAsync(fork)));
    }

    [Fact]
    public async Task A_field_whose_first_values_were_forgotten_is_in_merges_and_rebased_layers()
    {
        string layer = await fixture.NewLayerAsync(), fork = await ForkAsync(layer), rebased = $"{layer}-rebased";
        await fixture.SetAsync(fork, Ids(1), Column("m", 5));
        await ForgetAsync(fork, 1);
        await RenameAsync(fork, "m", "n");
        await using (Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options))
            await LayerWorkspace.RebaseAsync(await SnapshotAsync(fork), dataset, rebased, default);
        Assert.Equal(2, await MergeAsync(layer, fork));
        foreach (string copy in (string[])[layer, rebased])
        {
            Assert.Equal("n int32", string.Join(' ', (await SnapshotAsync(copy)).Fields.Select(f => $"{f.Name} {f.Type}")));
            Assert.Equal("", await ReadAsync(copy));
        }
    }

    [Fact]
    public async Task Values_that_the_other_layer_forgot_stay_and_are_reported()
    {
        string layer = await fixture.NewLayerAsync();
        await fixture.SetAsync(layer, Ids(1), Column("n", 5));
        string fork = await ForkAsync(layer);
        await ForgetAsync(fork, 1);
        using LayerDatabase database = new(threads: 1);
        (IReadOnlyList<LayerCommit> made, IEnumerable<long> kept) = await LayerMerge.RunAsync(
            await LayerStore.OpenAsync(layer, null, default), await SnapshotAsync(fork), () => database, lastWins: false, default);
        Assert.Empty(made);
        Assert.Equal([1], kept);
        Assert.Equal("1=5", await ReadAsync(layer));
    }

    private static async Task<string> ForkAsync(string layer)
    {
        string fork = $"{layer}-{Guid.NewGuid():N}";
        await LayerFork.RunAsync(await SnapshotAsync(layer), fork, null, default);
        return fork;
    }

    private static async Task<int> MergeAsync(string layer, string other, bool lastWins = false)
    {
        using LayerDatabase database = new(threads: 1);
        return (await LayerMerge.RunAsync(await LayerStore.OpenAsync(layer, null, default), await SnapshotAsync(other), () => database,
            lastWins, default)).Made.Count;
    }

    private async Task RenameAsync(string layer, string field, string to)
    {
        await using LayerWorkspace open = await fixture.OpenAsync(layer);
        await open.CommitAsync(LayerChange.Of(new LayerOperation { Kind = OperationKind.RenameField, Field = field, To = to }, "Ann", "x"),
            default);
    }

    private static async Task ForgetAsync(string layer, long commit)
    {
        using LayerDatabase database = new(threads: 1);
        await LayerForget.RunAsync(await LayerStore.OpenAsync(layer, null, default), [commit], "Eve", "private", () => database, default);
    }

    private static Task<LayerSnapshot> SnapshotAsync(string reference) =>
        LayerSnapshot.OpenAsync(LayerReference.Parse(reference), null, default);

    private async Task<string> ReadAsync(string layer)
    {
        await using Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [layer] });
        SortedDictionary<long, int> values = [];
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Where("n IS NOT NULL").Columns("object_id", "n")))
            for (int i = 0; i < batch.RowCount; i++)
                values[batch.Values<long>("object_id")[i]] = batch.Values<int>("n")[i];
        return string.Join(' ', values.Select(v => $"{v.Key}={v.Value}"));
    }
}
