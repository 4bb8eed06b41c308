using System.Text.Json;
using Pile.TestKit;
using Pile.TestServices;
using static Pile.Cli.Tests.RequiredResults;

namespace Pile.Cli.Tests;

/// <summary><c>pile moc</c> and <c>pile info --moc</c>, compared with sets of pixels of healpy.</summary>
public sealed class MocCommandTests(BuiltDatasets built) : IDisposable
{
    private static readonly string Tree = TestPaths.Data("catalog/hats-tree/small_sky_order1_collection");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Coverage_of_datasets_and_operations_on_maps_agree_with_healpy()
    {
        File.WriteAllText(folder["m.txt"], "6/4076 8/65204-65230,65250 9/260820-260910");
        File.WriteAllText(folder["m.json"], "{\"6\": [4076], \"8\": [65250], \"9\": []}");
        Done(PileProgram.Run("query", built.Gaia, "--where", "phot_g_mean_mag < 14", "--save", folder["bright.query.yaml"]));
        Moc("gaia.fits", built.Gaia);
        Moc("gaia8.fits", built.Gaia, "--order", "8");
        Moc("and.fits", built.Gaia, "and", folder["m.txt"]);
        Moc("or.fits", built.Gaia, "or", folder["m.txt"]);
        Moc("minus.fits", folder["m.txt"], "minus", built.Gaia);
        Moc("xor.fits", built.Gaia, "xor", folder["m.txt"]);
        Moc("chain.fits", built.Gaia, "and", "not", folder["m.txt"], "or", folder["m.json"]);
        Moc("coarse.fits", folder["m.txt"], "--order", "6");
        Moc("bright.fits", folder["bright.query.yaml"]);
        Moc("hats.fits", Tree, "--order", "5");
        Python.Run("""
            import sys, numpy as np, healpy as hp
            from astropy.io import fits
            from astropy.table import Table
            folder, gaia, sky = sys.argv[1:]
            def cells(name, order):
                with fits.open(f'{folder}/{name}.fits') as f:
                    h, u = f[1].header, f[1].data['UNIQ']
                    assert [h[k] for k in ('ORDERING', 'COORDSYS', 'MOCDIM', 'PIXTYPE', 'MOCVERS')] == 'NUNIQ C SPACE HEALPIX 2.0'.split()
                    assert h['MOCORD_S'] == h['MOCORDER'] == order, (name, h['MOCORD_S'])
                    assert (np.diff(u) > 0).all()
                k = (np.log2(u // 4) // 2).astype(int); p = u - 4 * 4 ** k; out = set()
                for o, q in zip(k, p): out |= set(range(int(q) << 2 * (order - o), int(q + 1) << 2 * (order - o)))
                return out
            def rows(t, order): return set(hp.ang2pix(2 ** order, np.array(t['ra']), np.array(t['dec']), nest=True, lonlat=True).tolist())
            def at(order, *cells): return {q for k, a, b in cells for q in range(a << 2 * (order - k), (b + 1) << 2 * (order - k))}
            t = Table.read(gaia); g = rows(t, 10)
            parts = [(6, 4076, 4076), (8, 65204, 65230), (8, 65250, 65250), (9, 260820, 260910)]
            m = at(10, *parts); j = at(10, (6, 4076, 4076), (8, 65250, 65250))
            assert cells('gaia', 10) == g and cells('gaia8', 8) == rows(t, 8)
            assert cells('and', 10) == g & m and cells('or', 10) == g | m and cells('xor', 10) == g ^ m and cells('minus', 10) == m - g
            assert g & m and g - m and m - g
            assert cells('chain', 10) == (g - m) | j
            assert cells('coarse', 6) == {q >> 8 for q in m}
            assert cells('bright', 10) == rows(t[np.array(t['phot_g_mean_mag']) < 14], 10)
            assert cells('hats', 5) == rows(Table.read(sky), 5)
            """, folder.Path, TestPaths.Data("catalog/gaia_results.fits"), TestPaths.Data("catalog/small_sky.fits"));

        JsonElement gaia = PileProgram.RunToJson("moc", built.Gaia);
        Assert.Equal(10, gaia.GetProperty("order").GetInt32());
        Assert.Equal(gaia.GetProperty("moc").GetString() + "\n", PileProgram.Run("moc", folder["gaia.fits"]).Output);
        Assert.Equal(gaia.GetProperty("area_deg2").GetDouble(), PileProgram.RunToJson("info", built.Gaia).GetProperty("sky_area_deg2")
            .GetDouble(), 1e-9);
        Assert.Equal(4977, PileProgram.RunToJson("query", built.Gaia, "--moc", folder["gaia.fits"], "--columns", "object_id")
            .GetArrayLength());
        Assert.Equal(gaia.GetProperty("cells").GetInt64(), PileProgram.RunToJson("info", built.Gaia, "--moc", folder["info.txt"])
            .GetProperty("coverage").GetProperty("cells").GetInt64());
        Assert.Equal(gaia.GetProperty("moc").GetString() + "\n", File.ReadAllText(folder["info.txt"]));
        Assert.Contains("order 10, 60 cells, 0.8754 deg²: 7/16312 8/65205", PileProgram.Run("info", built.Gaia, "--moc").Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_map_of_info_is_replaced_if_that_is_requested()
    {
        string[] info = ["info", built.Gaia, "--moc", folder["gaia.txt"]];
        Assert.Equal(0, PileProgram.Run(info).ExitCode);
        string map = File.ReadAllText(folder["gaia.txt"]);
        File.WriteAllText(folder["gaia.txt"], "3/1");
        Assert.Contains("replace it with --replace", PileProgram.RunToError(2, info), StringComparison.Ordinal);
        Assert.Equal(0, PileProgram.Run([.. info, "--replace"]).ExitCode);
        Assert.Equal(map, File.ReadAllText(folder["gaia.txt"]));
        Assert.Contains("--replace replaces the file of --moc FILE, which is missing", PileProgram.RunToError(2, "info", built.Gaia,
            "--replace"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_map_on_a_server_must_be_fetched_first()
    {
        File.WriteAllText(folder["m.txt"], "3/1");
        await using FileServer server = new(folder.Path);
        foreach (string[] time in (string[][])[[], ["--time"]])
            Assert.Contains($"The coverage map '{server.Address}m.txt' is on a server: fetch it first",
                PileProgram.RunToError(2, ["moc", $"{server.Address}m.txt", .. time]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40_000, "64k")] // the writes fail
    [InlineData(1, "4k")] // closing the file fails
    public void A_full_disk_is_reported_as_the_system_reports_it(int cells, string size)
    {
        File.WriteAllText(folder["m.txt"], "9/" + string.Join(' ', Enumerable.Range(0, cells).Select(i => 4 * i)));
        Directory.CreateDirectory(folder["full"]);
        string output = folder["full/o.fits"];
        ProgramResult result = PileProgram.RunInShell("exec unshare -Urm --propagation private bash -c 'mount -t tmpfs -o "
            + $"size={size} tmpfs {folder["full"]} && \"$0\" \"$@\"' \"$0\" \"$@\"", "moc", folder["m.txt"], "--out", output);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal($"pile: {output}: it cannot be written: No space left on device. Free space or grant permission there, or specify "
            + "another file.", Assert.Single(result.ErrorLines));
    }

    private void Moc(string output, params string[] arguments) =>
        Done(PileProgram.Run(["moc", .. arguments, "--out", folder[output], "--quiet"]));

    [Fact]
    public void Arguments_and_files_that_are_not_coverages_are_rejected()
    {
        File.WriteAllText(folder["m.txt"], "3/1");
        foreach ((string expected, string[] arguments) in (ValueTuple<string, string[]>[])
        [
            ("'und': expected one of and, or, minus, xor", [folder["m.txt"], "und", folder["m.txt"]]),
            ("is missing after 'and'", [folder["m.txt"], "and"]),
            ("is missing after 'not'", ["not"]),
            ("'nowhere' does not exist", ["nowhere"]),
            ("it contains no table with PIXTYPE", [TestPaths.Data("catalog/small_sky.fits")]),
            ("expected a name that ends in .fits, .txt or .json", [folder["m.txt"], "--out", folder["m.png"]]),
            ("exists already", [folder["m.txt"], "--out", folder["m.txt"]]),
            ("there is no folder", [folder["m.txt"], "--out", folder["no/m.txt"]]),
            ("--order 30: expected a HEALPix order from 0 to 29", [folder["m.txt"], "--order", "30"]),
            ("--order ten: expected", [folder["m.txt"], "--order", "ten"]),
        ])
            Assert.Contains(expected, PileProgram.RunToError(2, ["moc", .. arguments]), StringComparison.Ordinal);
        Assert.Contains("shows the coverage of one dataset", PileProgram.RunToError(2, "info", folder["collection.yaml"], "--moc"),
            StringComparison.Ordinal);
        Done(PileProgram.Run("moc", "not", folder["m.txt"], "--out", folder["m.txt"], "--replace"));
        Assert.Equal("0/1-11 1/1-3 2/1-3 3/0 2 3\n", File.ReadAllText(folder["m.txt"]));
    }
}
