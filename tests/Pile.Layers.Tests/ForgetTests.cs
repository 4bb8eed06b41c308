using Pile.Format;
using Pile.Reading;
using Pile.Storage;
using static Pile.Layers.Tests.LayerFixture;

namespace Pile.Layers.Tests;

/// <summary>Forgetting values of which other commits have the same patch.</summary>
public sealed class ForgetTests(LayerFixture fixture) : IClassFixture<LayerFixture>
{
    [Fact]
    public async Task Values_that_are_set_again_after_they_were_forgotten_stay()
    {
        string layer = await SetForgottenAndSetAgainAsync();
        LayerStore store = await LayerStore.OpenAsync(layer, null, default);
        Assert.Equal(0, (await LayerCleaning.RunAsync(store, default)).Files);
        Assert.Equal("7", await ReadAsync(layer));
        Assert.Equal(1, (await LayerVerification.RunAsync(store, default)).Patches);
        Assert.Empty((await LayerValidation.RunAsync(store, default)).Findings);
        File.Delete(Directory.GetFiles(Path.Combine(layer, "data")).Single());
        Assert.Contains((await LayerValidation.RunAsync(store, default)).Findings, f => f.Code == "L003");
        await Assert.ThrowsAsync<LayerInvalidException>(() => LayerVerification.RunAsync(store, default));
    }

