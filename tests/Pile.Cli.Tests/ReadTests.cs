using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary><c>pile read</c>.</summary>
public sealed class ReadTests(BuiltDatasets built) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Light_columns_are_one_table_at_every_extension_of_a_table()
    {
        string[] extensions = ["csv", "tsv", "tab", "ecsv", "jsonl", "json", "fits", "fit", "vot", "xml", "parquet", "arrow", "csv.gz",
            "fits.gz", "npz"];
        foreach (string extension in extensions)
        {
            string path = folder[$"t.{extension}"];
            JsonElement json = PileProgram.RunToJson("read", built.Spectra, "--where", "true", "--columns", "ra,dec", "--out", path);
            Assert.Equal(path, Assert.Single(json.GetProperty("files").EnumerateArray()).GetString());
        }
        Assert.Equal("ok\n", Python.Run("""
            import glob, gzip, json, sys, h5py, numpy as np
            from astropy.table import Table
            folder, dataset = sys.argv[1:]
            expected = {}
            for path in glob.glob(dataset + '/main/healpix=*/*.hdf5'):
                f = h5py.File(path)
                expected.update(zip((int(i) for i in f['object_id'][:]), zip(f['ra'][:], f['dec'][:])))
            def check(extension, ids, ra, dec):
                assert {int(i): (r, d) for i, r, d in zip(ids, ra, dec)} == expected, extension
            formats = {'csv': 'ascii.csv', 'tsv': 'ascii.tab', 'tab': 'ascii.tab', 'ecsv': 'ascii.ecsv', 'csv.gz': 'ascii.csv',
                'fits': 'fits', 'fit': 'fits', 'fits.gz': 'fits', 'vot': 'votable', 'xml': 'votable'}
            for extension, name in formats.items():
                t = Table.read(f'{folder}/t.{extension}', format=name)
                check(extension, t['object_id'], t['ra'], t['dec'])
            for extension in ('jsonl', 'json'):
                rows = [json.loads(line) for line in open(f'{folder}/t.{extension}')]
                check(extension, *([row[c] for row in rows] for c in ('object_id', 'ra', 'dec')))
            arrays = np.load(f'{folder}/t.npz')
            check('npz', arrays['object_id'], arrays['ra'], arrays['dec'])
            assert open(f'{folder}/t.parquet', 'rb').read(4) == b'PAR1' and open(f'{folder}/t.arrow', 'rb').read(6) == b'ARROW1'
            print('ok')
            """, folder.Path, built.Spectra));
    }

    [Fact]
    public void Reads_the_ids_of_standard_input()
    {
        File.WriteAllText(folder["t.csv"], "id,ra,dec,v\n1,10,20,0.5\n2,11,21,1.5\n3,12,22,2.5\n");
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["t.csv"], "--out", folder["d"]).ExitCode);
        ProgramResult read = PileProgram.RunInShell("printf '3\\n1\\n' | \"$0\" \"$@\"", "read", folder["d"], "--ids", "-",
            "--columns", "v", "--format", "npy", "--out", folder["out"]);
        Assert.Equal(0, read.ExitCode);
        Assert.Equal("1.v.npy 0.5 3.v.npy 2.5", Python.Run("""
            import sys, os, numpy as np
            print(*[word for f in sorted(os.listdir(sys.argv[1])) for word in (f, float(np.load(sys.argv[1] + '/' + f)))])
            """, folder["out"]).Trim());
    }

    [Fact]
    public void Rows_are_written_as_files_that_numpy_and_astropy_read()
    {
        JsonElement npy = PileProgram.RunToJson("read", built.Cutouts, "--id", "centre", "edge", "--columns", "image_array,mag", "--out",
            folder["npy"]);
        Assert.Equal((2, 3), (npy.GetProperty("rows").GetInt32(), npy.GetProperty("files").GetArrayLength()));
        PileProgram.RunToJson("read", built.Cutouts, "--where", "mag > 16", "--columns", "image_array", "--format", "fits", "--out",
            folder["fits"]);
        PileProgram.RunToJson("read", built.Cutouts, "--id", "centre", "--columns", "image_array", "--format", "png", "--stretch", "linear",
            "--out", folder["png"]);
        PileProgram.RunToJson("read", built.Cutouts, "--where", "true", "--columns", "mag,image_scale", "--format", "json", "--out",
            folder["json"]);
        PileProgram.RunToJson("read", built.Spectra, "--where", "true", "--columns", "spectrum_flux", "--format", "fits", "--out",
            folder["spectra"]);
        PileProgram.RunToJson("read", built.Spectra, "--where", "true", "--columns", "spectrum_flux", "--one-file", "all.fits", "--format",
            "fits", "--out", folder["new"]);
        Assert.True(File.Exists(folder["new/all.fits"]));
        Assert.Equal("ok\n", Python.Run("""
            import glob, json, os, sys, numpy as np, h5py
            from astropy.io import fits
            from astropy.table import Table
            from astropy.wcs import WCS
            folder, dataset, spectra = sys.argv[1:]
            for path in glob.glob(dataset + '/main/healpix=*/*.hdf5'):
                f = h5py.File(path)
                for k, i in enumerate(f['object_id'][:]):
                    np.testing.assert_array_equal(np.load(f'{folder}/npy/{i.decode()}.image_array.npy'), f['image_array'][k])
                    if i == b'centre':
                        h = fits.open(f'{folder}/fits/centre.image_array.fits')
                        stack = [x for x in h if x.data is not None]
                        np.testing.assert_array_equal(np.concatenate([np.atleast_3d(x.data.T).T for x in stack]), f['image_array'][k])
                        ra, dec = WCS(stack[0].header).celestial.wcs_pix2world(11.5, 11.5, 0)
                        assert np.hypot((ra - 244.7797) * np.cos(np.radians(dec)), dec - 12.0724) * 3600 < 0.4, (ra, dec)
            assert sorted(os.listdir(folder + '/fits')) == ['centre.image_array.fits']
            assert np.load(folder + '/npy/centre.mag.npy') == 16.5
            assert open(folder + '/png/' + os.listdir(folder + '/png')[0], 'rb').read(8) == b'\x89PNG\r\n\x1a\n'
            values = json.load(open(folder + '/json/edge.mag.json'))
            assert values is None or values.get('value', values.get('mag')) is None, values
            for path in glob.glob(spectra + '/main/healpix=*/*.hdf5'):
                f = h5py.File(path)
                for k, i in enumerate(f['object_id'][:]):
                    t = Table.read(f'{folder}/spectra/{i.decode()}.spectrum_flux.fits', hdu=1)
                    n = f['spectrum_flux_shape'][k, 0]
                    flux = next(t[c] for c in t.colnames if 'flux' in c.lower())
                    np.testing.assert_array_equal(np.ravel(flux), f['spectrum_flux'][k][:n])
            print('ok')
            """, folder.Path, built.Cutouts, built.Spectra));
    }

    [Fact]
    public void Matches_select_rows_of_either_side()
    {
        string match = folder["m.fits"];
        PileProgram.RunToJson("crossmatch", built.Sky, built.Sky, "--radius", "1deg", "--where-a", "object_id < 705", "--out", match);
        JsonElement a = PileProgram.RunToJson("read", built.Sky, "--matches", match, "--side", "a", "--columns", "ra", "--out",
            folder["a"]);
        Assert.Equal(5, a.GetProperty("rows").GetInt32());
        JsonElement b = PileProgram.RunToJson("read", built.Sky, "--matches", match, "--side", "b", "--columns", "ra", "--out",
            folder["b"]);
        Assert.True(b.GetProperty("rows").GetInt32() >= 5);
        Assert.Contains("--side", PileProgram.RunToError(2, "read", built.Sky, "--matches", match, "--columns", "ra", "--out", folder["c"]),
            StringComparison.Ordinal);
        Assert.Contains("no column 'a_object_id'",
            PileProgram.RunToError(2, "read", built.Sky, "--matches", TestPaths.Data("catalog/hats-xmatch/small_sky.csv"), "--side", "a",
                "--columns", "ra", "--out", folder["c"]), StringComparison.Ordinal);
        Assert.Contains("exists already", PileProgram.RunToError(2, "read", built.Sky, "--matches", match, "--side", "a", "--columns", "ra",
            "--out", folder["a"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_flipped_byte_is_detected_and_named()
    {
        string shard = Copy(built.Cutouts, folder["d"]);
        Python.Run("""
            import sys, h5py
            with h5py.File(sys.argv[1]) as f:
                k = list(f['object_id'][:]).index(b'edge')
                offset = f['image_array'].id.get_chunk_info_by_coord((k, 0, 0, 0)).byte_offset
            with open(sys.argv[1], 'r+b') as f:
                f.seek(offset + 5); byte = f.read(1)[0]; f.seek(offset + 5); f.write(bytes([byte ^ 1]))
            """, shard);
        string error = PileProgram.RunToError(1, "read", folder["d"], "--id", "edge", "--columns", "image_array", "--out", folder["x"]);
        Assert.Contains("main/healpix=", error, StringComparison.Ordinal);
        Assert.Matches("001-of-001.hdf5', column 'image_array', row [01]: ", error);
        Assert.Contains("pile validate --deep", error, StringComparison.Ordinal);
        PileProgram.RunToJson("read", folder["d"], "--id", "centre", "--columns", "image_array", "--out", folder["y"]);
        Assert.Equal(1, PileProgram.Run("validate", folder["d"], "--deep", "--quiet").ExitCode);
        Assert.Equal(0, PileProgram.Run("validate", built.Cutouts, "--deep", "--quiet").ExitCode);

        File.Delete(shard);
        Assert.Contains("001-of-001.hdf5", PileProgram.RunToError(1, "read", folder["d"], "--id", "edge", "--columns", "image_array",
            "--out", folder["z"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Existing_files_are_replaced_if_asked_for()
    {
        string[] read = ["read", built.Cutouts, "--id", "centre", "--columns", "mag", "--out", folder["x"]];
        Directory.CreateDirectory(folder["x"]);
        File.WriteAllText(folder["x/centre.mag.npy"], "old");
        File.WriteAllText(folder["x/other.txt"], "kept");
        Assert.Contains("or use --replace", PileProgram.RunToError(2, read), StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(folder["x/centre.mag.npy"]));
        PileProgram.RunToJson([.. read, "--replace"]);
        Assert.Equal("16.5", Python.Run("import numpy, sys; print(numpy.load(sys.argv[1]))", folder["x/centre.mag.npy"]).Trim());
        Assert.Equal(["centre.mag.npy", "other.txt"], Directory.EnumerateFiles(folder["x"]).Select(f => Path.GetFileName(f)).Order());

        File.Delete(folder["x/centre.mag.npy"]);
        Directory.CreateDirectory(folder["x/centre.mag.npy"]);
        Assert.Contains("It is a folder", PileProgram.RunToError(2, [.. read, "--replace"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("has no row with object_id none", "--id", "none", "--columns", "mag")]
    [InlineData("no column 'nope'", "--id", "centre", "--columns", "nope")]
    [InlineData("Select rows with one of", "--columns", "mag")]
    [InlineData("Select rows with one of", "--columns", "mag", "--id", "centre", "--where", "true")]
    [InlineData("'--columns' is required", "--id", "centre")]
    [InlineData("is not an image", "--id", "centre", "--columns", "mag", "--format", "png")]
    [InlineData("--rgb \"g,r: a double quote is not closed", "--id", "centre", "--columns", "image_array", "--format", "png",
        "--rgb", "\"g,r")]
    [InlineData("--rgb g,r: expected three bands", "--id", "centre", "--columns", "image_array", "--format", "png", "--rgb", "g,r")]
    [InlineData("'i'", "--id", "centre", "--columns", "image_array", "--format", "png", "--rgb", "i,r,g")]
    [InlineData("--channels is for cubes and spectra; of image_array, no column has such an axis", "--id", "centre", "--columns",
        "image_array", "--channels", "0:3")]
    [InlineData("--box is for images and cubes; of mag, no column has such an axis", "--id", "centre", "--columns", "mag", "--box",
        "0:3,0:3")]
    [InlineData("does not exist", "--matches", "nowhere.csv", "--side", "a", "--columns", "mag")]
    public void Invalid_commands_are_reported_and_write_nothing(string finding, params string[] arguments)
    {
        Assert.Contains(finding, PileProgram.RunToError(2, ["read", built.Cutouts, "--out", folder["x"], .. arguments]),
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    /// <summary>Copies a dataset, and returns the path of its only shard.</summary>
    private static string Copy(string dataset, string target)
    {
        foreach (string path in Directory.EnumerateFiles(dataset, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(target, Path.GetRelativePath(dataset, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy);
        }
        return Directory.EnumerateFiles(target, "*.hdf5", SearchOption.AllDirectories).Single();
    }
}
