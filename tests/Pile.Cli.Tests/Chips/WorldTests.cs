using System.Globalization;
using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary>Chips of rasters of the whole earth.</summary>
public sealed class WorldTests : IDisposable
{
    private const string Scene = """
        import json, sys
        import numpy as np, rasterio
        folder, crs, height, width, south = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])
        a, c, e, f = map(float, sys.argv[6:])
        with rasterio.open(folder + '/w.tif', 'w', driver='GTiff', height=height, width=width, count=1, dtype='uint16', crs=crs,
                           transform=rasterio.Affine(a, 0, c, 0, e, f)) as file:
            file.write(np.ones((1, height, width), 'u2'))
        json.dump({'type': 'Feature', 'stac_version': '1.1.0', 'id': 'w', 'links': [], 'bbox': [-180, south, 180, -south],
                   'geometry': {'type': 'Polygon', 'coordinates': [[[-180, south], [180, south], [180, -south], [-180, -south],
                                                                    [-180, south]]]},
                   'properties': {'datetime': '2020-01-01T00:00:00Z'},
                   'assets': {'t': {'href': 'w.tif', 'type': 'image/tiff; application=geotiff'}}}, open(folder + '/w.json', 'w'))
        """;

    private const string Mercator = "156543.03392804097 -20037508.342789244 -156543.03392804097 20037508.342789244";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("EPSG:4326", 72, 144, -90, "2.5 -180 -2.5 90", 144)] // padded beyond the pole
    [InlineData("EPSG:3857", 256, 256, -85.0511287798066, Mercator, 256)]
    [InlineData("EPSG:3857", 256, 256, -85.0511287798066, Mercator, 300)]
    public void A_chip_of_the_whole_earth_has_the_footprint_of_its_scene(string crs, int height, int width, double south, string terms,
        int size)
    {
        string southText = south.ToString("R", CultureInfo.InvariantCulture);
        Python.Run(Scene, [folder.Path, crs, $"{height}", $"{width}", southText, .. terms.Split(' ')]);
        PileProgram.RunToJson("build", "--from", folder["w.json"], "--scenes", "--out", folder["s"]);
        File.WriteAllText(folder["r.yaml"], Recipes.Text("chip",
            $"kind: stac-chips\nitems: w.json\nchip: {{ size: [64, {size}], edge: pad }}"));
        PileProgram.RunToJson("build", folder["r.yaml"], "--out", folder["d"]);
        JsonElement chip = Assert.Single(PileProgram.RunToJson("query", folder["d"], "--where", $"chip_size = {size}", "--columns",
            "bbox,lon,lat,footprint_radius,geometry").EnumerateArray());
        JsonElement scene = Assert.Single(PileProgram.RunToJson("query", folder["s"], "--columns", "bbox,lon,lat,footprint_radius,geometry")
            .EnumerateArray());
        double[] box = Numbers(chip.GetProperty("bbox")), own = Numbers(scene.GetProperty("bbox"));
        Assert.Equal((-180, 180), (box[0], box[2]));
        if (size > 256)
            own[1] = box[1]; // padded to the south
        Assert.Equal(own, box, (a, b) => Math.Abs(a - b) < 1e-9);
        if (size <= 256)
            foreach (string name in (string[])["lon", "lat", "footprint_radius"])
                Assert.Equal(scene.GetProperty(name).GetDouble(), chip.GetProperty(name).GetDouble(), 1e-6);
        Assert.True(PileProgram.RunToJson("validate", folder["d"], "--deep").GetProperty("valid").GetBoolean());
    }

    [Fact]
    public void One_chip_that_is_not_on_the_earth_is_named_as_one()
    {
        Python.Run(Scene, folder.Path, "+proj=sinu +R=6371007.181 +units=m", "32", "64", "-90", "625472", "-20015109", "-625472",
            "10007555");
        File.WriteAllText(folder["r.yaml"], Recipes.Text("chip", "kind: stac-chips\nitems: w.json\nchip: { size: 32, edge: pad }"));
        File.WriteAllText(folder["o.yaml"], Recipes.Text("chip", "kind: stac-chips\nitems: w.json\nchip: { size: 64, edge: pad }"));
        Assert.Contains("2 chips of 32 pixels are left out, because they have no longitude and latitude",
            PileProgram.RunToError(1, "build", folder["r.yaml"], "--out", folder["d"]), StringComparison.Ordinal);
        Assert.Contains("1 chip of 64 pixels is left out, because it has no longitude and latitude",
            PileProgram.RunToError(1, "build", folder["o.yaml"], "--out", folder["d"]), StringComparison.Ordinal);
    }

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetDouble())];
}
