using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Build;

/// <summary>Datasets of cubes: build, info, validate and read.</summary>
public sealed class CubeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Cubes_of_MaNGA_are_valid_and_h5py_reads_them()
    {
        Python.Run(File.ReadAllText(TestPaths.Data("scripts/make_manga.py")), folder.Path, "7443-12703", "8485-1901", "8138-6101");
        string recipe = Write("manga.yaml", """
            kind: cube
            layout: manga
            files: "*-LOGCUBE.fits"
            maps: { replace: [LOGCUBE, MAPS-HYB10-MILESHC-MASTARSSP] }
            """);
        Assert.Equal(3, PileProgram.RunToJson("build", recipe, "--out", folder["d"]).GetProperty("rows").GetInt32());
        Assert.Contains("spaxel_size", PileProgram.Run("info", folder["d"]).Output, StringComparison.Ordinal);
        JsonElement valid = PileProgram.RunToJson("validate", folder["d"], "--deep");
        Assert.Equal((true, 0), (valid.GetProperty("valid").GetBoolean(), valid.GetProperty("findings").GetArrayLength()));
        PileProgram.RunToJson("read", folder["d"], "--id", "8485-1901", "--columns", "cube_flux,cube_lambda,cube_map", "--channels", "3:9",
            "--box", "2:5,4:9", "--out", folder["part"]);
        PileProgram.RunToJson("read", folder["d"], "--id", "8485-1901", "--columns", "cube_flux,cube_mask", "--format", "fits", "--out",
            folder["fits"]);
        Assert.Equal("ok\n", Python.Run("""
            import glob, sys, h5py, numpy as np
            from astropy.io import fits
            from astropy.wcs import WCS
            folder, rows = sys.argv[1], 0
            for path in glob.glob(folder + '/d/main/healpix=*/*.hdf5'):
                f = h5py.File(path)
                for i, name in enumerate(f['object_id'][:]):
                    cube = fits.open(f'{folder}/manga-{name.decode()}-LOGCUBE.fits')
                    for column, hdu in (('cube_flux', 'FLUX'), ('cube_ivar', 'IVAR'), ('cube_mask', 'MASK'), ('cube_lambda', 'WAVE')):
                        part = tuple(slice(n) for n in f[column + '_shape'][i])
                        assert f[column].compression is None
                        np.testing.assert_array_equal(f[column][i][part], cube[hdu].data)
                    l, ny, nx = f['cube_flux_shape'][i]
                    spaxel = f['cube_flux'][i][:l, :ny, :nx].reshape(l, -1).T[4 * nx + 3]
                    np.testing.assert_array_equal(spaxel, cube['FLUX'].data[:, 4, 3])
                    rows += 1
            cube = fits.open(f'{folder}/manga-8485-1901-LOGCUBE.fits')
            maps = fits.open(f'{folder}/manga-8485-1901-MAPS-HYB10-MILESHC-MASTARSSP.fits')
            part = {c: np.load(f'{folder}/part/8485-1901.{c}.npy') for c in ('cube_flux', 'cube_lambda', 'cube_map')}
            np.testing.assert_array_equal(part['cube_flux'], cube['FLUX'].data[3:9, 4:9, 2:5])
            np.testing.assert_array_equal(part['cube_lambda'], cube['WAVE'].data[3:9])
            np.testing.assert_array_equal(part['cube_map'][:2], maps['SPX_SKYCOO'].data[:, 4:9, 2:5])
            whole = fits.open(f'{folder}/fits/8485-1901.cube_flux.fits')[1]
            np.testing.assert_array_equal(whole.data, cube['FLUX'].data)
            pixels = [[3, 4, 5], [0, 0, 20]]
            np.testing.assert_allclose(WCS(whole.header).wcs_pix2world(pixels, 0), WCS(cube['FLUX'].header).wcs_pix2world(pixels, 0),
                                       rtol=1e-12)
            assert rows == 3
            print('ok')
            """, folder.Path));
    }

    [Fact]
    public void Small_parts_are_verified_and_parts_of_large_cubes_are_reported()
    {
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            cube = fits.open(sys.argv[1])[0]
            repeats = 1 + int(np.ceil((2**20 / (4 * cube.data.size)) ** .5))
            fits.PrimaryHDU(np.tile(cube.data.astype('f4'), (1, repeats, repeats)), cube.header).writeto(sys.argv[2])
            """, TestPaths.Data("ifu/n2hp_cube.fits"), folder["large.fits"]);
        PileProgram.RunToJson("build", Write("large.yaml", "kind: cube\nfiles: large.fits"), "--out", folder["large"]);
        PileProgram.RunToJson("build", Write("small.yaml", $"kind: cube\nfiles: {TestPaths.Data("ifu/n2hp_cube.fits")}"), "--out",
            folder["small"]);
        string[] ofLarge = ["read", folder["large"], "--limit", "1", "--columns", "cube_flux", "--out"],
            ofSmall = ["read", folder["small"], "--limit", "1", "--columns", "cube_flux", "--channels", "0:2", "--quiet", "--out"];
        Assert.Equal("pile: 1 part of uncompressed values above 1 MiB is not verified, because checksums are those of whole values; 'pile "
            + "read' without --channels and --box verifies them\n",
            PileProgram.Run([.. ofLarge, folder["part"], "--channels", "0:2", "--quiet"]).Error);
        Assert.Equal("", PileProgram.Run([.. ofLarge, folder["whole"], "--quiet"]).Error);
        ProgramResult small = PileProgram.Run([.. ofSmall, folder["a"]]);
        Assert.Equal((0, ""), (small.ExitCode, small.Error));
        Python.Run("""
            import glob, sys, h5py
            path = glob.glob(sys.argv[1] + '/main/healpix=*/*.hdf5')[0]
            with h5py.File(path) as f:
                piece = f['cube_flux'].id.get_chunk_info(0)
            with open(path, 'r+b') as f:
                f.seek(piece.byte_offset + piece.size - 1)
                last = f.read(1)[0]
                f.seek(-1, 1)
                f.write(bytes([last ^ 1]))
            """, folder["small"]);
        Assert.Contains("CRC-32C", PileProgram.RunToError(1, [.. ofSmall, folder["b"]]), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_recommended_columns_are_warnings()
    {
        string recipe = Write("radio.yaml", $"kind: cube\nfiles: {TestPaths.Data("ifu/n2hp_cube.fits")}");
        PileProgram.RunToJson("build", recipe, "--out", folder["d"]);
        JsonElement result = PileProgram.RunToJson("validate", folder["d"], "--deep");
        Assert.True(result.GetProperty("valid").GetBoolean());
        Assert.Equal(["cube_ivar", "cube_lsf_sigma", "cube_mask"], result.GetProperty("findings").EnumerateArray()
            .Select(f => (f.GetProperty("code").GetString(), f.GetProperty("severity").GetString(), f.GetProperty("column").GetString()))
            .Where(f => f is ("C011", "warning", _)).Select(f => f.Item3).Order());
    }

    [Theory]
    [InlineData("--channels", "9:3", "--channels 9:3: expected a range such as 100:200")]
    [InlineData("--box", "1:2", "--box 1:2: expected two ranges")]
    [InlineData("--channels", "0:500", "Axis 0 of column 'cube_flux' has 25 elements in this row, but the window is from 0 to 500")]
    [InlineData("--format", "fits", "--channels and --box write the formats npy and json")]
    public void A_wrong_window_is_an_error(string option, string value, string message)
    {
        string recipe = Write("radio.yaml", $"kind: cube\nfiles: {TestPaths.Data("ifu/kinms-vrad.fits")}");
        PileProgram.RunToJson("build", recipe, "--out", folder["d"]);
        string[] channels = option == "--channels" ? [] : ["--channels", "1:3"];
        Assert.Contains(message, PileProgram.RunToError(2, ["read", folder["d"], "--where", "true", "--columns", "cube_flux", "--out",
            folder["part"], option, value, .. channels]), StringComparison.Ordinal);
    }

    private string Write(string name, string source)
    {
        File.WriteAllText(folder[name], Recipes.Text("cube", source));
        return folder[name];
    }
}