    [Fact]
    public async Task Values_that_are_set_again_are_in_forks_rebased_layers_and_merges()
    {
        string layer = await SetForgottenAndSetAgainAsync(), fork = $"{layer}-fork", rebased = $"{layer}-rebased", old = $"{layer}-old";
        await LayerFork.RunAsync(await SnapshotAsync(layer), fork, null, default);
        await LayerFork.RunAsync(await SnapshotAsync($"{layer}@2"), old, null, default);
        await using (Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options))
            await LayerWorkspace.RebaseAsync(await SnapshotAsync(layer), dataset, rebased, default);
        Assert.Equal(2, (await SnapshotAsync(old)).Number);
        using LayerDatabase database = new(threads: 1);
        await LayerMerge.RunAsync(await LayerStore.OpenAsync(old, null, default), await SnapshotAsync(layer), () => database,
            lastWins: false, default);
        foreach (string copy in (string[])[fork, rebased, old])
        {
            Assert.Equal("7", await ReadAsync(copy, "empty-cache"));
            Assert.Empty((await LayerValidation.RunAsync(await LayerStore.OpenAsync(copy, null, default), default)).Findings);
        }
    }

    [Fact]
    public async Task A_patch_that_several_commits_name_is_forgotten_for_all_of_them_or_not_at_all()
    {
        string layer = await fixture.NewLayerAsync();
        await fixture.SetAsync(layer, Ids(1), Column("n", 7));
        await fixture.SetAsync(layer, Ids(1), Column("n", 8));
        await fixture.SetAsync(layer, Ids(1), Column("n", 7));
        ArgumentException shared = await Assert.ThrowsAsync<ArgumentException>(() => ForgetAsync(layer, 1));
        Assert.All((string[])["Commit 1", "commit 3 (Ann: 'test') names the same patch", "--commit 1 --commit 3"],
            part => Assert.Contains(part, shared.Message));
        Assert.Equal("7", await ReadAsync(layer));
        await ForgetAsync(layer, 1, 3);
        Assert.Equal("8", await ReadAsync(layer));
        ArgumentException again = await Assert.ThrowsAsync<ArgumentException>(() => ForgetAsync(layer, 3));
        Assert.Contains("Eve forgot the values of commit 3", again.Message);
    }

    [Fact]
    public async Task Taking_back_one_unset_does_not_take_back_another()
    {
        string layer = await fixture.NewLayerAsync();
        await fixture.SetAsync(layer, Ids(1), Column("n", 7), Column("m", 5));
        foreach (string field in (string[])["n", "m"])
            await using (LayerWorkspace open = await fixture.OpenAsync(layer))
                await open.CommitAsync(LayerChange.Of(await open.StageUnsetAsync([new ObjectId(1)], [field], new StageOptions(), default),
                    "Ann", field), default);
        Assert.Contains("commit 3", (await Assert.ThrowsAsync<ArgumentException>(() => ForgetAsync(layer, 2))).Message);
        await ForgetAsync(layer, 2, 3);
        Assert.Equal("7", await ReadAsync(layer));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reading_as_of_a_forgotten_commit_fails_with_a_state_in_a_cache_and_with_a_file_that_is_set_again(bool isSetAgain)
    {
        string layer = await fixture.NewLayerAsync();
        await fixture.SetAsync(layer, Ids(1), Column("n", 7));
        Assert.Equal("7", await ReadAsync($"{layer}@1", "cache-of-another"));
        await ForgetAsync(layer, 1);
        if (isSetAgain)
            await fixture.SetAsync(layer, Ids(1), Column("n", 7));
        string copy = $"{layer}-copy";
        foreach (Func<Task> read in (Func<Task>[])[() => ReadAsync($"{layer}@1", "cache-of-another"), () => ReadAsync($"{layer}@1"),
            async () => await LayerFork.RunAsync(await SnapshotAsync($"{layer}@1"), copy, null, default),
            async () => await LayerDiff.RunAsync(await SnapshotAsync($"{layer}@1"), await SnapshotAsync(layer), default),
            async () => await LayerBlame.RunAsync(await SnapshotAsync($"{layer}@1"), new ObjectId(1), () => new LayerDatabase(), default)])
        {
            LayerInvalidException e = await Assert.ThrowsAsync<LayerInvalidException>(read);
            Assert.All((string[])["Eve", "private", "commit 2"], part => Assert.Contains(part, e.Message));
        }
        Assert.False(Directory.Exists(copy));
    }

    [Fact]
    public async Task Values_that_another_writer_commits_meanwhile_are_not_forgotten()
    {
        string layer = await fixture.NewLayerAsync();
        LayerCommit first = await fixture.SetAsync(layer, Ids(1), Column("n", 7));
        LayerCommit second = await fixture.SetAsync(layer, Ids(1), Column("n", 7));
        using LayerDatabase database = new(threads: 1);
        LayerOperation forget = new() { Kind = OperationKind.Forget, Patches = [second.Operations[^1].Patch] };
        LayerConflictException e = await Assert.ThrowsAsync<LayerConflictException>(async () => await new LayerEditor(
            await LayerStore.OpenAsync(layer, null, default), () => database).CommitAsync(LayerChange.Of(forget, "Eve", "x"), first,
            default));
        Assert.Contains("commit 2", e.Message);
    }

    private async Task<string> SetForgottenAndSetAgainAsync()
    {
        string layer = await fixture.NewLayerAsync();
        await fixture.SetAsync(layer, Ids(1), Column("n", 7));
        await ForgetAsync(layer, 1);
        Assert.Empty(Directory.GetFiles(Path.Combine(layer, "data")));
        await fixture.SetAsync(layer, Ids(1), Column("n", 7));
        return layer;
    }

    private static async Task ForgetAsync(string layer, params long[] commits)
    {
        using LayerDatabase database = new(threads: 1);
        await LayerForget.RunAsync(await LayerStore.OpenAsync(layer, null, default), commits, "Eve", "private", () => database, default);
    }

    private static Task<LayerSnapshot> SnapshotAsync(string reference) =>
        LayerSnapshot.OpenAsync(LayerReference.Parse(reference), null, default);

    /// <summary>Returns the values of the field n, of rows that have one.</summary>
    private async Task<string> ReadAsync(string layer, string? cache = null)
    {
        DatasetOptions options = cache is null ? fixture.Options
            : fixture.Options with { Storage = new StoreOptions { CacheFolder = Path.Combine(fixture.Folder, cache) } };
        await using Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, options with { Layers = [layer] });
        List<int> values = [];
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Where("n IS NOT NULL").Columns("n")))
            values.AddRange(batch.Values<int>("n").ToArray());
        return string.Join(' ', values);
    }
}
