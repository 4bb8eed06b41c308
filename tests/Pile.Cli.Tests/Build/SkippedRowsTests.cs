using System.Globalization;
using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Build;

/// <summary>Rows and files that a build skips and lists. Python's csv module reads the list.</summary>
public sealed class SkippedRowsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Bad_rows_of_a_table_are_skipped_and_listed()
    {
        File.WriteAllText(folder["t.csv"],
            "id,ra,dec,mag\n1,10,20,1.5\n2,here,20,2.5\n3,30,95,3.5\n4,40,20\n1,50,20,5.5\n6,60,21,\"faint, "
                + "red\"\n,65,21,1\n7,70,22,7.5\n");
        JsonElement json = Skipping(3, "build", "--from", folder["t.csv"], "--id", "id", "--cast", "mag=float32", "--out", folder["d"]);
        Assert.Equal((2, 6), (json.GetProperty("rows").GetInt32(), json.GetProperty("skipped").GetInt32()));
        string list = Python.Run("import csv, sys\nfor r in csv.DictReader(open(sys.argv[1])): print(r['file'], r['row'], r['reason'], "
            + "sep='|')", folder["d/skipped.csv"]);
        Assert.Equal(
            """
            t.csv|1|column 'ra': 'here' is not an angle (12.5, 12:34:56.7, 12 34 56.7, 12h34m56.7s)
            t.csv|2|column 'dec': 95 is not a declination in degrees, -90 to 90
            t.csv|3|column 'mag': line 5 with 3 fields is not a row of 4 fields
            t.csv|5|column 'mag': 'faint, red' is not float32, to which the column is cast
            t.csv|6|column 'id': a missing value is not an id
            t.csv|4|the id '1' repeats that of row 0 of t.csv
            """, list.ReplaceLineEndings("\n").Trim());
        Assert.Equal([1, 7], PileProgram.RunToJson("query", folder["d"], "--sort", "object_id").EnumerateArray()
            .Select(r => r.GetProperty("object_id").GetInt32()));
        Assert.True(PileProgram.RunToJson("validate", folder["d"], "--deep").GetProperty("valid").GetBoolean());
        Assert.NotEqual(0, PileProgram.Run("build", "--from", folder["t.csv"], "--id", "id", "--out", folder["stopped"]).ExitCode);
    }

    [Theory] // what the builder rejects, and what the writer rejects, is listed by the row of the file
    [InlineData(10, 10)]
    [InlineData(2, 2)]
    [InlineData(1, 1)]
    public void Rows_with_codes_without_names_are_listed_by_their_row(int limit, int rows)
    {
        File.WriteAllText(folder["t.csv"], "id,ra,dec,c\n0,1,1,7\n" + string.Concat(Enumerable.Range(1, 9).Select(i => $"{i},1,1,0\n"))
            + "10,1,95,0\n11,1,1,8\n12,1,1,0\n");
        File.WriteAllText(folder["t.yaml"], Recipes.Text("catalogue", "kind: table\nfiles: t.csv\nid: id")
            + "\nnative: { c: { categories: { 0: star } } }\n");
        Assert.Equal(rows, Skipping(3, "build", folder["t.yaml"], "--limit", $"{limit}", "--out", folder["d"]).GetProperty("rows")
            .GetInt32());
        string[] skipped = ["t.csv,0,column 'c': the code 7 is not one of the 1 codes of its categories",
            "t.csv,10,\"column 'dec': 95 is not a declination in degrees, -90 to 90\"",
            "t.csv,11,column 'c': the code 8 is not one of the 1 codes of its categories"];
        Assert.Equal(limit == 10 ? skipped.Order(StringComparer.Ordinal) : skipped.Take(1),
            File.ReadLines(folder["d/skipped.csv"]).Skip(1).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Spectra_of_a_table_are_listed_by_their_row_in_the_file()
    {
        // Row 1 has a bad array, row 3 the id of row 2, row 5 a code without a class.
        Python.Run("""
            import sys
            import numpy as np
            from astropy.io import fits
            def ragged(name, unit, lengths):
                arrays = np.empty(6, dtype=object)
                arrays[:] = [5000 + np.arange(n, dtype='f4') for n in lengths]
                return fits.Column(name, 'PE()', unit, array=arrays)
            fits.BinTableHDU.from_columns([ragged('f', 'Jy', [5, 6, 7, 8, 9, 10]), ragged('w', 'Angstrom', [5, 5, 7, 8, 9, 10]),
                fits.Column('n', '2A', array=['a', 'b', 'c', 'c', 'd', 'e']), fits.Column('c', 'J', array=[0, 0, 0, 0, 0, 7]),
                fits.Column('ra', 'D', array=np.arange(6.0)), fits.Column('dec', 'D', array=np.arange(6.0))]).writeto(sys.argv[1])
            """, folder["t.fits"]);
        File.WriteAllText(folder["s.yaml"], Recipes.Text("spectrum",
            "kind: spectrum\nfiles: t.fits\nflux: f\nwavelength: { column: w, medium: vacuum }\nid: n\nra: ra\ndec: dec")
            + "\nnative: { c: { categories: { 0: star } } }\n");
        Skipping(3, "build", folder["s.yaml"], "--out", folder["d"]);
        Assert.Equal(["t.fits,1,\"spectrum 1 has 6 values of flux, but 5 wavelengths\"",
            "t.fits,5,column 'c': the code 7 is not one of the 1 codes of its categories",
            "t.fits,3,the id 'c' repeats that of row 2 of t.fits"], File.ReadAllLines(folder["d/skipped.csv"])[1..]);
        Assert.Equal(["a", "c", "d"], PileProgram.RunToJson("query", folder["d"], "--sort", "object_id").EnumerateArray()
            .Select(r => r.GetProperty("object_id").GetString()));
    }

    [Fact]
    public void Reasons_name_options_of_the_command_line()
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec\n1,10,20\n");
        File.WriteAllText(folder["b.csv"], "id,ra\n2,10\n");
        Skipping(3, "build", "--from", folder["a.csv"], folder["b.csv"], "--id", "id", "--out", folder["d"]);
        string reason = File.ReadAllLines(folder["d/skipped.csv"])[1];
        Assert.Contains("--dec", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("PositionOptions", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_of_the_earlier_version_is_said_to_be_one()
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec\n1,10,20\n2,11,20\n");
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["a.csv"], "--id", "id", "--out", folder["x"]).ExitCode);
        File.WriteAllText(folder["b.csv"], "id,ra,dec\n2,10,20\n3,10,20\n");
        Skipping(3, "build", "--from", folder["a.csv"], folder["b.csv"], "--id", "id", "--out", folder["d"], "--append", folder["x"]);
        Assert.StartsWith("b.csv,0,\"the id '2' repeats that of row 1 of the earlier version, x 1, shard 0",
            File.ReadAllLines(folder["d/skipped.csv"])[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_about_many_files_name_the_first_of_them()
    {
        for (int i = 0; i < 30; i++)
        {
            File.WriteAllText(folder[$"good{i:00}.csv"], $"id,ra,dec\n{i},{i},20\n");
            File.WriteAllText(folder[$"wrong{i:00}.csv"], "x,y\n1,2\n");
        }
        File.WriteAllText(folder["r.yaml"], Recipes.Text("catalogue", "kind: table\nfiles: '*.csv'"));
        ProgramResult result = PileProgram.Run("build", folder["r.yaml"], "--out", folder["d"], "--on-error", "skip");
        Assert.Equal(3, result.ExitCode);
        string used = "Used as right ascension: 'ra' (by its name), declination: 'dec' (by its name), id: 'id' (by its name).";
        string[] lines = result.Error.Split('\n');
        Assert.Equal(3, lines.Count(line => line.StartsWith("pile: good", StringComparison.Ordinal)));
        Assert.Contains($"pile: 27 more: {used}", lines);
        Assert.Equal(20, lines.Count(line => line.StartsWith("pile: skipped wrong", StringComparison.Ordinal)));
        Assert.Contains("pile: skipped 10 more files", lines);
    }

    [Theory]
    [InlineData("time-series", "kind: lightcurve-fits", "lightcurves/kplr011442793-2009350155506_llc.fits")]
    [InlineData("spectrum", "kind: spectrum\nflux: FLUX\nwavelength: { column: WAVE, medium: vacuum }\n"
        + "unit: 10**-17 erg s-1 cm-2 Angstrom-1\nra: RA\ndec: DEC", "spectra/XShooter_XQ100.fits.gz")]
    public void A_bad_file_is_skipped_also_if_it_is_the_first(string modality, string source, string good)
    {
        File.WriteAllText(folder["a.fits"], "no FITS");
        File.Copy(TestPaths.Data(good), folder[$"b{Path.GetFileName(good)}"]);
        File.WriteAllText(folder["r.yaml"], Recipes.Text(modality, $"{source}\nfiles: \"*.fits*\""));
        JsonElement json = Skipping(3, "build", folder["r.yaml"], "--out", folder["d"]);
        Assert.Equal((1, 1), (json.GetProperty("rows").GetInt32(), json.GetProperty("skipped").GetInt32()));
        Assert.StartsWith("file,row,reason\na.fits,,", File.ReadAllText(folder["d/skipped.csv"]), StringComparison.Ordinal);
        Assert.Contains("a.fits': it is not a FITS file",
            PileProgram.RunToError(1, "build", folder["r.yaml"], "--out", folder["e"], "--workers", "1"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("3")]
    public void The_first_row_of_an_id_is_kept_for_any_number_of_workers(string workers)
    {
        foreach (string name in (string[])["a", "b", "c"])
            File.WriteAllText(folder[$"{name}.csv"], $"id,ra,dec,file\n1,10,20,{name}\n{(int)name[0]},11,20,{name}\n");
        File.WriteAllText(folder["r.yaml"], Recipes.Text("catalogue", "kind: table\nfiles: \"*.csv\"\nid: id"));
        JsonElement json = Skipping(3, "build", folder["r.yaml"], "--out", folder["d"], "--workers", workers);
        Assert.Equal((4, 2), (json.GetProperty("rows").GetInt32(), json.GetProperty("skipped").GetInt32()));
        Assert.Equal(["file,row,reason", "b.csv,0,the id '1' repeats that of row 0 of a.csv",
            "c.csv,0,the id '1' repeats that of row 0 of a.csv"], File.ReadAllLines(folder["d/skipped.csv"]));
        Assert.Equal("a", PileProgram.RunToJson("query", folder["d"], "--where", "object_id = 1")[0].GetProperty("file").GetString());
    }

    [Fact]
    public void All_bad_files_are_named_and_one_bad_file_is_listed()
    {
        File.WriteAllText(folder["a.csv"], "id,mag\n1,2\n");
        File.WriteAllText(folder["b.csv"], "id,dec\n1,2\n");
        File.WriteAllText(folder["r.yaml"], Recipes.Text("catalogue", "kind: table\nfiles: \"*.csv\""));
        ProgramResult none = PileProgram.Run("build", folder["r.yaml"], "--out", folder["d"], "--on-error", "skip");
        Assert.Equal(1, none.ExitCode);
        Assert.All((string[])["skipped a.csv: ", "skipped b.csv: ", "all 2 files of the source"],
            message => Assert.Contains(message, none.Error, StringComparison.Ordinal));
        File.WriteAllText(folder["c.csv"], "id,ra,dec\n1,2,3\n");
        Assert.Equal(2, Skipping(3, "build", folder["r.yaml"], "--out", folder["d"]).GetProperty("skipped").GetInt32());
        Assert.Equal(["a.csv", "b.csv"], File.ReadLines(folder["d/skipped.csv"]).Skip(1).Select(line => line.Split(',')[0]));
    }

    [Fact]
    public void A_list_longer_than_4096_bytes_makes_its_column_heavy()
    {
        const string script = """
            import sys
            import numpy as np
            from astropy.io import fits
            def lists(first, second):
                rows = np.empty(2, object)
                rows[0], rows[1] = first, second
                return rows
            fits.BinTableHDU.from_columns([
                fits.Column('id', 'K', array=[1, 2]), fits.Column('ra', 'D', array=[1, 2]), fits.Column('dec', 'D', array=[3, 4]),
                fits.Column('blob', 'PB()', array=lists(np.ones(3, 'u1'), np.arange(12000).astype('u1'))),
                fits.Column('list', 'PK()', array=lists(np.zeros(100, 'i8'), np.ones(3, 'i8'))),
            ]).writeto(sys.argv[1])
            """;
        Python.Run(script, folder["t.fits"]);
        JsonElement build = PileProgram.RunToJson("build", "--from", folder["t.fits"], "--out", folder["d"]);
        Assert.Equal(2, build.GetProperty("rows").GetInt32());
        string manifest = File.ReadAllText(folder["d/pile.yaml"]);
        Assert.Matches("name: blob\n(  .*\n)*?  storage: heavy", manifest);
        Assert.Matches("name: list\n(  .*\n)*?  storage: light", manifest);
        Assert.True(PileProgram.RunToJson("validate", folder["d"], "--deep").GetProperty("valid").GetBoolean());
    }

    [Fact]
    public void The_index_of_a_hats_catalogue_is_not_kept()
    {
        string tile = Directory.EnumerateFiles(TestPaths.Data("catalog/hats-tree"), "Npix=*.parquet", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).First();
        PileProgram.RunToJson("build", "--from", tile, "--out", folder["d"]);
        string[] columns = [.. PileProgram.RunToJson("info", folder["d"]).GetProperty("columns").EnumerateArray()
            .Select(c => c.GetProperty("name").GetString()!)];
        Assert.DoesNotContain(columns, c => c.Contains("healpix_29", StringComparison.Ordinal));
        Assert.Contains("ra_error", columns);
    }

    [Fact]
    public void A_build_that_skips_every_object_reports_the_reason()
    {
        File.WriteAllText(folder["t.csv"], "id,ra,dec\n1,5.6,-72\n2,,\n");
        Directory.CreateSymbolicLink(folder["xdf"], TestPaths.Data("images/xdf"));
        File.WriteAllText(folder["r.yaml"],
            Recipes.Text("image", "kind: fits-cutout\ncatalogue: t.csv\nsize: 8\nbands: [{ name: a, files: xdf/*_sci.fits }]"));
        ProgramResult result = PileProgram.Run("build", folder["r.yaml"], "--out", folder["d"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("t.csv: every object was skipped, so that there is nothing to build; the first, row 0 (counted from 0): no image "
            + "of any band contains the object's position", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cube_that_is_skipped_is_listed()
    {
        File.WriteAllText(folder["t.csv"], "id,ra,dec\n26,53.17524531442022,-27.80783905796448\n");
        File.CreateSymbolicLink(folder["good.fits"], TestPaths.Data("ifu/muse-udf-26.fits"));
        File.WriteAllText(folder["bad.fits"], "text");
        File.WriteAllText(folder["r.yaml"], Recipes.Text("spectrum",
            "kind: cube-spectrum\ncatalogue: t.csv\nfiles: '*.fits'\nwavelength: { medium: air }\naperture: { radius_arcsec: 0.6 }"));
        JsonElement json = Skipping(3, "build", folder["r.yaml"], "--out", folder["d"]);
        Assert.Equal((1, 1), (json.GetProperty("rows").GetInt32(), json.GetProperty("skipped").GetInt32()));
        string last = File.ReadLines(folder["d/skipped.csv"]).Last();
        Assert.StartsWith("bad.fits,,", last, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Path, last, StringComparison.Ordinal); // the bytes of a dataset are the same in every folder
    }

    [Theory]
    [InlineData("kind: table\nfiles: t.xyz")]
    [InlineData("kind: lightcurve-table\nfiles: t.xyz\nid: id\nra: ra\ndec: dec\ntime: { column: ra, scale: UTC, zero_mjd: 0 }\nflux: "
        + "dec\nflux_unit: Jy\nband: { name: x }")]
    public void A_file_that_is_not_a_table_is_an_error_of_the_recipe_and_not_skipped(string source)
    {
        File.WriteAllText(folder["t.xyz"], "id,ra,dec\n1,1,1\n");
        File.WriteAllText(folder["r.yaml"],
            Recipes.Text(source.Contains("flux", StringComparison.Ordinal) ? "time-series" : "catalogue", source));
        foreach (string policy in (string[])["stop", "skip"])
            Assert.Contains("r.yaml, line 9, column 10: ",
                PileProgram.RunToError(2, "build", folder["r.yaml"], "--out", folder["d"], "--on-error", policy), StringComparison.Ordinal);
    }

    private static JsonElement Skipping(int exitCode, params string[] arguments)
    {
        ProgramResult result = PileProgram.Run([.. arguments, "--on-error", "skip", "--json"]);
        Assert.True(result.ExitCode == exitCode,
            string.Create(CultureInfo.InvariantCulture, $"exit code {result.ExitCode}\n{result.Error}"));
        return result.Json;
    }
}
