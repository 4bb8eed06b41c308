using Pile.Reading;
using static Pile.Layers.Tests.LayerFixture;

namespace Pile.Layers.Tests;

/// <summary>Forks and rebased layers: complete, with the tags of the source, or not there at all.</summary>
public sealed class InterruptedCopyTests(LayerFixture fixture) : IClassFixture<LayerFixture>
{
    [Fact]
    public async Task A_copy_of_a_layer_with_a_damaged_patch_leaves_nothing_behind()
    {
        string layer = await fixture.NewLayerAsync(), fork = $"{layer}-fork", rebased = $"{layer}-rebased";
        await fixture.SetAsync(layer, Ids(1), Column("n", 7));
        LayerCommit second = await fixture.SetAsync(layer, Ids(2), Column("n", 8));
        string patch = Path.Combine(layer, LayerPaths.Patch(second.Operations[^1].Patch));
        byte[] right = File.ReadAllBytes(patch), wrong = [.. right];
        wrong[^9] ^= 1;
        File.WriteAllBytes(patch, wrong);

        await Assert.ThrowsAsync<LayerInvalidException>(() => ForkAsync(layer, fork));
        await Assert.ThrowsAsync<LayerInvalidException>(() => RebaseAsync(layer, rebased));
        Assert.False(Directory.Exists(fork));
        Assert.False(Directory.Exists(rebased));

        File.WriteAllBytes(patch, right);
        await ForkAsync(layer, fork);
        await RebaseAsync(layer, rebased);
        foreach (string copy in (string[])[fork, rebased])
            Assert.Equal(2, (await SnapshotAsync(copy)).Number);
    }

    [Fact]
    public async Task Files_of_others_in_the_folder_of_a_failed_copy_stay()
    {
        string layer = await fixture.NewLayerAsync();
        LayerStore store = await LayerStore.OpenAsync(layer, null, default);
        string notes = Path.Combine(layer, "notes.txt");
        await Assert.ThrowsAsync<InvalidOperationException>(() => LayerDeletion.OnFailureAsync<int>(store, () =>
        {
            File.WriteAllText(notes, "mine");
            throw new InvalidOperationException();
        }));
        Assert.Equal([notes], Directory.GetFileSystemEntries(layer));
    }

    [Fact]
    public async Task A_fork_has_the_tags_of_its_commits_as_they_were_made()
    {
        string layer = await fixture.NewLayerAsync(), fork = $"{layer}-fork";
        LayerCommit first = await fixture.SetAsync(layer, Ids(1), Column("n", 7)),
            second = await fixture.SetAsync(layer, Ids(1), Column("n", 8));
        LayerStore store = await LayerStore.OpenAsync(layer, null, default);
        await LayerTag.CreateAsync(store, "v1", first, "Bob", default);
        await LayerTag.CreateAsync(store, "v2", second, "Bob", default);
        await LayerFork.RunAsync(await SnapshotAsync($"{layer}@1"), fork, null, default);
        Assert.Equal([Path.Combine(fork, LayerPaths.Tag("v1"))], Directory.GetFiles(Path.Combine(fork, LayerPaths.Tags)));
        Assert.Equal(File.ReadAllBytes(Path.Combine(layer, LayerPaths.Tag("v1"))),
            File.ReadAllBytes(Path.Combine(fork, LayerPaths.Tag("v1"))));
    }

    private static async Task ForkAsync(string layer, string fork) =>
        await LayerFork.RunAsync(await SnapshotAsync(layer), fork, null, default);

    private async Task RebaseAsync(string layer, string rebased)
    {
        await using Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options);
        await LayerWorkspace.RebaseAsync(await SnapshotAsync(layer), dataset, rebased, default);
    }

    private static Task<LayerSnapshot> SnapshotAsync(string reference) =>
        LayerSnapshot.OpenAsync(LayerReference.Parse(reference), null, default);
}
