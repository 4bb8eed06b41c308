using System.Text;
using Pile.Storage;
using Pile.TestKit;

namespace Pile.Stac.Tests;

public class SceneSourceTests
{
    private static readonly string Item = Compact("stac-items/S2A_28QCH_20200714_0_L2A.json");

    private static string Compact(string path) => System.Text.Json.Nodes.JsonNode.Parse(EoFiles.Bytes(path))!.ToJsonString();

    private static string Renamed(int number) => Item.Replace("\"id\":\"S2A_28QCH_20200714_0_L2A\"", $"\"id\":\"item-{number}\"",
        StringComparison.Ordinal);

    internal static async Task<(List<Scene> Scenes, List<SceneInvalidException> Problems)> ReadAsync(string folder, string path,
        SceneReadOptions? options = null)
    {
        List<SceneInvalidException> problems = [];
        List<Scene> scenes = [];
        await foreach (Scene scene in SceneSource.ReadAsync(FileStore.For(folder), path,
            (options ?? new()) with { OnInvalid = problems.Add },
            TestContext.Current.CancellationToken))
            scenes.Add(scene);
        return (scenes, problems);
    }

    private static async Task<(List<Scene> Scenes, List<SceneInvalidException> Problems)> ReadTextAsync(string text,
        string name = "items.json",
        SceneReadOptions? options = null)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder[name], text, new UTF8Encoding(false));
        return await ReadAsync(folder.Path, name, options);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(700)] // several chunks
    public async Task Collections_and_lines_return_all_items_in_order(int count)
    {
        string[] expected = [.. Enumerable.Range(0, count).Select(i => $"item-{i}")];
        string items = string.Join(",\n ", Enumerable.Range(0, count).Select(Renamed));
        string[] texts =
        [
            $"{{\"type\":\"FeatureCollection\",\"features\":[{items}],\"links\":[]}}",
            $"{{\"numberMatched\":{count}, \"features\" : [ {string.Join(" , ", Enumerable.Range(0, count).Select(Renamed))} ] }}\n",
            string.Join("\n", Enumerable.Range(0, count).Select(Renamed)),
            "\uFEFF" + string.Join("\r\n\r\n", Enumerable.Range(0, count).Select(Renamed)) + "\r\n",
        ];
        foreach (string text in texts)
        {
            (List<Scene> scenes, List<SceneInvalidException> problems) = await ReadTextAsync(text);
            Assert.Empty(problems);
            Assert.Equal(expected, scenes.Select(s => s.Id));
            Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), scenes.Select(s => s.Index));
            Assert.Equal(Renamed(count - 1), Encoding.UTF8.GetString(scenes[^1].Document.Span));
        }
    }

    [Fact]
    public async Task A_single_item_is_read_whatever_the_order_of_its_members()
    {
        foreach (string path in EoFiles.Items)
        {
            (List<Scene> scenes, List<SceneInvalidException> problems) = await ReadAsync(EoFiles.Root, path);
            Assert.Empty(problems);
            Assert.Equal(EoFiles.Scene(path).Id, Assert.Single(scenes).Id);
        }
    }

    [Fact]
    public async Task Every_cut_of_a_collection_is_reported_and_the_items_before_it_are_returned()
    {
        string text = $"{{\"type\":\"FeatureCollection\",\"features\":[{Renamed(0)},{Renamed(1)},{Renamed(2)}],\"links\":[]}}";
        int[] ends = [text.IndexOf(']', StringComparison.Ordinal) - 40, text.Length - 1, text.Length - 3, text.Length - 13,
            .. Enumerable.Range(1, 60).Select(i => i * text.Length / 61)];
        using TemporaryFolder folder = new();
        foreach (int end in ends)
        {
            File.WriteAllText(folder["cut.json"], text[..end]);
            (List<Scene> scenes, List<SceneInvalidException> problems) = await ReadAsync(folder.Path, "cut.json");
            SceneInvalidException problem = Assert.Single(problems);
            Assert.True(problem.Problem is SceneProblem.Truncated, $"cut at {end}: {problem.Message}");
            Assert.Contains("cut.json", problem.Message, StringComparison.Ordinal);
            Assert.Equal(scenes.Count, problem.Index);
        }
    }

    [Fact]
    public async Task A_bad_item_of_a_collection_or_line_is_reported_with_its_index_and_the_others_are_returned()
    {
        string noGeometry = Renamed(1).Replace("\"geometry\":{", "\"geometry\":null,\"old\":{", StringComparison.Ordinal);
        string noTime = Renamed(2).Replace("\"datetime\":\"2020-07-14T11:55:52Z\"", "\"datetime\":null", StringComparison.Ordinal);
        string noAssets = Renamed(3)[..Renamed(3).IndexOf("\"assets\"", StringComparison.Ordinal)] + "\"assets\":{}}";
        string badTime = Renamed(4).Replace("2020-07-14T11", "2020-13-14T11", StringComparison.Ordinal);
        string[] items = [Renamed(0), noGeometry, noTime, noAssets, badTime, "{\"type\":\"Feature\"}", "[1]", Renamed(7)];
        foreach (string text in (string[])[string.Join("\n", items), $"{{\"features\":[{string.Join(",", items)}]}}"])
        {
            (List<Scene> scenes, List<SceneInvalidException> problems) = await ReadTextAsync(text);
            Assert.Equal(["item-0", "item-7"], scenes.Select(s => s.Id));
            Assert.Equal([SceneProblem.NoGeometry, SceneProblem.NoDatetime, SceneProblem.NoAssets, SceneProblem.InvalidValue,
                SceneProblem.NotScene, SceneProblem.NotScene], problems.Select(p => p.Problem));
            Assert.Equal([1, 2, 3, 4, 5, 6], problems.Select(p => p.Index));
            Assert.EndsWith("item 4 ('item-4'), 'properties.datetime': found '2020-13-14T11:55:52Z', expected a date and time of RFC "
                + "3339, such as "
                + "2020-07-14T11:55:52Z. Correct the document, or leave it out.", problems[3].Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_broken_line_does_not_affect_the_others()
    {
        (List<Scene> scenes, List<SceneInvalidException> problems) =
            await ReadTextAsync($"{Renamed(0)}\n{Renamed(1)[..500]}\n{{\"a\":tru}}\n{Renamed(3)}\n{Renamed(4)[..900]}");
        Assert.Equal(["item-0", "item-3"], scenes.Select(s => s.Id));
        Assert.Equal([SceneProblem.Truncated, SceneProblem.NotParsed, SceneProblem.Truncated], problems.Select(p => p.Problem));
    }

    [Theory]
    [InlineData("", nameof(SceneProblem.NotParsed))]
    [InlineData("  \n ", nameof(SceneProblem.NotParsed))]
    [InlineData("hello", nameof(SceneProblem.NotParsed))]
    [InlineData("[]", nameof(SceneProblem.NotScene))]
    [InlineData("{", nameof(SceneProblem.Truncated))]
    [InlineData("{}", nameof(SceneProblem.NotScene))]
    [InlineData("{\"type\":\"FeatureCollection\"}", nameof(SceneProblem.NotScene))]
    [InlineData("{\"features\":[}", nameof(SceneProblem.NotParsed))]
    [InlineData("{\"features\":[]", nameof(SceneProblem.Truncated))]
    [InlineData("{\"features\":[]}}", nameof(SceneProblem.NotParsed))]
    [InlineData("{\"type\":\"Point\",\"coordinates\":[1,2]}", nameof(SceneProblem.NotScene))]
    public async Task Files_that_are_not_stac_are_reported_once(string text, string expected)
    {
        (List<Scene> scenes, List<SceneInvalidException> problems) = await ReadTextAsync(text);
        Assert.Empty(scenes);
        Assert.Equal(expected, Assert.Single(problems).Problem.ToString());
    }

    [Fact]
    public async Task Documents_above_the_limit_are_reported_before_they_are_in_memory()
    {
        string large = Renamed(1).Replace("\"gsd\":10", $"\"gsd\":10,\"x\":\"{new string('x', 9_000_000)}\"", StringComparison.Ordinal);
        foreach (string text in (string[])[$"{{\"features\":[{Renamed(0)},{large}]}}", large])
        {
            (_, List<SceneInvalidException> problems) = await ReadTextAsync(text, options: new SceneReadOptions { MaxItemBytes = 1 << 20 });
            Assert.Equal(SceneProblem.TooLarge, Assert.Single(problems).Problem);
        }
    }

    [Fact]
    public async Task A_document_above_the_limit_that_fits_a_chunk_is_skipped_alone()
    {
        string large = Renamed(1).Replace("\"gsd\":10", $"\"gsd\":10,\"x\":\"{new string('x', 50_000)}\"", StringComparison.Ordinal);
        (List<Scene> scenes, List<SceneInvalidException> problems) = await ReadTextAsync($"{Renamed(0)}\n{large}\n{Renamed(2)}",
            options: new SceneReadOptions { MaxItemBytes = 40_000 });
        Assert.Equal(["item-0", "item-2"], scenes.Select(s => s.Id));
        Assert.Equal((SceneProblem.TooLarge, 1L), (Assert.Single(problems).Problem, problems[0].Index));
    }

    [Fact]
    public async Task Without_a_callback_the_first_problem_is_thrown()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.ndjson"], $"{Renamed(0)}\n{{}}\n{Renamed(2)}");
        List<string> ids = [];
        SceneInvalidException problem = await Assert.ThrowsAsync<SceneInvalidException>(async () =>
        {
            await foreach (Scene scene in SceneSource.ReadAsync(FileStore.For(folder.Path), "a.ndjson", new(),
                TestContext.Current.CancellationToken))
                ids.Add(scene.Id);
        });
        Assert.Equal((1, "item-0"), (problem.Index, Assert.Single(ids)));
    }

    [Fact]
    public async Task Reading_may_stop_early()
    {
        long last = -1;
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.ndjson"], string.Join("\n", Enumerable.Range(0, 2000).Select(Renamed)));
        await foreach (Scene scene in SceneSource.ReadAsync(FileStore.For(folder.Path), "a.ndjson", new(),
            TestContext.Current.CancellationToken))
            if (scene.Index == 5)
            {
                last = scene.Index;
                break;
            }
        Assert.Equal(5, last);
    }

    [Fact]
    public async Task Product_definitions_among_datasets_are_reported()
    {
        (List<Scene> scenes, List<SceneInvalidException> problems) = await ReadAsync(EoFiles.Root, "odc-docs/ls5_scenes.yaml");
        Assert.Empty(scenes);
        Assert.Equal([0L, 1, 2, 3, 4, 5], problems.Select(p => p.Index));
        Assert.All(problems, p => Assert.Equal(SceneProblem.NotScene, p.Problem));
    }
}
