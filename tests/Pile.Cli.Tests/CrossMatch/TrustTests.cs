using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary><c>pile crossmatch --certificate</c>, <c>--diagnostics</c> and <c>--probability</c>.</summary>
public sealed class TrustTests(BuiltDatasets built) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static string Left => TestPaths.Data("catalog/hats-xmatch/small_sky.csv");

    private static string Right => TestPaths.Data("catalog/hats-xmatch/small_sky_xmatch.csv");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_certificate_and_a_page_are_written_and_json_has_the_short_form()
    {
        string[] match = ["crossmatch", Left, Right, "--radius", "36", "--out", folder["m.csv"], "--certificate", folder["c.json"],
            "--diagnostics", folder["d.html"], "--replace"];
        JsonElement json = PileProgram.RunToJson(match).GetProperty("certificate");
        using JsonDocument certificate = JsonDocument.Parse(File.ReadAllText(folder["c.json"]));
        Assert.Equal(103, certificate.RootElement.GetProperty("rows_by_join").GetProperty("inner").GetInt64());
        Assert.Equal(64, certificate.RootElement.GetProperty("match").GetProperty("a.sha256").GetString()!.Length);
        Assert.Equal(json.GetProperty("chance").GetProperty("pairs_found").GetInt64(),
            certificate.RootElement.GetProperty("chance").GetProperty("pairs_found").GetInt64());
        Assert.False(json.TryGetProperty("radius", out _));
        string page = File.ReadAllText(folder["d.html"]);
        System.Xml.Linq.XDocument.Parse(page.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)); // well-formed
        foreach (string part in (string[])["Separations", "Completeness and contamination", "Offsets from A to B",
            "Rows of A with a partner", "Rows of B without a partner", "expected chance pairs"])
            Assert.Contains(part, page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        PileProgram.RunToJson(match);
        Assert.Equal(page, File.ReadAllText(folder["d.html"]));
        Assert.Equal("not requested", PileProgram.RunToJson("crossmatch", Left, Right, "--radius", "36").GetProperty("certificate")
            .GetProperty("absent").GetProperty("chance").GetString());
    }

    [Fact]
    public void The_fast_start_writes_the_certificate_of_other_matches()
    {
        string[] match = ["crossmatch", built.Sky, built.Sky, "--radius", "40", "--certificate", folder["c.json"], "--replace"];
        PileProgram.RunToJson([.. match, "--out", folder["m.parquet"]]);
        using JsonDocument fast = JsonDocument.Parse(File.ReadAllText(folder["c.json"]));
        PileProgram.RunToJson([.. match, "--out", folder["m.csv"]]);
        using JsonDocument slow = JsonDocument.Parse(File.ReadAllText(folder["c.json"]));
        foreach (JsonProperty part in fast.RootElement.EnumerateObject().Where(p => p.Name != "match"))
            Assert.Equal(part.Value.GetRawText(), slow.RootElement.GetProperty(part.Name).GetRawText());
    }

    [Fact]
    public void Mistakes_are_reported_before_the_match()
    {
        string[] match = ["crossmatch", Left, Right, "--radius", "36", "--out", folder["m.csv"]];
        File.WriteAllText(folder["mine.json"], "mine");
        foreach ((string[] options, string message) in new (string[], string)[]
        {
            (["--certificate", folder["c.txt"]], "expected a file with the extension .json"),
            (["--diagnostics", folder["c.json"]], "expected a file with the extension .html"),
            (["--certificate", folder["mine.json"]], "choose another file with --certificate"),
            (["--diagnostics", folder["no/d.html"]], "Create it first"),
            (["--probability", "--radius-column-a", "nope"], "has no column 'nope'"),
            (["--prior", "0.1"], "--probability"),
        })
            Assert.Contains(message, PileProgram.RunToError(2, [.. match, .. options]), StringComparison.OrdinalIgnoreCase);
        Assert.False(File.Exists(folder["m.csv"]));
        Assert.Contains("only prints the plan", PileProgram.RunToError(2, "crossmatch", Left, Right, "--radius", "36", "--explain",
            "--certificate", folder["c.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Whether_a_row_has_a_counterpart_is_unknown_if_a_candidate_has_no_probability()
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec,err\n1,10,20,0.1\n2,350,20,0\n3,100,20,0.1\n4,200,20,0.1\n");
        File.WriteAllText(folder["b.csv"], "id,ra,dec,err\n1,10,20,0.1\n2,350,20,0.1\n3,100,20,0.1\n5,100,20.0001,0\n");
        string table = PileProgram.Run("crossmatch", folder["a.csv"], folder["b.csv"], "--radius", "2", "--join", "left", "--probability",
            "--prior", "0.001", "--radius-column-a", "err", "--radius-column-b", "err", "--out", "-", "--format", "csv").Output;
        Dictionary<string, string[]> rows = table.Trim().Split('\n').Skip(1).Select(line => line.Split(','))
            .ToDictionary(values => $"{values[0]} {values[1]}", values => values[^4..]);
        Assert.Equal("NaN NaN NaN NaN", string.Join(' ', rows["2 2"]));
        Assert.Equal("NaN NaN NaN NaN", string.Join(' ', rows["3 5"]));
        Assert.Equal(("NaN", "1.0"), (rows["3 3"][2], rows["3 3"][3]));
        Assert.StartsWith("0.99", rows["1 1"][2], StringComparison.Ordinal);
        Assert.Equal("0.0", rows.Single(row => row.Key.StartsWith("4 ", StringComparison.Ordinal)).Value[2]);
    }

    [Fact]
    public void Probabilities_are_columns_of_the_result()
    {
        foreach (string side in (string[])["a", "b"])
            File.WriteAllText(folder[$"{side}.csv"], "id,ra,dec,e_pos\n1,10,20,0.5\n2,11,20,0.5\n");
        PileProgram.RunToJson("crossmatch", folder["a.csv"], folder["b.csv"], "--radius", "2", "--probability", "--prior", "1e-6",
            "--radius-column-a", "e_pos", "--radius-column-b", "e_pos", "--out", folder["p.csv"]);
        string[] lines = File.ReadAllLines(folder["p.csv"]);
        Assert.EndsWith("b_dec,log10_bayes_factor,probability,p_any,p_i", lines[0], StringComparison.Ordinal);
        // 2 / (0.5² + 0.5²) in radians: log10(4 · (180 · 3600 / π)²)
        Assert.Equal(Math.Log10(4 * Math.Pow(180 * 3600 / Math.PI, 2)), double.Parse(lines[1].Split(',')[^4],
            System.Globalization.CultureInfo.InvariantCulture), 1e-9);
        Assert.Equal("1", lines[1].Split(',')[^1].Split('.')[0]);
    }
}
