using System.Text.Json.Nodes;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Stac;

/// <summary>Bands of items whose files are not rasters that are read.</summary>
public sealed class BandChoiceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("image/jp2", "x.jp2", "image/jp2")]
    [InlineData("application/xml", "x.vrt", "application/xml")]
    [InlineData(null, "x.jp2", "a file '.jp2'")]
    [InlineData(null, "x", "of no stated type")]
    public async Task Files_of_other_formats_are_named(string? type, string href, string kind)
    {
        JsonObject asset = new() { ["href"] = $"https://a.example/{href}", ["roles"] = new JsonArray("data") };
        if (type is not null)
            asset["type"] = type;
        Write(asset);
        SceneErrors.Contains(await ErrorAsync("bands: [x]"), "items.ndjson", "item 0 ('b'), 'assets.x'", $"it is {kind}",
            "gdal_translate");
        SceneErrors.Contains(await ErrorAsync(""), "items.ndjson", "item 0 ('b')", $"no asset is a raster of data: 'x' is {kind}");
        SceneErrors.Contains(await ErrorAsync("bands: [y]"), $"there is no band 'y'; no asset is a raster of data: 'x' is {kind}");
    }

    [Theory] // elements that GDAL and STAC name
    [InlineData("int64")]
    [InlineData("float16")]
    [InlineData("cint16")]
    [InlineData("other")]
    public async Task A_type_of_elements_that_is_not_read_is_named_if_the_file_is_not_reached(string dtype)
    {
        Write(new JsonObject
        {
            ["href"] = "https://a.invalid/x.tif",
            ["type"] = "image/tiff",
            ["roles"] = new JsonArray("data"),
            ["data_type"] = dtype,
        });
        SceneErrors.Contains(await ErrorAsync("bands: [x]"), "item 0 ('b'), 'assets.x': https://a.invalid/x.tif",
            $"Its header is needed, because the document states the data type '{dtype}' and not one of int8, uint8,");
    }

    [Fact]
    public async Task An_unknown_code_of_a_coordinate_reference_system_names_its_member()
    {
        Write(new JsonObject { ["href"] = "https://a.invalid/x.tif", ["type"] = "image/tiff", ["proj:epsg"] = 99999 });
        SceneErrors.Contains(await ErrorAsync("bands: [x]"), "item 0 ('b'), 'assets.x.proj:epsg'", "'EPSG:99999'", "Correct the document");
    }

    [Theory] // the properties have 10 × 10 pixels of 10 m at the footprint
    [InlineData("proj:shape", new double[] { 10, 10 }, null)]
    [InlineData("proj:transform", new double[] { 10, 0, 500000, 0, -10, 100 }, null)]
    [InlineData("proj:shape", new double[] { 5, 5 }, "the document states no transform for the shape of the asset, [5, 5] (with that")]
    [InlineData("proj:transform", new double[] { 20, 0, 500000, 0, -20, 100 }, "the document states no shape for the transform of the "
        + "asset (with that of the properties, [10, 10], its pixels")]
    public async Task A_member_of_the_grid_of_an_asset_is_completed_by_the_properties_if_they_agree(string member, double[] value,
        string? reason)
    {
        Write(new JsonObject
        {
            ["href"] = "https://a.invalid/x.tif",
            ["type"] = "image/tiff",
            ["data_type"] = "uint16",
            [member] = new JsonArray([.. value.Select(v => JsonValue.Create(v))]),
        });
        if (reason is not null)
        {
            SceneErrors.Contains(await ErrorAsync("bands: [x]"), "'assets.x': https://a.invalid/x.tif", reason);
            return;
        }
        RowBatch rows = Assert.Single(await Builder("bands: [x]").ReadAllAsync(TestContext.Current.CancellationToken));
        Assert.Equal(4, rows.RowCount); // of 4 × 4 pixels
        Assert.Equal([10, 0, 500000, 0, -10, 100], ((ColumnData<double>)rows["transform"]).Row(0).ToArray());
    }

    public void Dispose() => folder.Dispose();

    private void Write(JsonObject asset) => File.WriteAllText(folder["items.ndjson"], new JsonObject
    {
        ["type"] = "Feature",
        ["stac_version"] = "1.1.0",
        ["id"] = "b",
        ["links"] = new JsonArray(),
        ["geometry"] = JsonNode.Parse("""
            {"type": "Polygon", "coordinates": [[[15.0, 0.0], [15.001, 0.0], [15.001, 0.001], [15.0, 0.001], [15.0, 0.0]]]}
            """),
        ["bbox"] = new JsonArray(15.0, 0.0, 15.001, 0.001),
        ["properties"] = new JsonObject
        {
            ["datetime"] = "2020-07-14T11:55:52Z",
            ["proj:code"] = "EPSG:32633",
            ["proj:shape"] = new JsonArray(10, 10),
            ["proj:transform"] = new JsonArray(10, 0, 500000, 0, -10, 100),
        },
        ["assets"] = new JsonObject { ["x"] = asset },
    }.ToJsonString() + "\n");

    private Task<PileException> ErrorAsync(string keys) => SceneErrors.OfAsync(Builder(keys));

    private BuilderRun Builder(string keys) =>
        BuilderRuns.Builder($"kind: stac-chips\nitems: items.ndjson\nchip: {{size: 4}}\n{keys}", folder.Path);
}
