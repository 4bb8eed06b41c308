using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary>What documents state of a band or a scene, and what they leave out, is so in the chips: against rasterio.</summary>
public sealed class DocumentFactTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public DocumentFactTests() => Python.Run("""
        import os, sys, numpy as np, rasterio
        os.chdir(sys.argv[1])
        with rasterio.open('r.tif', 'w', driver='GTiff', dtype='uint8', count=3, height=64, width=64, crs='EPSG:32633',
                           transform=rasterio.Affine(10, 0, 500000, 0, -10, 5000000)) as file:
            file.write(np.stack([np.full((64, 64), value, 'u1') for value in (11, 22, 33)]))
        """, folder.Path);

    public void Dispose() => folder.Dispose();

    [Theory] // an integer layer is the number of a band, as the Open Data Cube reads it
    [InlineData("layer: 2", 22)]
    [InlineData("band: 3", 33)]
    [InlineData("layer: 2, band: 3", 33)]
    [InlineData("", 11)]
    public void A_measurement_is_the_band_that_an_EO3_document_names(string keys, double expected)
    {
        Eo3(keys);
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["eo3.yaml"], "--chips", "64", "--out", folder["d"]).ExitCode);
        JsonElement band = PileProgram.RunToJson("statistics", folder["d"]).GetProperty("bands")[0];
        Assert.Equal((expected, expected), (band.GetProperty("min").GetDouble(), band.GetProperty("max").GetDouble()));
    }

    [Fact]
    public void A_layer_that_the_file_does_not_have_is_an_error()
    {
        Eo3("layer: 9");
        string error = PileProgram.Run("build", "--from", folder["eo3.yaml"], "--chips", "64", "--out", folder["d"], "--set",
            "source.probe=headers").Error;
        Assert.Contains("it has a band 9, but the file has 3", error, StringComparison.Ordinal);
    }

    [Theory] // SCHEMA.md, S6.9: a row of a file of the list of sources, or none and the name in the reason
    [InlineData("--scenes")]
    [InlineData("--chips")]
    public void A_skipped_item_of_a_catalog_has_no_row_in_the_catalog_and_its_own_file_in_the_reason(string rows)
    {
        Python.Run("""
            import json, os, shutil, sys
            os.chdir(sys.argv[1])
            ring = [[15, 45], [15.01, 45], [15.01, 45.16], [15, 45.16], [15, 45]]
            def item(name, **changes):
                return {'type': 'Feature', 'stac_version': '1.0.0', 'id': name, 'bbox': [15, 45, 15.01, 45.16], 'links': [],
                        'geometry': {'type': 'Polygon', 'coordinates': [ring]}, 'properties': {'datetime': '2020-01-01T00:00:00Z'},
                        'assets': {'a': {'href': 'r.tif', 'type': 'image/tiff'}}, **changes}
            bad = {'geometry': {'type': 'Polygon', 'coordinates': [ring[:-1]]}}
            os.mkdir('items')
            shutil.copy('r.tif', 'items')
            for name, changes in (('good', {}), ('bad', bad)):
                json.dump(item(name, **changes), open(f'items/{name}.json', 'w'))
            json.dump({'type': 'Catalog', 'stac_version': '1.0.0', 'id': 'c', 'description': 'd', 'links': [
                {'rel': 'item', 'href': f'items/{name}.json'} for name in ('good', 'bad')]}, open('catalog.json', 'w'))
            json.dump({'type': 'FeatureCollection', 'features': [item('one'), item('two', **bad)]}, open('items.json', 'w'))
            """, folder.Path);
        foreach ((string file, string expected, string reason) in (ReadOnlySpan<(string, string, string)>)[
            ("catalog", "catalog.json,,", "items/bad.json, item 0 ('bad')"), ("items", "items.json,1,", "items.json, item 1 ('two')")])
        {
            string[] kind = rows is "--chips" ? [rows, "64"] : [rows];
            ProgramResult result = PileProgram.Run(["build", "--from", folder[$"{file}.json"], .. kind, "--out", folder["of-" + file],
                "--on-error", "skip"]);
            string line = Assert.Single(File.ReadAllLines(folder[$"of-{file}/skipped.csv"])[1..]);
            Assert.True(line.StartsWith(expected, StringComparison.Ordinal), line + result.Error);
            Assert.Contains(reason, line, StringComparison.Ordinal);
            Assert.True(PileProgram.RunToJson("validate", folder["of-" + file]).GetProperty("valid").GetBoolean());
        }
    }

    [Fact]
    public void A_platform_that_no_document_states_is_missing_in_scenes_and_chips()
    {
        string[] items = [.. ((string?[])[null, "", "landsat-8"]).Select((platform, i) =>
        {
            string path = folder[$"p{i}.json"];
            File.WriteAllText(path, $$"""
                {"type": "Feature", "stac_version": "1.0.0", "id": "p{{i}}", "bbox": [15, 45.1, 15.01, 45.2], "links": [],
                 "geometry": {"type": "Polygon", "coordinates": [[[15, 45.1], [15.01, 45.1], [15.01, 45.2], [15, 45.2], [15, 45.1]]]},
                 "properties": {"datetime": "2021-03-04T00:00:00Z", "proj:epsg": 32633, "proj:shape": [64, 64],
                                "proj:transform": [10, 0, 500000, 0, -10, 5000000]{{(platform is null ? ""
                                    : $", \"platform\": \"{platform}\"")}}},
                 "assets": {"red": {"href": "r.tif", "roles": ["data"], "type": "image/tiff; application=geotiff"} } }
                """);
            return path;
        })];
        foreach ((string name, string[] kind) in ((string, string[])[])[("scenes", ["--scenes"]), ("chips", ["--chips", "64"])])
        {
            ProgramResult built = PileProgram.Run(["build", "--from", .. items, .. kind, "--out", folder[name]]);
            Assert.True(built.ExitCode == 0, built.Error);
            JsonElement rows = PileProgram.RunToJson("query", folder[name], "--sort", "object_id", "--columns", "platform");
            Assert.Equal([null, "", "landsat-8"], rows.EnumerateArray().Select(r => r.GetProperty("platform").GetString()));
        }
    }

    [Fact]
    public void An_asset_with_several_bands_is_named_by_one_of_them()
    {
        File.WriteAllText(folder["item.json"], """
            {"type": "Feature", "stac_version": "1.1.0", "id": "s", "bbox": [15, 45.1, 15.01, 45.2], "links": [],
             "geometry": {"type": "Polygon", "coordinates": [[[15, 45.1], [15.01, 45.1], [15.01, 45.2], [15, 45.2], [15, 45.1]]]},
             "properties": {"datetime": "2021-03-04T00:00:00Z", "proj:code": "EPSG:32633"},
             "assets": {"a": {"href": "r.tif", "type": "image/tiff", "bands": [{"name": "red"}, {"name": "nir"}]}}}
            """);
        string error = PileProgram.RunToError(1, Build("a"));
        Assert.Contains("the band 'a' may be one of a_red of a, a_nir of a. Name a_red or a_nir in 'bands'.", error,
            StringComparison.Ordinal);
        Assert.Equal(0, PileProgram.Run(Build("a_nir")).ExitCode);
        JsonElement band = PileProgram.RunToJson("statistics", folder["d"]).GetProperty("bands")[0];
        Assert.Equal(22, band.GetProperty("mean").GetDouble()); // as rasterio wrote the second band

        string[] Build(string bands)
        {
            File.WriteAllText(folder["r.yaml"], Recipes.Text("chip",
                $"kind: stac-chips\nitems: item.json\nbands: [{bands}]\nchip: {{ size: 64 }}"));
            return ["build", folder["r.yaml"], "--out", folder["d"]];
        }
    }

    [Theory]
    [InlineData("0", "line 10, column 17: expected a size from 1 to 16384 pixels, found 0")]
    [InlineData("[]", "line 10, column 17: expected a size from 1 to 16384 pixels or a list of sizes, found an empty list")]
    public void A_recipe_without_a_size_of_chips_is_a_usage_error(string size, string expected)
    {
        File.WriteAllText(folder["r.yaml"], Recipes.Text("chip", $"kind: stac-chips\nitems: item.json\nchip: {{ size: {size} }}"));
        Assert.Contains(expected, PileProgram.RunToError(2, "build", folder["r.yaml"], "--out", folder["d"]), StringComparison.Ordinal);
    }

    private void Eo3(string keys) => File.WriteAllText(folder["eo3.yaml"], $$"""
        $schema: https://schemas.opendatacube.org/dataset
        id: 11111111-2222-3333-4444-555555555555
        product: { name: p1 }
        crs: epsg:32633
        grids: { default: { shape: [64, 64], transform: [10, 0, 500000, 0, -10, 5000000, 0, 0, 1] } }
        properties: { datetime: 2021-03-04T00:00:00Z, odc:file_format: GeoTIFF }
        measurements: { red: { path: r.tif{{(keys.Length > 0 ? ", " : "")}}{{keys}} } }
        lineage: {}
        """);
}
