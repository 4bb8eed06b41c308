using System.Diagnostics;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>Help and usage errors.</summary>
public class UsageTests(BuiltDatasets built)
{
    [Theory]
    [InlineData("build")]
    [InlineData("info")]
    [InlineData("validate")]
    [InlineData("query")]
    [InlineData("copy")]
    [InlineData("concat")]
    [InlineData("merge")]
    [InlineData("statistics")]
    [InlineData("diff")]
    [InlineData("fetch")]
    [InlineData("export")]
    [InlineData("crossmatch")]
    [InlineData("read")]
    [InlineData("index")]
    [InlineData("moc")]
    [InlineData("completion")]
    public void Every_verb_has_help_with_two_examples(string verb)
    {
        ProgramResult help = PileProgram.Run(verb, "--help");
        Assert.Equal((0, ""), (help.ExitCode, help.Error));
        string[] examples = help.Output[help.Output.IndexOf("Examples:", StringComparison.Ordinal)..].Split('\n',
            StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(examples.Length, 3, 6);
        Assert.All(examples[1..], example => Assert.Contains($"pile {verb} ", example, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("crossmatch")]
    [InlineData("query")]
    [InlineData("copy")]
    public void Help_whose_output_cannot_be_written_is_not_an_internal_error(string verb)
    {
        ProgramResult full = PileProgram.RunInShell("exec \"$0\" \"$@\" > /dev/full", verb, "--help");
        Assert.Equal((1, "pile: Writing to standard output failed: No space left on device."), (full.ExitCode, full.Error.Trim()));
        ProgramResult closed = PileProgram.RunInShell("exec \"$0\" \"$@\" > >(exec >&-)", verb, "--help");
        Assert.Equal((0, ""), (closed.ExitCode, closed.Error));
    }

    [Fact]
    public void A_current_folder_that_was_deleted_is_reported() => Assert.Equal(
        "pile: The current folder does not exist any more. Change to another folder, and run the command again.",
        PileProgram.RunInShell("cd \"$(mktemp -d)\" && rmdir \"$PWD\" && exec \"$0\" \"$@\"", "validate", ".").Error.Trim());

    [Fact]
    public void An_argument_that_is_not_UTF_8_is_rejected()
    {
        using TemporaryFolder folder = new();
        ProgramResult result = PileProgram.RunInShell($"cd '{folder.Path}' && exec \"$0\" \"$@\" --out $'x\\xff.csv'", "query", built.Gaia);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("'x\uFFFD.csv' is not valid UTF-8", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        Assert.Equal(0, PileProgram.RunInShell("exec \"$0\" \"$@\"", "query", built.Gaia, "--out", folder["x\uFFFD.csv"]).ExitCode);
    }

    [Fact]
    public void A_file_is_not_a_dataset()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.csv"], "id,ra,dec\n");
        File.WriteAllText(folder["t.mounts.yaml"], "pile_mounts: 1\n");
        Assert.Contains("it says where the files outside the dataset", PileProgram.RunToError(2, "info", folder["t.mounts.yaml"]),
            StringComparison.Ordinal);
        foreach (string verb in (string[])["info", "query"])
            Assert.Contains("t.csv': it is a file. A dataset is a folder", PileProgram.RunToError(2, verb, folder["t.csv"]),
                StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_without_quotes_a_heavy_column_and_a_folder_without_a_manifest_are_explained()
    {
        Assert.Contains("a text is written in single quotes: 'Sirius'",
            PileProgram.RunToError(2, "query", built.Gaia, "--where", "source_id = Sirius"), StringComparison.Ordinal);
        Assert.Contains("single quotes: 'Sirius'",
            PileProgram.RunToError(2, "sql", built.Gaia, "SELECT 1 FROM d WHERE source_id IN (\"Sirius\")"), StringComparison.Ordinal);
        Assert.DoesNotContain("single quotes", PileProgram.RunToError(2, "query", built.Gaia, "--where", "paralax > 2"),
            StringComparison.Ordinal);
        Assert.Contains("the column has numbers; times are Modified Julian Dates: 2020-01-01 is 58849",
            PileProgram.RunToError(2, "query", built.Gaia, "--where", "ra > '2020-01-01'"), StringComparison.Ordinal);
        Assert.Contains("'spectrum_flux' is a heavy column", PileProgram.RunToError(2, "sql", built.Spectra, "SELECT spectrum_flux FROM d"),
            StringComparison.Ordinal);
        Assert.Contains("the folder has no 'pile.yaml'",
            PileProgram.RunToError(2, "info", Path.Combine(built.Gaia, "main")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("has no column 'lc'. It is a group of columns; name those to read: 'lc.time', 'lc.flux', 'lc.class', 'lc.band'.",
        "query", "--columns", "object_id,lc")]
    [InlineData("has no column 'lc'. It is a group of columns; name those to read: 'lc.time', 'lc.flux', 'lc.class', 'lc.band'.",
        "export", "--format", "parquet", "--columns", "lc", "--out", "never")]
    [InlineData("('lc' is a group of columns: \"lc.time\", \"lc.flux\", \"lc.class\", \"lc.band\")", "sql", "SELECT lc FROM d")]
    public void A_group_of_columns_is_reported_with_its_columns(string expected, string verb, params string[] options)
    {
        string nested = Path.Combine(TestPaths.Root, "format-spec", "conformance", "v1", "valid", "nested");
        Assert.Contains(expected, PileProgram.RunToError(2, [verb, nested, .. options]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no verb 'bild' (did you mean 'build'?); there are build, adopt, info", "bild", "recipe.yaml")]
    [InlineData("a verb is missing")]
    [InlineData("there is no option '--radii' (did you mean '--radius'?); 'pile crossmatch' has", "crossmatch", "a", "b", "--radii", "1",
        "--radius", "1", "--out", "x.csv")]
    [InlineData("there is no option '-limit' (did you mean '--limit'?)", "query", "x", "-limit", "3")]
    [InlineData("there is no option '-q' (did you mean '--quiet'?); 'pile build' has", "build", "recipe.yaml", "-q", "--out", "y")]
    [InlineData("there is no option '-q'", "info", "-q")]
    [InlineData("there is no option '-q'", "info", "x", "--moc", "-q")]
    [InlineData("there is no option '-r'; 'pile crossmatch' has", "crossmatch", "a", "b", "-r", "1")]
    [InlineData("there is no option '-m'; 'pile layer set' has", "layer", "set", "notes", "t.csv", "-m", "first round")]
    [InlineData("No dataset at '-q'", "info", "--", "-q")]
    [InlineData("No dataset at 'nowhere'", "query", "nowhere", "--where", "-mag > 2")]
    [InlineData("there is no verb 'rebild' (did you mean 'rebuild'?)", "index", "rebild", "x")]
    [InlineData("there is no option '--nope'", "info", "--nope", "x")]
    [InlineData("'pile source delete' has", "source", "delete", "x", "--yes")]
    [InlineData("'--out' is required", "build", "recipe.yaml")]
    [InlineData("--radius R, in arcseconds or with a unit, is required", "crossmatch", "a", "b", "--out", "x.csv")]
    [InlineData("<A> is missing: expected pile crossmatch <A> <B>.", "crossmatch", "--radius", "1", "--out", "x.csv")]
    [InlineData("<DATASET> is missing: expected pile info <DATASET>.", "info")]
    [InlineData("<DATASET> is missing: expected pile sql <DATASET> <SELECT>.", "sql")]
    [InlineData("a verb is missing; there are create, set", "layer")]
    [InlineData("<B> is missing: expected pile diff <A> <B>.", "diff", "a")]
    [InlineData("--commit x: expected a whole number from -9223372036854775808 to 9223372036854775807.", "layer", "forget", "l", "--commit",
        "x")]
    [InlineData("The address is empty: expected a folder, s3://bucket/prefix, or http(s)://server/path.", "source", "delete", "")]
    [InlineData("'bmp' not recognized. Must be one of: 'npy' 'fits'", "read", "d", "--id", "1", "--columns", "x", "--out", "y",
        "--format", "bmp")]
    [InlineData("--workers 0: expected a number of threads", "info", "x", "--workers", "0")]
    [InlineData("--memory many: expected a size such as 2GB", "info", "x", "--memory", "many")]
    [InlineData("--limit -1: expected a number of rows", "query", "x", "--limit", "-1")]
    [InlineData("--shuffle -1: expected a whole number from 0 to 18446744073709551615.", "stream", "x", "--shuffle", "-1")]
    [InlineData("--width x: expected a whole number from -2147483648 to 2147483647.", "plot", "x", "--width", "x", "--out", "y.png")]
    [InlineData("--period 1,5: expected a number.", "plot", "x", "--period", "1,5", "--out", "y.png")]
    [InlineData("--sigma 2,5: expected a number.", "crossmatch", "a", "b", "--sigma", "2,5", "--out", "y.csv")]
    [InlineData("--order 30: expected auto, or a HEALPix order from 0 to 29", "build", "--from", "x.csv", "--out", "y", "--order", "30")]
    [InlineData("--ra-unit fortnight: expected one of deg, hours, hour, rad, sexagesimal", "build", "--from", "x.csv", "--out", "y",
        "--ra-unit", "fortnight")]
    [InlineData("--frame fk6: expected one of icrs, fk5, fk4, galactic", "build", "--from", "x.csv", "--out", "y", "--frame", "fk6")]
    [InlineData("A recipe, or a table with --from TABLE, is required", "build", "--out", "y")]
    [InlineData("The recipe 'nowhere.yaml' does not exist", "build", "nowhere.yaml", "--out", "y")]
    [InlineData("The table 'nowhere.csv' does not exist", "build", "--from", "nowhere.csv", "--out", "y")]
    [InlineData("The table 's3://bucket/t.csv' is on a server", "build", "--from", "s3://bucket/t.csv", "--out", "y")]
    [InlineData("The table 'https://h/*.csv?***' is on a server", "build", "--from", "https://h/*.csv?v=1", "--out", "y")]
    [InlineData("No dataset at 'nowhere': there is no such folder", "info", "nowhere")]
    [InlineData("No dataset at '/usr': the folder has no 'pile.yaml'", "query", "/usr")]
    public void Usage_errors_are_reported_with_exit_code_2(string finding, params string[] arguments) =>
        Assert.Contains(finding, PileProgram.RunToError(2, arguments), StringComparison.Ordinal);

    [Fact]
    public void Results_are_written_only_to_local_paths()
    {
        foreach (string[] command in (string[][])[["build", "--from", TestPaths.Data("catalog/small_sky.fits")],
            ["crossmatch", built.Sky, built.Sky, "--radius", "1"]])
        {
            Assert.Contains("publish the dataset with 'pile copy FOLDER s3://b/d/'",
                PileProgram.RunToError(2, [.. command, "--out", "s3://b/d/"]), StringComparison.Ordinal);
            string ofServer = PileProgram.RunToError(2, [.. command, "--out", "https://h/d/"]);
            Assert.Contains("Web servers are read only. Write to a local folder, then publish it", ofServer, StringComparison.Ordinal);
            Assert.DoesNotContain("pile copy FOLDER https", ofServer, StringComparison.Ordinal);
            Assert.Contains("Name a local folder", PileProgram.RunToError(2, [.. command, "--out", "file:///d/"]),
                StringComparison.Ordinal);
        }
        string[] match = ["crossmatch", built.Sky, built.Sky, "--radius", "1", "--out"]; // 'pile copy' does not copy tables
        foreach (string[] command in (string[][])[["read", built.Sky, "--where", "true", "--columns", "ra", "--out", "s3://b/d/"],
            [.. match, "s3://b/t.parquet"], [.. match, "t.parquet", "--certificate", "s3://b/c.json"]])
            Assert.Contains("upload the result with a program for the store", PileProgram.RunToError(2, command),
                StringComparison.Ordinal);
        Assert.Contains("--out https://h/t.csv: expected a local path",
            PileProgram.RunToError(2, "query", built.Sky, "--out", "https://h/t.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stack_trace_is_printed_only_with_verbose()
    {
        ProgramResult result = PileProgram.Run("info", "nowhere", "--verbose");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("   at Pile.Reading.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Quiet_prints_only_errors()
    {
        using TemporaryFolder folder = new();
        Assert.Equal((0, "", ""), (built.GaiaBuild.ExitCode, built.GaiaBuild.Error, built.GaiaBuild.Output[..0]));
        ProgramResult match = PileProgram.Run("crossmatch", built.Sky, TestPaths.Data("catalog/hats-xmatch/small_sky_xmatch.csv"),
            "--radius", "36", "--out", folder["m.csv"], "--quiet");
        Assert.Equal((0, "", ""), (match.ExitCode, match.Output, match.Error));
        Assert.NotEmpty(PileProgram.RunToError(2, "info", "nowhere", "--quiet"));
    }

    [Fact]
    public void Bash_completes_verbs_and_options()
    {
        using TemporaryFolder folder = new();
        ProgramResult script = PileProgram.Run("completion", "bash");
        Assert.Equal((0, ""), (script.ExitCode, script.Error));
        File.WriteAllText(folder["completion"], script.Output);
        using Process check = Process.Start("/bin/bash", ["-n", folder["completion"]]);
        check.WaitForExit();
        Assert.Equal(0, check.ExitCode);
        Assert.Contains("crossmatch", PileProgram.Run("[suggest:10]", "pile cross").Output, StringComparison.Ordinal);
        Assert.Contains("--radius", PileProgram.Run("[suggest:18]", "pile crossmatch --").Output, StringComparison.Ordinal);
        _ = PileProgram.RunToError(2, "completion", "fish");
    }
}
