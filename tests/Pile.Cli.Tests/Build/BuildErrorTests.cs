using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Build;

/// <summary>Errors of <c>pile build</c>: they name file, row, column and value, and leave no output.</summary>
public sealed class BuildErrorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        Assert.False(Directory.Exists(folder["d"]));
        folder.Dispose();
    }

    [Theory]
    [InlineData("licence", "licenze", "r.yaml, line 5, column 1: unknown key 'licenze' (did you mean 'licence'?)")]
    [InlineData("files: t.csv", "file: t.csv", "r.yaml, line 9, column 3: unknown key 'file' (did you mean 'files'?)")]
    [InlineData("kind: table", "kind: tabel",
        "r.yaml, line 8, column 9: there is no builder 'tabel'; there are chip-index, cube, cube-spectrum, desi-spectrum, eo3-scenes, "
            + "fits-cutout, fits-image, lightcurve-fits, lightcurve-table, sdss-spectrum, snana, spectrum, stac-chips, stac-scenes, table")]
    [InlineData("files: t.csv", "files: \"u*.csv\"", "r.yaml, line 9, column 10: no file matches 'u*.csv' (looked below ")]
    [InlineData("files: t.csv", "files: \"old/*.csv\"", "r.yaml, line 9, column 10: no file matches 'old/*.csv': there is no folder ")]
    [InlineData("files: t.csv", "files: \"/none/*/a.csv\"", "no file matches '/none/*/a.csv': there is no folder /none.")]
    [InlineData("files: t.csv", "files: .", "r.yaml, line 9, column 10: '.' is a folder; all of its files are './*'")]
    [InlineData("files: t.csv", "files: \"s3://bucket/*.csv\"", "'s3://bucket/*.csv' is on a server, and builders read local files")]
    [InlineData("files: t.csv", "files: missing.csv", "r.yaml, line 9, column 10: no file matches 'missing.csv'")]
    [InlineData("modality: catalogue", "modality: image", "says modality 'image', but the builder 'table' makes 'catalogue'")]
    [InlineData("name: test", "name: [test", "r.yaml, line ")]
    [InlineData("pile: 1", "pile: 9", "this program reads recipes of version 1, not 9")]
    public void An_invalid_recipe_is_reported_with_line_and_column(string right, string wrong, string finding)
    {
        File.WriteAllText(folder["t.csv"], "id,ra,dec\n1,100,20\n");
        File.WriteAllText(folder["r.yaml"],
            Recipes.Text("catalogue", "kind: table\nfiles: t.csv").Replace(right, wrong, StringComparison.Ordinal));
        Assert.Contains(finding, PileProgram.RunToError(2, "build", folder["r.yaml"], "--out", folder["d"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("t.csv", "id,ra,dec\n1,100,20\n")]
    [InlineData("t.fits", "id,ra,dec\n1,100,20\n")]
    [InlineData("t.jsonl", "{\"id\": 1, \"ra\": 100}\n{\"id\": 2, \"ra\": 101}\n")]
    [InlineData("table", "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: id, datatype: int64}\nid\n1\n")]
    [InlineData("fits", "SIMPLE  =                    T")]
    [InlineData("parquet", "PAR1\0PAR1")]
    [InlineData("vot", "<?xml version=\"1.0\"?><VOTABLE/>")]
    public void A_data_file_in_place_of_a_recipe_is_reported_as_such(string name, string content)
    {
        File.WriteAllText(folder[name], content);
        Assert.Contains($"{name}' is not a recipe, but a data file. Build a dataset from a table with --from '",
            PileProgram.RunToError(2, "build", folder[name], "--out", folder["d"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("catalogue", "kind: table\nfiles: t.csv\nra: nope", "", "There is no column 'nope' for right ascension")]
    [InlineData("catalogue", "kind: table\nfiles: t.csv\nid: nope", "", "There is no column 'nope' for")]
    [InlineData("catalogue", "kind: table\nfiles: t.csv", "native: { nope: { ucd: meta.id } }",
        "column 'nope': there is no such column; the columns are id")]
    [InlineData("catalogue", "kind: table\nfiles: t.csv", "columns: { x: { native: nope } }", "there is no column 'nope'")]
    [InlineData("image", "kind: fits-cutout\ncatalogue: t.csv\nid: nope\nsize: 8\nbands: [{ name: g, files: DATA/images/m13.fits, unit: "
        + "count }]", "", "There is no column 'nope'")]
    [InlineData("time-series", "kind: lightcurve-table\nfiles: t.csv\nid: id\ntime: { column: nope, scale: TAI }\nflux: ra\nband: { name: "
        + "r }", "", "column 'nope': there is no such column; the columns are id, ra, dec")]
    [InlineData("time-series", "kind: lightcurve-table\nfiles: t.csv\nid: id\nra: nope\ntime: { column: dec, scale: TAI }\nflux: ra\nband: "
        + "{ name: r }", "", "There is no column 'nope'")]
    [InlineData("time-series", "kind: lightcurve-fits\nfiles: DATA/lightcurves/kplr011442793-2009350155506_llc.fits\nflux: NOPE", "",
        "column 'NOPE': there is no such column; the columns are TIME")]
    public void A_column_of_a_recipe_that_no_file_has_is_a_usage_error(string modality, string source, string beside, string finding)
    {
        File.WriteAllText(folder["t.csv"], "id,ra,dec\n1,100,20\n");
        File.WriteAllText(folder["r.yaml"],
            Recipes.Text(modality, source.Replace("DATA", TestPaths.Data(""), StringComparison.Ordinal)) + beside);
        Assert.Contains(finding, PileProgram.RunToError(2, "build", folder["r.yaml"], "--out", folder["d"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("catalogue", "kind: table\nfiles: t.csv\njoin: { file: none.csv, on: id }")]
    [InlineData("image", "kind: fits-cutout\ncatalogue: none.csv\nsize: 8\nbands: [{ name: g, files: DATA/images/m13.fits, unit: count }]")]
    public void A_file_of_a_recipe_that_does_not_exist_is_a_usage_error(string modality, string source)
    {
        File.WriteAllText(folder["t.csv"], "id,ra,dec\n1,100,20\n");
        File.WriteAllText(folder["r.yaml"], Recipes.Text(modality, source.Replace("DATA", TestPaths.Data(""), StringComparison.Ordinal)));
        Assert.Contains("none.csv: the file does not exist", PileProgram.RunToError(2, "build", folder["r.yaml"], "--out", folder["d"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_failed_build_keeps_for_a_resumed_one_is_named()
    {
        // Right ascensions in hours are found when all rows are read.
        File.WriteAllText(folder["t.csv"], $"id,ra,dec\n{string.Join('\n', Enumerable.Range(0, 2400).Select(
            i => FormattableString.Invariant($"{i},{i / 100d},{(i % 1800 / 10d) - 90}")))}\n");
        string error = PileProgram.RunToError(1, "build", "--from", folder["t.csv"], "--out", folder["d"]);
        Assert.Contains("looks like hours", error, StringComparison.Ordinal);
        Assert.Contains($"'{folder[".d.pile-build"]}' for --resume", error, StringComparison.Ordinal);
        Assert.True(Directory.Exists(folder[".d.pile-build"]));
    }

    [Fact]
    public void An_Avro_file_is_named_without_a_line_of_a_recipe()
    {
        File.WriteAllText(folder["t.avro"], "Obj");
        string error = PileProgram.RunToError(2, "build", "--from", folder["t.avro"], "--out", folder["d"]);
        Assert.Contains("--from: '", error, StringComparison.Ordinal);
        Assert.DoesNotContain("line", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("malformed/empty.csv", "empty.csv: the file is empty")]
    [InlineData("malformed/empty.fits", "empty.fits: the file is empty")]
    [InlineData("malformed/blank.fits", "blank.fits")]
    [InlineData("malformed/truncated.fits.gz", "the gzip data are truncated or damaged")]
    [InlineData("malformed/parquet_truncated.parquet", "The file may be truncated")]
    [InlineData("malformed/votable_truncated.vot", "the XML is truncated or damaged")]
    [InlineData("malformed/irsa-nph-error.xml", "irsa-nph-error.xml")]
    [InlineData("malformed/catalog_bad_rows.csv", "row 6, column 'dec_error': line 8 with 7 fields is not a row of 5 fields")]
    [InlineData("images/m13.fits", "m13.fits")]
    public void A_broken_table_is_named(string table, string finding) =>
        Assert.Contains(finding, PileProgram.RunToError(1, "build", "--from", TestPaths.Data(table), "--out", folder["d"]),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("spectra/redrock-test.fits", "redrock-test.fits")]
    [InlineData("malformed/spec-0266-51602-0031_truncated_half.fits", "spec-0266-51602-0031_truncated_half.fits")]
    [InlineData("malformed/spec-0266-51602-0031_renamed_flux.fits", "flux")]
    [InlineData("malformed/sdss_emptyfile.fits", "sdss_emptyfile.fits")]
    [InlineData("catalog/result.csv", "result.csv")]
    public void A_file_that_is_not_a_spectrum_is_named(string file, string finding)
    {
        File.WriteAllText(folder["r.yaml"], Recipes.Text("spectrum", $"kind: sdss-spectrum\nfiles: {TestPaths.Data(file)}"));
        Assert.Contains(finding, PileProgram.RunToError(1, "build", folder["r.yaml"], "--out", folder["d"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("images/dist_lookup.fits.gz", "dist_lookup.fits.gz")]
    [InlineData("images/example_cube.fits", "example_cube.fits")]
    public void Images_without_a_supported_WCS_are_rejected(string image, string finding)
    {
        File.WriteAllText(folder["t.csv"], "id,ra,dec\n1,100,20\n");
        File.WriteAllText(folder["r.yaml"],
            Recipes.Text("image",
                $"kind: fits-cutout\ncatalogue: t.csv\nsize: 8\nbands: [{{ name: g, files: {TestPaths.Data(image)}, unit: count }}]"));
        Assert.Contains(finding, PileProgram.RunToError(1, "build", folder["r.yaml"], "--out", folder["d"]), StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_that_affects_all_rows_is_not_skipped()
    {
        File.WriteAllText(folder["t.csv"], "id,ra,dec\n1,10,20\n");
        foreach (string option in (string[])["--ra", "--id"])
            Assert.Contains("There is no column 'nope'", PileProgram.RunToError(2, "build", "--from", folder["t.csv"], option, "nope",
                "--on-error", "skip", "--out", folder["d"]), StringComparison.Ordinal);
        Assert.Contains("there is no HDU 'NOPE'",
            PileProgram.RunToError(2, "build", "--from", TestPaths.Data("catalog/small_sky.fits") + "#NOPE", "--on-error", "skip", "--out",
                folder["d"]), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["d"]));
    }

    [Theory]
    [InlineData("id,ra,dec\n1,100,20\n2,,20\n", "t.csv, row 1, column 'ra': a missing value is not a position")]
    [InlineData("id,ra,dec\n1,100,20\n2,100,NaN\n", "t.csv, row 1, column 'dec': a missing value is not a position")]
    [InlineData("id,RAJ2000,DEJ2000\n1,100,20\n2,370,20\n", "t.csv, row 1, column 'RAJ2000': 370 is not a right ascension in degrees")]
    [InlineData("id,ra,dec\na,100,20\n,100,21\n", "t.csv, row 1, column 'id': a missing value is not an id")]
    [InlineData("id,ra,dec\n1,100,20\n,100,21\n", "t.csv, row 1, column 'id': a missing value is not an id")]
    [InlineData("id,ra,dec\n1,100,20\n2,100,-91\n", "t.csv, row 1, column 'dec': -91 is not a declination in degrees, -90 to 90")]
    public void A_row_with_an_invalid_position_or_without_an_id_is_named_or_skipped(string csv, string finding)
    {
        File.WriteAllText(folder["t.csv"], csv);
        Assert.Contains(finding, PileProgram.RunToError(1, "build", "--from", folder["t.csv"], "--id", "id", "--out", folder["d"]),
            StringComparison.Ordinal);
        ProgramResult skipping = PileProgram.Run("build", "--from", folder["t.csv"], "--id", "id", "--out", folder["skipped"], "--on-error",
            "skip", "--json");
        Assert.Equal((3, 1, 1), (skipping.ExitCode, skipping.Json.GetProperty("rows").GetInt32(),
            skipping.Json.GetProperty("skipped").GetInt32()));
    }

    [Fact]
    public void Invalid_ids_columns_and_units_are_named()
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec\n1,100,20\n2,101,20\n");
        File.WriteAllText(folder["b.csv"], "id,ra,dec\n3,100,21\n2,101,21\n");
        File.WriteAllText(folder["r.yaml"], Recipes.Text("catalogue", "kind: table\nid: id\nfiles: \"?.csv\""));
        Assert.Contains("b.csv, row 1, column 'id': '2' is not unique: row 1 of a.csv has it as well", Error(1, folder["r.yaml"]),
            StringComparison.Ordinal);
        Assert.Contains("There is no column 'nope' for right ascension (--ra). The columns are id, ra, dec",
            Error(2, "--from", folder["a.csv"], "--ra", "nope"), StringComparison.Ordinal);
        Assert.Contains("this is a folder, expected a table", Error(2, "--from", folder.Path), StringComparison.Ordinal);
        Assert.Contains("--ra requires --from", Error(2, folder["r.yaml"], "--ra", "x"), StringComparison.Ordinal);
        Assert.Contains("--set options.oder", Error(2, "--from", folder["a.csv"], "--set", "options.oder"), StringComparison.Ordinal);

        File.WriteAllText(folder["words.csv"], "id,ra,dec\n1,somewhere,20\n");
        Assert.Contains("words.csv, row 0, column 'ra': 'somewhere' is not an angle", Error(1, "--from", folder["words.csv"]),
            StringComparison.Ordinal);
        File.WriteAllText(folder["plain.csv"], "x,y\n1,2\n");
        Assert.Contains("No column looks like right ascension. Specify it with --ra. The columns are x, y",
            Error(2, "--from", folder["plain.csv"]), StringComparison.Ordinal);
        File.WriteAllText(folder["text.fits"], "id,ra,dec\n1,100,20\n");
        Assert.Contains("its content is not FITS", Error(1, "--from", folder["text.fits"]), StringComparison.Ordinal);

        string Error(int code, params string[] arguments) => PileProgram.RunToError(code, ["build", .. arguments, "--out", folder["d"]]);
    }

    [Fact]
    public void A_resumed_build_counts_the_rows_that_were_skipped_before()
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec\n1,1,-80\n2,,20\n3,2,nan\n");
        File.WriteAllText(folder["b.csv"], "id,ra,dec\n4,23,80\n");
        File.WriteAllText(folder["r.yaml"], Recipes.Text("catalogue", "kind: table\nid: id\nfiles: \"?.csv\""));
        Assert.Contains("looks like hours",
            PileProgram.RunToError(1, "build", folder["r.yaml"], "--out", folder["made"], "--on-error", "skip"), StringComparison.Ordinal);
        File.WriteAllText(folder["b.csv"], "id,ra,dec\n4,300,80\n");
        ProgramResult resumed = PileProgram.Run("build", folder["r.yaml"], "--out", folder["made"], "--on-error", "skip",
            "--resume", "--json");
        Assert.Equal((3, 2, 2), (resumed.ExitCode, resumed.Json.GetProperty("rows").GetInt32(),
            resumed.Json.GetProperty("skipped").GetInt32()));
        Assert.Contains("2 rows were skipped before the build was resumed", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(["a.csv,1,column 'ra': a missing value is not a position", "a.csv,2,column 'dec': a missing value is not a position"],
            File.ReadLines(folder["made/skipped.csv"]).Skip(1));
    }

    [Theory]
    [InlineData("t.csv", "id ra dec\n1 45.1 0\n")]
    [InlineData("t.tsv", "id,ra,dec\n1,45.1,0\n")]
    public void A_table_with_another_delimiter_is_named(string name, string text)
    {
        File.WriteAllText(folder[name], text);
        string error = PileProgram.RunToError(2, "build", "--from", folder[name], "--out", folder["d"]);
        Assert.Contains("the table has one column only, 'id", error, StringComparison.Ordinal);
        Assert.Contains("TSV by tabs", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_and_mappings_are_set_as_in_a_recipe()
    {
        File.WriteAllText(folder["t.csv"], "id,ra,dec,a,b\n1,45.1,0,5,6\n");
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["t.csv"], "--out", folder["made"], "--set",
            "source.only=[id, b]", "--set", "native={ b: { unit: mag } }").ExitCode);
        Assert.Equal(["b", "dec", "healpix", "id", "object_id", "ra"], PileProgram.RunToJson("query", folder["made"])[0].EnumerateObject()
            .Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.Contains("--set", PileProgram.RunToError(2, "build", "--from", folder["t.csv"], "--out", folder["d"], "--set",
            "source.only=[id, }]"), StringComparison.Ordinal);
        Assert.Contains("pile: --set options.target_shard_rows: ", PileProgram.RunToError(2, "build", "--from", folder["t.csv"], "--out",
            folder["d"], "--set", "options.target_shard_rows=abc"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tab_in_the_indentation_of_a_recipe_is_found()
    {
        File.WriteAllText(folder["r.yaml"], "pile: 1\nname: t\nsource:\n  kind: table\n\tfiles: t.csv\n");
        Assert.Contains("r.yaml, line 5, column 1: the line is indented by a tab; YAML allows spaces only",
            PileProgram.RunToError(2, "build", folder["r.yaml"], "--out", folder["d"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_margin_is_written_if_requested()
    {
        File.WriteAllText(folder["t.csv"], "id,ra,dec\n1,45.1,0\n2,44.9,0\n3,10,10\n");
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["t.csv"], "--out", folder["made"], "--name", "t", "--margin",
            "0.5deg").ExitCode);
        Assert.Contains("default_margin=index_1800arcs", File.ReadAllText(folder["made/main/collection.properties"]),
            StringComparison.Ordinal);
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["t.csv"], "--out", folder["e"], "--name", "t", "--set",
            "options.margin_arcsec=1800").ExitCode);
        Assert.Equal(File.ReadAllBytes(folder["made/files.parquet"]), File.ReadAllBytes(folder["e/files.parquet"]));
        foreach (string place in (string[])["made", "made/main", "made/main/index", "made/main/index_1800arcs"])
            Assert.Equal(0, PileProgram.Run("validate", folder[place], "--deep").ExitCode);
        Assert.Equal("3", PileProgram.Run("query", folder["made"], "--json").Json.GetArrayLength()
            .ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Contains("36000 arcseconds", PileProgram.RunToError(2, "build", "--from", folder["t.csv"], "--out", folder["f"], "--margin",
            "11deg"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_without_usable_columns_is_named_and_can_be_skipped()
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec\n1,100,20\n");
        File.WriteAllText(folder["b.csv"], "x,y\n1,2\n");
        File.WriteAllText(folder["c.csv"], "id,ra,dec\n1.5,100,20\n");
        File.WriteAllText(folder["r.yaml"], Recipes.Text("catalogue", "kind: table\nid: id\nfiles: \"?.csv\""));
        string error = PileProgram.RunToError(2, "build", folder["r.yaml"], "--out", folder["d"]);
        Assert.Matches("(b.csv: No column looks like right ascension.*'ra_unit' and 'frame' in the recipe's source"
            + "|c.csv, column 'id': ids must be integers or text; the column contains float64. Set 'id' in the recipe's source)", error);
        ProgramResult skipping = PileProgram.Run("build", folder["r.yaml"], "--out", folder["skipped"], "--on-error", "skip", "--json");
        Assert.Equal((3, 1, 2), (skipping.ExitCode, skipping.Json.GetProperty("rows").GetInt32(),
            skipping.Json.GetProperty("skipped").GetInt32()));
        string named = PileProgram.RunToError(2, "build", "--from", folder["c.csv"], "--id", "id", "--out", folder["d"]);
        Assert.Contains("c.csv, column 'id': ids must be integers or text", named, StringComparison.Ordinal);
        Assert.Contains("to row for row numbers", named, StringComparison.Ordinal);
        Assert.DoesNotContain("ra_unit", named, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("build")]
    [InlineData("crossmatch")]
    public void Right_ascension_that_may_be_in_hours_is_reported_until_its_unit_is_declared(string verb)
    {
        File.WriteAllText(folder["strip.csv"], "id,ra,dec\n1,0.5,20\n2,23.9986,-20\n3,12,0\n");
        string[] command = verb == "build" ? ["build", "--from", folder["strip.csv"], "--out"]
            : ["crossmatch", folder["strip.csv"], folder["strip.csv"], "--radius", "1", "--out"];
        string output = PileProgram.Run([.. command, folder[$"{verb}1.parquet"]]).Error;
        Assert.Contains("strip.csv, column 'ra': right ascension may be in hours: its values are 0.5 to 23.9986, and no unit is given. "
            + "They are read as degrees. Declare the unit with --", output, StringComparison.Ordinal);
        string[] unit = verb == "build" ? ["--ra-unit", "deg"] : ["--a-ra-unit", "deg", "--b-ra-unit", "deg"];
        Assert.DoesNotContain("hours", PileProgram.Run([.. command, folder[$"{verb}2.parquet"], .. unit]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Right_ascension_that_looks_like_hours_fails_until_its_unit_is_declared()
    {
        File.WriteAllText(folder["stars.csv"], "id,ra,dec\n1,0.5,50\n2,23.9986,-40\n3,12,0\n");
        string error = PileProgram.RunToError(1, "build", "--from", folder["stars.csv"], "--out", folder["d"]);
        Assert.Contains("column 'ra': right ascension looks like hours: its values span 0.5 to 23.9986 while the declinations span -40 to "
            + "50, and no unit is given. Declare the unit with --ra-unit hours or --ra-unit deg", error, StringComparison.Ordinal);
        PileProgram.RunToJson("build", "--from", folder["stars.csv"], "--out", folder["hours"], "--ra-unit", "hours");
        Assert.Equal("[7.5,359.979,180]", Ra("hours"));
        PileProgram.RunToJson("build", "--from", folder["stars.csv"], "--out", folder["degrees"], "--ra-unit", "deg");
        Assert.Equal("[0.5,23.9986,12]", Ra("degrees"));
        Assert.Contains("galactic", PileProgram.RunToError(2, "build", "--from", folder["stars.csv"], "--out", folder["d"], "--ra-unit",
            "deg", "--frame", "galactic"), StringComparison.OrdinalIgnoreCase);

        string Ra(string name) =>
            $"[{string.Join(',', PileProgram.RunToJson("query", folder[name], "--sort", "id").EnumerateArray()
                .Select(r => double.Round(r.GetProperty("ra").GetDouble(), 9)))}]";
    }

    [Fact]
    public void A_galactic_table_becomes_a_dataset_in_icrs()
    {
        File.WriteAllText(folder["plane.csv"], "id,l,b,ra\n1,0,0,x\n2,0,90,x\n"); // Sgr A* and the pole, nearly
        PileProgram.RunToJson("build", "--from", folder["plane.csv"], "--out", folder["plane"], "--frame", "galactic");
        System.Text.Json.JsonElement[] rows = [.. PileProgram.RunToJson("query", folder["plane"], "--sort", "id").EnumerateArray()];
        // astropy 5.2
        Assert.Equal(["266.404988", "192.859478"],
            rows.Select(r => r.GetProperty("ra").GetDouble().ToString("F6", System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(["-28.936178", "27.128252"],
            rows.Select(r => r.GetProperty("dec").GetDouble().ToString("F6", System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal([0.0, 0.0], rows.Select(r => r.GetProperty("l").GetDouble()));
    }

    [Fact]
    public void Unreadable_files_can_be_skipped()
    {
        File.Copy(TestPaths.Data("spectra/spec-0266-51602-0013.fits"), folder["spec-1.fits"]);
        File.Copy(TestPaths.Data("malformed/spec-0266-51602-0031_truncated_half.fits"), folder["spec-2.fits"]);
        File.WriteAllText(folder["r.yaml"], Recipes.Text("spectrum", "kind: sdss-spectrum\nfiles: \"spec-*.fits\""));
        ProgramResult skipping = PileProgram.Run("build", folder["r.yaml"], "--out", folder["skipped"], "--on-error", "skip", "--json");
        JsonElement json = skipping.Json;
        Assert.Equal((3, 1, 1), (skipping.ExitCode, json.GetProperty("rows").GetInt32(), json.GetProperty("skipped").GetInt32()));
        Assert.Contains("skipped spec-2.fits: ", skipping.Error, StringComparison.Ordinal);
    }
}
