using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary>Chips of a real scene in shards by grid tile: copied, read, compared, merged and split, against rasterio, h5py and
/// pyproj.</summary>
public sealed class GridTileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Chips_by_tile_have_the_same_rows_and_pixels_as_chips_by_cell()
    {
        Build("tiles", "{ grid: { kind: utm, tile_m: 6000, resolution_m: 30 } }");
        Build("cells", "auto");
        JsonElement info = PileProgram.RunToJson("info", folder["tiles"]);
        Assert.Equal(("tile", 6000), (info.GetProperty("scheme").GetString(), info.GetProperty("grid").GetProperty("tile_m").GetInt32()));
        string none = PileProgram.RunToError(2, "copy", folder["tiles"], folder["none"], "--materialize", "--cells", "32601_0_0");
        Assert.Contains("Cell 32601_0_0 of dataset", none, StringComparison.Ordinal);
        Assert.DoesNotContain("folders", none, StringComparison.Ordinal); // chips that are windows have none

        Succeed("copy", folder["tiles"], folder["stored"], "--materialize");
        Assert.Contains("64 rows, 0 errors, 0 warnings", Succeed("validate", folder["stored"], "--deep"), StringComparison.Ordinal);
        Succeed("read", folder["stored"], "--where", "chip_x IN (3, 4)", "--columns", "chip_array", "--out", folder["stored-pixels"]);
        Succeed("copy", folder["cells"], folder["cells-stored"], "--materialize");
        JsonElement diff = PileProgram.RunWith(new Dictionary<string, string?>(), "diff", folder["stored"], folder["cells-stored"],
            "--json").Json;
        Assert.Equal(64, diff.GetProperty("rows").GetProperty("unchanged").GetInt32());
        Assert.Equal("64 shards, 16 chips as in the scene\n", Python.Run("""
            import glob, os, sys
            import h5py, numpy as np, rasterio
            from rasterio.windows import Window
            root, pixels, scene = sys.argv[1:]
            shards = glob.glob(root + '/main/tile=*/*.hdf5')
            for path in shards:
                with h5py.File(path) as f:
                    key = os.path.basename(os.path.dirname(path))[5:]
                    for crs, t, s, tile in zip(f['crs'][:], f['transform'][:], f['chip_size'][:], f['tile'][:]):
                        x, y = t[0] * s / 2 + t[2], t[4] * s / 2 + t[5]
                        assert tile.decode() == key == f'{crs.decode()[5:]}_{int(x // 6000)}_{int(y // 6000)}', (path, x, y)
            files = glob.glob(pixels + '/*.npy')
            with rasterio.open(scene) as raster:
                for file in files:
                    x, y = (int(n) for n in os.path.basename(file).split('.')[0].split('_')[-2:])
                    assert np.array_equal(np.load(file)[0, 0], raster.read(1, window=Window(64 * x, 64 * y, 64, 64))), file
            print(len(shards), 'shards,', len(files), 'chips as in the scene')
            """, folder["stored"], folder["stored-pixels"],
            TestPaths.Data("eo/landsat-008059/LC08_L2SP_008059_20191201_20200825_02_T1_SR_B4.TIF")).ReplaceLineEndings("\n"));

        string[] tiles = [.. Directory.GetDirectories(folder["stored/main"], "tile=*").Order(StringComparer.Ordinal).Take(3)
            .Select(path => Path.GetFileName(path)["tile=".Length..])];
        Assert.Contains($" has no rows. The cells with rows are {string.Join(", ", tiles)}, ", none, StringComparison.Ordinal);
        Succeed("copy", folder["stored"], folder["part"], "--cells", string.Join(',', tiles));
        Assert.Equal(tiles, Directory.GetDirectories(folder["part/main"], "tile=*").Order(StringComparer.Ordinal)
            .Select(path => Path.GetFileName(path)["tile=".Length..]));
        Assert.Contains("0 errors, 0 warnings", Succeed("validate", folder["part"], "--deep"), StringComparison.Ordinal);
        Assert.Contains("are tiles of the grid {kind: utm, tile_m: 6000, resolution_m: 30}",
            PileProgram.RunToError(2, "copy", folder["stored"], folder["wrong"], "--cells", "1034"), StringComparison.Ordinal);

        JsonElement stream = PileProgram.RunToJson("stream", folder["cells"], "--columns", "item", "--split", "tile", "--grid", "mgrs",
            "--guard", "20km", "--part", "train");
        Assert.InRange(stream.GetProperty("rows").GetInt32(), 1, 63);

        Directory.Delete(folder["stored/main/index"], recursive: true);
        Assert.Contains("pile index rebuild", PileProgram.RunToError(1, "query", folder["stored"]), StringComparison.Ordinal);
        Succeed("index", "rebuild", folder["stored"]);
        Assert.Contains("64 rows, 0 errors, 0 warnings", Succeed("validate", folder["stored"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_merge_of_one_grid_keeps_it_and_of_several_has_cells()
    {
        Build("a", "{ grid: mgrs }", "size: 128");
        Build("b", "{ grid: mgrs }");
        Build("c", "auto", "size: 256");
        foreach ((string[] merged, string scheme) in (IEnumerable<(string[], string)>)[(["a", "b"], "tile"), (["a", "c"], "healpix")])
        {
            string output = folder[string.Concat(merged)];
            Succeed(["merge", .. merged.Select(name => folder[name]), "--out", output]);
            Assert.Equal(scheme, PileProgram.RunToJson("info", output).GetProperty("scheme").GetString());
            Assert.Contains("0 errors, 0 warnings", Succeed("validate", output), StringComparison.Ordinal);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    private void Build(string name, string partition, string chip = "size: 64")
    {
        string data = TestPaths.Data("eo/landsat-008059");
        File.WriteAllText(folder[$"{name}.yaml"], $$"""
            pile: 1
            name: {{name}}
            provenance: { project: p, survey: s, instrument: i, release: r }
            licence: CC0-1.0
            citation: none
            source:
              kind: stac-chips
              items: "{{data}}/*_SR_stac.json"
              bands: [red]
              assets: { mount: "{{data}}" }
              chip: { {{chip}} }
            partition: {{partition}}
            """);
        Succeed("build", folder[$"{name}.yaml"], "--out", folder[name]);
    }

    private static string Succeed(params string[] arguments)
    {
        ProgramResult result = PileProgram.Run(arguments);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }
}
