using System.Text.Json;
using System.Text.RegularExpressions;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary><c>pile crossmatch</c>.</summary>
public sealed class CrossMatchTests(BuiltDatasets built) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static string Left => TestPaths.Data("catalog/hats-xmatch/small_sky.csv");

    private static string Right => TestPaths.Data("catalog/hats-xmatch/small_sky_xmatch.csv");

    public void Dispose() => folder.Dispose();

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
    public void A_folder_that_is_not_writable_is_reported_before_the_match()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "proc is a folder of Linux in which no files can be created");
        foreach (string ending in (string[])["csv", "fits", "parquet"])
            Assert.Contains($"/proc/pairs.{ending}: ", PileProgram.RunToError(1, "crossmatch", built.Sky, built.Sky, "--radius", "1",
                "--out", $"/proc/pairs.{ending}"), StringComparison.Ordinal);
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

    [Theory]
    [InlineData("a separation must be at least 0", "--radius", "-1")]
    [InlineData("expected an angle", "--radius", "nan")]
    [InlineData("at most 180 degrees", "--radius", "200deg")]
    [InlineData("expected an angle", "--radius", "one")]
    [InlineData("expected a column of A or B: a.ra or b.ra", "--radius", "1", "--columns", "ra")]
    [InlineData("has no column 'nope'", "--radius", "1", "--columns", "a.nope")]
    [InlineData("There is no column 'nope' for right ascension (--b-ra)", "--radius", "1", "--b-ra", "nope")]
    [InlineData("requires a table, but", "--radius", "1", "--a-id", "id")]
    [InlineData("small_sky_xmatch.csv has id", "--radius", "1", "--where-b", "nope > 1")]
    [InlineData("it contains more than one expression", "--radius", "1", "--where-b", "id > 1 FROM x")]
    [InlineData("no column 'nope'", "--radius", "1", "--where-a", "nope > 1")]
    [InlineData("--find furthest: expected all", "--radius", "1", "--find", "furthest")]
    [InlineData("random() returns a different value each time", "--radius", "1", "--where-a", "random() < 0.5")]
    [InlineData("uuid() returns a different value each time", "--radius", "1", "--where-b", "uuid() > 'a'")]
    [InlineData("now() returns a different value each time", "--radius", "1", "--where", "b.id > 0 AND now() > DATE '2020-01-01'")]
    [InlineData("current_date returns a different value each time", "--radius", "1", "--where-b", "current_date > DATE '2020-01-01'")]
    [InlineData("expected a column of both sides, or one of each", "--radius", "1", "--group", "a.id=id")]
    [InlineData("has no column 'none'", "--radius", "1", "--group", "a.id=b.none")]
    public void Invalid_commands_are_reported_and_write_nothing(string finding, params string[] arguments)
    {
        Assert.Contains(finding, PileProgram.RunToError(2, ["crossmatch", built.Sky, Right, "--out", folder["m.csv"], .. arguments]),
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Every_condition_of_the_command_line_is_applied()
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec,mjd,e_pos,grp\n1,10,0,50000,0.2,a\n2,20,0,50010.5,0.4,b\n3,30,0,,1,c\n");
        File.WriteAllText(folder["b.csv"],
            "id,ra,dec,mjd,e_pos,grp\n7,10.0001,0,50001,0.2,a\n8,20.0001,0,50010,0.1,c\n9,30,0.0001,5,1,c\n");
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
        Assert.Equal(["a_object_id,b_object_id,separation_arcsec,a_ra,a_dec,b_ra,b_dec,position_angle_deg", "2,,,20,0,,,",
            ",8,,,,20.0001,0,"], File.ReadAllLines(folder["x.csv"]));
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

    [Fact]
    public void Existing_outputs_and_missing_inputs_are_reported()
    {
        File.WriteAllText(folder["m.csv"], "mine");
        Assert.Contains("exists already", PileProgram.RunToError(2, "crossmatch", Left, Right, "--radius", "1", "--out", folder["m.csv"]),
            StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(folder["m.csv"]));
        Assert.Contains("The dataset or table 'nowhere.csv' does not exist",
            PileProgram.RunToError(2, "crossmatch", Left, "nowhere.csv", "--radius", "1", "--out", folder["n.csv"]),
            StringComparison.Ordinal);
        Assert.Contains("there is no folder",
            PileProgram.RunToError(2, "crossmatch", Left, Right, "--radius", "1", "--out", folder["no/n.csv"]), StringComparison.Ordinal);
        Assert.Contains("truncated", PileProgram.RunToError(1, "crossmatch", Left, TestPaths.Data("malformed/votable_truncated.vot"),
            "--radius", "1", "--out", folder["n.csv"]), StringComparison.Ordinal);
        File.WriteAllText(folder["off.csv"], "id,ra,dec\n1,400,0\n");
        Assert.Contains("off.csv", PileProgram.RunToError(1, "crossmatch", Left, folder["off.csv"], "--radius", "1", "--out",
            folder["n.csv"]), StringComparison.Ordinal);
        ProgramResult match = PileProgram.Run("crossmatch", Left, Right, "--radius", "36", "--out", folder["n.parquet"]);
        Assert.Equal((0, ""), (match.ExitCode, match.Output));
        Assert.Contains("pile: 103 pairs of 131 × 111 rows; without a match: 28 of A, 10 of B; ", match.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unusable_temporary_folder_is_reported()
    {
        ProgramResult missing = PileProgram.RunWith(new Dictionary<string, string?> { ["TMPDIR"] = folder["none"] }, "crossmatch", Left,
            Right, "--radius", "1", "--out", folder["m.csv"]);
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("Set TMPDIR", Assert.Single(missing.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Too_little_memory_is_not_reported_as_corrupt_data()
    {
        string error = PileProgram.RunToError(2, "crossmatch", built.Gaia, built.Gaia, "--radius", "1", "--memory", "200kB", "--out",
            folder["m.csv"]);
        Assert.Contains("--memory must be at least", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_result_columns_are_reported_before_the_match()
    {
        Assert.Contains("--find groups returns rows of A without partners, so the result cannot have the column 'ra' of B",
            PileProgram.RunToError(2, "crossmatch", Left, "--radius", "1", "--find", "groups", "--columns", "b.ra", "--out",
                folder["g.csv"]), StringComparison.Ordinal);
        Assert.Contains("cannot have a position angle",
            PileProgram.RunToError(2, "crossmatch", Left, "--radius", "1", "--find", "groups", "--columns", "position_angle", "--out",
                folder["g.csv"]), StringComparison.Ordinal);
        foreach (string join in (string[])["left", "right", "full", "anti", "right-anti", "xor"])
            Assert.Contains($"--join {join} gives rows without a partner. Write a table with --out FILE.parquet",
                PileProgram.RunToError(2, "crossmatch", built.Sky, built.Gaia, "--radius", "1", "--join", join, "--out", folder["d/"]),
                StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_missing_part_of_a_file_is_a_usage_error()
    {
        foreach ((string file, string contents)
            in (ReadOnlySpan<(string, string)>)[("catalog/2MASS_results.fits#9", "there is no HDU 9. The file contains"),
                ("catalog/2MASS_results.fits#NOPE", "there is no HDU 'NOPE'")])
            Assert.Contains(contents, PileProgram.RunToError(2, "crossmatch", TestPaths.Data(file), Left, "--radius", "1", "--out",
                folder["m.csv"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("m.parquet")]
    [InlineData("m.csv")]
    public void A_missing_or_corrupt_tile_is_named_with_its_dataset(string output)
    {
        string dataset = folder["sky"];
        foreach (string file in Directory.EnumerateFiles(built.Sky, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(dataset, Path.GetRelativePath(built.Sky, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        string tile = Directory.EnumerateFiles(dataset, "Npix=*.parquet", SearchOption.AllDirectories).First();
        string column = PileProgram.RunToJson("info", dataset).GetProperty("columns").EnumerateArray()
            .First(c => c.GetProperty("native").GetBoolean()).GetProperty("name").GetString()!;
        string[] command = ["crossmatch", dataset, dataset, "--radius", "1", "--columns", $"a.{column}", "--out", folder[output]];
        byte[] bytes = File.ReadAllBytes(tile);
        bytes[bytes.Length / 3] ^= 1;
        File.WriteAllBytes(tile, bytes);
        string damaged = PileProgram.RunToError(1, command);
        Assert.Matches($"{Regex.Escape(dataset)}.*{Regex.Escape(Path.GetFileName(tile))}.*CRC-32C [0-9a-f]{{8}}.*Get the tile again, or "
            + "run 'pile index rebuild'", damaged);
        File.Delete(tile);
        string missing = PileProgram.RunToError(1, command);
        Assert.Matches($"{Regex.Escape(dataset)}.*{Regex.Escape(Path.GetFileName(tile))}.*[Gg]et (it|the tile) again, or run 'pile index "
            + "rebuild'", missing);
        Assert.False(File.Exists(folder[output]));
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

    [Theory]
    [InlineData("anti", 28, "28 rows without a match written; 103 pairs of 131 × 111 rows")]
    [InlineData("right-anti", 10, "10 rows without a match written; 103 pairs of 131 × 111 rows")]
    [InlineData("left", 131, "131 rows written; 103 pairs of 131 × 111 rows")]
    public void The_number_of_written_rows_is_reported_with_the_pairs(string join, int rows, string summary)
    {
        string[] match = ["crossmatch", Left, Right, "--radius", "36", "--join", join, "--out", folder["m.csv"], "--replace"];
        JsonElement json = PileProgram.RunToJson(match);
        Assert.Equal((rows, 103), (Count(json, "rows"), Count(json, "pairs")));
        Assert.Equal(rows, File.ReadAllLines(folder["m.csv"]).Length - 1);
        Assert.Contains(summary, PileProgram.Run(match).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expected all, nearest", "--find", "furthest")]
    [InlineData("expected inner, left", "--join", "outer")]
    [InlineData("separation must be at least 0", "--min-radius", "-1")]
    [InlineData("does not have a column named", "--where", "a.nope > 1")]
    [InlineData("nope", "--where-a", "nope > 1")]
    [InlineData("nope", "--where-b", "nope > 1")]
    [InlineData("no column 'nope'", "--columns", "b.nope")]
    public void Mistakes_are_reported_before_an_existing_output(string finding, params string[] arguments)
    {
        foreach (string file in (string[])["m.csv", "m.parquet"])
        {
            File.WriteAllText(folder[file], "mine");
            Assert.Contains(finding, PileProgram.RunToError(2,
                ["crossmatch", built.Sky, Right, "--radius", "1", "--out", folder[file], .. arguments]), StringComparison.Ordinal);
            Assert.Contains("exists already. Remove it, replace it with --replace",
                PileProgram.RunToError(2, "crossmatch", built.Sky, Right, "--radius", "1", "--out", folder[file]),
                StringComparison.Ordinal);
            Assert.Equal("mine", File.ReadAllText(folder[file]));
        }
    }

    [Fact]
    public void Replace_keeps_the_old_result_if_the_match_fails()
    {
        foreach (string file in (string[])["m.csv", "m.parquet"])
        {
            PileProgram.RunToJson("crossmatch", built.Sky, built.Sky, "--radius", "1", "--out", folder[$"new.{file}"]);
            File.WriteAllText(folder[file], "mine");
            PileProgram.RunToError(1, "crossmatch", built.Sky, TestPaths.Data("malformed/votable_truncated.vot"), "--radius", "1", "--out",
                folder[file], "--replace");
            Assert.Equal("mine", File.ReadAllText(folder[file]));
            PileProgram.RunToJson("crossmatch", built.Sky, built.Sky, "--radius", "1", "--out", folder[file], "--replace");
            Assert.Equal(File.ReadAllBytes(folder[$"new.{file}"]), File.ReadAllBytes(folder[file]));
        }
        foreach (string[] verb in (string[][])[["query", built.Sky], ["sql", built.Sky, "SELECT object_id FROM d"]])
        {
            File.WriteAllText(folder["q.csv"], "mine");
            Assert.Contains("replace it with --replace", PileProgram.RunToError(2, [.. verb, "--out", folder["q.csv"]]),
                StringComparison.Ordinal);
            PileProgram.RunToJson([.. verb, "--out", folder["q.csv"], "--replace"]);
            Assert.StartsWith("object_id", File.ReadAllText(folder["q.csv"]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Memory_does_not_change_the_bytes_of_a_match_of_datasets()
    {
        byte[][] results = [.. ((string[])["64MB", "200MB", "1GB"]).Select(memory =>
        {
            PileProgram.RunToJson("crossmatch", built.Sky, built.Sky, "--radius", "36", "--memory", memory, "--out",
                folder[$"{memory}.parquet"]);
            return File.ReadAllBytes(folder[$"{memory}.parquet"]);
        })];
        PileProgram.RunToJson("crossmatch", built.Sky, built.Sky, "--radius", "36", "--out", folder["m.parquet"]);
        Assert.All(results, bytes => Assert.Equal(File.ReadAllBytes(folder["m.parquet"]), bytes));
    }

    private static int Count(JsonElement json, string key) => json.GetProperty(key).GetInt32();

    [Theory]
    [InlineData("")]
    [InlineData("g")]
    public void The_order_of_the_rows_does_not_change_the_bytes(string idPrefix)
    {
        Random random = new(3);
        foreach (string side in (string[])["a", "b"])
        {
            // Duplicate positions, and rows without a position.
            string[] lines = [.. Enumerable.Range(0, 300)
                .Select(i => FormattableString.Invariant(
                    $"{idPrefix}{i},{(i % 97 == 0 ? "" : $"{10 + (i % 150 / 1000.0)}")},{20 + (i % 7 / 10000.0)},{random.NextDouble()}"))];
            foreach (string name in (string[])["once", "again"])
            {
                Directory.CreateDirectory(folder[name]);
                File.WriteAllLines(folder[$"{name}/{side}.csv"], ["id,ra,dec,x", .. lines]);
                // In a dataset ids are unique and every row has a position.
                string[] whole = [.. lines.Where(line => !line.Contains(",,", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
                    .DistinctBy(line => line.Split(',')[0])];
                File.WriteAllLines(folder[$"{name}/{side}-whole.csv"], ["id,ra,dec,x", .. name == "once" ? whole : whole.Reverse()]);
                random.Shuffle(lines);
            }
        }
        foreach (string name in (string[])["once", "again"])
        {
            foreach (string ending in (string[])["parquet", "fits", "vot", "ecsv", "csv"])
                PileProgram.RunToJson("crossmatch", folder[$"{name}/a.csv"], folder[$"{name}/b.csv"], "--radius", "2", "--join", "full",
                    "--columns", "a.x,b.x", "--out", folder[$"{name}/tables.{ending}"]);
            foreach (string side in (string[])["a", "b"])
                PileProgram.RunToJson("build", "--from", folder[$"{name}/{side}-whole.csv"], "--out", folder[$"{name}/{side}"],
                    "--order", "1");
            PileProgram.RunToJson("crossmatch", folder[$"{name}/a"], folder[$"{name}/b"], "--radius", "2", "--join", "left", "--out",
                folder[$"{name}/datasets.fits"]);
            PileProgram.RunToJson("crossmatch", folder[$"{name}/a"], folder[$"{name}/b"], "--radius", "2", "--out",
                folder[$"{name}/short.parquet"]);
            PileProgram.RunToJson("crossmatch", folder[$"{name}/a"], folder[$"{name}/b"], "--radius", "2", "--columns", "a.x", "--out",
                folder[$"{name}/carried.parquet"]);
        }
        foreach (string result in Directory.GetFiles(folder["once"]).Select(f => Path.GetFileName(f)!)
            .Where(f => Path.GetFileNameWithoutExtension(f) is "tables" or "datasets" or "short" or "carried"))
            Assert.True(File.ReadAllBytes(folder[$"once/{result}"]).AsSpan().SequenceEqual(File.ReadAllBytes(folder[$"again/{result}"])),
                result);
        // The first row that differs is reported.
        File.WriteAllLines(folder["again/b.csv"], [.. File.ReadAllLines(folder["again/b.csv"])[..^1]]);
        PileProgram.RunToJson("crossmatch", folder["again/a.csv"], folder["again/b.csv"], "--radius", "0.0001", "--join", "anti", "--out",
            folder["again/other.parquet"]);
        Assert.NotEqual(Sha256OfB("once/tables.parquet"), Sha256OfB("again/other.parquet"));

        string Sha256OfB(string pairs) =>
            Python.Run("import re, sys; print(re.search(rb'pile.match.b.sha256.{1,4}?([0-9a-f]{64})', open(sys.argv[1], 'rb').read(), "
                + "re.S).group(1))", folder[pairs]);
    }
}
