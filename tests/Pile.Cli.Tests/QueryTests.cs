using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary><c>pile query</c>.</summary>
public sealed class QueryTests(BuiltDatasets built, RepeatedBuilds builds) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Cones_and_boxes_through_0_and_over_the_pole_agree_with_astropy()
    {
        Python.Run("""
            import sys, numpy as np
            from astropy.table import Table
            r = np.random.default_rng(3)
            ra = np.concatenate([r.uniform(0, 360, 3000), r.normal(0, 2, 1000) % 360, r.uniform(0, 360, 1000)])
            dec = np.concatenate([np.degrees(np.arcsin(r.uniform(-1, 1, 3000))), r.normal(0, 2, 1000), 90 - abs(r.normal(0, 2, 1000))])
            Table({'id': np.arange(5000), 'ra': ra, 'dec': dec}, units={'ra': 'deg', 'dec': 'deg'}).write(sys.argv[1])
            """, folder["t.fits"]);
        PileProgram.RunToJson("build", "--from", folder["t.fits"], "--out", folder["d"], "--order", "0");
        string[][] regions = [["--cone", "0,0,1.5deg"], ["--cone", "359.5,-0.25,100arcmin"], ["--cone", "123,90,2deg"],
            ["--cone", "40,88.5,7200"], ["--cone", "10,-90,180deg"], ["--box", "358,-1.5,1.25,2"], ["--box", "10,-20,200,30"],
            ["--box", "0,10,359.9999,10.00001"], ["--box", "10,-80,10.0000001,80"]]; // long and narrow
        string mine = string.Join('\n', regions.Select(region => string.Join(' ', Ids([folder["d"], .. region]).Order())));
        Assert.Equal(mine + "\n", Python.Run("""
            import sys, numpy as np
            from astropy.table import Table
            from astropy.coordinates import SkyCoord
            t = Table.read(sys.argv[1]); c = SkyCoord(t['ra'], t['dec'])
            for ra, dec, radius in [(0, 0, 1.5), (359.5, -.25, 100 / 60), (123, 90, 2), (40, 88.5, 2), (10, -90, 180)]:
                print(*t['id'][c.separation(SkyCoord(ra, dec, unit='deg')).deg <= radius])
            for ra1, dec1, ra2, dec2 in [(358, -1.5, 1.25, 2), (10, -20, 200, 30), (0, 10, 359.9999, 10.00001), (10, -80, 10.0000001, 80)]:
                print(*t['id'][((t['ra'] - ra1) % 360 <= (ra2 - ra1) % 360) & (t['dec'] >= dec1) & (t['dec'] <= dec2)])
            """, folder["t.fits"]));
    }

    [Fact]
    public void Rows_are_sorted_by_several_columns_as_by_numpy()
    {
        Python.Run("""
            import sys, numpy as np
            from astropy.table import Table
            r = np.random.default_rng(4)
            Table({'id': np.arange(500), 'g': r.integers(0, 9, 500), 'm': r.integers(0, 9, 500)}).write(sys.argv[1])
            """, folder["t.fits"]);
        PileProgram.RunToJson("build", "--from", folder["t.fits"], "--out", folder["d"], "--partition", "hash");
        string expected = Python.Run("""
            import sys, numpy as np
            from astropy.table import Table
            t = Table.read(sys.argv[1])
            print(*t['id'][np.lexsort((t['id'], t['m'], -t['g']))])
            """, folder["t.fits"]).Trim();
        string[] sort = ["--sort", "g desc", "--sort", "m", "--sort", "object_id"];
        Assert.Equal(expected, string.Join(' ', Ids([folder["d"], .. sort])));
        PileProgram.RunToJson(["query", folder["d"], .. sort, "--save", folder["q.query.yaml"]]);
        Assert.Equal(expected, string.Join(' ', Ids([folder["q.query.yaml"]])));
        string[] ascending = [folder["d"], "--sort", "g desc", "--sort", "m ASC", "--sort", "object_id"];
        Assert.Equal(expected, string.Join(' ', Ids(ascending)));
        foreach ((string list, string advice) in ((string, string)[])[("g desc,m", "--sort 'g desc' --sort m."),
            ("m, g desc", "--sort m --sort 'g desc'."), ("m,g", "--sort m --sort g."), ("abs(m) asc, g", "--sort 'abs(m) asc' --sort g.")])
            Assert.Contains($"Give --sort once for each: {advice}", PileProgram.RunToError(2, "query", folder["d"], "--sort", list),
                StringComparison.Ordinal);
        // Not lists: SQL with quotes.
        Assert.Equal(expected.Split(' ').Length, Ids([folder["d"], "--sort", "strftime(DATE '2020-01-01', '%d desc, x')"]).Length);
    }

    [Fact]
    public void A_repeated_column_and_a_file_are_named()
    {
        File.WriteAllText(folder["t.csv"], "id,ra,dec\n1,10,0\n");
        PileProgram.RunToJson("build", "--from", folder["t.csv"], "--out", folder["d"]);
        Assert.Contains($"Column 'ra' of dataset '{folder["d"]}' is requested twice. Name it once.",
            PileProgram.RunToError(2, "query", folder["d"], "--columns", "ra,dec,ra"), StringComparison.Ordinal);
        Assert.Contains($"No dataset at '{folder["t.csv"]}': it is a file.", PileProgram.RunToError(2, "validate", folder["t.csv"]),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2019", "late2019 over")]
    [InlineData("2020-01-01", "day over", Traits = ["Run", "Long"])]
    [InlineData("2020-01-02", "")]
    [InlineData("2020-01-01T00:00:00Z", "day over")]
    [InlineData("2019-12-01/2019-12-31T23:00:00Z", "late2019 over", Traits = ["Run", "Long"])]
    [InlineData("2020-01-02/..", "march")]
    [InlineData("2020-03-31T23:59:59Z", "march")] // the stated end of an item belongs to it
    [InlineData("2020-03-31T23:59:59Z/..", "march", Traits = ["Run", "Long"])]
    [InlineData("2020-04-01T01:59:59+02:00/2020-05", "march")]
    [InlineData("2020-03-31T23:59:59.001Z/..", "", Traits = ["Run", "Long"])]
    [InlineData("2020-04-01", "")]
    public void A_day_or_year_ends_before_the_next_one_begins(string time, string expected)
    {
        string[] items = [.. new[] { ("late2019", "\"2019-12-31T23:00:00Z\"", ""), ("day", "\"2020-01-01\"", ""),
            ("over", "null", ",\"start_datetime\":\"2019-12-31T00:00:00Z\",\"end_datetime\":\"2020-01-02T00:00:00Z\""),
            ("march", "null", ",\"start_datetime\":\"2020-03-01T00:00:00Z\",\"end_datetime\":\"2020-03-31T23:59:59Z\"") }
            .Select(item => $$"""
                {"type":"Feature","stac_version":"1.0.0","id":"{{item.Item1}}","geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],
                [1,1],[0,1],[0,0]]]},"bbox":[0,0,1,1],"properties":{"datetime":{{item.Item2}}{{item.Item3}} },"links":[],
                "assets":{"a":{"href":"https://example.org/a.tif"} } }
                """.ReplaceLineEndings(""))];
        File.WriteAllLines(folder["items.ndjson"], items);
        File.WriteAllText(folder["scenes.yaml"], Recipes.Text("scene", "kind: stac-scenes\nitems: items.ndjson"));
        builds.OfRecipe(folder["scenes.yaml"], folder["scenes"]);
        Assert.Equal(expected, string.Join(' ', PileProgram.RunToJson("query", folder["scenes"], "--time", time, "--columns", "object_id")
            .EnumerateArray().Select(row => row.GetProperty("object_id").GetString()).Order().Reverse().OrderBy(id => id == "over")));
    }

    [Fact]
    public void Regions_in_other_frames_units_and_files_agree_with_astropy_and_healpy()
    {
        File.WriteAllText(folder["m.txt"], "8/65204-65230,65250 9/");
        string[][] regions =
        [
            ["--cone", "122.8,22.4,20arcmin", "--frame", "galactic"], ["--cone", "00:48:26,85:15:18,10arcmin"],
            ["--cone", "0.80722,85.255,10arcmin", "--ra-unit", "hour"],
            ["--cone", "0h39m,84d59m,1deg", "--frame", "B1950"],
            ["--polygon", "122,22,124,22,124,22.8,123,22.2,122,22.8", "--frame", "galactic"], ["--moc", folder["m.txt"]],
        ];
        string mine = string.Join('\n',
            regions.Select(region => string.Join(' ',
                PileProgram.RunToJson(["query", built.Gaia, .. region]).EnumerateArray().Select(r => r.GetProperty("source_id").ToString())
                    .Order(StringComparer.Ordinal))));
        Assert.Equal(mine + "\n", Python.Run("""
            import sys, numpy as np, healpy as hp
            from astropy.table import Table
            from astropy.coordinates import SkyCoord, FK4
            t = Table.read(sys.argv[1]); c = SkyCoord(np.array(t['ra']), np.array(t['dec']), unit='deg')
            def show(m): print(*sorted(str(i) for i in t['source_id'][m])); assert 5 < m.sum()
            show(c.separation(SkyCoord(122.8, 22.4, unit='deg', frame='galactic')).arcmin <= 20)
            show(c.separation(SkyCoord('00:48:26', '85:15:18', unit=('hourangle', 'deg'))).arcmin <= 10)
            show(c.separation(SkyCoord(0.80722, 85.255, unit=('hourangle', 'deg'))).arcmin <= 10)
            show(c.separation(SkyCoord('0h39m', '84d59m', frame=FK4())).deg <= 1)
            # In the tangent plane of any point great circles are straight lines.
            o = SkyCoord(123, 22.4, unit='deg', frame='galactic').skyoffset_frame()
            def tangent(c): x = c.transform_to(o).cartesian.xyz.value; return x[1] / x[0], x[2] / x[0]
            vx, vy = tangent(SkyCoord([122, 124, 124, 123, 122], [22, 22, 22.8, 22.2, 22.8], unit='deg', frame='galactic'))
            x, y = tangent(c); inside = np.zeros(len(x), bool)
            for i in range(5):
                j = (i + 1) % 5
                inside ^= ((vy[i] > y) != (vy[j] > y)) & (x < (vx[j] - vx[i]) * (y - vy[i]) / (vy[j] - vy[i]) + vx[i])
            show(inside)
            p = hp.ang2pix(256, np.array(t['ra']), np.array(t['dec']), nest=True, lonlat=True)
            show(((p >= 65204) & (p <= 65230)) | (p == 65250))
            """, TestPaths.Data("catalog/gaia_results.fits")));
    }

    [Fact]
    public void Conditions_ids_order_columns_and_limit_are_applied()
    {
        File.WriteAllText(folder["ids.txt"], "707\n  750 \n\n999999\n");
        Assert.Equal([707, 750], Ids([built.Sky, "--ids", folder["ids.txt"], "--sort", "object_id"]));
        Assert.Equal([750, 707], Ids([built.Sky, "--where", "object_id in (707, 750)", "--sort", "object_id desc"]));
        Assert.Equal([830, 829, 828], Ids([built.Sky, "--sort", "id desc", "--limit", "3"]));
        Assert.Empty(Ids([built.Sky, "--limit", "0"]));
        JsonElement row = PileProgram.RunToJson("query", built.Spectra, "--columns", "start,z100,z,native_Z,MJD,object_id",
            "--limit", "1")[0];
        Assert.Equal(["start", "z100", "z", "Z", "MJD", "object_id"],
            row.EnumerateObject().Select(p => p.Name == "native_Z" ? "Z" : p.Name));
        Assert.Equal(51602.2 * 86400, row.GetProperty("start").GetDouble(), 86400.0);
        Assert.False(PileProgram.RunToJson("query", built.Spectra, "--native", "--limit", "1")[0].TryGetProperty("z100", out _));
        ProgramResult text = PileProgram.Run("query", built.Sky, "--limit", "2", "--columns", "object_id,ra");
        Assert.Matches(@"^object_id  ra \(deg\)\n---------  --------\n +\d+ +[\d.]+\n +\d+ +[\d.]+\n$", text.Output);
    }

    [Fact]
    public void Json_has_large_integers_and_infinite_numbers_as_text_and_NaN_as_null()
    {
        Python.Run("""
            import sys, numpy as np
            from astropy.table import Table
            Table({'id': np.array([2**53, 2**53 + 1, -2**63]), 'ra': [1., 200., 3.], 'dec': [1., 2., 3.], 'x': [np.nan, np.inf, .1],
                   'u': np.array([1, 2**64 - 1, 5], 'u8'), 'b': [True, False, True],
                   'v': np.array([[1, np.nan], [2, 3], [-np.inf, 5]], 'f4')}, units={'ra': 'deg', 'dec': 'deg'}).write(sys.argv[1])
            """, folder["t.fits"]);
        PileProgram.RunToJson("build", "--from", folder["t.fits"], "--out", folder["d"]);
        ProgramResult query = PileProgram.Run("query", folder["d"], "--columns", "object_id,x,u,b,v", "--sort", "ra", "--json");
        Assert.Equal(
            """[{"object_id":9007199254740992,"x":null,"u":1,"b":true,"v":[1.0,null]},"""
                + """{"object_id":"-9223372036854775808","x":0.1,"u":5,"b":true,"v":["-Infinity",5.0]},"""
                + """{"object_id":"9007199254740993","x":"Infinity","u":"18446744073709551615","b":false,"v":[2.0,3.0]}]""" + "\n",
            query.Output);
        Assert.Equal("None inf -inf", Python.Run("import json, sys\nt = json.loads(sys.argv[1])\n"
            + "print(t[0]['x'], float(t[2]['x']), float(t[1]['v'][0]))", query.Output).Trim());
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("ecsv", Traits = ["Run", "Long"])]
    [InlineData("vot.gz", Traits = ["Run", "Long"])]
    [InlineData("fits")]
    [InlineData("parquet")]
    public void A_full_disk_is_reported_in_one_line_and_leaves_no_file(string ending)
    {
        string file = folder[$"t.{ending}"];
        ProgramResult full = PileProgram.RunWithFileLimit(100, "query", built.Gaia, "--out", file);
        Assert.Equal((1, ""), (full.ExitCode, full.Output));
        string line = Assert.Single(full.ErrorLines);
        Assert.StartsWith($"pile: {file}: it cannot be written: ", line, StringComparison.Ordinal);
        Assert.EndsWith(". Free space or grant permission there, or specify another file.", line, StringComparison.Ordinal);
        Assert.DoesNotContain(".partial", line, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_cone_of_radius_0_has_the_rows_at_its_centre()
    {
        JsonElement row = PileProgram.RunToJson("query", built.Sky, "--columns", "object_id,ra,dec", "--where", "object_id = 707")[0];
        JsonElement found = PileProgram.RunToJson("query", built.Sky, "--columns", "object_id", "--cone",
            $"{row.GetProperty("ra").GetRawText()},{row.GetProperty("dec").GetRawText()},0");
        Assert.Equal([707L], found.EnumerateArray().Select(r => r.GetProperty("object_id").GetInt64()));
    }

    [Fact]
    public void A_file_that_is_not_a_list_of_ids_is_reported_with_the_line_and_a_part_of_it()
    {
        Python.Run("""
            import sys
            from astropy.table import Table
            Table({'id': [1, 2], 'ra': [1., 2.], 'dec': [3., 4.]}).write(sys.argv[1], format='fits')
            Table({'id': ['a', 'b'], 'ra': [1., 2.], 'dec': [3., 4.]}).write(sys.argv[2])
            """, folder["t.fits.fz"], folder["text.csv"]);
        PileProgram.RunToJson("build", "--from", folder["text.csv"], "--out", folder["text"]);
        File.WriteAllText(folder["ids.txt"], "707\n\nid\n");
        File.WriteAllText(folder["long.txt"], $"a\n{new string('x', 8193)}\n");
        File.WriteAllText(folder["tabs.txt"], "a\nb\t1\n");
        foreach ((string dataset, string file, string finding) in ((string, string, string)[])[
            (built.Sky, "t.fits.fz", "line 1: 'SIMPLE  ="), (folder["text"], "t.fits.fz", "line 1: 'SIMPLE  ="),
            (built.Sky, "ids.txt", "line 3: 'id' is not a valid id of dataset"),
            (folder["text"], "long.txt", "…' is not an id: it has 8,193 characters."),
            (folder["text"], "tabs.txt", "line 2: 'b 1' is not an id: it contains control characters.")])
        {
            string error = PileProgram.RunToError(2, "query", dataset, "--ids", folder[file]);
            Assert.Contains($"--ids {folder[file]}, line ", error, StringComparison.Ordinal);
            Assert.Contains(finding, error, StringComparison.Ordinal);
            Assert.Contains("Expected one id per line.", error, StringComparison.Ordinal);
            Assert.InRange(error.Length, 1, 500);
        }
        File.WriteAllText(folder["all.txt"], " b \n");
        Assert.Equal(1, PileProgram.RunToJson("query", folder["text"], "--ids", folder["all.txt"]).GetArrayLength());
    }

    [Fact]
    public void Ids_that_are_not_found_are_counted()
    {
        File.WriteAllText(folder["ids.txt"], "707\n\n708\n707\n9\n10\n");
        ProgramResult found = PileProgram.Run("query", built.Sky, "--ids", folder["ids.txt"], "--columns", "object_id", "--json");
        string repeated = $"pile: --ids {folder["ids.txt"]}: 1 of 5 lines repeat an id; each row is read once\n";
        Assert.Equal((0, 2, repeated + "pile: 2 of 4 ids were not found\n"), (found.ExitCode, found.Json.GetArrayLength(), found.Error));
        Assert.Equal(repeated, PileProgram.Run("query", built.Sky, "--ids", folder["ids.txt"], "--where", "object_id = 707").Error);
        string saved = PileProgram.Run("query", built.Sky, "--ids", folder["ids.txt"], "--save", folder["some.query.yaml"]).Error;
        Assert.EndsWith("pile: 2 of 4 ids were not found\n", saved, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_with_commas_can_be_quoted_and_folders_may_have_any_name()
    {
        string odd = Directory.CreateDirectory(folder["plate #1 %20?'é"]).FullName, dataset = Path.Combine(odd, "d #2"),
            table = Path.Combine(odd, "t #3.csv");
        File.WriteAllText(table, "id,ra,dec,\"u, g\",\"q\"\"t\"\n1,10,20,5,6\n2,30,40,7,8\n");
        PileProgram.RunToJson("build", "--from", table, "--out", dataset);
        Assert.Equal("[{\"u, g\":7,\"q\"\"t\":8,\"object_id\":2}]".Replace("\"\"t", "\\\"t", StringComparison.Ordinal),
            PileProgram.Run("query", dataset, "--columns", "\"u, g\", \"q\"\"t\" ,object_id", "--where", "\"u, g\" > 6",
                "--json").Output.Trim());
        PileProgram.RunToJson("validate", dataset, "--deep");
        PileProgram.RunToJson("copy", dataset, Path.Combine(odd, "c #4"));
        PileProgram.RunToJson("crossmatch", dataset, table, "--radius", "1", "--columns", "a.\"u, g\",b.\"q\"\"t\",\"b.u, g\"", "--out",
            Path.Combine(odd, "m #5.csv"));
        Assert.EndsWith(",\"a_u, g\",\"b_q\"\"t\",\"b_u, g\"", File.ReadLines(Path.Combine(odd, "m #5.csv")).First(),
            StringComparison.Ordinal);
        Assert.Contains("a double quote is not closed", PileProgram.RunToError(2, "query", dataset, "--columns", "\"u, g"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_written_table_is_reported_as_one_JSON_object()
    {
        JsonElement told = PileProgram.RunToJson("query", built.Sky, "--limit", "3", "--out", folder["t.csv"], "--memory", "256MB",
            "--workers", "1");
        Assert.Equal(["rows", "path"], told.EnumerateObject().Select(p => p.Name));
        Assert.Equal((3, folder["t.csv"]), (told.GetProperty("rows").GetInt32(), told.GetProperty("path").GetString()));
    }

    [Fact]
    public void Digits_of_later_rows_are_not_cut()
    {
        File.WriteAllLines(folder["t.csv"],
            ["id,ra,dec", .. Enumerable.Range(0, 1500).Select(i => $"{(i < 1200 ? i : 1_000_000_000_000_000L + i)},100,20")]);
        PileProgram.RunToJson("build", "--from", folder["t.csv"], "--out", folder["d"]);
        string[] lines = PileProgram.Run("query", folder["d"], "--columns", "object_id", "--sort", "object_id").Output.Split('\n',
            StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1502, lines.Length);
        Assert.Equal(("        0", "1000000000001499"), (lines[2], lines[^1]));
    }

    [Theory]
    [InlineData("1=1; DROP TABLE x")]
    [InlineData("1=1) UNION SELECT * FROM read_csv('/etc/passwd') --")]
    [InlineData("object_id IN (SELECT 1)")]
    [InlineData("EXISTS (SELECT * FROM read_text('/etc/passwd'))")]
    [InlineData("getenv('HOME') = 'x'")]
    [InlineData("1=1 -- \n; COPY (SELECT 1) TO '/tmp/pile-injected.csv'")]
    [InlineData("true QUALIFY true")]
    [InlineData("")]
    public void Several_conditions_in_one_are_rejected(string condition)
    {
        string before = Fingerprint.Of(built.Sky);
        _ = PileProgram.RunToError(2, "query", built.Sky, "--where", condition);
        Assert.Equal(before, Fingerprint.Of(built.Sky));
        Assert.False(File.Exists("/tmp/pile-injected.csv"));
    }

    [Theory]
    [InlineData("no column 'object_idd'. Similar names: 'object_id'", "--columns", "ra,object_idd")]
    [InlineData("no column 'magnitude'", "--where", "magnitude > 3")]
    [InlineData("no column 'decl'", "--sort", "decl desc")]
    [InlineData("is heavy", "--columns", "image_array")]
    [InlineData("--cone 1,2: expected RA,DEC,RADIUS", "--cone", "1,2")]
    [InlineData("expected an angle", "--cone", "a,0,1")]
    [InlineData("a radius must be at least 0", "--cone", "0,0,-1")]
    [InlineData("--columns is empty", "--columns", "")]
    [InlineData("--cone 95: a declination must be between", "--cone", "10,95,3")]
    [InlineData("--cone 400: a right ascension must be between 0 and 360", "--cone", "400,5,3")]
    [InlineData("--cone 25: a right ascension must be between 0 and 360", "--cone", "25,5,3", "--ra-unit", "hours")]
    [InlineData("--box 100: a declination must be between", "--box", "1,2,3,100")]
    [InlineData("--polygon -91: a declination must be between", "--polygon", "0,0,10,-91,10,10")]
    [InlineData("The region 'nowhere.geojson' does not exist", "--footprint", "nowhere.geojson")]
    [InlineData("A search of footprints needs rows with footprints on the earth", "--footprint", "POLYGON EMPTY")]
    [InlineData("--footprint /usr: it is a folder", "--footprint", "/usr")]
    [InlineData("--box 1,2,3: expected RA1,DEC1,RA2,DEC2", "--box", "1,2,3")]
    [InlineData("the edge from vertex 1 to 2 meets the one from 3 to 4", "--polygon", "0,0,10,10,10,0,0,10")]
    [InlineData("--polygon: expected RA,DEC,RA,DEC", "--polygon", "0,0,10,10,10")]
    [InlineData("--frame fk6: expected one of icrs", "--cone", "1,2,3", "--frame", "fk6")]
    [InlineData("Use --polygon, which supports --frame", "--box", "1,2,3,4", "--frame", "galactic")]
    [InlineData("--frame requires --cone", "--frame", "galactic")]
    [InlineData("expected sexagesimal text", "--cone", "1.5,2,3", "--ra-unit", "sexagesimal")]
    [InlineData("does not exist", "--moc", "nowhere.fits")]
    [InlineData("does not exist", "--ids", "nowhere.txt")]
    [InlineData("does not have the extension of a table", "--out", "x.doc")]
    [InlineData("there is no folder", "--out", "nowhere/x.csv")]
    public void Invalid_commands_are_reported(string finding, params string[] arguments) =>
        Assert.Contains(finding, PileProgram.RunToError(2, ["query", built.Cutouts, .. arguments]), StringComparison.Ordinal);

    [Fact]
    public void Every_format_opens_in_astropy_with_units()
    {
        string[] endings = ["csv", "ecsv", "fits", "vot", "parquet"];
        foreach (string ending in endings)
        {
            ProgramResult query = PileProgram.Run("query", built.Gaia, "--out", folder[$"t.{ending}"], "--where", "parallax > 1", "--sort",
                "object_id");
            Assert.True(query.ExitCode == 0 && query.Output == "", query.Error);
        }
        Assert.Contains("exists already", PileProgram.RunToError(2, "query", built.Gaia, "--out", folder["t.csv"]),
            StringComparison.Ordinal);
        Assert.Equal("ok\n", Python.Run("""
            import sys, numpy as np
            from astropy.table import Table
            source = Table.read(sys.argv[2]); parallax = source['parallax']
            source = source[(parallax.filled(0) if hasattr(parallax, 'filled') else parallax) > 1]
            source.sort('source_id')
            for ending in sys.argv[3:]:
                path = sys.argv[1] + '/t.' + ending
                if ending == 'parquet':
                    continue
                t = Table.read(path, format={'csv': 'ascii.csv', 'ecsv': 'ascii.ecsv', 'fits': 'fits', 'vot': 'votable'}[ending])
                assert len(t) == len(source), (ending, len(t))
                np.testing.assert_array_equal(t['object_id'], source['source_id'])
                for name in ('ra', 'dec', 'parallax', 'pmra'):
                    np.testing.assert_array_equal(t[name], source[name], ending + name)
                    if ending != 'csv':
                        assert t[name].unit == source[name].unit, (ending, name, t[name].unit)
            print('ok')
            """, [folder.Path, TestPaths.Data("catalog/gaia_results.fits"), .. endings]));
        // Debian's Python does not read Parquet, so our reader is compared with the FITS file, which astropy has checked.
        foreach (string ending in (string[])["fits", "parquet"])
            PileProgram.RunToJson("build", "--from", folder[$"t.{ending}"], "--out", folder[ending], "--order", "0", "--name", "x");
        Assert.Equal(PileProgram.Run("query", folder["fits"], "--json").Output,
            PileProgram.Run("query", folder["parquet"], "--json").Output);
    }

    private static long[] Ids(string[] arguments) =>
        [.. PileProgram.RunToJson(["query", .. arguments, "--columns", "object_id"]).EnumerateArray()
            .Select(r => r.GetProperty("object_id").GetInt64())];
}
