using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pile.Stac.Tests;

public class SensorDefinitionTests
{
    private const string Scene8 = "landsat-008059/LC08_L2SP_008059_20191201_20200825_02_T1_";

    [Fact]
    public void Every_definition_is_valid_and_its_dtypes_hold_its_nodata()
    {
        Assert.Equal(["landsat-c2-l1", "landsat-c2-l2", "linz", "modis", "naip", "sentinel-1-rtc", "sentinel-2-l2a"],
            SensorDefinition.Names);
        foreach (string name in SensorDefinition.Names)
        {
            SensorDefinition sensor = SensorDefinition.For(name);
            Assert.Equal(name, sensor.Name);
            Assert.NotEmpty(sensor.Bands);
            foreach (SensorBand band in sensor.Bands)
            {
                (double least, double most, int bits) = band.Band.DType switch
                {
                    "uint8" => (0d, 255d, 8),
                    "uint16" => (0, 65535, 16),
                    "int16" => (-32768, 32767, 16),
                    "uint32" => (0, uint.MaxValue, 32),
                    "float32" => (-3.4e38, 3.4e38, 0),
                    _ => throw new InvalidOperationException(band.Band.DType),
                };
                Assert.True(band.Band.Nodata is null || (band.Band.Nodata >= least && band.Band.Nodata <= most),
                    $"{name} {band.Band.Name}");
                foreach (FlagDefinition flag in band.Band.Flags)
                {
                    Assert.All(flag.Bits, bit => Assert.True(bit < bits, $"{name} {flag.Name}"));
                    Assert.All(flag.Values, v => Assert.True(v.Key < 1L << flag.Bits.Length, $"{name} {flag.Name} {v.Key}"));
                }
                ulong used = 0;
                foreach (FlagDefinition flag in band.Band.Flags)
                {
                    Assert.Equal(0UL, used & flag.Mask);
                    used |= flag.Mask;
                }
            }
        }
        Assert.Throws<ArgumentException>(() => SensorDefinition.For("landsat"));
    }

