using Pile.TestKit;

namespace Pile.Cli.Tests.Safety;

/// <summary>Results do not replace files of datasets or inputs of the command.</summary>
public sealed class InputProtectionTests(BuiltDatasets built) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("query", "{0}", "--out")]
    [InlineData("sql", "{0}", "SELECT * FROM d", "--out")]
    [InlineData("read", "{0}", "--limit", "1", "--columns", "ra", "--one-file")]
    [InlineData("diff", "{0}", "{0}", "--rows")]
    [InlineData("crossmatch", "{1}", "--radius", "1", "--out")]
    public void Files_of_a_dataset_are_not_replaced(params string[] command)
    {
        string dataset = Copy(built.Sky);
        string before = Fingerprint.Of(dataset);
        string[] arguments = [.. command.Select(part => part.Replace("{0}", dataset, StringComparison.Ordinal)
            .Replace("{1}", built.Sky, StringComparison.Ordinal))];
        string[] tables = Directory.GetFiles(dataset, "*.parquet", SearchOption.AllDirectories);
        Directory.CreateSymbolicLink(folder["link"], dataset);
        foreach (string table in (string[])[tables[0], tables[^1], Path.Combine(folder["link"], Path.GetRelativePath(dataset, tables[0]))])
            Assert.Contains($"would replace '{table}', which belongs to the dataset '",
                PileProgram.RunToError(2, [.. arguments, table, "--replace"]), StringComparison.Ordinal);
        Assert.Equal(before, Fingerprint.Of(dataset));
    }

    [Fact]
    public void Inputs_of_a_query_are_not_replaced()
    {
        File.WriteAllText(folder["ids.csv"], "700\n701\n");
        Assert.Contains("is an input of the command", PileProgram.RunToError(2, "query", built.Sky, "--ids", folder["ids.csv"], "--out",
            Path.Combine(folder["."], "ids.csv"), "--replace"), StringComparison.Ordinal);
        Assert.Equal("700\n701\n", File.ReadAllText(folder["ids.csv"]));

        PileProgram.RunToJson("query", built.Sky, "--limit", "2", "--out", folder["two.csv"], "--json");
        PileProgram.RunToJson("query", built.Sky, "--limit", "3", "--out", folder["two.csv"], "--replace", "--json");
        Assert.Equal(4, File.ReadAllLines(folder["two.csv"]).Length);
    }

    [Fact]
    public void A_coverage_map_does_not_replace_one_of_a_dataset()
    {
        string map = Directory.GetFiles(Copy(built.Sky), "skymap.fits", SearchOption.AllDirectories).Single();
        Assert.Contains("belongs to the dataset '",
            PileProgram.RunToError(2, "moc", built.Sky, "--out", map, "--replace"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("read", "{0}", "--limit", "1", "--columns", "ra", "--one-file")]
    [InlineData("read", "{0}", "--limit", "1", "--columns", "ra", "--out", Traits = ["Run", "Long"])]
    [InlineData("query", "{0}", "--limit", "1", "--out")]
    [InlineData("sql", "{0}", "SELECT ra FROM d LIMIT 1", "--out")]
    [InlineData("diff", "{0}", "{0}", "--rows")]
    public void An_earlier_result_is_replaced(params string[] command)
    {
        File.WriteAllText(folder["result.csv"], "earlier\n");
        ProgramResult run = PileProgram.Run([.. command.Select(part => part.Replace("{0}", built.Sky, StringComparison.Ordinal)),
            folder["result.csv"], "--replace"]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.DoesNotContain("earlier", File.ReadAllText(folder["result.csv"]), StringComparison.Ordinal);
    }

    [Fact]
    public void An_export_does_not_replace_a_folder_that_contains_its_dataset()
    {
        PileProgram.RunToJson("export", built.Sky, "--format", "hats", "--out", folder["hats"], "--json");
        string catalogue = Directory.GetDirectories(folder["hats"]).Order(StringComparer.Ordinal).First(); // the margin is beside it
        string before = Fingerprint.Of(folder["hats"]);
        foreach (string source in (string[])[folder["hats"], catalogue])
            Assert.Contains("contains the dataset itself", PileProgram.RunToError(2, "export", source, "--format", "parquet", "--columns",
                "object_id", "--out", folder["hats"], "--replace"), StringComparison.Ordinal);
        Assert.Equal(before, Fingerprint.Of(folder["hats"]));
    }

    private string Copy(string dataset)
    {
        foreach (string file in Directory.GetFiles(dataset, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(folder["copy"], Path.GetRelativePath(dataset, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        return folder["copy"];
    }
}
