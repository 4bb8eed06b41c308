using System.Globalization;
using System.Text.Json.Nodes;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Stac;

/// <summary>Documents that contradict the headers of their files. Shape, transform and CRS of the file are those of GDAL.</summary>
public sealed class BandAgreementTests : IDisposable
{
    private const string Stem = "LC08_L2SP_008059_20191201_20200825_02_T1", Asset = "QA_PIXEL.TIF";
    private const string Transform = "[444.78515625, 0, 378285, 0, -453.57421875, 275715]";

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("[512, 512]", Transform, 32618, null)]
    [InlineData("[512, 512]", "[444.785, 0, 378285.01, 0, -453.574, 275714.99]", 32618, null)] // rounded
    [InlineData("[512, 512]", Transform, 32618, "1")]
    [InlineData("[512, 512]", Transform, 32618, "65535")]
    public async Task A_document_that_agrees_with_its_file_is_read(string shape, string transform, int epsg, string? nodata)
    {
        List<RowBatch> batches = await Builder(shape, transform, epsg, nodata).ReadAllAsync(Token);
        Assert.Equal(64, batches.Sum(batch => batch.RowCount));
    }

    [Theory]
    [InlineData("[256, 512]", Transform, 32618, null, "QA_PIXEL.TIF.proj:shape': it is [256, 512], but the file has 512 rows and 512")]
    [InlineData("[512, 512]", "[444.78515625, 0, 378729.78515625, 0, -453.57421875, 275715]", 32618, null,
        "proj:transform': it is [444.78515625, 0, 378729.78515625, 0, -453.57421875, 275715], but that of the file is [444.78515625, 0")]
    [InlineData("[512, 512]", "[444, 0, 378285, 0, -453, 275715]", 32618, null, "proj:transform': it is [444, 0, 378285, 0, -453, 275715]")]
    [InlineData("[512, 512]", Transform, 26918, null, "'assets.QA_PIXEL.TIF.proj:epsg': it is EPSG:26918, but the file has EPSG:32618")]
    [InlineData("[512, 512]", Transform, 32618, "-1", "QA_PIXEL.TIF.nodata': it is -1, which no uint16 pixel can have")]
    [InlineData("[512, 512]", Transform, 32618, "65536", "nodata': it is 65536, which no uint16 pixel can have")]
    [InlineData("[512, 512]", Transform, 32618, "0.5", "nodata': it is 0.5, which no uint16 pixel can have")]
    public async Task A_document_that_contradicts_its_file_is_an_error(string shape, string transform, int epsg, string? nodata,
        string fault) => SceneErrors.Contains(await SceneErrors.OfAsync(Builder(shape, transform, epsg, nodata)), "item.json", fault,
            "Correct the document");

    [Theory] // members of the item are those of its assets, too
    [InlineData("proj:epsg", "26918", "'properties.proj:epsg': it is EPSG:26918")]
    [InlineData("proj:code", "\"EPSG:26918\"", "'properties.proj:code': it is EPSG:26918")]
    [InlineData("proj:shape", "[256, 512]", "'properties.proj:shape': it is [256, 512]")]
    public async Task A_member_of_the_item_is_named_as_such(string member, string value, string fault)
    {
        BuilderRun run = Builder("[512, 512]", Transform, 32618, null, change: asset =>
        {
            JsonObject properties = (JsonObject)asset.Parent!.Parent!["properties"]!;
            Remove(properties, "proj:epsg", "proj:shape", "proj:transform");
            Remove(asset, "proj:epsg", "proj:shape", "proj:transform");
            properties["proj:epsg"] = 32618;
            if (member == "proj:code")
                properties.Remove("proj:epsg");
            properties[member] = JsonNode.Parse(value);
        });
        SceneErrors.Contains(await SceneErrors.OfAsync(run), fault, "Correct the document");
    }

    [Fact]
    public async Task A_dtype_of_the_document_that_contradicts_the_file_is_an_error()
    {
        BuilderRun run = Builder("[512, 512]", Transform, 32618, null, "\nprobe: headers", asset => asset["data_type"] = "int16");
        SceneErrors.Contains(await SceneErrors.OfAsync(run), "item.json", "QA_PIXEL.TIF.data_type': it is int16, but the file has uint16",
            "Correct the document");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\nprobe: headers")]
    public async Task A_dtype_of_the_sensor_that_contradicts_the_file_is_an_error(string keys)
    {
        BuilderRun run = Builder("[512, 512]", Transform, 32618, null, $"\nsensor: landsat-c2-l2{keys}", asset =>
        {
            JsonObject assets = (JsonObject)asset.Parent!;
            assets.Remove(Asset);
            assets["qa_aerosol"] = asset; // uint8 in the definition
        }, "qa_aerosol");
        SceneErrors.Contains(await SceneErrors.OfAsync(run), "item.json",
            "qa_aerosol.data_type': it is uint8 in the definition of the sensor, but the file has uint16",
            "State 'data_type' in the document, or name the right sensor");
    }

    [Theory]
    [InlineData(26918, "proj:transform", "proj:epsg': it is EPSG:26918, but the file has EPSG:32618")]
    [InlineData(32618, "proj:epsg", "proj:transform': it is [444, 0, 378285, 0, -453, 275715]")]
    public async Task A_crs_or_transform_alone_that_contradicts_the_file_is_an_error(int epsg, string missing, string fault)
    {
        BuilderRun run = Builder("[512, 512]", "[444, 0, 378285, 0, -453, 275715]", epsg, null,
            change: asset => Remove(asset, "proj:shape", missing));
        SceneErrors.Contains(await SceneErrors.OfAsync(run), "item.json", fault);
    }

    [Theory]
    [InlineData("ESRI:102008", "uint16")] // the document states all that a header has
    [InlineData("ESRI:102008", "")]
    [InlineData("OGC:CRS84", "uint16")]
    [InlineData("OGC:CRS84", "")]
    public async Task A_crs_of_another_authority_that_contradicts_the_file_is_named(string code, string dtype)
    {
        BuilderRun run = Builder("[512, 512]", Transform, 32618, null, change: asset => SetCode(asset, code, dtype));
        SceneErrors.Contains(await SceneErrors.OfAsync(run), "item.json", $"proj:code': it is {code}, but the file has EPSG:32618");
    }

    [Fact]
    public async Task A_crs_of_ESRI_that_is_that_of_the_file_is_read()
    {
        BuilderRun run = Builder("[512, 512]", Transform, 32618, null, change: asset => SetCode(asset, "ESRI:102100", "uint16"));
        Python.Run("""
            import json, sys, rasterio
            from rasterio.warp import transform_bounds
            with rasterio.open(sys.argv[1]) as file:
                profile, data = file.profile, file.read()
            profile.update(crs='EPSG:3857', transform=rasterio.Affine(444.78515625, 0, -8451000, 0, -453.57421875, 275715))
            with rasterio.open(sys.argv[1], 'w', **profile) as file:
                file.write(data)
                w, s, e, n = transform_bounds('EPSG:3857', 'EPSG:4326', *file.bounds)
            item = json.load(open(sys.argv[2]))
            item['bbox'] = [w, s, e, n]
            item['geometry']['coordinates'] = [[[w, s], [e, s], [e, n], [w, n], [w, s]]]
            item['assets'][sys.argv[3]]['proj:transform'] = [444.78515625, 0, -8451000, 0, -453.57421875, 275715]
            json.dump(item, open(sys.argv[2], 'w'))
            """, folder[$"{Stem}_{Asset}"], folder["item.json"], Asset);
        Assert.Equal(64, (await run.ReadAllAsync(Token)).Sum(batch => batch.RowCount));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\nprobe: headers")]
    public async Task A_file_without_georeference_has_that_of_the_document(string keys)
    {
        BuilderRun run = Builder("[512, 512]", Transform, 32618, null, keys, asset => asset["data_type"] = "uint16");
        Python.Run("""
            import sys, rasterio
            with rasterio.open(sys.argv[1]) as file:
                profile, data = file.profile, file.read()
            del profile['crs'], profile['transform']
            with rasterio.open(sys.argv[1], 'w', **profile) as file:
                file.write(data)
            """, folder[$"{Stem}_{Asset}"]);
        RowBatch batch = (await run.ReadAllAsync(Token))[0];
        Assert.Equal(444.78515625, ((ColumnData<double>)batch["transform"]).Row(0)[0]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\nprobe: headers")]
    public async Task A_file_that_is_not_at_the_footprint_is_an_error(string keys)
    {
        BuilderRun moved = Builder("[512, 512]", Transform, 32618, null, keys, change: asset =>
        {
            Remove(asset, "proj:shape", "proj:transform");
            JsonNode item = asset.Root;
            item["bbox"] = JsonNode.Parse("[10, 1, 11, 2]");
            item["geometry"]!["coordinates"] = JsonNode.Parse("[[[10, 1], [11, 1], [11, 2], [10, 2], [10, 1]]]");
        });
        SceneErrors.Contains(await SceneErrors.OfAsync(moved), "item.json", "'geometry': it is at longitude 10.0000 to 11.0000",
            "but the transform in the file of the asset 'QA_PIXEL.TIF', [444.78515625, 0, 378285, 0, -453.57421875, 275715], places ");
    }

    [Fact]
    public async Task A_truncated_file_is_an_error()
    {
        BuilderRun cut = Builder("[512, 512]", Transform, 32618, null);
        using (FileStream file = File.Open(folder[$"{Stem}_{Asset}"], FileMode.Open))
            file.SetLength(file.Length - 1);
        SceneErrors.Contains(await SceneErrors.OfAsync(cut), $"{Stem}_{Asset}", "it is truncated: its pixels end at byte");
    }

    [Theory]
    [InlineData("-3.4e38", "")]
    [InlineData("-9999.9", "")]
    [InlineData("-9999.9", "\nprobe: headers")]
    [InlineData("1e39", null)] // larger than any float32
    public async Task Nodata_of_float32_is_the_number_that_pixels_have(string nodata, string? keys)
    {
        BuilderRun run = Builder("[512, 512]", Transform, 32618, nodata, keys ?? "", asset => asset["data_type"] = "float32");
        string expected = Python.Run("""
            import sys, numpy as np, rasterio
            with rasterio.open(sys.argv[1]) as file:
                profile, data = file.profile, file.read()
            with rasterio.open(sys.argv[1], 'w', **{**profile, 'dtype': 'float32', 'predictor': 1}) as file:
                file.write(data.astype('f4'))
            print(repr(float(np.float32(sys.argv[2]))))
            """, folder[$"{Stem}_{Asset}"], nodata);
        if (keys is null)
        {
            SceneErrors.Contains(await SceneErrors.OfAsync(run), "nodata': it is 1E+39, which no float32 pixel can have");
            return;
        }
        RowBatch batch = (await run.ReadAllAsync(Token))[0];
        Assert.Equal(double.Parse(expected, CultureInfo.InvariantCulture), ((ColumnData<double>)batch["chip_nodata"]).Row(0)[0]);
    }

    [Theory]
    [InlineData("[256, 512]", Transform, "uint16", "QA_PIXEL.TIF.proj:shape': it is [256, 512], but the file has 512 rows and 512")]
    [InlineData("[512, 512]", "[444.78515625, 0, 378729.78515625, 0, -453.57421875, 275715]", "uint16", "but that of the file is [444.78")]
    [InlineData("[512, 512]", Transform, "int16", "QA_PIXEL.TIF.data_type': it is int16, but the file has uint16")]
    [InlineData("[512, 512]", Transform, "uint16", "it is truncated: its pixels end at byte")]
    public async Task A_local_file_that_contradicts_a_document_which_states_all_is_an_error(string shape, string transform, string dtype,
        string fault)
    {
        BuilderRun run = Builder(shape, transform, 32618, null, change: asset => asset["data_type"] = dtype);
        if (fault.Contains("truncated", StringComparison.Ordinal))
            using (FileStream file = File.Open(folder[$"{Stem}_{Asset}"], FileMode.Open))
                file.SetLength(file.Length - 1);
        SceneErrors.Contains(await SceneErrors.OfAsync(run), "item.json", fault);
    }

    [Fact]
    public async Task A_missing_file_of_a_document_which_states_all_is_a_note()
    {
        BuilderRun run = Builder("[512, 512]", Transform, 32618, null, change: asset => asset["data_type"] = "uint16");
        File.Delete(folder[$"{Stem}_{Asset}"]);
        List<RowBatch> batches = await run.ReadAllAsync(Token);
        Assert.Equal(64, batches.Sum(batch => batch.RowCount));
        Assert.Contains(((INotingBuilder)run.Builder).Notes, note => note.EndsWith($"there are no files of {Asset}",
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_headers_are_used_instead_of_the_document_if_they_are_probed()
    {
        BuilderRun run = Builder("[512, 512]", "[444, 0, 378285, 0, -453, 275715]", 32618, null, "\nprobe: headers");
        RowBatch batch = (await run.ReadAllAsync(Token))[0];
        Assert.Equal(444.78515625, ((ColumnData<double>)batch["transform"]).Row(0)[0]);
    }

    public void Dispose() => folder.Dispose();

    private static void SetCode(JsonObject asset, string code, string dtype)
    {
        Remove(asset, "proj:epsg");
        asset["proj:code"] = code;
        if (dtype.Length > 0)
            asset["data_type"] = dtype;
    }

    private static void Remove(JsonObject asset, params string[] members)
    {
        foreach (string member in members)
            asset.Remove(member);
    }

    private BuilderRun Builder(string shape, string transform, int epsg, string? nodata, string keys = "",
        Action<JsonObject>? change = null, string band = Asset)
    {
        string data = TestPaths.Data("eo/landsat-008059");
        JsonNode item = JsonNode.Parse(File.ReadAllText(Path.Combine(data, $"{Stem}_SR_stac.json")))!;
        item["collection"] = "of-no-sensor"; // so that the header of the file is needed
        JsonObject asset = (JsonObject)item["assets"]![Asset]!;
        asset["proj:shape"] = JsonNode.Parse(shape);
        asset["proj:transform"] = JsonNode.Parse(transform);
        asset["proj:epsg"] = epsg;
        if (nodata is not null)
            asset["nodata"] = JsonNode.Parse(nodata);
        change?.Invoke(asset);
        File.WriteAllText(folder["item.json"], item.ToJsonString());
        File.Copy(Path.Combine(data, $"{Stem}_{Asset}"), folder[$"{Stem}_{Asset}"], overwrite: true);
        return BuilderRuns.Builder(
            $"kind: stac-chips\nitems: item.json\nchip: {{ size: 64 }}\nbands: [{band}]\nassets: {{ mount: . }}{keys}", folder.Path);
    }
}
