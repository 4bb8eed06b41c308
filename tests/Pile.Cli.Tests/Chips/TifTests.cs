using System.Globalization;
using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary>GeoTIFF files of chips, read by rasterio and compared with the same windows of the rasters.</summary>
public sealed class TifTests(ChipDatasets chips) : IDisposable
{
    private const string Check = """
        import glob, os, sys
        import numpy as np, rasterio
        from rasterio.windows import Window
        count = 0
        for path in sorted(glob.glob(sys.argv[2] + '/**/*.tif', recursive=True)):
            name, column = os.path.basename(path)[:-4].split('.')
            item, size, x, y = name.split('_')
            bands = {'b': ['ndvi'], 'c': ['swir' if 'm_' in column or '_x' in column else 'red']}.get(item, ['red', 'nir'])
            with rasterio.open(path) as chip:
                for i, band in enumerate(bands):
                    with rasterio.open(f'{sys.argv[1]}/{item}/{band}.tif') as raster:
                        edge = 16 if band == 'swir' else 32
                        window = Window(int(x) * edge, int(y) * edge, edge, edge)
                        expected, found = raster.read(1, window=window), chip.read(i + 1)
                        assert found.dtype == expected.dtype and found.tobytes() == expected.tobytes(), path
                        assert chip.crs == raster.crs, (chip.crs, raster.crs)
                        assert chip.transform.almost_equals(raster.window_transform(window), 1e-9), (chip.transform, path)
                        # Datasets do not tell NaN from no number, and pixels that are NaN need no declaration.
                        assert chip.nodata == (None if np.isnan(raster.nodata) else raster.nodata), chip.nodata
                assert chip.descriptions == tuple(bands) and chip.count == len(bands), chip.descriptions
                assert chip.tags().get('AREA_OR_POINT') == 'Area' and chip.compression.name == 'deflate'
            count += 1
        print(count)
        """;

    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("all", "chip_array", 18)]
    [InlineData("all", "chip_beta_v2_array", 4)]
    [InlineData("chips/c", "chip_array", 8, Traits = ["Run", "Long"])]
    [InlineData("chips/c", null, 8)]
    public void Pixels_place_nodata_and_names_are_those_of_the_rasters(string dataset, string? column, int count)
    {
        string[] chosen = column is null ? ["--columns", Coarse(chips[dataset])] : ["--columns", column];
        ProgramResult result = PileProgram.Run(["export", chips[dataset], "--format", "tif", "--out", folder["tif"], .. chosen]);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        Assert.Equal($"{count}\n", Python.Run(Check, chips["."], folder["tif"]).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Float_bands_without_a_nodata_number_have_none_in_GeoTIFF()
    {
        Python.Run("""
            import os, rasterio, shutil, sys
            shutil.copytree(sys.argv[1], sys.argv[2])
            with rasterio.open(sys.argv[2] + '/ndvi.tif', 'r+') as file:
                file.nodata = None
            """, chips["b"], folder["b"]);
        PileProgram.RunToJson("build", "--from", folder["b/item.json"], "--chips", "32", "--out", folder["chips"]);
        PileProgram.RunToJson("export", folder["chips"], "--format", "tif", "--out", folder["tif"]);
        Assert.Equal("4 {(None,)}\n", Python.Run("""
            import glob, rasterio, sys
            paths = glob.glob(sys.argv[1] + '/**/*.tif', recursive=True)
            print(len(paths), {rasterio.open(path).nodatavals for path in paths})
            """, folder["tif"]).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Replaced_files_lose_the_auxiliary_file_of_the_earlier_ones()
    {
        string[] command = ["read", chips["all"], "--id", "a2_32_1_1", "--columns", "chip_array", "--format", "tif", "--out",
            folder["one"]];
        PileProgram.RunToJson(command);
        string path = folder["one/a2_32_1_1.chip_array.tif"];
        File.WriteAllText(path + ".aux.xml",
            "<PAMDataset><PAMRasterBand band=\"1\"><NoDataValue>9</NoDataValue></PAMRasterBand></PAMDataset>");
        Assert.Contains("or use --replace", PileProgram.RunToError(2, command), StringComparison.Ordinal);
        PileProgram.RunToJson([.. command, "--replace"]);
        Assert.Equal("1\n", Python.Run(Check, chips["."], folder["one"]).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void A_row_with_an_id_that_is_too_long_for_a_file_is_an_error()
    {
        string id = new('L', 240);
        Python.Run("""
            import json, os, shutil, sys
            shutil.copytree(sys.argv[1], sys.argv[2])
            item = json.load(open(sys.argv[2] + '/item.json'))
            item['id'] = sys.argv[3]
            json.dump(item, open(sys.argv[2] + '/item.json', 'w'))
            """, chips["b"], folder["b"], id);
        PileProgram.RunToJson("build", "--from", folder["b/item.json"], "--chips", "32", "--out", folder["chips"]);
        string error = PileProgram.RunToError(1, "export", folder["chips"], "--format", "tif", "--out", folder["tif"]);
        Assert.Contains($"{folder["tif"]}/{id}", error, StringComparison.Ordinal);
        Assert.Contains("too long", error, StringComparison.Ordinal);
        Assert.Contains("Use the format npz", error, StringComparison.Ordinal);
        Assert.DoesNotContain("unfinished", error, StringComparison.Ordinal);
        PileProgram.RunToJson("export", folder["chips"], "--format", "npz", "--out", folder["npz"]);
    }

    [Fact]
    public void One_row_is_read_as_a_file()
    {
        ProgramResult result = PileProgram.Run("read", chips["all"], "--id", "a2_32_1_1", "--columns", "chip_array", "--format", "tif",
            "--out", folder["one"]);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        Assert.Equal("1\n", Python.Run(Check, chips["."], folder["one"]).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Bands_with_different_nodata_numbers_have_them_in_GDALs_auxiliary_file()
    {
        Python.Run("""
            import os, rasterio, shutil, sys
            shutil.copytree(sys.argv[1], sys.argv[2])
            with rasterio.open(sys.argv[2] + '/nir.tif', 'r+') as file:
                file.nodata = 7
            """, chips["a2"], folder["e"]);
        PileProgram.Run("build", "--from", folder["e/item.json"], "--chips", "32", "--out", folder["chips"]);
        JsonElement export = PileProgram.RunToJson("export", folder["chips"], "--format", "tif", "--out", folder["tif"]);
        Assert.Equal((6, 12), (export.GetProperty("rows").GetInt32(), export.GetProperty("files").GetInt32()));
        Assert.Equal("6 {(0.0, 7.0)}\n", Python.Run("""
            import glob, rasterio, sys
            paths = glob.glob(sys.argv[1] + '/**/*.tif', recursive=True)
            print(len(paths), {rasterio.open(path).nodatavals for path in paths})
            """, folder["tif"]).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Scales_and_offsets_are_those_of_the_document()
    {
        Python.Run("""
            import json, os, shutil, sys
            shutil.copytree(sys.argv[1], sys.argv[2])
            item = json.load(open(sys.argv[2] + '/item.json'))
            item['assets']['nir']['raster:bands'] = [{'scale': 0.0001, 'offset': -0.1}]
            json.dump(item, open(sys.argv[2] + '/item.json', 'w'))
            """, chips["a2"], folder["e"]);
        PileProgram.RunToJson("build", "--from", folder["e/item.json"], "--chips", "32", "--out", folder["chips"]);
        PileProgram.RunToJson("export", folder["chips"], "--format", "tif", "--out", folder["tif"]);
        Assert.Equal("6 {((1.0, 0.0001), (0.0, -0.1), ('red', 'nir'))}\n", Python.Run("""
            import glob, rasterio, sys
            files = [rasterio.open(path) for path in glob.glob(sys.argv[1] + '/**/*.tif', recursive=True)]
            print(len(files), {(file.scales, file.offsets, file.descriptions) for file in files})
            """, folder["tif"]).ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("'scale': 0.1", 0.1, 0)]
    [InlineData("'offset': -3", 1, -3)]
    [InlineData("", 0.5, 10)]
    public void Scale_and_offset_of_a_document_are_not_combined_with_those_of_the_file(string stated, double scale, double offset)
    {
        Python.Run("""
            import json, rasterio, shutil, sys
            shutil.copytree(sys.argv[1], sys.argv[2])
            with rasterio.open(sys.argv[2] + '/nir.tif', 'r+') as file:
                file.scales, file.offsets = (0.5,), (10,)
            item = json.load(open(sys.argv[2] + '/item.json'))
            item['assets']['nir']['raster:bands'] = [eval('{' + sys.argv[3] + '}')]
            json.dump(item, open(sys.argv[2] + '/item.json', 'w'))
            """, chips["a2"], folder["e"], stated);
        ProgramResult build = PileProgram.Run("build", "--from", folder["e/item.json"], "--chips", "32", "--out", folder["chips"]);
        Assert.Equal(stated.Length > 0, build.Error.Contains(string.Create(CultureInfo.InvariantCulture,
            $"the asset 'nir' has scale {scale} and offset {offset} by the document, which are used, but 0.5 and 10 by its file"),
            StringComparison.Ordinal));
        JsonElement chip = PileProgram.RunToJson("query", folder["chips"], "--columns", "chip_band,chip_scale,chip_offset", "--limit",
            "1")[0];
        int nir = chip.GetProperty("chip_band").EnumerateArray().Index().Single(band => band.Item.GetString() == "nir").Index;
        Assert.Equal((scale, offset), (chip.GetProperty("chip_scale")[nir].GetDouble(), chip.GetProperty("chip_offset")[nir].GetDouble()));
    }

    [Fact]
    public void A_system_without_EPSG_code_and_a_column_without_pixels_are_errors()
    {
        Assert.Contains("has no EPSG code", PileProgram.RunToError(1, "export", chips["chips/d"], "--format", "tif", "--out",
            folder["d"]), StringComparison.Ordinal);
        Assert.Contains("pile copy --where \"crs LIKE 'EPSG:%'\"", PileProgram.RunToError(1, "export", chips["chips/d"], "--format", "tif",
            "--out", folder["d"]), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["d"]));
        Assert.Contains("is not one of chips", PileProgram.RunToError(2, "read", chips["all"], "--id", "a2_32_1_1", "--columns", "bbox",
            "--format", "tif", "--out", folder["d"]), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static string Coarse(string dataset) => PileProgram.Run("info", dataset, "--json").Json.GetProperty("columns").EnumerateArray()
        .Select(c => c.GetProperty("name").GetString()!).Single(n => n != "chip_array" && n.EndsWith("_array", StringComparison.Ordinal));
}
