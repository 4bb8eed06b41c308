using System.Globalization;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Stac;

/// <summary>The files that <c>assets.mount</c> gives for the hrefs of documents, by their pixels, against rasterio.</summary>
public sealed class MountedFileTests : IDisposable
{
    // One file in each place; its number of pixels of value 1 is that of the place in the list.
    private const string Make = """
        import json, os, sys
        import numpy as np, rasterio
        from rasterio.transform import from_origin
        folder, rasters, items, href = sys.argv[1], sys.argv[2].split(), sys.argv[3].split(), sys.argv[4]
        for i, name in enumerate(rasters):
            os.makedirs(os.path.dirname(f'{folder}/{name}'), exist_ok=True)
            pixels = np.zeros((1, 64, 64), 'u1')
            pixels.flat[:i + 1] = 1
            with rasterio.open(f'{folder}/{name}', 'w', driver='GTiff', width=64, height=64, count=1, dtype='uint8', crs='EPSG:4326',
                    transform=from_origin(0, 1, 1 / 64, 1 / 64)) as file:
                file.write(pixels)
        for name in items:
            os.makedirs(os.path.dirname(f'{folder}/{name}'), exist_ok=True)
            json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': name.split('/')[-2], 'links': [], 'bbox': [0, 0, 1, 1],
                'geometry': {'type': 'Polygon', 'coordinates': [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]},
                'properties': {'datetime': '2020-01-01T00:00:00Z'},
                'assets': {'d': {'href': href.replace('ITEM', name.split('/')[-2]), 'type': 'image/tiff; application=geotiff'}}},
                open(f'{folder}/{name}', 'w'))
        """;

    private const string Count = """
        import sys, rasterio
        for name in sys.argv[2].split():
            print(int((rasterio.open(f'{sys.argv[1]}/{name}').read(1) == 1).sum()))
        """;

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    // STAC: a relative href is that of the folder of the document.
    [InlineData("./data.tif", "data.tif a/data.tif b/data.tif", ".", "a/data.tif b/data.tif")]
    [InlineData("data.tif", "data.tif a/data.tif b/data.tif", "a", "a/data.tif b/data.tif")]
    [InlineData("../r/ITEM.tif", "r/a.tif r/b.tif m/a.tif m/b.tif", "m", "r/a.tif r/b.tif")]
    [InlineData("./data.tif", "data.tif a/data.tif b/data.tif", "{ data.tif: m, .: . }", "a/data.tif b/data.tif")]
    // A mount with a prefix of the absolute address replaces it.
    [InlineData("./data.tif", "a/data.tif b/data.tif m/a/data.tif m/b/data.tif", "{ FOLDER/a: m/a }", "m/a/data.tif b/data.tif")]
    // Without a file there: the same path, or else the same name, in the mounted folder.
    [InlineData("./ITEM/data.tif", "m/data.tif m/a/data.tif m/b/data.tif", "m", "m/a/data.tif m/b/data.tif")]
    [InlineData("./x/ITEM.tif", "m/a.tif m/b.tif", "m", "m/a.tif m/b.tif")]
    [InlineData("../../../x/ITEM.tif", "m/a.tif m/b.tif", "m", "m/a.tif m/b.tif")]
    [InlineData("./x/%49TEM.tif", "m/ITEM.tif a/x/ITEM.tif b/x/ITEM.tif", "m", "a/x/ITEM.tif b/x/ITEM.tif")]
    [InlineData("https://h.example/x/ITEM.tif", "m/a.tif m/b.tif a/a.tif b/b.tif", "m", "m/a.tif m/b.tif")]
    [InlineData("https://h.example/x/ITEM/d.tif", "d.tif m/a/d.tif m/b/d.tif", "{ https://h.example/x: m }", "m/a/d.tif m/b/d.tif")]
    public async Task The_pixels_are_those_of_the_file(string href, string rasters, string mount, string expected)
    {
        Python.Run(Make, folder.Path, rasters, "a/item.json b/item.json", href);
        string[] counts = Python.Run(Count, folder.Path, expected).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(counts, await CountsAsync(mount));
    }

    [Theory]
    [InlineData("./data.tif", "m/data.tif")]
    [InlineData("https://h.example/ITEM/data.tif", "m/data.tif")]
    public async Task One_file_is_not_taken_for_two_addresses(string href, string raster)
    {
        Python.Run(Make, folder.Path, raster, "a/item.json b/item.json", href);
        SceneErrors.Contains(await SceneErrors.OfAsync(Chips("m")), "test.yaml, line", $"'{folder[raster]}'", "a/data.tif'",
            "b/data.tif'", "mount: { PREFIX: FOLDER }");
        SceneErrors.Contains(await SceneErrors.OfAsync(BuilderRuns.Builder("kind: stac-scenes\nitems: \"*/item.json\"\n"
            + "assets: { mount: m }", folder.Path)), "test.yaml, line", $"'{folder[raster]}'", "a/data.tif'", "b/data.tif'");
    }

    [Fact]
    public async Task Two_assets_may_have_one_address()
    {
        Python.Run(Make, folder.Path, "m/data.tif", "a/item.json b/item.json", "https://h.example/data.tif?sig=ITEM");
        Assert.Equal(["1", "1"], await CountsAsync("m"));
    }

    public void Dispose() => folder.Dispose();

    private BuilderRun Chips(string mount) => BuilderRuns.Builder("kind: stac-chips\nitems: \"*/item.json\"\nchip: { size: 64 }\n"
        + $"stats: {{ flags: {{ band: d, nodata_classes: [1] }} }}\nassets: {{ mount: {mount.Replace("FOLDER", folder.Path,
            StringComparison.Ordinal)} }}", folder.Path);

    private async Task<string[]> CountsAsync(string mount)
    {
        List<RowBatch> batches = await Chips(mount).ReadAllAsync(Token);
        return [.. batches.SelectMany(batch => batch.Values<float>("nodata_fraction").ToArray())
            .Select(fraction => (fraction * 4096).ToString(CultureInfo.InvariantCulture))];
    }
}
