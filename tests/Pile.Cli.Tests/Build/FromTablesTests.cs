using Pile.TestKit;

namespace Pile.Cli.Tests.Build;

/// <summary><c>pile build --from</c>: several tables, standard input, provenance, and the recipe that does the same.</summary>
public class FromTablesTests
{
    [Fact]
    public void Several_tables_and_a_glob_make_one_dataset_and_the_recipe_makes_the_same()
    {
        using TemporaryFolder folder = Tables();
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["a.csv"], folder["more/b.csv"], "--out", folder["d"], "--name", "stars",
            "--survey", "S", "--release", "R1", "--licence", "CC0-1.0", "--citation", "N. N. 2026", "--order", "3",
            "--id-index", "--write-recipe", folder["stars.yaml"]).ExitCode);
        Assert.Equal(0, PileProgram.Run("build", folder["stars.yaml"], "--out", folder["again"]).ExitCode);
        Assert.Equal(File.ReadAllText(folder["d/pile.yaml"]), File.ReadAllText(folder["again/pile.yaml"]));
        Assert.Contains("release: R1", File.ReadAllText(folder["d/pile.yaml"]), StringComparison.Ordinal);

        for (int run = 0; run < 2; run++) // the second run finds the recipe of the first
            Assert.Equal(0, PileProgram.Run("build", "--from", folder["*.csv"], "--out", folder["one"], "--replace", "--write-recipe",
                folder["one.yaml"]).ExitCode);
        Assert.Equal((1, 3), (Rows(folder["one"]), Rows(folder["d"])));
    }

    [Theory]
    [InlineData("**/*.csv", 3)]
    [InlineData("m*/?.csv", 2)]
    [InlineData("*/b.csv", 2, Traits = ["Run", "Long"])]
    public void A_glob_matches_folders_as_in_a_recipe(string glob, int rows)
    {
        using TemporaryFolder folder = Tables();
        File.WriteAllText(folder["more/._b.csv"], "a resource fork of macOS");
        Assert.Equal(0, PileProgram.Run("build", "--from", folder[glob], "--out", folder["d"]).ExitCode);
        Assert.Equal(rows, Rows(folder["d"]));
    }

    [Theory]
    [InlineData("r.yaml", "in/*.csv")]
    [InlineData("in/r.yaml", "in/a.csv", Traits = ["Run", "Long"])]
    [InlineData("other/r.yaml", "in/a.csv", "b.csv")]
    public void A_written_recipe_in_another_folder_than_the_tables_makes_the_same_bytes(string recipe, params string[] tables)
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["in"]);
        Directory.CreateDirectory(folder["other"]);
        File.WriteAllText(folder["in/a.csv"], "id,ra,dec\n1,10,20\n");
        File.WriteAllText(folder["in/c.csv"], "id,ra,dec\n2,10,20\n");
        File.WriteAllText(folder["b.csv"], "id,ra,dec\n3,10,20\n");
        Assert.Equal(0, PileProgram.Run(["build", "--from", .. tables.Select(t => folder[t]), "--out", folder["d"], "--write-recipe",
            folder[recipe]]).ExitCode);
        Assert.Equal(0, PileProgram.Run("build", folder[recipe], "--out", folder["again"]).ExitCode);
        foreach (string file in Directory.GetFiles(folder["d"], "*", SearchOption.AllDirectories))
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(file.Replace(folder["d"], folder["again"], StringComparison.Ordinal)));
    }

    [Fact]
    public void A_column_that_the_index_computes_is_left_out_with_a_message()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["hats.csv"], "id,ra,dec,_healpix_29,_healpix_19\n1,10,20,3,4\n");
        ProgramResult built = PileProgram.Run("build", "--from", folder["hats.csv"], "--out", folder["d"]);
        Assert.Contains("hats.csv: the column '_healpix_29' is left out, because the index has its own", built.Error,
            StringComparison.Ordinal);
        Assert.Contains("_healpix_19", PileProgram.Run("info", folder["d"]).Output, StringComparison.Ordinal);
        built = PileProgram.Run("build", "--from", folder["hats.csv"], "--out", folder["e"], "--exclude", "_healpix_29");
        Assert.DoesNotContain("_healpix_29", built.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("o.parquet")]
    [InlineData("o.jsonl")]
    [InlineData("o.fits")]
    public void A_dataset_that_was_written_as_a_table_becomes_the_same_dataset_again(string name)
    {
        using TemporaryFolder folder = new();
        string lists = name == "o.fits" ? "" : """, "tags": ["a", "b,c"]"""; // lists of texts are JSON in FITS
        File.WriteAllText(folder["t.jsonl"], $$"""{"id": 1, "ra": 10.5, "dec": 1.5, "v": [1.5, 2]{{lists}}}""" + "\n"
            + $$"""{"id": 2, "ra": 11.5, "dec": 2.5, "v": []{{lists.Replace("\"a\", \"b,c\"", "", StringComparison.Ordinal)}}}""" + "\n");
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["t.jsonl"], "--out", folder["d"]).ExitCode);
        Assert.Equal(0, PileProgram.Run("query", folder["d"], "--native", "--out", folder[name]).ExitCode);
        ProgramResult again = PileProgram.Run("build", "--from", folder[name], "--out", folder["e"], "--exclude", "healpix");
        Assert.Contains("the column 'v_shape' is left out, because the dataset has its own", again.Error, StringComparison.Ordinal);
        ProgramResult first = PileProgram.Run("query", folder["d"], "--json");
        Assert.Equal((0, first.Output), (first.ExitCode, PileProgram.Run("query", folder["e"], "--json").Output));
    }

    [Fact]
    public void A_column_that_has_the_name_of_a_companion_but_other_values_is_kept()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.jsonl"], """{"id": 1, "ra": 1, "dec": 1, "v": [1, 2], "v_shape": [2, 1], "w": 5, "w_isnull": true}""");
        ProgramResult built = PileProgram.Run("build", "--from", folder["t.jsonl"], "--out", folder["d"]);
        Assert.Contains("'v_shape' has other values than a dataset's companion of 'v'; it is stored as 'native_v_shape'", built.Error,
            StringComparison.Ordinal);
        Assert.DoesNotContain("is left out", built.Error, StringComparison.Ordinal);
        Assert.Equal("""[{"v":[1,2],"native_v_shape":[2,1],"w":5,"native_w_isnull":true}]""", PileProgram.Run("query", folder["d"],
            "--columns", "v,native_v_shape,w,native_w_isnull", "--json").Output.Trim());
    }

    [Theory] // tables of the HSC, as PostgreSQL and TOPCAT write them
    [InlineData("0", "1", "")]
    [InlineData("0", "1", "20.75")]
    [InlineData("f", "t", "")]
    [InlineData("f", "t", "20.75")]
    public void Flags_of_missing_values_that_are_no_booleans_are_kept_whatever_their_values_are(string no, string yes, string second)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.csv"], $"object_id,ra,dec,g_mag,g_mag_isnull,x_isnull\n1,34.5,-5,20.5,{no},{no}\n"
            + $"2,34.5,-5.5,{second},{(second.Length > 0 ? no : yes)},{yes}\n");
        ProgramResult built = PileProgram.Run("build", "--from", folder["t.csv"], "--out", folder["d"]);
        Assert.True(built.ExitCode == 0, built.Error);
        Assert.Contains("the column 'g_mag_isnull' has the name that the dataset needs for the missing values of 'g_mag'; it is stored as "
            + "'native_g_mag_isnull'", built.Error, StringComparison.Ordinal);
        PileProgram.Run("query", folder["d"], "--native", "--sort", "object_id", "--out", folder["o.csv"]);
        Assert.Equal("True\n", Python.Run("""
            import sys, pandas as pd
            found, file = pd.read_csv(sys.argv[1]), pd.read_csv(sys.argv[2])
            print(all(found[name].fillna(-1).tolist() == file[column].fillna(-1).tolist() for name, column in
                      [('g_mag', 'g_mag'), ('native_g_mag_isnull', 'g_mag_isnull'), ('x_isnull', 'x_isnull')]))
            """, folder["o.csv"], folder["t.csv"]));
        Assert.Equal(0, PileProgram.Run("validate", folder["d"], "--deep").ExitCode);
    }

    [Theory]
    [InlineData("id,ra,dec\n1,2,3\n", "fits", "its content is not FITS: it seems to be plain text. Name its format with --format")]
    [InlineData("<!DOCTYPE html>\n", "csv", "it seems to be a web page (an error message of a server?). Check the command that writes")]
    [InlineData("id,ra,dec\n1,2,3\n", "mrt", "Write it to a file beside the CDS's ReadMe, or convert it")]
    [InlineData("a;b\n1;2\n", "tsv", "name its format with --format")]
    [InlineData("|a|b|\n|1|22|\n", "ipac", "Name its format csv with --format, in which | may be the delimiter")]
    public void Advice_about_standard_input_does_not_name_a_file(string content, string format, string advice)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["in"], content);
        ProgramResult failed = PileProgram.RunInShell($"\"$0\" \"$@\" < '{folder["in"]}'", "build", "--from", "-", "--format", format,
            "--out", folder["d"]);
        Assert.True(failed.ExitCode is 1 or 2);
        Assert.Contains(advice, failed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Rename", failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_on_standard_input_is_read_in_the_format_that_is_named()
    {
        using TemporaryFolder folder = Tables();
        ProgramResult built = PileProgram.RunInShell($"cat '{folder["more/b.csv"]}' | \"$0\" \"$@\"", "build", "--from", "-", "--format",
            "csv", "--out", folder["d"]);
        Assert.Equal((0, ""), (built.ExitCode, built.ExitCode == 0 ? "" : built.Error));
        Assert.StartsWith("pile: standard input: Used as right ascension", built.Error, StringComparison.Ordinal);
        Assert.Equal(0, PileProgram.Run("validate", folder["d"], "--deep").ExitCode);
    }

    [Theory]
    [InlineData("1,10,20\n1,10\n", "row 1, column 'dec': line 3 with 2 fields", "build", "--from", "-")]
    [InlineData("1,10,20\n1,20,30\n", "row 1, column 'id': '1' is not unique: row 0 of standard input has it", "build", "--from", "-",
        "--id", "id")]
    [InlineData("1,10,20\n2,20,95\n", "row 1, column 'dec': 95 is not a declination", "crossmatch", "-", "a.csv", "--radius", "1")]
    public void An_error_of_standard_input_does_not_name_its_temporary_copy(string rows, string finding, params string[] arguments)
    {
        using TemporaryFolder folder = Tables();
        File.WriteAllText(folder["in"], "id,ra,dec\n" + rows);
        ProgramResult failed = PileProgram.RunInShell($"\"$0\" \"$@\" < '{folder["in"]}'",
            [.. arguments.Select(a => a == "a.csv" ? folder[a] : a), "--format", "csv", "--out", folder["d.csv"]]);
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains($"pile: standard input, {finding}", failed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("stdin", failed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("# id ra dec\n1 10 20\n", "ascii")]
    [InlineData("| id | ra | dec |\n|int |r   |r    |\n  1    10   20   \n", "ipac", Traits = ["Run", "Long"])]
    [InlineData("| id | ra | dec |\n|int |r   |r    |\n  1    10   20   \n", null)] // the content declares it
    [InlineData("<VOTABLE><RESOURCE><TABLE><FIELD name='id' datatype='int'/><FIELD name='ra' datatype='double'/><FIELD name='dec' "
        + "datatype='double'/><DATA><TABLEDATA><TR><TD>1</TD><TD>10</TD><TD>20</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>",
        "votable")]
    [InlineData("{\"id\": 1, \"ra\": 10, \"dec\": 20}\n", null)]
    public void A_table_on_standard_input_has_the_format_that_its_content_or_the_user_says(string content, string? format)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["in"], content);
        ProgramResult built = PileProgram.RunInShell($"\"$0\" \"$@\" < '{folder["in"]}'",
            ["build", "--from", "-", "--out", folder["d"], .. format is null ? (string[])[] : ["--format", format]]);
        Assert.Equal((0, ""), (built.ExitCode, built.ExitCode == 0 ? "" : built.Error));
        Assert.Equal("""[{"object_id":1,"ra":10.0,"dec":20.0}]""",
            PileProgram.Run("query", folder["d"], "--columns", "object_id,ra,dec", "--json").Output.Trim());
    }

    [Theory]
    [InlineData("item.json", "{\"type\": \"Feature\", \"stac_version\": \"1.0.0\"}", "it is a STAC document: add --scenes")]
    [InlineData("items.ndjson", "{\"type\": \"Feature\", \"stac_version\": \"1.0.0\", \"assets\": {}}\n", "a STAC document: add --scenes")]
    [InlineData("items.geojson", "{\"features\": [{\"stac_version\": \"1.0.0\", \"assets\": {}}]}", "a STAC document: add --scenes")]
    [InlineData("a.h5", "\u0089HDF", "pile adopt")]
    [InlineData("a.TIF", "II", "--from ITEM.json --chips 256")]
    public void A_file_that_another_command_reads_is_rejected_with_that_command(string name, string content, string expected)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder[name], content);
        ProgramResult rejected = PileProgram.Run("build", "--from", folder[name], "--out", folder["d"]);
        Assert.Equal(2, rejected.ExitCode);
        Assert.Contains(expected, rejected.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["d"]));
    }

    [Theory]
    [InlineData("--from - requires --format", "--from", "-")]
    [InlineData("Avro is not supported. Convert it to Parquet, or to JSON Lines", "--from", "-", "--format", "avro")]
    [InlineData("--from - --format xls: expected one of csv, tsv, ascii", "--from", "-", "--format", "xls")]
    [InlineData("standard input must be the only table", "--from", "-", "a.csv", "--format", "csv")]
    [InlineData("--format requires --from -", "--from", "a.csv", "--format", "csv")]
    [InlineData("--survey requires --from TABLE", "recipe.yaml", "--survey", "S")]
    [InlineData("none*.csv' (looked below ", "--from", "none*.csv")]
    [InlineData("no/*.csv': there is no folder ", "--from", "no/*.csv")]
    [InlineData("this is a folder", "--from", "more")]
    [InlineData("does not exist", "--from", "none.csv")]
    [InlineData("a recipe cannot read standard input", "--from", "-", "--format", "csv", "--write-recipe", "r.yaml")]
    [InlineData("does not write --set name", "--from", "a.csv", "--set", "name=x", "--write-recipe", "r.yaml")]
    [InlineData("it exists already, with another content", "--from", "a.csv", "--write-recipe", "a.csv")]
    public void A_mistake_is_named(string message, params string[] arguments)
    {
        using TemporaryFolder folder = Tables();
        ProgramResult result = PileProgram.Run(["build", .. arguments.Select(a => a.Contains('.', StringComparison.Ordinal) || a == "more"
            ? folder[a] : a), "--out", folder["d"]]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.False(Path.Exists(folder["d"]));
    }

    [Fact]
    public void A_recipe_is_written_after_it_was_found_to_be_right()
    {
        using TemporaryFolder folder = Tables();
        string[] command = ["build", "--from", folder["a.csv"], "--out", folder["d"], "--write-recipe", folder["r.yaml"]];
        foreach (string[] wrong in (string[][])[["--name", "My Å"], ["--ra", "nope"]])
        {
            Assert.Equal(2, PileProgram.Run([.. command, .. wrong]).ExitCode);
            Assert.False(File.Exists(folder["r.yaml"]));
        }
        Assert.Equal(0, PileProgram.Run([.. command, "--name", "mine"]).ExitCode);
        Assert.True(File.Exists(folder["r.yaml"]));
        Assert.Contains("the folder does not exist", PileProgram.RunToError(2, "build", "--from", folder["a.csv"], "--out", folder["e"],
            "--write-recipe", folder["none/r.yaml"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--replace")]
    public void A_file_is_never_replaced(params string[] options)
    {
        using TemporaryFolder folder = Tables();
        ProgramResult result = PileProgram.Run(["build", "--from", folder["a.csv"], "--out", folder["more/b.csv"], .. options]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("It is a file, which is never replaced", result.Error, StringComparison.Ordinal);
        Assert.StartsWith("id,ra,dec\n2,11,20", File.ReadAllText(folder["more/b.csv"]), StringComparison.Ordinal);
    }

    private static long Rows(string dataset) => PileProgram.RunToJson("info", dataset, "--json").GetProperty("rows").GetInt64();

    private static TemporaryFolder Tables()
    {
        TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["more"]);
        File.WriteAllText(folder["a.csv"], "id,ra,dec\n1,10,20\n");
        File.WriteAllText(folder["more/b.csv"], "id,ra,dec\n2,11,20\n3,12,-20\n");
        return folder;
    }
}
