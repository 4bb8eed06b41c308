using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>The pairs that <c>pile crossmatch</c> finds.</summary>
public sealed class CrossMatchTests(BuiltDatasets built) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static string Left => TestPaths.Data("catalog/hats-xmatch/small_sky.csv");

    private static string Right => TestPaths.Data("catalog/hats-xmatch/small_sky_xmatch.csv");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_matched_dataset_is_replaced_on_request()
    {
        string[] command = ["crossmatch", built.Sky, built.Sky, "--out", folder["matched/"], "--radius"];
        Assert.Equal(0, PileProgram.Run([.. command, "1"]).ExitCode);
        Assert.Contains("replace it with --replace", PileProgram.RunToError(2, [.. command, "2"]), StringComparison.Ordinal);
        Assert.Equal(0, PileProgram.Run([.. command, "2", "--replace"]).ExitCode);
        Assert.Contains("radius_arcsec 2,", File.ReadAllText(folder["matched/pile.yaml"]), StringComparison.Ordinal);
        Assert.Equal(["matched"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Matches_of_tables_and_datasets_agree_with_LSDB()
    {
        JsonElement tables = PileProgram.RunToJson("crossmatch", Left, Right, "--radius", "0.01deg", "--find", "nearest", "--out",
            folder["tables.csv"]);
        Assert.Equal((103, 131, 111, 28, 10, 0),
            (Count(tables, "pairs"), Count(tables, "rows_a"), Count(tables, "rows_b"), Count(tables, "a_without_match"),
                Count(tables, "b_without_match"), Count(tables, "without_position")));
        Assert.True(tables.GetProperty("seconds").GetDouble() > 0);
        PileProgram.RunToJson("crossmatch", built.Sky, Right, "--radius", "36", "--find", "nearest", "--out", folder["dataset.csv"]);
        Assert.Equal(File.ReadAllText(folder["tables.csv"]), File.ReadAllText(folder["dataset.csv"]));
        Assert.Equal("103 ok\n", Python.Run("""
            import sys, numpy as np
            from astropy.table import Table
            mine, truth = Table.read(sys.argv[1]), Table.read(sys.argv[2])
            assert mine.colnames == ['a_object_id', 'b_object_id', 'separation_arcsec', 'a_ra', 'a_dec', 'b_ra', 'b_dec']
            mine.sort('a_object_id'); truth.sort('ss_id')
            np.testing.assert_array_equal(mine['a_object_id'], truth['ss_id'])
            np.testing.assert_array_equal(mine['b_object_id'], truth['xmatch_id'])
            np.testing.assert_allclose(mine['separation_arcsec'] / 3600, truth['dist'], rtol=1e-9)
            print(len(mine), 'ok')
            """, folder["dataset.csv"], TestPaths.Data("catalog/hats-xmatch/xmatch_correct.csv")));
    }

    [Theory] // the usual column names of other frames are found if the frame is given, as in a build
    [InlineData("galactic", "l", "b")]
    [InlineData("ecliptic", "elon", "elat")]
    public void Columns_of_the_given_frame_are_found(string frame, string longitude, string latitude)
    {
        Python.Run("""
            import sys
            from astropy.table import Table
            from astropy.coordinates import SkyCoord
            t = Table.read(sys.argv[1]); frame = {'ecliptic': 'barycentricmeanecliptic'}.get(sys.argv[3], sys.argv[3])
            c = SkyCoord(t['ra'], t['dec'], unit='deg').transform_to(frame).spherical
            Table({'id': t['id'], sys.argv[4]: c.lon.deg, sys.argv[5]: c.lat.deg}).write(sys.argv[2])
            """, Left, folder["t.csv"], frame, longitude, latitude);
        foreach (string option in (string[])["--b-frame", "--frame"])
            Assert.Equal(131, Count(PileProgram.RunToJson("crossmatch", built.Sky, folder["t.csv"], option, frame, "--radius", "0.001",
                "--find", "nearest", "--out", folder[$"m{option}.csv"]), "pairs"));
        Assert.Contains("--b-frame fk6: expected one of icrs",
            PileProgram.RunToError(2, "crossmatch", built.Sky, folder["t.csv"], "--b-frame", "fk6", "--radius", "1", "--out",
                folder["n.csv"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Radius_0_finds_equal_positions_in_every_output_format()
    {
        foreach (string file in (string[])["equal.csv", "equal.parquet"])
            Assert.Equal(Count(PileProgram.RunToJson("crossmatch", built.Gaia, built.Gaia, "--radius", "0", "--out", folder[file]),
                "pairs"), Count(PileProgram.RunToJson("info", built.Gaia), "rows"));
    }

    [Fact]
    public void Gaia_and_2MASS_at_declination_85_agree_with_astropy_in_every_format()
    {
        string twoMass = TestPaths.Data("catalog/2MASS_results.fits");
        foreach (string ending in (string[])["ecsv", "fits", "vot"])
            PileProgram.RunToJson("crossmatch", built.Gaia, twoMass, "--radius", "1arcsec", "--b-id", "_2MASS", "--columns",
                "a.pmra,b.Jmag", "--out", folder[$"all.{ending}"]);
        PileProgram.RunToJson("crossmatch", built.Gaia, twoMass, "--radius", "2", "--find", "nearest", "--join", "left", "--where-a",
            "parallax > 1", "--columns", "b.*", "--out", folder["left.fits"]);
        Assert.Equal("ok\n", Python.Run("""
            import sys, numpy as np, astropy.units as u
            from astropy.table import Table
            from astropy.coordinates import SkyCoord
            folder, gaia, tm = sys.argv[1], Table.read(sys.argv[2]), Table.read(sys.argv[3])
            a, b = SkyCoord(gaia['ra'], gaia['dec']), SkyCoord(tm['RAJ2000'], tm['DEJ2000'])
            i, j, separation, _ = b.search_around_sky(a, 1 * u.arcsec)
            truth = sorted(zip(gaia['source_id'][i], np.char.strip(np.char.decode(np.array(tm['_2MASS'][j], 'S'))),
                               separation.arcsec, tm['Jmag'][j]))
            for ending in ('ecsv', 'fits', 'vot'):
                t = Table.read(f'{folder}/all.{ending}', format={'ecsv': 'ascii.ecsv', 'vot': 'votable'}.get(ending, ending))
                names = [str(s.decode() if isinstance(s, bytes) else s).strip() for s in t['b_object_id']]
                mine = sorted(zip(t['a_object_id'], names, t['separation_arcsec'], t['b_Jmag']))
                assert len(mine) == len(truth) and all(
                    m[:2] == x[:2] and abs(m[2] - x[2]) < 1e-6 and (m[3] == x[3] or m[3] != m[3] or np.ma.is_masked(m[3]))
                    for m, x in zip(mine, truth)), (ending, len(mine), len(truth))
                assert t['separation_arcsec'].unit == u.arcsec and t['b_Jmag'].unit == u.mag and t['a_pmra'].unit == u.mas / u.yr
            keep = np.array(gaia['parallax'] > 1); near, separation, _ = a[keep].match_to_catalog_sky(b)
            t = Table.read(folder + '/left.fits')
            assert len(t) == keep.sum() and (~np.isnan(t['separation_arcsec'])).sum() == (separation.arcsec <= 2).sum(), (
                len(t), keep.sum())
            order = np.argsort(t['a_object_id']); truth = np.argsort(gaia['source_id'][keep])
            found = separation.arcsec[truth] <= 2
            np.testing.assert_allclose(np.ma.filled(t['separation_arcsec'][order], np.nan),
                                       np.where(found, separation.arcsec[truth], np.nan), atol=1e-6)
            assert 'b_e_Jmag' in t.colnames
            print('ok')
            """, folder.Path, TestPaths.Data("catalog/gaia_results.fits"), twoMass));
    }

    [Fact]
    public void Rows_without_a_position_are_counted_and_order_does_not_matter()
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec,x\n1,100,20,a\n2,,20,b\n3,200,NaN,c\n4,0.0001,0,d\n5,150,90,e\n");
        File.WriteAllText(folder["b.csv"], "name,RAJ2000,DEJ2000\nw,100,20.0001\nx,359.9999,0\ny,12,89.9999\nz,,\n");
        JsonElement match = PileProgram.RunToJson("crossmatch", folder["a.csv"], folder["b.csv"], "--radius", "1", "--join", "left",
            "--out", folder["m.csv"], "--columns", "a.x", "--b-id", "name");
        Assert.Equal((3, 5, 4, 3), (Count(match, "pairs"), Count(match, "rows_a"), Count(match, "rows_b"),
            Count(match, "without_position")));
        string[] lines = File.ReadAllLines(folder["m.csv"]);
        Assert.Equal("a_object_id,b_object_id,separation_arcsec,a_ra,a_dec,b_ra,b_dec,a_x", lines[0]);
        Assert.Equal(5, lines.Length - 1);
        Assert.Equal(["1,w", "2,", "3,", "4,x", "5,y"],
            lines[1..].Select(l => string.Join(',', l.Split(',')[..2])).Order(StringComparer.Ordinal));

        string[] rows = File.ReadAllLines(folder["b.csv"]);
        File.WriteAllLines(folder["shuffled.csv"], [rows[0], .. rows[1..].Reverse()]);
        PileProgram.RunToJson("crossmatch", folder["a.csv"], folder["shuffled.csv"], "--radius", "1", "--join", "left", "--out",
            folder["n.csv"], "--columns", "a.x", "--b-id", "name", "--workers", "1");
        Assert.Equal(File.ReadAllText(folder["m.csv"]), File.ReadAllText(folder["n.csv"]));
    }

    [Fact]
    public void Every_condition_of_the_command_line_is_applied()
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec,mjd,e_pos,grp\n1,10,0,50000,0.2,a\n2,20,0,50010.5,0.4,b\n3,30,0,,1,c\n");
        File.WriteAllText(folder["b.csv"],
            "id,ra,dec,mjd,e_pos,grp,400mas\n7,10.0001,0,50001,0.2,a,0.01\n8,20.0001,0,50010,0.1,c,0.01\n9,30,0.0001,5,1,c,0.01\n");
        Assert.Equal(3, Pairs("--radius", "1"));
        Assert.Equal(0, Pairs("--radius", "0"));
        Assert.Equal(0, Pairs("--radius", "1", "--min-radius", "0.4"));
        Assert.Equal(1, Pairs("--radius", "1", "--where-a", "grp = 'a' AND ra > 5", "--where-b", "mjd > 6"));
        Assert.Equal(1, Pairs("--radius", "1", "--where", "a.grp <> b.grp AND separation_arcsec < 0.5"));
        Assert.Equal(2, Pairs("--radius", "1", "--group", "grp"));
        Assert.Equal(2, Pairs("--radius", "1", "--group", "a.grp=b.grp"));
        Assert.Equal(1, Pairs("--radius", "1", "--group", "a.e_pos=b.e_pos", "--where", "a.id = 1"));
        Assert.Equal(0, Pairs("--radius", "1", "--group", "a.id=b.mjd"));
        Assert.Equal(1, Pairs("--radius", "1", "--time-window", "12h"));
        Assert.Equal(2, Pairs("--radius", "1", "--time-window", "1d"));
        Assert.Equal(2, Pairs("--radius", "1", "--radius-column-a", "e_pos"));
        Assert.Equal(3, Pairs("--error-sum", "--radius-column-a", "e_pos", "--radius-column-b", "e_pos"));
        Assert.Equal(2, Pairs("--sigma", "1", "--radius-column-a", "e_pos", "--radius-column-b", "e_pos"));
        Assert.Equal(2, Pairs("--sigma", "1", "--radius-column-a", "e_pos", "--radius-column-b", "0.2arcsec"));
        Assert.Equal(3, Pairs("--error-sum", "--radius-column-a", "e_pos", "--radius-column-b", "200mas"));
        Assert.Equal(3, Pairs("--error-sum", "--radius-column-a", "e_pos", "--radius-column-b", "200000uas"));
        Assert.Equal(3, Pairs("--sigma", "1", "--errors-a", "covariance:e_pos,e_pos", "--radius-column-b", "0", "--error-floor-a", "0.31"));
        Assert.Equal((0, 3), (Pairs("--radius-column-b", "400mas"), Pairs("--radius-column-b", "0.4"))); // 400mas is a column
        JsonElement errors = PileProgram.RunToJson("crossmatch", folder["a.csv"], folder["b.csv"], "--sigma", "2", "--errors-a",
            "ellipse95:e_pos,e_pos,id", "--radius-column-b", "0.2", "--error-floor-b", "1arcmin").GetProperty("errors");
        Assert.Equal(("sigma", 2, "ellipse95:e_pos,e_pos,id", "0.2 arcsec; floor 60 arcsec"), (errors.GetProperty("model").GetString(),
            errors.GetProperty("sigma").GetDouble(), errors.GetProperty("a").GetString(), errors.GetProperty("b").GetString()));
        Assert.Equal(2 * Math.Sqrt(3600.04 + (1 / 5.991464547107979)), errors.GetProperty("radius_arcsec").GetDouble(), 1e-6);
        Assert.Equal(0, Pairs("--radius", "1", "--a-frame", "galactic"));
        JsonElement plan = PileProgram.RunToJson("crossmatch", folder["a.csv"], folder["b.csv"], "--radius", "1", "--explain");
        Assert.Equal(1, plan.GetProperty("plan").GetProperty("a").GetProperty("tiles").GetInt32());
        JsonElement read = plan.GetProperty("plan").GetProperty("stages")[0];
        Assert.StartsWith("read the table A", read.GetProperty("name").GetString(), StringComparison.Ordinal);
        Assert.Equal(new FileInfo(folder["a.csv"]).Length, read.GetProperty("bytes").GetInt64());
        JsonElement groups = PileProgram.RunToJson("crossmatch", folder["a.csv"], "--radius", "15deg", "--find", "groups", "--out",
            folder["g.csv"]);
        Assert.Equal((1, 2), (Count(groups, "groups"), Count(groups, "pairs")));
        PileProgram.RunToJson("crossmatch", folder["a.csv"], folder["b.csv"], "--radius", "1", "--join", "xor", "--group", "grp",
            "--columns", "position_angle", "--out", folder["x.csv"]);
        Assert.Equal(["a_object_id,b_object_id,separation_arcsec,a_ra,a_dec,b_ra,b_dec,position_angle_deg", "2,,,20.0,0.0,,,",
            ",8,,,,20.0001,0.0,"], File.ReadAllLines(folder["x.csv"]));
        Assert.Contains("a matched dataset requires two datasets",
            PileProgram.RunToError(2, "crossmatch", folder["a.csv"], folder["b.csv"], "--radius", "1", "--out", folder["d/"]),
            StringComparison.Ordinal);

        int Pairs(params string[] conditions)
        {
            File.Delete(folder["m.parquet"]);
            return (int)Count(PileProgram.RunToJson(["crossmatch", folder["a.csv"], folder["b.csv"], .. conditions, "--out",
                folder["m.parquet"]]), "pairs");
        }
    }

    [Theory]
    [InlineData("id,ra,dec\n5,10,0\n5,20,0\n6,30,0\n", "row 1, column 'id': 5 is not unique",
        "repeats the id 5 in row 1: the row number is the id")]
    [InlineData("id,ra,dec\nx,10,0\n,20,0\nx,30,0\n", "row 1, column 'id': an empty value is not an id",
        "has no id in row 1: the row number is the id")]
    public void Duplicate_ids_are_an_error_if_named_and_replaced_by_row_numbers_if_guessed(string table, string error, string message)
    {
        File.WriteAllText(folder["a.csv"], table);
        File.WriteAllText(folder["b.csv"], "id,ra,dec\n7,10.0001,0\n8,20,0.0001\n9,30,0.0001\n");
        foreach (string side in (string[])["a", "b"])
        {
            string[] match = ["crossmatch", folder[$"{side}.csv"], folder[$"{(side == "a" ? "b" : "a")}.csv"], "--radius", "1", "--out",
                folder["m.csv"], "--replace"];
            Assert.Contains(error, PileProgram.RunToError(1, [.. match, "--a-id", "id", "--b-id", "id"]), StringComparison.Ordinal);
            Assert.Contains(message, PileProgram.Run(match).Error, StringComparison.Ordinal);
            Assert.Equal(["0", "1", "2"], Ids());
            PileProgram.RunToJson([.. match, $"--{(side == "a" ? "a" : "b")}-id", "row"]);
            Assert.Equal(["0", "1", "2"], Ids());

            string[] Ids() => [.. File.ReadAllLines(folder["m.csv"])[1..].Select(line => line.Split(',')[side == "a" ? 0 : 1])
                .Order(StringComparer.Ordinal)];
        }
    }

    [Fact]
    public void A_guessed_id_of_floats_is_replaced_by_row_numbers_and_a_named_one_is_an_error()
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec\n1.0,10,0\n,20,0\n2.5,30,0\n");
        string[] match = ["crossmatch", folder["a.csv"], folder["a.csv"], "--radius", "1", "--out", folder["m.csv"]];
        ProgramResult result = PileProgram.Run(match);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("the column 'id' contains float64, not integers or text: the row number is the id", result.Error,
            StringComparison.Ordinal);
        Assert.Equal(["0,0", "1,1", "2,2"],
            File.ReadAllLines(folder["m.csv"])[1..].Select(l => string.Join(',', l.Split(',')[..2])).Order());
        string error = PileProgram.RunToError(2, [.. match, "--replace", "--a-id", "id"]);
        Assert.Contains("a.csv: Ids must be integers or text; column 'id' contains float64", error, StringComparison.Ordinal);
        Assert.Contains("row for row numbers", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_that_differ_from_others_by_case_are_renamed_with_a_message()
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec,RA,Dec,mag\n1,10,0,5,6,7\n");
        File.WriteAllText(folder["b.csv"], "id,ra,dec,mag\n1,10,0,7\n");
        ProgramResult result = PileProgram.Run("crossmatch", folder["a.csv"], folder["b.csv"], "--a-ra", "ra", "--a-dec", "dec", "--radius",
            "1", "--columns", "a.RA,a.mag,b.mag", "--out", folder["m.csv"]);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.EndsWith("a_RA_,a_mag,b_mag", File.ReadAllLines(folder["m.csv"])[0], StringComparison.Ordinal);
        Assert.Single(result.ErrorLines, l => l.Contains("'RA' is 'a_RA_' because of 'a_ra'", StringComparison.Ordinal));
    }

    [Fact]
    public void A_match_without_rows_shows_the_names_of_its_columns()
    {
        File.WriteAllText(folder["e.csv"], "id,ra,dec\n");
        ProgramResult result = PileProgram.Run("crossmatch", folder["e.csv"], folder["e.csv"], "--radius", "1");
        Assert.StartsWith("a_object_id", result.Output.TrimStart(), StringComparison.Ordinal);
    }

    private static int Count(JsonElement json, string key) => json.GetProperty(key).GetInt32();
}
