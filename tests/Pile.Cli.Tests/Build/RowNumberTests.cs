using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Build;

/// <summary>Tables without a unique id, and the choice of columns.</summary>
public sealed class RowNumberTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("source_id,ra,dec\n5,1,2\n5,2,3\n6,3,4\n", "column 'source_id': '5' is not unique")]
    [InlineData("name,ra,dec\na,1,2\n,2,3\nb,3,4\n", "the column 'name' was used as the id, but has no value here")]
    [InlineData("object_id,ra,dec\n7,1,2\n7,2,3\n7,3,4\n", "column 'object_id': '7' is not unique")]
    [InlineData("id,ra,dec\n1.0,1,2\n,2,3\n2.0,3,4\n", "the column 'id' was used as the id, but contains float64")]
    [InlineData("id,ra,dec\n1.5,1,2\n2.5,2,3\n3.5,3,4\n", "the column 'id' was used as the id, but contains float64")]
    public void A_guessed_id_with_repeated_or_missing_values_is_replaced_by_the_row_number(string table, string message)
    {
        File.WriteAllText(folder["t.csv"], table);
        ProgramResult result = PileProgram.Run("build", "--from", folder["t.csv"], "--out", folder["d"], "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Contains("The row number, counted from 0, is the object_id", result.Error, StringComparison.Ordinal);
        JsonElement[] rows = [.. PileProgram.RunToJson("query", folder["d"], "--sort", "ra").EnumerateArray()];
        Assert.Equal([0L, 1, 2], rows.Select(r => r.GetProperty("object_id").GetInt64()));
        string name = table[..table.IndexOf(',', StringComparison.Ordinal)];
        Assert.True(rows[0].TryGetProperty(name == "object_id" ? "native_object_id" : name, out _));
        // A type is seen before the rows are read, and another column is the choice of the caller.
        int exitCode = table.Contains('.', StringComparison.Ordinal) ? 2 : 1;
        Assert.Contains(name, PileProgram.RunToError(exitCode, "build", "--from", folder["t.csv"], "--id", name, "--out", folder["named"]),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("4")]
    public void Row_numbers_continue_over_the_files_in_the_order_of_their_names(string workers)
    {
        foreach ((string name, int first) in (ReadOnlySpan<(string, int)>)[("a", 0), ("b", 3), ("c", 6)])
            File.WriteAllText(folder[$"{name}.csv"], $"ra,dec,n\n1,2,{first}\n2,3,{first + 1}\n3,4,{first + 2}\n");
        File.WriteAllText(folder["r.yaml"], Recipes.Text("catalogue", "kind: table\nfiles: \"*.csv\"\nid: row"));
        PileProgram.RunToJson("build", folder["r.yaml"], "--out", folder["d"], "--workers", workers);
        foreach (JsonElement row in PileProgram.RunToJson("query", folder["d"]).EnumerateArray())
            Assert.Equal(row.GetProperty("n").GetInt64(), row.GetProperty("object_id").GetInt64());
    }

    [Fact]
    public void A_file_without_ids_makes_all_files_use_row_numbers()
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec,n\n70,1,2,0\n71,2,3,1\n");
        File.WriteAllText(folder["b.csv"], "ra,dec,n\n1,2,2\n");
        File.WriteAllText(folder["r.yaml"], Recipes.Text("catalogue", "kind: table\nfiles: \"*.csv\""));
        PileProgram.RunToJson("build", folder["r.yaml"], "--out", folder["d"]);
        Assert.All(PileProgram.RunToJson("query", folder["d"]).EnumerateArray(),
            row => Assert.Equal(row.GetProperty("n").GetInt64(), row.GetProperty("object_id").GetInt64()));
    }

    [Fact]
    public void An_object_after_the_limit_of_cutouts_or_light_curves_is_not_checked()
    {
        File.WriteAllText(folder["t.csv"], "id,t,f,b,ra,dec\n1,59000,1,g,10,20\n1,59001,1,g,10,20\n2,59000,1,g,11,20\n3,59000,1,,12,20\n");
        File.WriteAllText(folder["lc.yaml"],
            Recipes.Text("time-series", "kind: lightcurve-table\nfiles: t.csv\nid: id\nra_unit: deg\ntime: { column: t, scale: UTC "
                + "}\nflux: f\nflux_unit: Jy\nband: b"));
        Assert.Equal(2, PileProgram.RunToJson("build", folder["lc.yaml"], "--out", folder["lc"], "--limit", "2").GetProperty("rows")
            .GetInt32());
        Assert.Contains("row 3, column 'b'", PileProgram.RunToError(1, "build", folder["lc.yaml"], "--out", folder["all"], "--limit", "3"),
            StringComparison.Ordinal);

        Directory.CreateSymbolicLink(folder["xdf"], TestPaths.Data("images/xdf"));
        string at = Python.Run("import sys\nfrom astropy.io import fits\nfrom astropy.wcs import WCS\nh = "
            + "fits.getheader(sys.argv[1])\nprint(*WCS(h).all_pix2world(h['NAXIS1'] / 2, h['NAXIS2'] / 2, 0), sep=',')",
            Directory.EnumerateFiles(TestPaths.Data("images/xdf"), "*_sci.fits").Order(StringComparer.Ordinal).First()).Trim();
        File.WriteAllText(folder["c.csv"], $"id,ra,dec\n1,{at}\n2,53.16,95\n");
        File.WriteAllText(folder["cut.yaml"],
            Recipes.Text("image", "kind: fits-cutout\ncatalogue: c.csv\nsize: 8\nbands: [{ name: a, files: xdf/*f105w_sci.fits }]"));
        Assert.Equal(1, PileProgram.RunToJson("build", folder["cut.yaml"], "--out", folder["cut"], "--limit", "1").GetProperty("rows")
            .GetInt32());
        Assert.Contains("row 1, column 'ra, dec'", PileProgram.RunToError(1, "build", folder["cut.yaml"], "--out", folder["all"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_are_chosen_by_exclude_and_only()
    {
        File.WriteAllText(folder["t.csv"], "id,RAJ2000,DEJ2000,mag,notes\n1,10,20,5.5,x\n");
        Assert.Equal(["object_id", "ra", "dec", "healpix", "id", "RAJ2000", "mag"], Columns("--exclude", "notes,DEJ2000"));
        Assert.Equal(["object_id", "ra", "dec", "healpix", "mag"], Columns("--only", "mag"));
        Assert.Contains("column 'mags': there is no such column. Similar names: 'mag'",
            PileProgram.RunToError(2, "build", "--from", folder["t.csv"], "--only", "mags", "--out", folder["e"]),
            StringComparison.Ordinal);
        Assert.Contains("expected a column and a type", PileProgram.RunToError(2, "build", "--from", folder["t.csv"], "--cast",
            "mag=number", "--out", folder["e"]), StringComparison.Ordinal);
        Assert.Contains("contradict each other", PileProgram.RunToError(2, "build", "--from", folder["t.csv"], "--only", "mag", "--exclude",
            "notes", "--out", folder["e"]), StringComparison.Ordinal);

        string[] Columns(string option, string names)
        {
            PileProgram.RunToJson("build", "--from", folder["t.csv"], option, names, "--out", folder["d"], "--replace");
            return [.. PileProgram.RunToJson("info", folder["d"]).GetProperty("columns").EnumerateArray()
                .Select(c => c.GetProperty("name").GetString()!)];
        }
    }

    [Fact]
    public void Columns_are_renamed_and_rows_filtered()
    {
        File.WriteAllText(folder["t.csv"], "id,RAJ2000,DEJ2000,mag,e_mag\n1,10,20,5.5,0.1\n2,11,21,7.5,0.2\n3,12,22,NaN,0.2\n");
        JsonElement built = PileProgram.RunToJson("build", "--from", folder["t.csv"], "--rename", "e_mag=mag_err", "--filter", "mag > 6",
            "--only", "mag_err", "--out", folder["d"], "--write-recipe", folder["r.yaml"]);
        Assert.Equal(1, built.GetProperty("rows").GetInt64());
        Assert.Equal(0, PileProgram.Run("query", folder["d"], "--columns", "object_id,mag_err", "--out", folder["q.csv"]).ExitCode);
        Assert.Equal("object_id,mag_err\n2,0.2\n", File.ReadAllText(folder["q.csv"]));
        PileProgram.RunToJson("build", folder["r.yaml"], "--out", folder["e"]);
        Assert.Equal(File.ReadAllText(folder["d/pile.yaml"]), File.ReadAllText(folder["e/pile.yaml"]));
        Assert.Contains("expected two names", PileProgram.RunToError(2, "build", "--from", folder["t.csv"], "--rename", "mag",
            "--out", folder["f"]), StringComparison.Ordinal);
        Assert.Contains("there is no column 'mags'. Similar names: 'mag'. Correct --filter.", PileProgram.RunToError(2, "build", "--from",
            folder["t.csv"], "--filter", "mags > 6", "--out", folder["f"]), StringComparison.Ordinal);
        Assert.Contains("Correct --rename, --exclude, --only or --cast.", PileProgram.RunToError(2, "build", "--from", folder["t.csv"],
            "--rename", "mags=m", "--out", folder["f"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_name_that_no_file_has_is_an_error()
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec,mag\n1,10,20,5\n");
        File.WriteAllText(folder["b.csv"], "id,ra,dec\n2,10,20\n");
        File.WriteAllText(folder["r.yaml"], Recipes.Text("catalogue", "kind: table\nfiles: \"*.csv\"\nexclude: mag"));
        PileProgram.RunToJson("build", folder["r.yaml"], "--out", folder["d"]);
        File.WriteAllText(folder["r.yaml"], Recipes.Text("catalogue", "kind: table\nfiles: \"*.csv\"\nexclude: maag"));
        Assert.Contains("column 'maag': no file has such a column",
            PileProgram.RunToError(2, "build", folder["r.yaml"], "--out", folder["e"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Hours_are_detected_over_all_files()
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec\n1,0.5,-70\n2,23,70\n");
        File.WriteAllText(folder["b.csv"], "id,ra,dec\n3,100,-70\n4,300,70\n");
        File.WriteAllText(folder["degrees.yaml"], Recipes.Text("catalogue", "kind: table\nfiles: [a.csv, b.csv]"));
        Assert.Equal(4, PileProgram.RunToJson("build", folder["degrees.yaml"], "--out", folder["d"]).GetProperty("rows").GetInt32());
        File.WriteAllText(folder["c.csv"], "id,ra,dec\n1,0.5,-70\n2,10,70\n");
        File.WriteAllText(folder["d.csv"], "id,ra,dec\n3,14,-70\n4,23.5,70\n");
        File.WriteAllText(folder["hours.yaml"], Recipes.Text("catalogue", "kind: table\nfiles: [c.csv, d.csv]"));
        Assert.Contains("looks like hours: its values span 0.5 to 23.5",
            PileProgram.RunToError(1, "build", folder["hours.yaml"], "--out", folder["h"]), StringComparison.Ordinal);
        Assert.Contains("--a-ra-unit hours or --a-ra-unit deg",
            PileProgram.RunToError(1, "crossmatch", folder["a.csv"], folder["b.csv"], "--radius", "1", "--out", folder["m.csv"]),
            StringComparison.Ordinal);
    }
}
