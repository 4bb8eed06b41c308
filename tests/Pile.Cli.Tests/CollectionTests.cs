using System.Text.Json;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Cli.Tests;

/// <summary>Collections: wherever the address of a dataset is expected, the member of a <c>collection.yaml</c> is one.</summary>
public sealed class CollectionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public CollectionTests(RepeatedBuilds builds)
    {
        foreach ((string name, string table) in ((string, string)[])[("stars", "id,ra,dec,mag\n1,10,20,5.5\n2,11,20,6.5\n"),
            ("spectra", "id,ra,dec,z\n7,10.0001,20,0.5\n")])
        {
            File.WriteAllText(folder[$"{name}.csv"], table);
            builds.OfTable(folder[$"{name}.csv"], folder[name]);
        }
        File.WriteAllText(Collection, """
            pile_collection: 1
            name: both
            description: stars and spectra
            datasets:
              stars: { address: stars, description: all of them }
              spec: { address: spectra/ }
            """);
    }

    private string Collection => folder["collection.yaml"];

    [Fact]
    public void Verbs_of_one_dataset_take_a_member()
    {
        Assert.Equal(2, PileProgram.RunToJson("sql", $"{Collection}#stars", "SELECT count(*) AS n FROM d", "--json")[0].GetProperty("n")
            .GetInt32());
        Assert.Equal(2, PileProgram.RunToJson("info", $"{Collection}#stars", "--json").GetProperty("rows").GetInt32());
        Assert.Equal(1, PileProgram.RunToJson("query", $"{Collection}#spec", "--where", "z > 0", "--json").GetArrayLength());
        Assert.Equal(2, PileProgram.RunToJson("stream", $"{Collection}#stars", "--json").GetProperty("rows").GetInt32());
        Assert.Equal(1, PileProgram.RunToJson("crossmatch", $"{Collection}#stars", $"{Collection}#spec", "--radius", "1", "--out",
            folder["m.csv"], "--json").GetProperty("pairs").GetInt32());
        Assert.True(PileProgram.RunToJson("validate", $"{Collection}#spec", "--json").GetProperty("valid").GetBoolean());
        Output("copy", $"{Collection}#spec", folder["copy"]);
        Output("index", "rebuild", $"{Collection}#spec");
        Output("concat", $"{Collection}#stars", $"{Collection}#spec", "--out", folder["all"]);
    }

    [Fact]
    public async Task Verbs_take_a_member_of_a_collection_on_a_server()
    {
        await using FileServer server = new(Path.GetDirectoryName(Collection)!);
        string collection = $"{server.Address}collection.yaml", stars = $"{collection}#stars";
        Assert.Equal(2, PileProgram.RunToJson("info", stars).GetProperty("rows").GetInt32());
        Assert.True(PileProgram.RunToJson("validate", stars).GetProperty("valid").GetBoolean());
        Assert.Equal(3, PileProgram.RunToJson("validate", collection).GetProperty("rows").GetInt32());
        Assert.Equal(1, PileProgram.RunToJson("query", stars, "--where", "mag > 6").GetArrayLength());
        Output("copy", stars, folder["copy"]);
        foreach (string verb in (string[])["info", "validate"])
            Fails($"the collection has no member 'galaxies'; its datasets are {stars}, {collection}#spec", verb, $"{collection}#galaxies");
    }

    [Fact]
    public void Members_whose_names_differ_by_case_alone_are_an_error()
    {
        File.AppendAllText(Collection, "\n  Stars: { address: stars }\n");
        Assert.Contains("'Stars' and 'stars' differ by case alone", PileProgram.RunToError(1, "info", Collection),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Info_validate_and_sql_take_the_whole_collection()
    {
        JsonElement info = PileProgram.RunToJson("info", Collection, "--json");
        Assert.Equal(["stars", "spec"], info.GetProperty("datasets").EnumerateArray().Select(d => d.GetProperty("member").GetString()!));
        Assert.Contains("all of them", Output("info", Collection), StringComparison.Ordinal);
        Assert.Equal(3, PileProgram.RunToJson("validate", Collection, "--deep", "--json").GetProperty("rows").GetInt32());
        Assert.Contains("6.5", Output("sql", Collection, "SELECT mag FROM stars WHERE id = 2 AND (SELECT count(*) FROM spec) = 1"),
            StringComparison.Ordinal);

        File.Delete(Directory.GetFiles(folder["spectra"], "*.hdf5", SearchOption.AllDirectories)[0]);
        ProgramResult invalid = PileProgram.Run("validate", Collection);
        Assert.Equal(1, invalid.ExitCode);
        Assert.Contains("spec: main/", invalid.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_member_or_name_is_an_error_that_names_it()
    {
        Fails($"its datasets are {Collection}#stars, {Collection}#spec", "query", Collection);
        Fails("the collection has no member 'galaxies'", "query", $"{Collection}#galaxies");
        Fails("there is no such collection", "info", folder["none/collection.yaml"]);
        Directory.Delete(folder["spectra"], recursive: true);
        Assert.Equal(0, PileProgram.Run("query", $"{Collection}#stars").ExitCode);
        foreach (string[] verb in (string[][])[["validate", $"{Collection}#spec"],
            ["sql", Collection, "SELECT count(*) FROM stars, spec"], ["moc", Collection, "--out", folder["m.fits"]],
            ["stream", $"{Collection}#spec"],
            ["copy", $"{Collection}#spec", folder["copy"]]])
            Assert.Contains("the member 'spec' of the collection is missing", PileProgram.RunToError(1, verb), StringComparison.Ordinal);
        Assert.Contains("but a collection: name the file 'collection.yaml' in it", PileProgram.RunToError(2, "info",
            Path.GetDirectoryName(Collection)!), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_member_does_not_hide_the_others()
    {
        Directory.Delete(folder["spectra"], recursive: true);
        Assert.Equal(2, PileProgram.RunToJson("sql", Collection, "SELECT count(*) AS n FROM stars", "--json")[0].GetProperty("n")
            .GetInt32());
        ProgramResult info = PileProgram.Run("info", Collection, "--json");
        Assert.Equal(1, info.ExitCode);
        JsonElement[] members = [.. JsonDocument.Parse(info.Output).RootElement.GetProperty("datasets").EnumerateArray()];
        Assert.Equal(("stars", 2), (members[0].GetProperty("member").GetString(), members[0].GetProperty("rows").GetInt32()));
        Assert.Equal("spec", members[1].GetProperty("member").GetString());
        Assert.Contains("the member 'spec' of the collection is missing", members[1].GetProperty("error").GetString(),
            StringComparison.Ordinal);
        ProgramResult report = PileProgram.Run("validate", Collection);
        Assert.Equal(1, report.ExitCode);
        Assert.Contains("M001 error   spec: pile.yaml: the member 'spec' of the collection is missing", report.Output,
            StringComparison.Ordinal);
        Assert.Contains("INVALID: 2 rows, 1 error", report.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("unreachable")]
    public void A_member_that_cannot_be_opened_does_not_hide_the_others(string fault)
    {
        if (fault == "damaged")
            File.AppendAllText(Path.Combine(folder["spectra"], "pile.yaml"), "more: 1\n");
        else
            File.WriteAllText(Collection, File.ReadAllText(Collection).Replace("address: spectra/", "address: \"http://127.0.0.1:1/x\"",
                StringComparison.Ordinal));
        Assert.Equal(2, PileProgram.RunToJson("sql", Collection, "SELECT count(*) AS n FROM stars", "--json")[0].GetProperty("n")
            .GetInt32());
        Assert.Contains($"The member 'spec' of the collection '{Collection}' cannot be used: ",
            PileProgram.RunToError(1, "sql", Collection, "SELECT count(*) AS n FROM spec"), StringComparison.Ordinal);
        ProgramResult info = PileProgram.Run("info", Collection, "--json");
        Assert.Equal(1, info.ExitCode);
        JsonElement[] members = [.. JsonDocument.Parse(info.Output).RootElement.GetProperty("datasets").EnumerateArray()];
        Assert.Equal(2, members[0].GetProperty("rows").GetInt32());
        foreach (string text in (string[])[members[1].GetProperty("error").GetString()!, info.Error])
            Assert.Contains($"The member 'spec' of the collection '{Collection}' cannot be used: ", text, StringComparison.Ordinal);
        ProgramResult report = PileProgram.Run("validate", Collection);
        Assert.Equal(1, report.ExitCode);
        Assert.Contains("error   spec: pile.yaml: ", report.Output, StringComparison.Ordinal);
        Assert.Contains("INVALID: 2 rows, 1 error", report.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_remote_catalogue_is_not_validated_but_the_other_members_are()
    {
        Output("export", folder["spectra"], "--format", "hats", "--out", folder["hats"]);
        await using FileServer server = new(Path.GetDirectoryName(Collection)!);
        File.WriteAllText(Collection, $"pile_collection: 1\nname: both\ndatasets:\n  hats: {{ address: \"{server.Address}hats\" }}\n"
            + "  stars: { address: stars }\n");
        ProgramResult report = PileProgram.Run("validate", Collection);
        Assert.Equal((0, "valid: 2 rows, 0 errors, 0 warnings"), (report.ExitCode, report.Output.Trim()));
        Assert.Contains("the member 'hats' of the collection is not checked: ", report.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_coverage_of_a_collection_leaves_out_members_without_positions()
    {
        File.WriteAllText(folder["notes.csv"], "id,note\n1,a\n2,b\n");
        Output("build", "--from", folder["notes.csv"], "--partition", "hash", "--id", "id", "--out", folder["notes"]);
        string stars = PileProgram.Run("moc", folder["stars"], "--order", "4").Output;
        File.WriteAllText(Collection, "pile_collection: 1\nname: both\ndatasets:\n  notes: { address: notes }\n"
            + "  stars: { address: stars }\n");
        ProgramResult moc = PileProgram.Run("moc", Collection, "--order", "4");
        Assert.Equal((0, stars), (moc.ExitCode, moc.Output));
        Assert.Contains("the member 'notes' of the collection", moc.Error, StringComparison.Ordinal);
        File.WriteAllText(Collection, "pile_collection: 1\nname: both\ndatasets:\n  notes: { address: notes }\n");
        Fails("none of its datasets has positions", "moc", Collection);
        Fails("Name a dataset with positions", "moc", folder["notes"]);
    }

    public void Dispose() => folder.Dispose();

    private static void Fails(string message, params string[] arguments)
    {
        ProgramResult result = PileProgram.Run(arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    private static string Output(params string[] arguments)
    {
        ProgramResult result = PileProgram.Run(arguments);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        return result.Output;
    }

    private void Build(string name, string table)
    {
        File.WriteAllText(folder[$"{name}.csv"], table);
        Output("build", "--from", folder[$"{name}.csv"], "--out", folder[name]);
    }
}
