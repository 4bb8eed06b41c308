using System.Text.Json;
using System.Text.Json.Nodes;
using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary>Properties of an item that are the default of all its assets (STAC 1.1, "Assets", additional fields), against rasterio, numpy
/// and the rule of the standard.</summary>
public sealed class ItemDefaultsTests : IDisposable
{
    // A third of the pixels of 'data' is 0, and all of the mask 'scl'.
    private const string Scene = """
        import json, sys
        import numpy as np, rasterio
        from rasterio.warp import transform_bounds
        folder, version = sys.argv[1:3]
        edits = json.loads(sys.argv[3])
        rng = np.random.default_rng(5)
        for name, dtype, count in (('data', 'uint16', 2), ('plain', 'uint16', 1), ('scl', 'uint8', 1)):
            pixels = rng.integers(1, 9, (count, 64, 96)).astype(dtype)
            pixels[rng.random(pixels.shape) < (1 if name == 'scl' else 0.3)] = 0
            with rasterio.open(f'{folder}/{name}.tif', 'w', driver='GTiff', dtype=dtype, count=count, height=64, width=96,
                               crs='EPSG:32633', transform=rasterio.Affine(10, 0, 500000, 0, -10, 5000000)) as file:
                file.write(pixels)
        w, s, e, n = transform_bounds('EPSG:32633', 'EPSG:4326', 500000, 4999360, 500960, 5000000)
        tiff = 'image/tiff; application=geotiff'
        item = {'type': 'Feature', 'id': 's', 'links': [], 'bbox': [w, s, e, n],
                'geometry': {'type': 'Polygon', 'coordinates': [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
                'properties': {'datetime': '2020-01-01T00:00:00Z', 'gsd': 10, 'data_type': 'uint16', 'nodata': 0, 'unit': 'K',
                               'raster:scale': 0.5, 'raster:offset': -1, 'proj:code': 'EPSG:32633', 'proj:shape': [64, 96],
                               'proj:transform': [10, 0, 500000, 0, -10, 5000000]},
                'assets': {'data': {'href': 'data.tif', 'type': tiff, 'unit': 'm', 'gsd': 20,
                                    'bands': [{'name': 'b1'}, {'name': 'b2', 'nodata': 3, 'raster:scale': 2}]},
                           'plain': {'href': 'plain.tif', 'type': tiff},
                           'scl': {'href': 'scl.tif', 'type': tiff, 'data_type': 'uint8', 'bands': [{'name': 'scl'}],
                                   'classification:classes': [{'value': 0, 'name': 'land'}]},
                           'note': {'href': 'note.json', 'type': 'application/json'}},
                'stac_version': version}
        for path, value in edits.items():
            at = item
            for part in path.split('/')[:-1]:
                at = at[part]
            if value == 'remove':
                del at[path.split('/')[-1]]
            else:
                at[path.split('/')[-1]] = value
        json.dump(item, open(f'{folder}/item.json', 'w'))
        """;

