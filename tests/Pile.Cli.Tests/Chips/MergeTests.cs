using Pile.Reading;
using Pile.Streaming;
using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary><c>pile merge</c>: the union of the indices of datasets of chips.</summary>
public sealed class MergeTests(ChipDatasets chips) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Equal_bands_share_a_column_and_another_product_has_its_own()
    {
        Assert.Equal("""
            item,dataset,rows,of_a,of_b
            a1,a1,12,12,0
            a2,a2,6,6,0
            b,b,4,0,4

            """, Sql(chips["all"], "SELECT item, dataset, count(*) AS rows, count(chip_band) AS of_a, count(chip_beta_v2_band) AS of_b "
            + "FROM d GROUP BY ALL ORDER BY item"));
        string manifest = File.ReadAllText(chips["all/pile.yaml"]);
        Assert.Contains("name: chip_beta_v2_array\n  dtype: float32\n  shape: [1, 1, 32, 32]\n  storage: window", manifest,
            StringComparison.Ordinal);
        Assert.Contains("name: chip_array\n  dtype: uint16\n  shape: [1, 2, 32, 32]\n  storage: window", manifest,
            StringComparison.Ordinal);
        ProgramResult valid = PileProgram.Run("validate", chips["all"], "--deep");
        Assert.Equal((0, true), (valid.ExitCode, valid.Output.Contains("0 errors, 0 warnings", StringComparison.Ordinal)));
        Assert.Empty(Directory.GetFiles(chips["all"], "*.hdf5", SearchOption.AllDirectories)); // no pixel is stored
    }

    [Fact]
    public void Pixels_are_those_that_rasterio_reads_also_when_they_are_stored()
    {
        Read(chips["all"], "windows");
        Succeed("copy", chips["all"], folder["stored"], "--materialize");
        Assert.Equal(0, PileProgram.Run("validate", folder["stored"], "--deep").ExitCode);
        Read(folder["stored"], "copied");
        Assert.Equal("44 equal\n", Python.Run("""
            import glob, os, sys
            import numpy as np, rasterio
            from rasterio.windows import Window
            count = 0
            for file in glob.glob(sys.argv[1] + '/*/*.npy'):
                name, column = os.path.basename(file)[:-4].split('.')
                item, size, x, y = name.split('_')
                bands = ['ndvi'] if item == 'b' else ['red', 'nir']
                assert column == ('chip_beta_v2_array' if item == 'b' else 'chip_array'), file
                window = Window(int(x) * 32, int(y) * 32, 32, 32)
                expected = np.stack([rasterio.open(f'{sys.argv[2]}/{item}/{band}.tif').read(1, window=window) for band in bands])[None]
                found = np.load(file)
                assert found.dtype == expected.dtype and found.tobytes() == expected.tobytes(), file
                count += 1
            print(count, 'equal')
            """, folder.Path, chips["."]).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Scenes_of_two_dtypes_are_two_datasets_that_a_merge_unites()
    {
        Python.Run("""
            import json, os, sys
            import numpy as np, rasterio
            os.makedirs(sys.argv[1], exist_ok=True)
            box = [15.0, 47.84, 15.018, 47.854]
            ring = [[box[0], box[1]], [box[2], box[1]], [box[2], box[3]], [box[0], box[3]], [box[0], box[1]]]
            for dtype in ('uint8', 'uint16'):
                with rasterio.open(f'{sys.argv[1]}/{dtype}.tif', 'w', driver='GTiff', width=64, height=64, count=1, dtype=dtype,
                        crs='EPSG:32633', transform=rasterio.Affine(10, 0, 500000, 0, -10, 5300000)) as file:
                    file.write(np.full((1, 64, 64), 9, dtype))
                json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': dtype, 'links': [], 'bbox': box, 'collection': dtype,
                    'geometry': {'type': 'Polygon', 'coordinates': [ring]}, 'properties': {'datetime': '2020-01-01T00:00:00Z'},
                    'assets': {'a': {'href': f'{dtype}.tif', 'type': 'image/tiff; application=geotiff'}}},
                    open(f'{sys.argv[1]}/{dtype}.json', 'w'))
            """, folder.Path);
        string[] items = [folder["uint8.json"], folder["uint16.json"]];
        string error = PileProgram.RunToError(1, "build", "--from", items[0], "--from", items[1], "--chips", "32", "--out", folder["both"]);
        Assert.All((string[])[$"'uint8' ({items[0]}, item 0)", $"'uint16' ({items[1]}, item 0)", "column 'chip_array': the pixels of the "
            + "item are ", "Build a dataset of the items of each data type, and unite them with 'pile merge'"],
            words => Assert.Contains(words, error, StringComparison.Ordinal));
        foreach (string item in items)
            Succeed("build", "--from", item, "--chips", "32", "--out", Path.ChangeExtension(item, null));
        Succeed("merge", folder["uint8"], folder["uint16"], "--out", folder["both"]);
        Succeed("statistics", folder["both"]);
    }

    [Fact]
    public void Merged_datasets_merge_again_and_a_source_is_dropped_by_leaving_it_out()
    {
        Succeed("merge", chips["chips/b"], chips["chips/a1"], "--out", folder["first"]);
        Succeed("merge", folder["first"], chips["chips/a2"], "--out", folder["both"]);
        Assert.Equal("""
            item,of_a,of_b
            a1,12,0
            a2,6,0
            b,0,4

            """, Sql(folder["both"], "SELECT item, count(chip_alpha_l2_band) AS of_a, count(chip_band) AS of_b FROM d GROUP BY ALL "
            + "ORDER BY item"));
        Assert.Equal(0, PileProgram.Run("validate", folder["both"], "--deep").ExitCode);
        Succeed("merge", chips["chips/a1"], chips["chips/a2"], "--out", folder["without"]);
        Assert.Equal("n\n18\n", Sql(folder["without"], "SELECT count(*) AS n FROM d"));
    }

    [Fact]
    public void Ids_may_be_those_of_folders_and_repeated_ids_are_reported_with_both()
    {
        Directory.CreateDirectory(folder["again"]);
        foreach (string file in Directory.GetFiles(chips["chips/a2"], "*", SearchOption.AllDirectories))
        {
            string path = Path.Combine(folder["again"], Path.GetRelativePath(chips["chips/a2"], file));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(file, path);
        }
        Assert.Contains("is listed twice", PileProgram.RunToError(2, "merge", chips["chips/a2"], chips["chips/a2"] + "/", "--out",
            folder["m"]), StringComparison.Ordinal);
        // Another place at the same address.
        Directory.CreateSymbolicLink(folder["moved"], chips["a2"]);
        File.WriteAllText(folder["again.mounts.yaml"], File.ReadAllText(chips["chips/a2.mounts.yaml"])
            .Replace(chips["a2"], folder["moved"], StringComparison.Ordinal));
        ProgramResult repeated = PileProgram.Run("merge", chips["chips/a2"], folder["again"], "--out", folder["m"]);
        Assert.Equal(1, repeated.ExitCode);
        Assert.Contains($"{folder["again"]}, row ", repeated.Error, StringComparison.Ordinal);
        Assert.Contains($"of {chips["chips/a2"]} has it as well", repeated.Error, StringComparison.Ordinal);
        Assert.Contains("folders (--id-from folder)", Assert.Single(repeated.ErrorLines), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["m"]));

        Succeed("merge", chips["chips/a2"], folder["again"], "--out", folder["m"], "--id-from", "folder");
        Assert.Equal("""
            object_id,item,dataset
            a2_32_0_0,a2,a2
            again_a2_32_0_0,again,again

            """, Sql(folder["m"], "SELECT object_id, item, dataset FROM d WHERE chip_x = 0 AND chip_y = 0 ORDER BY item"));
        Assert.Contains("uri: mount://a2-2\n", File.ReadAllText(folder["m.mounts.yaml"]), StringComparison.Ordinal);
        Assert.Equal(0, PileProgram.Run("validate", folder["m"], "--deep").ExitCode);
        ProgramResult same = PileProgram.Run("merge", folder["again"], folder["again"], "--out", folder["n"], "--id-from", "folder");
        Assert.Equal(2, same.ExitCode);
        Assert.Contains("is listed twice", same.Error, StringComparison.Ordinal);
        PileProgram.RunInShell("mkdir \"$1/x\" && cp -r \"$1\"/again* \"$1/x\"", folder.Path);
        ProgramResult named = PileProgram.Run("merge", folder["again"], folder["x/again"], "--out", folder["n"], "--id-from", "folder");
        Assert.Equal(2, named.ExitCode);
        Assert.Contains("have one name", named.Error, StringComparison.Ordinal);
        Assert.Contains("or rename one of their folders and let ids begin with",
            PileProgram.RunToError(1, "merge", folder["again"], folder["x/again"], "--out", folder["n"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_comparison_with_the_stored_copy_finds_no_difference()
    {
        Succeed("copy", chips["all"], folder["stored"], "--materialize");
        ProgramResult diff = PileProgram.Run("diff", chips["all"], folder["stored"]);
        Assert.Equal(0, diff.ExitCode);
        Assert.All(diff.ErrorLines, line => Assert.Contains($"of '{chips["all"]}' are not verified", line, StringComparison.Ordinal));
        Assert.Contains(diff.ErrorLines, line => line.StartsWith("pile: values of 'chip_array'", StringComparison.Ordinal));
    }

    [Fact]
    public void Stored_pixels_and_windows_are_not_mixed()
    {
        Succeed("copy", chips["chips/b"], folder["stored"], "--materialize");
        ProgramResult mixed = PileProgram.Run("merge", chips["chips/a1"], folder["stored"], "--out", folder["m"]);
        Assert.Equal(1, mixed.ExitCode);
        Assert.Contains("pile concat", mixed.Error, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_stream_of_chips_of_several_sizes_knows_how_large_rows_are()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        Succeed("build", "--from", chips["a1/item.json"], "--chips", "32,64", "--out", folder["sizes"], "--quiet");
        Succeed("build", "--from", chips["a1/item.json"], "--chips", "64", "--out", folder["large"], "--quiet");
        Succeed("merge", chips["chips/a1"], folder["large"], chips["chips/b"], "--out", folder["merged"], "--id-from", "folder");
        // 100 × 140 pixels in two bands of uint16: 12 chips of 32 pixels, 2 of 64. The chips of b are in another column.
        const long ofBoth = ((12 * 32 * 32) + (2 * 64 * 64)) * 2 * sizeof(ushort) / 14;
        foreach (string name in (string[])["sizes", "merged"])
        {
            await using Dataset dataset = await Dataset.OpenAsync(folder[name], cancellationToken: token);
            Assert.Equal(ofBoth, (await StreamSource.OpenAsync(dataset.Query().Columns("chip_array"), token)).RowBytes);
        }
    }

    [Fact]
    public void A_scheme_that_is_allowed_beside_a_dataset_is_allowed_beside_the_union()
    {
        string item = TestPaths.Data("eo/stac-items/S2A_28QCH_20200714_0_L2A.json");
        foreach (string size in (string[])["2560", "5120"])
        {
            Succeed("build", "--from", item, "--chips", size, "--out", folder[size], "--quiet");
            File.WriteAllText(folder[$"{size}.mounts.yaml"], "pile_mounts: 1\nmounts:\n- { uri: 'https://', place: 'https://' }\n");
        }
        Succeed("merge", folder["2560"], folder["5120"], "--out", folder["union"]);
        Assert.EndsWith("- uri: https://\n  place: https://\n", File.ReadAllText(folder["union.mounts.yaml"]), StringComparison.Ordinal);
    }

    private void Read(string dataset, string output)
    {
        Succeed("read", dataset, "--where", "item <> 'b'", "--columns", "chip_array", "--out", folder[output + "-a"]);
        Succeed("read", dataset, "--where", "item = 'b'", "--columns", "chip_beta_v2_array", "--out", folder[output + "-b"]);
    }

    private string Sql(string dataset, string select)
    {
        Succeed("sql", dataset, select, "--out", folder["rows.csv"]);
        string rows = File.ReadAllText(folder["rows.csv"]).ReplaceLineEndings("\n");
        File.Delete(folder["rows.csv"]);
        return rows;
    }

    private static void Succeed(params string[] arguments)
    {
        ProgramResult result = PileProgram.Run(arguments);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
    }
}
