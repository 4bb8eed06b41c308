using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Build;

/// <summary><c>pile build --from … --append</c>: what the command does not state is that of the earlier version, and files are recognized
/// under other folders.</summary>
public sealed class AppendedTablesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void What_a_recipe_stated_is_kept()
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec,m\n1,10,1,5\n2,11,1,-99\n");
        File.WriteAllText(folder["b.csv"], "id,ra,dec,m\n3,12,1,6\n");
        File.WriteAllText(folder["survey.yaml"], Recipes.Text("catalogue", "kind: table\nfiles: '*.csv'") + """
            version: '3'
            description: my survey
            columns: { q: { expr: 'm * 2', unit: mJy, description: twice m } }
            options: { epoch_year: 2000, order: 3, id_index: true, margin_arcsec: 10 }

            """);
        File.Move(folder["b.csv"], folder["b.later"]);
        Run(0, "build", folder["survey.yaml"], "--out", folder["v1"]);
        File.Move(folder["b.later"], folder["b.csv"]);
        Run(0, "build", folder["survey.yaml"], "--out", folder["full"]);
        Run(0, "build", "--from", folder["b.csv"], "--append", folder["v1"], "--out", folder["v2"]);
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["v2"]));
        Run(0, "build", "--from", folder["b.csv"], "--append", folder["v1"], "--out", folder["v3"], "--order", "2", "--set", "version=4");
        JsonElement info = PileProgram.RunToJson("info", folder["v3"]);
        Assert.Equal(("4", "my survey"), (info.GetProperty("version").GetString(), info.GetProperty("description").GetString()));
        Assert.Contains("order: 2", File.ReadAllText(folder["v3/pile.yaml"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_recognized_when_names_begin_at_another_folder()
    {
        Write("q1/n1.csv", "id,ra,dec\n1,10,1\n");
        Write("q2/n2.csv", "id,ra,dec\n2,11,1\n");
        Run(0, "build", "--from", folder["q1/*.csv"], "--out", folder["v1"], "--name", "v");
        string[] both = ["--from", folder["q1/*.csv"], folder["q2/*.csv"], "--name", "v"];
        Run(0, ["build", .. both, "--out", folder["full"]]);
        string messages = Run(0, ["build", .. both, "--append", folder["v1"], "--out", folder["v2"]]);
        Assert.Contains($"1 of 2 units are in '{folder["v1"]}' already", messages, StringComparison.Ordinal);
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["v2"]));
    }

    [Fact]
    public void Another_file_of_a_known_name_is_not_said_to_have_changed()
    {
        Write("r1/a.csv", "id,ra,dec\n1,10,1\n");
        Write("r2/a.csv", "id,ra,dec\n2,11,1\n");
        Run(0, "build", "--from", folder["r1/a.csv"], "--out", folder["v1"], "--name", "v");
        string error = Run(1, "build", "--from", folder["r2/a.csv"], "--append", folder["v1"], "--out", folder["v2"]);
        Assert.Contains($"{folder["r2/a.csv"]}: it has changed since '{folder["v1"]}' was built, or is another file than the one called "
            + "'a.csv' in it", error, StringComparison.Ordinal);
        Assert.Contains("name the earlier ones too", error, StringComparison.Ordinal);
        string[] both = ["--from", folder["r1/a.csv"], folder["r2/a.csv"], "--name", "v"];
        Run(0, ["build", .. both, "--append", folder["v1"], "--out", folder["v2"]]);
        Run(0, ["build", .. both, "--out", folder["full"]]);
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["v2"]));
    }

    [Fact]
    public void A_folder_that_becomes_a_column_is_an_error()
    {
        Write("band=1/p.csv", "id,ra,dec\n1,10,1\n");
        Write("band=2/q.csv", "id,ra,dec\n2,11,1\n");
        Run(0, "build", "--from", folder["band=1/*.csv"], "--out", folder["v1"]);
        Assert.Contains($"band=1/p.csv: '{folder["v1"]}' has it as 'p.csv': its folder is a column of the rows in only one of the two",
            Run(1, "build", "--from", folder["band=*/*.csv"], "--append", folder["v1"], "--out", folder["v2"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("compact", Traits = ["Run", "Long"])]
    [InlineData("full")]
    [InlineData("auto")]
    public void The_file_of_positions_is_that_of_the_earlier_version(string positions)
    {
        Write("a.csv", "id,ra,dec,m\n1,10,1,5\n2,11,1,6\n");
        Write("b.csv", "id,ra,dec,m\n3,12,1,7\n");
        string[] both = ["--from", folder["a.csv"], folder["b.csv"]];
        Run(0, "build", "--from", folder["a.csv"], "--out", folder["v1"], "--name", "v", "--positions", positions);
        Run(0, ["build", .. both, "--out", folder["full"], "--name", "v", "--positions", positions]);
        Run(0, ["build", .. both, "--append", folder["v1"], "--out", folder["v2"]]);
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["v2"]));

        string other = positions == "full" ? "none" : "full";
        Run(0, ["build", .. both, "--append", folder["v1"], "--out", folder["v3"], "--positions", other]);
        Run(0, ["build", .. both, "--out", folder["other"], "--name", "v", "--positions", other]);
        Assert.Equal(Fingerprint.Of(folder["other"]), Fingerprint.Of(folder["v3"]));
    }

    [Fact]
    public void An_index_of_ids_and_no_file_of_positions_contradict_each_other()
    {
        Write("a.csv", "id,ra,dec\n1,10,1\n");
        Write("b.csv", "id,ra,dec\n2,11,1\n");
        Run(0, "build", "--from", folder["a.csv"], "--out", folder["none"], "--positions", "none");
        Run(0, "build", "--from", folder["a.csv"], "--out", folder["ids"], "--id-index");
        string[] ofNone = ["build", "--from", folder["b.csv"], "--append", folder["none"], "--out", folder["v2"], "--id-index"];
        Assert.Contains($"--id-index needs the file of positions, which '{folder["none"]}' does not have. Add --positions compact",
            Run(2, ofNone), StringComparison.Ordinal);
        Run(0, [.. ofNone, "--positions", "compact"]);
        string[] ofIds = ["build", "--from", folder["b.csv"], "--append", folder["ids"], "--out", folder["v3"], "--positions", "none"];
        Assert.Contains($"'{folder["ids"]}' has an index of ids, which needs the file of positions", Run(2, ofIds),
            StringComparison.Ordinal);
        Run(0, [.. ofIds, "--set", "options.id_index=false"]);
        Assert.False(File.Exists(folder["v3/main/positions.parquet"]));
    }

    [Fact]
    public void Rows_without_positions_stay_without_positions()
    {
        Write("a.csv", "id,v\n1,2\n2,3\n");
        Write("b.csv", "id,v\n3,2\n");
        string[] both = ["--from", folder["a.csv"], folder["b.csv"]];
        Run(0, "build", "--from", folder["a.csv"], "--out", folder["v1"], "--name", "v", "--partition", "hash", "--set", "options.bits=2");
        Run(0, ["build", .. both, "--out", folder["full"], "--name", "v", "--partition", "hash", "--set", "options.bits=2"]);
        string[] append = ["build", .. both, "--append", folder["v1"], "--out"];
        Run(0, [.. append, folder["v2"]]);
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["v2"]));
        Run(0, [.. append, folder["stated"], "--partition", "hash"]);
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["stated"]));

        Run(0, [.. append, folder["wider"], "--set", "options.bits=3"]);
        Assert.Contains("bits: 3", File.ReadAllText(folder["wider/pile.yaml"]), StringComparison.Ordinal);
        string error = Run(2, [.. append, folder["v3"], "--partition", "healpix"]); // files have no positions
        Assert.Contains("--ra", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Bits", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Bits_of_rows_with_positions_are_named_as_the_command_does()
    {
        Write("a.csv", "id,ra,dec\n1,10,1\n");
        Assert.Contains("'options.bits' must be from 0 to 16, and is for rows without positions; it is 3", Run(2, "build", "--from",
            folder["a.csv"], "--out", folder["v1"], "--set", "options.bits=3"), StringComparison.Ordinal);
    }

    [Fact]
    public void Cells_of_rows_with_positions_are_not_taken_over_for_rows_without()
    {
        Write("a.csv", "id,ra,dec\n1,10,1\n");
        Write("b.csv", "id,ra,dec\n2,11,1\n");
        string[] both = ["build", "--from", folder["a.csv"], folder["b.csv"], "--name", "v", "--partition", "hash"];
        Run(0, "build", "--from", folder["a.csv"], "--out", folder["v1"], "--name", "v", "--order", "3", "--id-index", "--margin", "10");
        Run(0, [.. both, "--out", folder["full"]]);
        string messages = Run(0, [.. both, "--append", folder["v1"], "--out", folder["v2"]]);
        Assert.Contains("were read with other settings: 'partition'", messages, StringComparison.Ordinal);
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["v2"]));
    }

    public void Dispose() => folder.Dispose();

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
        File.WriteAllText(folder[name], text);
    }

    private static string Run(int exitCode, params string[] command)
    {
        ProgramResult result = PileProgram.Run(command);
        Assert.True(result.ExitCode == exitCode, result.Error);
        return result.Error;
    }
}
