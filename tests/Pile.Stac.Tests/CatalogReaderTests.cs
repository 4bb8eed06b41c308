using Pile.Storage;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Stac.Tests;

public class CatalogReaderTests
{
    // The order of the links in the catalogs.
    private static readonly string[] Planet = ["20170831_172754_101c", "2017831_195552_SS02", "20170831_195425_SS02",
        "20170831_162740_ssc1d1",
        "Houston-East-20170831-103f-100d-0f4f-RGB"];

    private static readonly string Item = File.ReadAllText(Path.Combine(EoFiles.Root, "stac-items/lidar_dem.json"));

    private static string Catalog(params string[] links) =>
        $$"""{"type":"Catalog","stac_version":"1.0.0","id":"c","description":"","links":[{{string.Join(",", links.Select(l =>
            $$"""{"rel":"{{l.Split(' ')[0]}}","href":"{{l.Split(' ')[1]}}"}"""))}}]}""";

    private static async Task<(List<Scene> Scenes, List<SceneInvalidException> Problems)> ReadAsync(IFileStore store, string path,
        SceneReadOptions? options = null)
    {
        List<SceneInvalidException> problems = [];
        List<Scene> scenes = [];
        await foreach (Scene scene in SceneSource.ReadAsync(store, path, (options ?? new()) with { OnInvalid = problems.Add },
            TestContext.Current.CancellationToken))
            scenes.Add(scene);
        return (scenes, problems);
    }

    [Fact]
    public async Task The_items_of_a_real_catalog_are_found_in_a_folder_over_http_and_in_a_bucket()
    {
        string folder = Path.Combine(EoFiles.Root, "planet-disaster");
        await using FileServer server = new(EoFiles.Root);
        await using FileServer withoutRanges = new(EoFiles.Root, supportsRanges: false);
        foreach (string address in (string[])[folder, $"{server.Address}planet-disaster", $"{withoutRanges.Address}planet-disaster"])
        {
            (List<Scene> scenes, List<SceneInvalidException> problems) = await ReadAsync(FileStore.For(address), "collection.json");
            Assert.Empty(problems);
            Assert.Equal(Planet.Order(StringComparer.Ordinal), scenes.Select(s => s.Id).Order(StringComparer.Ordinal));
            Assert.Equal("20170831_172754_101c", scenes[0].Id);
            Assert.StartsWith($"{address}/hurricane-harvey/hurricane-harvey-0831/20170831_172754_101c/20170831_172754_101c.json",
                scenes[0].Source,
                StringComparison.Ordinal);
            Assert.Equal($"{address}/hurricane-harvey/hurricane-harvey-0831/20170831_172754_101c/20170831_172754_101c_3B_AnalyticMS.tif",
                AssetHref.Resolve(scenes[0].FindAsset("analytic")!, null, scenes[0].Source, MountRules.None, out _));
        }
    }

