using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary><c>pile statistics</c>, against numpy over what rasterio reads.</summary>
public sealed class StatisticsTests(ChipDatasets chips) : IDisposable
{
    private const double Tolerance = 1e-12;

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Mean_and_standard_deviation_are_those_of_numpy_without_nodata()
    {
        string[] expected = Python.Run("""
            import sys
            import numpy as np, rasterio
            def line(column, value, band, parts):
                kept = np.concatenate([p[ok] for p, ok in parts]).astype('float64')
                print(column, value, band, kept.size, sum(ok.size for p, ok in parts) - kept.size, repr(float(kept.mean())),
                      repr(float(kept.std())), float(kept.min()), float(kept.max()))
            def part(item, band):
                values = rasterio.open(f'{sys.argv[1]}/{item}/{band}.tif').read(1)
                values = values[:values.shape[0] // 32 * 32, :values.shape[1] // 32 * 32]
                return values, np.isfinite(values) if item == 'b' else values != 0
            for band in ('red', 'nir'):
                line('chip_array', 'alpha', band, [part('a1', band), part('a2', band)])
            line('chip_beta_v2_array', 'beta', 'ndvi', [part('b', 'ndvi')])
            """, chips["."]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Compare(expected, Bands(chips["all"], "--by", "platform"));
        ProgramResult copy = PileProgram.Run("copy", chips["all"], folder["stored"], "--materialize");
        Assert.Equal(0, copy.ExitCode);
        Compare(expected, Bands(folder["stored"], "--by", "platform"));
        JsonElement one = Bands(chips["all"], "--where", "item = 'a1'", "--columns", "chip_array")[0];
        Assert.Equal((12, 12 * 32 * 32), (one.GetProperty("rows").GetInt32(),
            one.GetProperty("pixels").GetInt32() + one.GetProperty("omitted").GetInt32()));
        Assert.False(one.TryGetProperty("value", out _));
    }

    [Fact]
    public void A_sample_depends_on_its_seed_only_and_of_all_rows_is_the_whole()
    {
        string first = Text("--rows", "7", "--seed", "3");
        Assert.Equal(first, Text("--rows", "7", "--seed", "3"));
        Assert.NotEqual(first, Text("--rows", "7", "--seed", "4"));
        Assert.Equal(7, Bands(chips["all"], "--rows", "7", "--seed", "3").Where(b => b.GetProperty("band").GetString() != "nir")
            .Sum(b => b.GetProperty("rows").GetInt32()));
        Assert.Equal(Text("--where", "true"), Text("--rows", "22"));

        string Text(params string[] options) => string.Join('\n', Bands(chips["all"], options).Select(b => b.GetRawText()));
    }

    [Fact]
    public void A_column_without_bands_and_one_without_single_values_are_errors()
    {
        Assert.Contains("Such columns of 'a1-a2-b' are: chip_array, chip_beta_v2_array",
            PileProgram.RunToError(2, "statistics", chips["all"], "--columns", "chip_x"), StringComparison.Ordinal);
        Assert.Contains("'bbox' is not a light column with one value",
            PileProgram.RunToError(2, "statistics", chips["all"], "--by", "bbox"), StringComparison.Ordinal);
    }

    [Theory] // of two items of one product, or of two: the reflectance is 0.2 everywhere
    [InlineData("sentinel-2-l2a", "item")]
    [InlineData("sentinel-2-c1-l2a", "product")]
    public void Rows_of_different_offsets_are_reported_with_the_column_that_separates_them(string collection, string by)
    {
        Python.Run("""
            import json, sys
            import numpy as np, rasterio
            from rasterio.warp import transform_bounds
            folder, collections = sys.argv[1], ('sentinel-2-l2a', sys.argv[2])
            w, s, e, n = transform_bounds('EPSG:32633', 'EPSG:4326', 600000, 5000040 - 640, 600640, 5000040)
            for i, (baseline, number) in enumerate((('02.12', 2000), ('05.09', 3000))):
                with rasterio.open(f'{folder}/{i}.tif', 'w', driver='GTiff', dtype='uint16', count=1, height=64, width=64, nodata=0,
                                   crs='EPSG:32633', transform=rasterio.Affine(10, 0, 600000, 0, -10, 5000040)) as file:
                    file.write(np.full((64, 64), number, 'u2'), 1)
                json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': f'x{i}', 'links': [], 'collection': collections[i],
                           'bbox': [w, s, e, n],
                           'geometry': {'type': 'Polygon', 'coordinates': [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
                           'properties': {'datetime': f'202{3 * i}-06-01T00:00:00Z', 's2:processing_baseline': baseline},
                           'assets': {'B04': {'href': f'{i}.tif', 'type': 'image/tiff; application=geotiff', 'roles': ['data']}}},
                          open(f'{folder}/i{i}.json', 'w'))
            """, folder.Path, collection);
        PileProgram.RunToJson("build", "--from", folder["i0.json"], folder["i1.json"], "--chips", "64", "--out", folder["d"]);
        foreach (string[] format in (string[][])[[], ["--json"]])
        {
            ProgramResult mixed = PileProgram.Run(["statistics", folder["d"], .. format]);
            Assert.Equal(0, mixed.ExitCode);
            Assert.Contains("Rows of the bands B04 of chip_array have different scales or offsets", mixed.Error, StringComparison.Ordinal);
            Assert.Contains($"by '--by {by}' or '--where'", mixed.Error, StringComparison.Ordinal);
        }
        Assert.True(Bands(folder["d"])[0].GetProperty("mixes_scales").GetBoolean());
        Assert.DoesNotContain("scales", PileProgram.Run("statistics", folder["d"], "--by", by).Error, StringComparison.Ordinal);
        Assert.Equal([2000.0, 3000.0], Bands(folder["d"], "--by", by).Select(b => b.GetProperty("mean").GetDouble()).Order());

        string[] stream = ["stream", folder["d"], "--columns", "chip_array", "--normalise", "chip_array"];
        string error = PileProgram.RunToError(2, stream);
        Assert.Contains("band 'B04' has the scale 0.0001 and the offset ", error, StringComparison.Ordinal);
        Match condition = Regex.Match(error, @"with the condition (chip_offset\[1\] = \S+)\.");
        Assert.True(condition.Success, error);
        Assert.Equal(0, PileProgram.Run([.. stream, "--where", condition.Groups[1].Value]).ExitCode);
    }

    [Fact]
    public void Labels_are_shown_by_name()
    {
        Assert.Equal(0, PileProgram.Run("query", chips["all"], "--columns", "object_id,platform", "--out", folder["p.csv"]).ExitCode);
        File.WriteAllText(folder["k.csv"], File.ReadAllText(folder["p.csv"]).Replace("platform", "kind", StringComparison.Ordinal));
        Assert.Equal(0, PileProgram.Run("layer", "create", folder["l"], "--of", chips["all"]).ExitCode);
        Assert.Equal(0, PileProgram.Run("layer", "set", folder["l"], folder["k.csv"], "--as", "kind=label", "--message", "m").ExitCode);
        JsonElement[] named = Bands(chips["all"], "--layer", folder["l"], "--by", "kind"), plain = Bands(chips["all"], "--by", "platform");
        Assert.Equal(plain.Select(b => b.GetProperty("value").GetString()), named.Select(b => b.GetProperty("name").GetString()));
        Assert.Contains("alpha", PileProgram.Run("statistics", chips["all"], "--layer", folder["l"], "--by", "kind").Output,
            StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static JsonElement[] Bands(string dataset, params string[] options)
    {
        ProgramResult result = PileProgram.Run(["statistics", dataset, "--json", .. options]);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        return [.. result.Json.GetProperty("bands").EnumerateArray()];
    }

    private static void Compare(string[] expected, JsonElement[] bands)
    {
        Assert.Equal(expected.Length, bands.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            string[] words = expected[i].Split(' ');
            Assert.Equal(words[..5], ((string[])["column", "value", "band", "pixels", "omitted"]).Select(k => bands[i].GetProperty(k)
                .ToString()));
            string[] keys = ["mean", "std", "min", "max"];
            for (int k = 0; k < keys.Length; k++)
                Assert.Equal(double.Parse(words[5 + k], CultureInfo.InvariantCulture), bands[i].GetProperty(keys[k]).GetDouble(),
                    Tolerance * 4000);
        }
    }
}
