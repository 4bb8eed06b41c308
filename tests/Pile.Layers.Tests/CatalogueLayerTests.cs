using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;
using Pile.TestKit;
using static Pile.Layers.Tests.LayerFixture;

namespace Pile.Layers.Tests;

/// <summary>Layers of HATS catalogues, whose tiles may change; the oracle is the table of ids that was set.</summary>
public sealed class CatalogueLayerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Catalogue => folder["cat"];

    private string Cached => folder["cache/layers"];

    private DatasetOptions Options => new() { Storage = new Storage.StoreOptions { CacheFolder = folder["cache"] } };

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Values_stay_at_their_ids_when_tiles_are_written_in_another_order(bool areLinked)
    {
        CopyCatalogue(areLinked);
        Dictionary<long, int> expected = (await IdsAsync()).Where((_, i) => i % 7 == 3).ToDictionary(id => id, id => (int)id * 3);
        string layer = await SetAsync(expected);
        await Task.Delay(1100); // newer files could change again within one tick of their clock
        Assert.Equal(expected, await ValuesAsync(layer));
        Assert.Single(Directory.GetFiles(Cached, "*.json"));
        Assert.Equal(expected, await ValuesAsync(layer));
        Assert.Single(Directory.GetFiles(Cached, "*.json"));

        long[] before = await IdsAsync();
        Reverse();
        Assert.NotEqual(before, await IdsAsync());
        Assert.Equal(expected, await ValuesAsync(layer));
        await Task.Delay(1100);
        Assert.Equal(expected, await ValuesAsync(layer));
        Assert.Equal(expected, await ValuesAsync(layer));
        Assert.Equal(2, Directory.GetFiles(Cached, "*.json").Length);
    }

    [Fact]
    public async Task The_column_of_ids_decides_which_rows_have_the_values()
    {
        CopyCatalogue();
        string layer = await SetAsync(new() { [710] = 1 });
        await Task.Delay(1100);
        Assert.Equal([710L], (await ValuesAsync(layer)).Keys);
        Assert.Empty(await ValuesAsync(layer, "row")); // 131 rows
        Assert.Equal([710L], (await ValuesAsync(layer)).Keys);
    }

    [Fact]
    public async Task No_state_with_positions_is_stored_or_used()
    {
        CopyCatalogue();
        Dictionary<long, int> expected = (await IdsAsync()).Take(5).ToDictionary(id => id, id => (int)id);
        string layer = await SetAsync(expected), states = Path.Combine(layer, "states");
        await using (LayerWorkspace open = await LayerWorkspace.OpenAsync(layer, Catalogue, Options, default))
        {
            await open.WriteStateAsync(default);
            Assert.False(Directory.Exists(states) && Directory.EnumerateFiles(states).Any());
            // As an earlier version did.
            await using Dataset dataset = await Dataset.OpenAsync(Catalogue, Options);
            LayerState state = await LayerSnapshot.Of(open.Store, open.Head).StateAsync(open.Database, Options.Storage, new DatasetRows(
                dataset), default);
            await StateFiles.PutAsync(open.Store, open.Head!, state, default);
        }
        Reverse();
        Assert.Equal(expected, await ValuesAsync(layer));
    }

    [Fact]
    public async Task Forgotten_values_leave_the_cache()
    {
        CopyCatalogue();
        string layer = await SetAsync(new() { [707] = 1 });
        await Task.Delay(1100);
        LayerStore store = await LayerStore.OpenAsync(layer, Options.Storage, default);
        LayerCommit commit = (await store.ResolveAsync(null, default))!;
        await ValuesAsync(layer);
        Assert.NotEmpty(Directory.GetFiles(Cached));
        new StateCache(Options.Storage).Remove(commit.Sha256);
        Assert.Empty(Directory.GetFiles(Cached));
    }

    private void CopyCatalogue(bool areLinked = false)
    {
        string source = TestPaths.Data("catalog/hats-tree/small_sky_order1_collection/small_sky_order1");
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string to = Path.Combine(Catalogue, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            bool isLink = areLinked && to.EndsWith(".parquet", StringComparison.Ordinal);
            string real = isLink ? Path.Combine(Catalogue, $"real-{Path.GetFileName(to)}") : to;
            File.Copy(file, real);
            if (isLink)
                File.CreateSymbolicLink(to, real);
        }
    }

    private void Reverse()
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        foreach (string tile in Directory.EnumerateFiles(Path.Combine(Catalogue, "dataset"), "Npix=*.parquet", SearchOption.AllDirectories))
        {
            connection.Execute($"COPY (SELECT * EXCLUDE n FROM (SELECT *, row_number() OVER () AS n FROM '{tile}') ORDER BY n DESC) "
                + $"TO '{tile}.new' (FORMAT PARQUET)");
            File.Move(tile + ".new", new FileInfo(tile).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? tile, overwrite: true);
        }
    }

    private async Task<string> SetAsync(Dictionary<long, int> values)
    {
        string layer = folder["layer"];
        await using (Dataset dataset = await Dataset.OpenAsync(Catalogue, Options))
            await LayerWorkspace.CreateAsync(layer, dataset, null, default);
        await using LayerWorkspace open = await LayerWorkspace.OpenAsync(layer, Catalogue, Options, default);
        PatchDraft patch = await open.StageAsync(Batches(Ids([.. values.Keys]), Column("v", [.. values.Values])), "object_id",
            new StageOptions(), default);
        await open.CommitAsync(LayerChange.Of(patch, "Ann", "test"), default);
        return layer;
    }

    private async Task<long[]> IdsAsync()
    {
        await using Dataset dataset = await Dataset.OpenAsync(Catalogue, Options);
        List<long> ids = [];
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Columns("object_id")))
            ids.AddRange(batch.Values<long>("object_id"));
        return [.. ids];
    }

    private async Task<Dictionary<long, int>> ValuesAsync(string layer, string? idColumn = null)
    {
        await using Dataset dataset = await Dataset.OpenAsync(Catalogue, Options with { Layers = [layer], IdColumn = idColumn });
        Dictionary<long, int> values = [];
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Where("v IS NOT NULL").Columns("object_id", "v")))
            for (int row = 0; row < batch.RowCount; row++)
                values.Add(batch.Values<long>("object_id")[row], batch.Values<int>("v")[row]);
        return values;
    }
}