    [Fact]
    public async Task A_catalog_in_a_bucket_is_read()
    {
        S3Gateway gateway = await S3Gateway.SharedAsync();
        gateway.UseHere();
        string bucket = await gateway.NewBucketAsync();
        await gateway.PutFolderAsync(bucket, "stac", Path.Combine(EoFiles.Root, "planet-disaster"));
        (List<Scene> scenes, List<SceneInvalidException> problems) = await ReadAsync(FileStore.For($"s3://{bucket}/stac"),
            "collection.json");
        Assert.Empty(problems);
        Assert.Equal(5, scenes.Count);
        Assert.StartsWith($"s3://{bucket}/stac/hurricane-harvey/", scenes[0].Source, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Loops_missing_documents_and_links_that_leave_the_root_are_reported_and_the_rest_is_read()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["cat/sub"]);
        File.WriteAllText(folder["outside.json"], Item);
        File.WriteAllText(folder["cat/item.json"], Item);
        File.WriteAllText(folder["cat/a b.json"], Item.Replace("lidar_id", "spaced", StringComparison.Ordinal));
        File.WriteAllText(folder["cat/broken.json"], Item[..300]);
        File.WriteAllText(folder["cat/catalog.json"],
            Catalog("root ./catalog.json", "child ./sub/catalog.json", "child sub/../catalog.json",
            "item item.json", "item ./item.json", "item a%20b.json", "item missing.json", "item broken.json", "item ../outside.json",
            "item /etc/passwd", "item file:///etc/passwd", "item https://example.com/item.json", "item ..%2Foutside.json",
            "item /vsicurl/https://example.com/a.json", "item item.json?token=abc", "item gopher://x/y"));
        File.WriteAllText(folder["cat/sub/catalog.json"], Catalog("child ../catalog.json", "child catalog.json", "item ../item.json"));
        (List<Scene> scenes, List<SceneInvalidException> problems) = await ReadAsync(FileStore.For(folder["cat"]), "catalog.json");
        Assert.Equal(["lidar_id", "spaced"], scenes.Select(s => s.Id));
        Assert.Equal(3, problems.Count(p => p.Problem is SceneProblem.LinkLoop));
        Assert.Equal(1, problems.Count(p => p.Problem is SceneProblem.LinkMissing));
        Assert.Equal(1, problems.Count(p => p.Problem is SceneProblem.Truncated));
        Assert.Equal(7, problems.Count(p => p.Problem is SceneProblem.LinkOutside));
        Assert.DoesNotContain(problems, p => p.Message.Contains("abc", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.Message.Contains("/vsi", StringComparison.Ordinal)
            && p.Message.Contains("GDAL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Absolute_links_of_a_copied_catalog_are_found_by_its_self_link_or_by_a_mount()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["items"]);
        File.WriteAllText(folder["items/one.json"], Item);
        File.WriteAllText(folder["self.json"], Catalog("self https://example.com/stac/self.json",
            "item https://example.com/stac/items/one.json"));
        File.WriteAllText(folder["mounted.json"], Catalog("item https://example.com/stac/items/one.json"));
        Assert.Single((await ReadAsync(FileStore.For(folder.Path), "self.json")).Scenes);
        Assert.Equal(SceneProblem.LinkOutside, Assert.Single((await ReadAsync(FileStore.For(folder.Path),
            "mounted.json")).Problems).Problem);
        SceneReadOptions mounted = new() { Mounts = new MountRules([new("https://example.com/stac", folder.Path)]) };
        Assert.Single((await ReadAsync(FileStore.For(folder.Path), "mounted.json", mounted)).Scenes);
    }

    [Theory]
    [InlineData("")] // a folder of the files of assets
    [InlineData(".")]
    [InlineData("a")]
    public async Task A_mount_does_not_change_the_links_between_documents(string prefix)
    {
        using TemporaryFolder folder = new();
        foreach (string name in (string[])["a", "b", "a/sub"])
        {
            Directory.CreateDirectory(folder[name]);
            File.WriteAllText(folder[$"{name}/item.json"], Item.Replace("lidar_id", name, StringComparison.Ordinal));
        }
        File.WriteAllText(folder["item.json"], Item.Replace("lidar_id", "other", StringComparison.Ordinal));
        File.WriteAllText(folder["a/catalog.json"], Catalog("item ./sub/item.json"));
        File.WriteAllText(folder["catalog.json"], Catalog("item ./a/item.json", "item b/item.json", "child a/catalog.json",
            "item https://example.com/stac/item.json"));
        SceneReadOptions options = new() { Mounts = new MountRules([new(prefix, folder.Path)]) };
        (List<Scene> scenes, List<SceneInvalidException> problems) = await ReadAsync(FileStore.For(folder.Path), "catalog.json", options);
        Assert.Equal(["a", "b", "a/sub"], scenes.Select(s => s.Id));
        SceneInvalidException outside = Assert.Single(problems);
        Assert.Equal(SceneProblem.LinkOutside, outside.Problem);
        Assert.Contains("'https://example.com/stac/item.json'", outside.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_document_is_reported_with_its_link()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["sub"]);
        File.WriteAllText(folder["catalog.json"], Catalog("child sub/catalog.json"));
        File.WriteAllText(folder["sub/catalog.json"], Catalog("item ../items/./one.json"));
        SceneInvalidException problem = Assert.Single((await ReadAsync(FileStore.For(folder.Path), "catalog.json")).Problems);
        Assert.Equal((SceneProblem.LinkMissing, "links.item"), (problem.Problem, problem.Field));
        Assert.Contains($"{folder["sub/catalog.json"]}", problem.Message, StringComparison.Ordinal);
        Assert.Contains("the linked document '../items/./one.json' cannot be read", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_catalog_of_megabytes_is_read()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["one.json"], Item);
        File.WriteAllText(folder["catalog.json"], Catalog([.. Enumerable.Range(0, 40_000).Select(i => $"alternate https://example.com/{i}"),
            "item one.json"]));
        Assert.True(new FileInfo(folder["catalog.json"]).Length > 2 * DocumentFrames.ChunkBytes);
        Assert.Single((await ReadAsync(FileStore.For(folder.Path), "catalog.json")).Scenes);
    }

    [Fact]
    public async Task A_large_collection_is_read_by_ranges_over_http()
    {
        using TemporaryFolder folder = new();
        string items = string.Join(",", Enumerable.Range(0, 1000).Select(i =>
            Item.Replace("lidar_id", $"item-{i}", StringComparison.Ordinal)));
        File.WriteAllText(folder["items.json"], $"{{\"type\":\"FeatureCollection\",\"features\":[{items}]}}");
        await using FileServer server = new(folder.Path);
        IFileStore store = FileStore.For(server.Address.GetLeftPart(UriPartial.Authority));
        (List<Scene> scenes, List<SceneInvalidException> problems) = await ReadAsync(store, "items.json",
            new SceneReadOptions { MaxItemBytes = 1 << 16 });
        Assert.Empty(problems);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"item-{i}"), scenes.Select(s => s.Id));
    }

    [Fact]
    public async Task Items_links_lead_to_collections_of_items()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["items.geojson"], $"{{\"type\":\"FeatureCollection\",\"features\":[{Item},{Item}]}}");
        File.WriteAllText(folder["collection.json"], Catalog("items ./items.geojson").Replace("Catalog", "Collection",
            StringComparison.Ordinal));
        Assert.Equal(2, (await ReadAsync(FileStore.For(folder.Path), "collection.json")).Scenes.Count);
    }
}