    // The rule of the standard: a band, then its asset, then the properties. Older items have no common member of the first names.
    private const string Compare = """
        import json, sys
        item = json.load(open(sys.argv[1]))
        row = json.load(open(sys.argv[2]))[0]
        common = item['properties'] if item['stac_version'] >= '1.1' else \
            {k: v for k, v in item['properties'].items() if k not in ('data_type', 'nodata', 'unit')}
        names = {'dtype': 'data_type', 'unit': 'unit', 'gsd': 'gsd', 'nodata': 'nodata', 'scale': 'raster:scale',
                 'offset': 'raster:offset'}
        expected = []
        for key, asset in item['assets'].items():
            if key == 'note':
                continue
            codes = 'classification:classes' in asset and len({asset.get('data_type'), common.get('data_type'), None}) == 3
            for band in asset.get('bands', [{}]):
                first = lambda k: next((d[k] for d in (band, asset, {} if codes and k != 'gsd' else common) if k in d), None)
                expected.append({'asset': key, **{own: first(theirs) for own, theirs in names.items()}})
        count = len(row['band.asset'])
        number = lambda v: None if v in (None, '', 'NaN') or v != v else v
        found = [{'asset': row['band.asset'][i], **{own: number(row[f'band.{own}'][i]) for own in names}} for i in range(count)]
        assert found == expected, (found, expected)
        assert row['band.has_nodata'] == [b['nodata'] is not None for b in expected]
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("1.1.0", "{}")]
    [InlineData("1.1.0-beta.1", "{}", Traits = ["Run", "Long"])]
    [InlineData("1.0.0", "{}")]
    [InlineData("1.0.0", "{\"properties/nodata\": \"as in the file\", \"properties/data_type\": [\"image\"]}")]
    [InlineData("1.1.0", "{\"assets/scl/nodata\": 255}")]
    [InlineData("1.1.0", "{\"assets/data/nodata\": 7, \"assets/data/bands\": [{\"name\": \"b1\", \"nodata\": null}, {\"name\": \"b2\"}]}",
        Traits = ["Run", "Long"])]
    public void Scenes_have_the_members_of_bands_that_the_standard_gives_them(string version, string edits)
    {
        Python.Run(Scene, folder.Path, version, edits);
        PileProgram.RunToJson("build", "--from", folder["item.json"], "--scenes", "--out", folder["d"]);
        File.WriteAllText(folder["rows.json"], PileProgram.Run("query", folder["d"], "--columns",
            "band.asset,band.dtype,band.unit,band.gsd,band.has_nodata,band.nodata,band.scale,band.offset", "--json").Output);
        Python.Run(Compare, folder["item.json"], folder["rows.json"]);
    }

    [Theory] // the last two: 0 is data in an older item, and in an asset that states that it has no such number
    [InlineData("1.1.0", "{}", true)]
    [InlineData("1.0.0", "{}", false)]
    [InlineData("1.1.0", "{\"assets/plain/nodata\": null}", false)]
    public void Statistics_leave_out_the_nodata_of_an_item(string version, string edits, bool isLeftOut)
    {
        Python.Run(Scene, folder.Path, version, edits);
        File.WriteAllText(folder["r.yaml"], Recipes.Text("chip", "kind: stac-chips\nitems: item.json\nbands: [plain]\nchip: { size: 32 }"));
        PileProgram.RunToJson("build", folder["r.yaml"], "--out", folder["d"]);
        JsonElement found = PileProgram.RunToJson("statistics", folder["d"]);
        JsonNode expected = JsonNode.Parse(Python.Run("""
            import json, sys, numpy as np, rasterio
            values = rasterio.open(sys.argv[1]).read(1)
            values = values[values != 0] if sys.argv[2] == 'True' else values.ravel()
            print(json.dumps([int(values.size), float(values.mean())]))
            """, folder["plain.tif"], isLeftOut.ToString()))!;
        JsonElement band = FindStatistics(found);
        Assert.Equal(expected[0]!.GetValue<long>(), band.GetProperty("pixels").GetInt64());
        Assert.Equal(expected[1]!.GetValue<double>(), band.GetProperty("mean").GetDouble(), 1e-9);
    }

    [Fact]
    public void Chips_need_no_header_of_files_whose_data_type_the_item_states()
    {
        Python.Run(Scene, folder.Path, "1.1.0", "{}");
        foreach (string name in (string[])["data", "plain", "scl"])
            File.Delete(folder[$"{name}.tif"]);
        File.WriteAllText(folder["r.yaml"], Recipes.Text("chip",
            "kind: stac-chips\nitems: item.json\nbands: [b1, b2, plain]\nchip: { size: 32 }"));
        PileProgram.RunToJson("build", folder["r.yaml"], "--out", folder["d"]);
        JsonElement row = PileProgram.RunToJson("query", folder["d"], "--columns", "chip_nodata,chip_scale,chip_offset")[0];
        Assert.Equal("[0,3,0] [0.5,2,0.5] [-1,-1,-1]", string.Join(' ', ((string[])["chip_nodata", "chip_scale", "chip_offset"])
            .Select(name => row.GetProperty(name).GetRawText().Replace(".0", "", StringComparison.Ordinal)
                .Replace(" ", "", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("{\"assets/scl/data_type\": \"remove\"}", "properties.data_type", "uint16 for all assets", "'scl' has uint8")]
    [InlineData("{\"properties/nodata\": -1}", "properties.nodata", "it is -1, which no uint16 pixel can have", "State the 'nodata'")]
    [InlineData("{\"properties/nodata\": \"zero\"}", "properties.nodata", "'zero'", "a number, 'nan'")]
    public void Errors_of_properties_name_them(string edits, params string[] expected)
    {
        Python.Run(Scene, folder.Path, "1.1.0", edits);
        string error = PileProgram.RunToError(1, "build", "--from", folder["item.json"], "--chips", "32", "--out", folder["d"]);
        Assert.All(expected, text => Assert.Contains(text, error, StringComparison.Ordinal));
    }

    private static JsonElement FindStatistics(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Array => json.EnumerateArray().Select(FindStatistics).First(e => e.ValueKind is JsonValueKind.Object),
        JsonValueKind.Object when json.TryGetProperty("pixels", out _) => json,
        JsonValueKind.Object => json.EnumerateObject().Select(p => FindStatistics(p.Value))
            .FirstOrDefault(e => e.ValueKind is JsonValueKind.Object),
        _ => default,
    };
}
