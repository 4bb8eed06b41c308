using System.Text.RegularExpressions;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Stac;

/// <summary>Chips of documents and rasters that are links, or in linked folders.</summary>
public sealed class ChipLinkTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Links_of_the_user_to_files_elsewhere_are_placed_at_their_targets()
    {
        string real = Path.GetFullPath(TestPaths.Data("eo/landsat-008059"));
        Directory.CreateDirectory(folder["landsat-008059"]);
        File.Copy(TestPaths.Data($"eo/{ChipFiles.Scene}"), folder[ChipFiles.Scene]);
        foreach (string file in Directory.EnumerateFiles(real, "*.TIF"))
            File.CreateSymbolicLink(folder[$"landsat-008059/{Path.GetFileName(file)}"], file);
        BuilderRun run = BuilderRuns.Builder(ChipFiles.Landsat("size: 64"), folder.Path);
        List<RowBatch> batches = await run.ReadAllAsync(Token);
        Assert.Equal(46, batches.Sum(b => b.RowCount));
        ReferencedFile source = Assert.Single(batches[0].Columns.OfType<WindowColumnData>().Single().Sources);
        Assert.Equal("mount://landsat-008059/LC08_L2SP_008059_20191201_20200825_02_T1_SR_B4.TIF", source.Uri);
        Assert.Equal(new FileInfo($"{real}/LC08_L2SP_008059_20191201_20200825_02_T1_SR_B4.TIF").Length, source.Bytes);
        Assert.Equal(new("mount://landsat-008059", real), Assert.Single(((IMountingBuilder)run.Builder).Mounts));
    }

    [Fact]
    public async Task Files_in_linked_folders_are_read_and_an_address_must_not_lead_out_of_them()
    {
        string real = Path.GetFullPath(TestPaths.Data("eo/landsat-008059")), mount = "assets: { mount: landsat-008059 }";
        string item = await File.ReadAllTextAsync(TestPaths.Data($"eo/{ChipFiles.Scene}"), Token);
        Directory.CreateDirectory(folder["work/a"]);
        Directory.CreateDirectory(folder["work/b"]);
        Directory.CreateDirectory(folder["archive"]);
        Directory.CreateSymbolicLink(folder["archive/deep"], real);
        Directory.CreateSymbolicLink(folder["work/a/link"], folder["archive"]);
        Directory.CreateSymbolicLink(folder["work/b/link"], real);
        await File.WriteAllTextAsync(folder["work/item.json"], item, Token);
        string recipe = ChipFiles.Landsat("size: 64").Replace(ChipFiles.Scene, "item.json", StringComparison.Ordinal);
        foreach ((string place, string name) in ((string, string)[])
            [("a/link/deep", "work-a-link-deep"), ("b/link", "work-b-link")])
        {
            BuilderRun run = BuilderRuns.Builder(recipe.Replace(mount, $"assets: {{ mount: {place} }}", StringComparison.Ordinal),
                folder["work"]);
            List<RowBatch> batches = await run.ReadAllAsync(Token);
            Assert.Equal(46, batches.Sum(b => b.RowCount));
            ReferencedFile source = Assert.Single(batches[0].Columns.OfType<WindowColumnData>().Single().Sources);
            Assert.Equal($"mount://{name}/LC08_L2SP_008059_20191201_20200825_02_T1_SR_B4.TIF", source.Uri);
            Assert.Equal(new($"mount://{name}", folder[$"work/{place}"]), Assert.Single(((IMountingBuilder)run.Builder).Mounts));
        }
        foreach (string outside in (string[])["b/link/../../..", "./b/%2e%2e/%2e%2e", real])
        {
            await File.WriteAllTextAsync(folder["work/item.json"], Regex.Replace(item, "\"href\": \"[^\"]*/(?=[^/\"]*_SR_B4.TIF)",
                $"\"href\": \"{outside}/"), Token);
            BuilderRun run = BuilderRuns.Builder(recipe.Replace(mount + "\n", "", StringComparison.Ordinal), folder["work"]);
            SceneErrors.Contains(await SceneErrors.OfAsync(run), "nor below that of the recipe");
        }
    }

    [Theory]
    [InlineData("item.json")]
    [InlineData("catalog.json")]
    public async Task Documents_and_rasters_may_be_links_to_files_elsewhere(string items)
    {
        Directory.CreateDirectory(folder["disk"]);
        Python.Run(ChipFiles.Scaled, folder["disk"]);
        Directory.CreateDirectory(folder["work"]);
        foreach (string name in (string[])["item.json", "a.tif"])
            File.CreateSymbolicLink(folder[$"work/{name}"], folder[$"disk/{name}"]);
        await File.WriteAllTextAsync(folder["work/catalog.json"], """
            {"type": "Catalog", "stac_version": "1.0.0", "id": "c", "description": "one item",
                "links": [{"rel": "item", "href": "./item.json"}]}
            """, Token);
        RowBatch rows = Assert.Single(await BuilderRuns.Builder($"kind: stac-chips\nitems: {items}\nchip: {{ size: 64 }}",
            folder["work"]).ReadAllAsync(Token));
        Assert.Equal(4, rows.RowCount);
    }

    [Fact]
    public async Task An_asset_in_a_bucket_whose_name_is_not_valid_is_an_error_of_the_item()
    {
        Python.Run(ChipFiles.Placed, folder.Path, "EPSG:32633");
        string item = await File.ReadAllTextAsync(folder["item.json"], Token);
        await File.WriteAllTextAsync(folder["item.json"], item.Replace("./a.tif", "s3://b/a.tif", StringComparison.Ordinal), Token);
        SceneErrors.Contains(await SceneErrors.OfAsync(BuilderRuns.Builder("kind: stac-chips\nitems: item.json\nchip: { size: 32 }",
            folder.Path)), "item 0 ('s')", "s3://b/a.tif", "no valid bucket name", "Correct the document or 'assets.mount'");
    }

    public void Dispose() => folder.Dispose();
}
