using Pile.Reading;

namespace Pile.Layers.Tests;

/// <summary>A writer leaves nothing in the folder for temporary files, in which other tests must not work meanwhile.</summary>
[Collection(Alone)]
[CollectionDefinition(Alone, DisableParallelization = true)]
public sealed class DisposedWriterTests(LayerFixture fixture) : IClassFixture<LayerFixture>
{
    private const string Alone = "Alone";

    [Fact]
    public async Task A_disposed_writer_commits_nothing_and_leaves_no_folder()
    {
        string layer = await fixture.NewLayerAsync();
        LayerWriter writer = await LayerWriter.OpenAsync(layer);
        writer.Set(1, "score", 0.5);
        ArgumentNullException unnamed = await Assert.ThrowsAsync<ArgumentNullException>(() => writer.CommitAsync(null!));
        Assert.Equal("message", unnamed.ParamName);
        await writer.DisposeAsync();
        string[] before = Folders();
        Assert.Throws<ObjectDisposedException>(() => writer.Set(1, "score", 1.5));
        Assert.Throws<ObjectDisposedException>(() => writer.DeclareType("score", "float32"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => writer.CommitAsync("too late"));
        await writer.DisposeAsync();
        Assert.False(Directory.Exists(Path.Combine(layer, "commits")));
        Assert.Equal(before, Folders());

        static string[] Folders() => Directory.GetDirectories(Path.GetTempPath(), $"pile-layer-*-{Environment.ProcessId}-*");
    }
}
