using System.Text.Json.Nodes;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Cli.Tests.Chips;

/// <summary>Builds of chips and scenes that append to an earlier version.</summary>
public sealed class AppendedChipTests(ChipDatasets chips) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false, Traits = ["Run", "Long"])]
    [InlineData(true)]
    public async Task Rasters_of_the_earlier_version_are_not_read(bool isRemote)
    {
        CopyScenes();
        FileServer server = new(folder["."].TrimEnd('.').TrimEnd('/'));
        if (isRemote)
            foreach (string scene in (string[])["a1", "a2"])
            {
                JsonNode item = JsonNode.Parse(await File.ReadAllTextAsync(folder[$"{scene}/item.json"],
                    TestContext.Current.CancellationToken))!;
                foreach ((_, JsonNode? asset) in item["assets"]!.AsObject())
                    asset!["href"] = $"{server.Address}{scene}/{asset["href"]}";
                await File.WriteAllTextAsync(folder[$"{scene}/item.json"], item.ToJsonString(), TestContext.Current.CancellationToken);
            }
        Build("all", "items: a?/item.json\nchip: { size: 32 }\nprobe: headers");
        Build("v1", "items: a1/item.json\nchip: { size: 32 }\nprobe: headers");
        Directory.Move(folder["a1"], folder["away"]);
        Write("v2", "items: a2/item.json\nchip: { size: 32 }\nprobe: headers");
        PileProgram.RunToJson("build", folder["v2.yaml"], "--append", folder["v1"], "--out", folder["v2"]);
        Directory.Move(folder["away"], folder["a1"]);
        PileProgram.RunToJson("diff", folder["all"], folder["v2"], "--light");
        string address = server.Address.AbsoluteUri.TrimEnd('/');
        string[] mount = isRemote ? ["--mount", $"{address}={address}"] : [];
        PileProgram.RunToJson(["validate", folder["v2"], "--deep", .. mount]);
        PileProgram.RunToJson(["read", folder["v2"], "--where", "chip_x = 1 AND chip_y = 0", "--columns", "chip_array", "--format", "npy",
            "--out", folder["read"], .. mount]);
        Python.Run("""
            import sys
            import numpy as np, rasterio
            scenes, read = sys.argv[1:3]
            for scene in ('a1', 'a2'):
                found = np.load(f'{read}/{scene}_32_1_0.chip_array.npy')[0]
                for i, band in enumerate(('red', 'nir')):
                    with rasterio.open(f'{scenes}/{scene}/{band}.tif') as file:
                        assert np.array_equal(found[i], file.read(1)[:32, 32:64]), (scene, band)
            """, chips["."], folder["read"]);
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData("chip: { size: 32 }\nprobe: headers", "chip: { size: 16 }\nprobe: headers", "'chip'", "×16×16", Traits = ["Run", "Long"])]
    [InlineData("chip: { size: 32 }", "chip: { size: [16, 32] }", "'chip'", "1×2×32×32 is now 1×2×ragged×ragged")]
    [InlineData("chip: { size: 32 }\nstats: { mask: { band: red, nodata: 0 } }\nmax_nodata: 0.9",
        "chip: { size: 32 }\nstats: { mask: { band: red, nodata: 0 } }\nmax_nodata: 1", "'max_nodata'", "")]
    [InlineData("chip: { size: 32 }", "bands: [nir]\nchip: { size: 32 }", "'bands'", "")]
    public void Chips_of_other_settings_are_made_again(string before, string after, string difference, string message)
    {
        CopyScenes();
        Build("v1", $"items: a1/item.json\n{before}");
        Write("v2", $"items: a?/item.json\n{after}");
        ProgramResult result = PileProgram.Run("build", folder["v2.yaml"], "--append", folder["v1"], "--out", folder["v2"]);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        Assert.Contains($"were read with other settings: {difference} in the recipe's source.", result.Error, StringComparison.Ordinal);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        PileProgram.RunToJson("build", folder["v2.yaml"], "--out", folder["full"]);
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["v2"]));
    }

    [Theory]
    [InlineData("stac-chips", "\nchip: { size: 32 }")]
    [InlineData("stac-scenes", "")]
    public async Task A_search_that_finds_earlier_items_says_what_to_do(string kind, string keys)
    {
        List<string> found = [ItemOf("a1")];
        await using SearchServer server = new((_, _, _) => ("200 OK",
            $$"""{"type": "FeatureCollection", "features": [{{string.Join(',', found)}}], "links": []}"""));
        Write("d", $"api: {{ url: {server.Address} }}{keys}\nassets: {{ mount: {{ \"https://x.example\": {chips["."]} }} }}", kind);
        long earlier = PileProgram.RunToJson("build", folder["d.yaml"], "--out", folder["v1"]).GetProperty("rows").GetInt64();
        found.Add(ItemOf("a2"));
        string[] append = ["build", folder["d.yaml"], "--append", folder["v1"], "--out", folder["v2"]];
        string error = PileProgram.RunToError(1, append);
        Assert.Contains("'datetime'", error, StringComparison.Ordinal);
        Assert.Contains("skip such rows with --on-error skip", error, StringComparison.Ordinal);
        Assert.DoesNotContain("--mount", error, StringComparison.Ordinal);

        ProgramResult skipped = PileProgram.Run([.. append, "--on-error", "skip", "--json"]);
        Assert.Equal((3, earlier), (skipped.ExitCode, skipped.Json.GetProperty("skipped").GetInt64()));
        long all = PileProgram.RunToJson("build", folder["d.yaml"], "--out", folder["all"]).GetProperty("rows").GetInt64();
        Assert.Equal(all, skipped.Json.GetProperty("rows").GetInt64());
        PileProgram.RunToJson("diff", folder["all"], folder["v2"], "--light");

        found.RemoveAt(0); // a search for new items
        PileProgram.RunToJson([.. append, "--replace"]);
        PileProgram.RunToJson("diff", folder["all"], folder["v2"], "--light");
    }

    private void CopyScenes()
    {
        foreach (string scene in (string[])["a1", "a2"])
        {
            Directory.CreateDirectory(folder[scene]);
            foreach (string file in Directory.EnumerateFiles(chips[scene]))
                File.Copy(file, folder[$"{scene}/{Path.GetFileName(file)}"]);
        }
    }

    private string ItemOf(string scene)
    {
        JsonNode item = JsonNode.Parse(File.ReadAllText(chips[$"{scene}/item.json"]))!;
        foreach ((_, JsonNode? asset) in item["assets"]!.AsObject())
            asset!["href"] = $"https://x.example/{scene}/{asset["href"]}";
        return item.ToJsonString();
    }

    private void Build(string name, string source)
    {
        Write(name, source);
        PileProgram.RunToJson("build", folder[$"{name}.yaml"], "--out", folder[name]);
    }

    private void Write(string name, string source, string kind = "stac-chips") => File.WriteAllText(folder[$"{name}.yaml"],
        Recipes.Text(kind == "stac-chips" ? "chip" : "scene", $"kind: {kind}\n{source}"));
}