    [Fact]
    public void Landsat_scale_offset_and_dtype_equal_those_of_the_metadata_file_of_the_scene()
    {
        Scene scene = SensorDefinition.For("landsat-c2-l2").Apply(SceneJoin.Assets(EoFiles.Scene(Scene8 + "SR_stac.json"),
            EoFiles.Scene(Scene8 + "ST_stac.json")));
        using JsonDocument document = JsonDocument.Parse(EoFiles.Bytes(Scene8 + "MTL.json"));
        JsonElement mtl = document.RootElement.GetProperty("LANDSAT_METADATA_FILE"), contents = mtl.GetProperty("PRODUCT_CONTENTS");
        JsonElement reflectance = mtl.GetProperty("LEVEL2_SURFACE_REFLECTANCE_PARAMETERS");
        int compared = 0;
        foreach (JsonProperty type in contents.EnumerateObject().Where(p => p.Name.StartsWith("DATA_TYPE_", StringComparison.Ordinal)))
        {
            string file = contents.GetProperty(type.Name.Replace("DATA_TYPE_", "FILE_NAME_", StringComparison.Ordinal)).GetString()!;
            string key = file["LC08_L2SP_008059_20191201_20200825_02_T1_".Length..];
            SceneBand band = Assert.Single(scene.FindAsset(key)!.Bands);
            Assert.Equal(type.Value.GetString()!.ToLowerInvariant(), band.DType);
            if (key.StartsWith("SR_B", StringComparison.Ordinal))
            {
                Assert.Equal(Number(reflectance, $"REFLECTANCE_MULT_BAND_{key[4]}"), band.Scale);
                Assert.Equal(Number(reflectance, $"REFLECTANCE_ADD_BAND_{key[4]}"), band.Offset);
                Assert.Equal(0, band.Nodata);
            }
            compared++;
        }
        Assert.Equal(19, compared);
        JsonElement temperature = mtl.GetProperty("LEVEL2_SURFACE_TEMPERATURE_PARAMETERS");
        SceneBand thermal = scene.FindAsset("ST_B10.TIF")!.Bands[0];
        Assert.Equal(Number(temperature, "TEMPERATURE_MULT_BAND_ST_B10"), thermal.Scale);
        Assert.Equal(Number(temperature, "TEMPERATURE_ADD_BAND_ST_B10"), thermal.Offset);
        // The item's own names stay.
        Assert.Equal(("SR_B4", "red"), (scene.FindAsset("SR_B4.TIF")!.Bands[0].Name, scene.FindAsset("SR_B4.TIF")!.Bands[0].CommonName));
        Assert.Equal([8, 9], scene.FindAsset("QA_PIXEL.TIF")!.Bands[0].Flags.Single(f => f.Name == "cloud_confidence").Bits);

        static double Number(JsonElement element, string name) =>
            double.Parse(element.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Landsat_bands_depend_on_the_platform()
    {
        Scene scene = EoFiles.Scene(Scene8 + "SR_stac.json");
        SceneAsset silent = scene.FindAsset("SR_B1.TIF")! with { Bands = [] };
        SensorDefinition sensor = SensorDefinition.For("landsat-c2-l2");
        foreach ((string? platform, string? expected) in ((string?, string?)[])[("LANDSAT_8", "coastal"), ("landsat-7", "blue"),
            ("sentinel-2a", null),
            (null, null)])
            Assert.Equal(expected, sensor.Apply(scene with { Assets = [silent], Common = new() { Platform = platform } }).Assets[0].Bands
                .SingleOrDefault()?.CommonName);
    }

    [Fact]
    public void Sentinel_2_bands_equal_those_of_a_real_item_that_states_them()
    {
        JsonNode item = JsonNode.Parse(EoFiles.Bytes("sentinel2-safe/expected_output.json"))!;
        foreach ((_, JsonNode? asset) in item["assets"]!.AsObject())
        {
            asset!.AsObject().Remove("eo:bands");
            asset.AsObject().Remove("raster:bands");
        }
        Scene complete = EoFiles.Scene("sentinel2-safe/expected_output.json"),
            silent = StacItem.Parse(Encoding.UTF8.GetBytes(item.ToJsonString()), "a.json");
        Scene found = SensorDefinition.For("sentinel-2-l2a").Apply(silent);
        Assert.Empty(found.Notes);
        int compared = 0;
        foreach (SceneAsset asset in complete.Assets)
            foreach ((SceneBand expected, SceneBand band) in asset.Bands.Zip(found.FindAsset(asset.Key)!.Bands, (a, b) => (a, b)))
            {
                Assert.Equal((expected.CommonName, expected.CentreWavelengthUm, expected.DType, expected.Nodata, expected.Scale,
                    expected.Offset, expected.Unit),
                    (band.CommonName, asset.Key.StartsWith("visual", StringComparison.Ordinal) ? expected.CentreWavelengthUm
                        : band.CentreWavelengthUm,
                        band.DType, band.Nodata, band.Scale, band.Offset, band.Unit));
                Assert.Equal(expected.Name ?? band.Name, band.Name);
                if (band.GsdM is not null)
                    Assert.Equal(expected.GsdM, band.GsdM);
                compared++;
            }
        Assert.Equal(complete.Assets.Sum(a => a.Bands.Length), compared);
    }

    [Fact]
    public void What_an_item_states_is_not_replaced()
    {
        Scene complete = EoFiles.Scene("sentinel2-safe/expected_output.json");
        Scene found = SensorDefinition.For("sentinel-2-l2a").Apply(complete);
        foreach ((SceneAsset before, SceneAsset after) in complete.Assets.Zip(found.Assets))
            foreach ((SceneBand a, SceneBand b) in before.Bands.Zip(after.Bands))
                Assert.Equal((a.Name ?? b.Name, a.DType, a.Nodata, a.Scale, a.Offset, a.GsdM),
                    (b.Name, b.DType, b.Nodata, b.Scale, b.Offset, b.GsdM));
        // A scale for reflectance as uint16 means nothing for float32.
        SceneAsset asset = complete.FindAsset("blue")!;
        Scene scaled = complete with { Assets = [asset with { Bands = [new SceneBand { DType = "float32" }] }], Properties = [] };
        SceneBand band = SensorDefinition.For("sentinel-2-l2a").Apply(scaled).Assets[0].Bands[0];
        Assert.Equal((null, null, null, "blue"), (band.Scale, band.Offset, band.Nodata, band.CommonName));
    }

    [Theory] // boa_offset_applied, raster:bands.offset, processing baseline: the offset and the number of notes
    [InlineData(null, null, "02.12", 0.0, 0)]
    [InlineData(null, null, "04.00", -0.1, 0)]
    [InlineData(null, null, "05.10", -0.1, 0)]
    [InlineData(null, -0.1, "05.10", -0.1, 0)]
    [InlineData(null, 0.0, "05.10", 0.0, 1)]
    [InlineData(null, -0.1, "02.12", -0.1, 1)]
    [InlineData(true, null, "05.10", 0.0, 0)]
    [InlineData(true, -0.1, "05.10", 0.0, 1)]
    [InlineData(true, 0.0, "02.12", 0.0, 0)]
    [InlineData(false, null, "05.10", -0.1, 0)]
    [InlineData(false, 0.0, "05.10", 0.0, 1)]
    [InlineData(null, null, null, null, 0)]
    public void The_offset_of_sentinel_2_follows_the_item_then_the_baseline(bool? applied, double? offset, string? baseline,
        double? expected, int notes)
    {
        JsonNode item = JsonNode.Parse(EoFiles.Bytes("sentinel2-safe/expected_output.json"))!;
        item["properties"]!["earthsearch:boa_offset_applied"] = applied;
        item["properties"]!["s2:processing_baseline"] = baseline;
        if (applied is null)
            item["properties"]!.AsObject().Remove("earthsearch:boa_offset_applied");
        foreach ((_, JsonNode? asset) in item["assets"]!.AsObject())
            foreach (JsonNode? band in asset!["raster:bands"]?.AsArray() ?? [])
                if (band!["scale"]?.GetValue<double>() == 0.0001)
                    band["offset"] = offset;
        Scene scene = SensorDefinition.For("sentinel-2-l2a").Apply(StacItem.Parse(Encoding.UTF8.GetBytes(item.ToJsonString()), "a.json"));
        Assert.Equal(notes, scene.Notes.Length);
        foreach (string key in (string[])["blue", "blue_20m", "swir22", "nir09"])
            Assert.Equal(expected, scene.FindAsset(key)!.Bands[0].Offset);
        Assert.Equal(0, scene.FindAsset("aot")!.Bands[0].Offset);
        Assert.Null(scene.FindAsset("scl")!.Bands[0].Offset);
    }

    [Theory] // the fields of Earth Search 0 and of the Copernicus Data Space Ecosystem
    [InlineData("sentinel:processing_baseline", "04.00", null, "2022-06-01", -0.1, 0)]
    [InlineData("sentinel:processing_baseline", "03.01", null, "2021-06-01", 0.0, 0)]
    [InlineData("sentinel:processing_baseline", "04.00", true, "2022-06-01", 0.0, 0)]
    [InlineData("sentinel:processing_baseline", "04.00", false, "2022-06-01", -0.1, 0)]
    [InlineData("processing:version", "05.11", null, "2024-06-01", -0.1, 0)]
    [InlineData("processing:version", "v1.2-dev", null, "2024-06-01", null, 1)]
    [InlineData("s2:processing_baseline", "N0509", null, "2024-06-01", -0.1, 0)] // as in the names of products
    [InlineData("s2:processing_baseline", "N0301", null, "2021-06-01", 0.0, 0)]
    [InlineData("other", "05.11", null, "2022-01-25", null, 1)]
    [InlineData("other", "05.11", null, "2022-01-24", null, 0)]
    public void The_baseline_of_sentinel_2_has_other_names_in_other_archives(string name, string baseline, bool? applied, string day,
        double? expected, int notes)
    {
        JsonNode item = JsonNode.Parse(EoFiles.Bytes("sentinel2-safe/expected_output.json"))!;
        JsonObject properties = item["properties"]!.AsObject();
        properties.Remove("s2:processing_baseline");
        properties["datetime"] = $"{day}T10:00:00Z";
        properties[name] = baseline;
        if (applied is { } flag)
            properties["sentinel:boa_offset_applied"] = flag;
        foreach ((_, JsonNode? asset) in item["assets"]!.AsObject())
            foreach (JsonNode? band in asset!["raster:bands"]?.AsArray() ?? [])
                if (band!["scale"]?.GetValue<double>() == 0.0001)
                    band.AsObject().Remove("offset");
        Scene scene = SensorDefinition.For("sentinel-2-l2a").Apply(StacItem.Parse(Encoding.UTF8.GetBytes(item.ToJsonString()), "a.json"));
        Assert.Equal((expected, notes), (scene.FindAsset("blue")!.Bands[0].Offset, scene.Notes.Length));
    }

    [Theory] // data type, scale and offset of the item: the offset, and the number of notes
    [InlineData(null, null, null, -0.1, 0)]
    [InlineData("uint16", 0.0001, null, -0.1, 0)]
    [InlineData("int16", 0.0001, null, -0.1, 0)]
    [InlineData("int16", null, null, null, 1)] // DN 1000 would be 999.9
    [InlineData("float32", null, null, null, 1)]
    [InlineData("float32", 1.0, null, null, 1)]
    [InlineData("uint16", 1.0, null, null, 1)]
    [InlineData("uint16", 1.0, -1000.0, -1000.0, 1)]
    public void The_offset_of_sentinel_2_belongs_to_its_documented_scale(string? dtype, double? scale, double? offset, double? expected,
        int notes)
    {
        JsonNode item = JsonNode.Parse(EoFiles.Bytes("sentinel2-safe/expected_output.json"))!;
        item["properties"]!["s2:processing_baseline"] = "05.09";
        foreach ((_, JsonNode? asset) in item["assets"]!.AsObject())
            foreach (JsonNode? band in asset!["raster:bands"]?.AsArray() ?? [])
                if (band!["scale"]?.GetValue<double>() == 0.0001)
                    (band["data_type"], band["scale"], band["offset"]) = (dtype, scale, offset);
        Scene scene = SensorDefinition.For("sentinel-2-l2a").Apply(StacItem.Parse(Encoding.UTF8.GetBytes(item.ToJsonString()), "a.json"));
        Assert.Equal((expected, notes), (scene.FindAsset("blue")!.Bands[0].Offset, scene.Notes.Length));
    }

    [Theory] // an item of STAC 1.1 states members for all assets: they win over the definition, but for a band of flags
    [InlineData("blue", "float32", 7.0, 0.5, 10.0)]
    [InlineData("aot", "float32", 7.0, 0.5, null)]
    [InlineData("scl", "uint8", 0.0, null, 20.0)]
    [InlineData("visual", "uint8", 0.0, null, 10.0)] // a picture whose documented type is another one
    public void Properties_of_an_item_win_over_the_definition_of_measured_bands(string key, string dtype, double? nodata, double? scale,
        double? gsdM)
    {
        string role = key is "visual" ? "visual" : "data";
        SceneBand band = SensorDefinition.For("sentinel-2-l2a").Apply(StacItem.Parse(Encoding.UTF8.GetBytes($$"""
            {"assets": {"{{key}}": {"href": "a.tif", "type": "image/tiff", "roles": ["{{role}}"] } }, "type": "Feature", "id": "a",
             "properties": {"datetime": "2020-01-01T00:00:00Z", "gsd": 10, "data_type": "float32", "nodata": 7, "raster:scale": 0.5},
             "geometry": {"type": "Point", "coordinates": [0, 0]}, "bbox": [0, 0, 0, 0], "links": [], "stac_version": "1.1.0"}
            """), "a.json")).Assets[0].Bands[0];
        Assert.Equal((dtype, nodata, scale, gsdM), (band.DType, band.Nodata, band.Scale, band.GsdM));
        Assert.Equal(dtype != "float32", band.AssumesDType);
    }

    [Fact]
    public void The_gsd_of_an_asset_wins_over_that_of_the_definition()
    {
        SceneBand band = SensorDefinition.For("sentinel-2-l2a").Apply(StacItem.Parse("""
            {"assets": {"blue": {"href": "a.tif", "type": "image/tiff", "gsd": 60}}, "type": "Feature", "id": "a", "links": [],
             "properties": {"datetime": "2020-01-01T00:00:00Z", "gsd": 10}, "stac_version": "1.0.0",
             "geometry": {"type": "Point", "coordinates": [0, 0]}, "bbox": [0, 0, 0, 0]}
            """u8.ToArray(), "a.json")).Assets[0].Bands[0];
        Assert.Equal(60, band.GsdM);
    }
}
