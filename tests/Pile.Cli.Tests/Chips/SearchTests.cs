using System.Text.Json;
using System.Text.Json.Nodes;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Cli.Tests.Chips;

/// <summary>Scenes and chips of the items that a server finds, as the text of STAC API 1.0.0 has it.</summary>
public sealed class SearchTests(ChipDatasets chips) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Scenes_of_a_search_are_those_of_the_items()
    {
        string[] items = [Item("a1"), Item("a2"), Item("b")];
        await using SearchServer server = Server(items);
        Write("search", $$"""
            api:
                url: {{server.Address}}v1
                collections: [one, two]
                bbox: [-17, 20, -16.5, 21]
                datetime: 2020-07/2020-08-15
                query: { "eo:cloud_cover": { lt: 10.5 }, "grid:code": { in: ["10", MGRS-28QCH] }, published: { eq: true } }
            """);
        await File.WriteAllTextAsync(folder["items.json"], $$"""{"type": "FeatureCollection", "features": [{{string.Join(',', items)}}]}""",
            TestContext.Current.CancellationToken);
        Write("files", "items: items.json");
        Assert.Equal(Rows("files"), Rows("search"));
        Assert.Equal(["POST /v1/search {\"collections\":[\"one\",\"two\"],\"bbox\":[-17,20,-16.5,21],"
            + "\"datetime\":\"2020-07-01T00:00:00.000Z/2020-08-15T23:59:59.999Z\",\"query\":{\"eo:cloud_cover\":{\"lt\":10.5},"
            + "\"grid:code\":{\"in\":[\"10\",\"MGRS-28QCH\"]},\"published\":{\"eq\":true}},\"limit\":250}", "GET /v1/search?page=1",
            "GET /v1/search?page=2"], server.Requests);
        Assert.Equal(0, PileProgram.Run("validate", folder["search"]).ExitCode);
    }

    [Fact]
    public async Task Chips_of_a_search_are_those_of_the_items()
    {
        await using SearchServer server = Server([Item("a1")]);
        Write("search", $"api: {{ url: {server.Address}search, datetime: ../.., method: get, max_items: 1 }}", "stac-chips",
            $"chip: {{ size: 32 }}\n  assets: {{ mount: {chips["a1"]} }}");
        Write("files", $"items: {chips["a1/item.json"]}", "stac-chips", $"chip: {{ size: 32 }}\n  assets: {{ mount: {chips["a1"]} }}");
        string[] columns = ["object_id", "lon", "lat", "crs", "transform", "chip_band"];
        Assert.Equal(Rows("files", columns), Rows("search", columns));
        Assert.Equal(["GET /search?limit=250&datetime=..%2F.."], server.Requests);
    }

    [Theory]
    [InlineData("2020-02-12T19:26:51.024Z", "2020-02-12T19:26:51.024Z")]
    [InlineData("2020", "2020-01-01T00:00:00.000Z/2020-12-31T23:59:59.999Z")]
    [InlineData("9999", "9999-01-01T00:00:00.000Z/9999-12-31T23:59:59.999Z", Traits = ["Run", "Long"])]
    [InlineData("2020-02/..", "2020-02-01T00:00:00.000Z/..")]
    [InlineData("../2020-02-28", "../2020-02-28T23:59:59.999Z", Traits = ["Run", "Long"])]
    [InlineData("2020-02-12T00:00:00Z/2020-02-12T12:00:00+01:00", "2020-02-12T00:00:00.000Z/2020-02-12T11:00:00.000Z")]
    public async Task Times_are_sent_as_servers_require_them(string times, string sent)
    {
        await using SearchServer server = Server([]);
        Write("d", $"api: {{ url: {server.Address}, datetime: \"{times}\", query: {{ n: {{ eq: 9007199254740993 }} }} }}");
        PileProgram.Run("build", folder["d.yaml"], "--out", folder["d"]);
        Assert.Equal([$"POST /search {{\"datetime\":\"{sent}\",\"query\":{{\"n\":{{\"eq\":9007199254740993}}}},\"limit\":250}}"],
            server.Requests);
    }

    [Fact]
    public async Task Relative_addresses_are_relative_to_the_item()
    {
        JsonNode item = JsonNode.Parse(Item("a1"))!;
        item["links"] = new JsonArray(new JsonObject { ["rel"] = "self", ["href"] = "https://scenes.example/one/item.json?sig=secret" });
        foreach ((_, JsonNode? asset) in item["assets"]!.AsObject())
            asset!["href"] = "../two/band.tif";
        await using SearchServer server = Server([item.ToJsonString()]);
        Write("search", $"api: {{ url: {server.Address} }}");
        JsonElement rows = JsonDocument.Parse(Rows("search", ["asset.href"])).RootElement;
        Assert.All(rows[0].GetProperty("asset.href").EnumerateArray(),
            href => Assert.Equal("https://scenes.example/two/band.tif", href.GetString()));
    }

    [Theory]
    [InlineData("api: { url: \"ftp://x/\" }", "expected an address of a STAC API")]
    [InlineData("api: { url: \"https://u:p@x/\" }", "expected an address of a STAC API")]
    [InlineData("api: { url: \"https://x/\", bbox: [1, 2, 3] }", "expected west, south, east and north")]
    [InlineData("api: { url: \"https://x/\", bbox: [1, 5, 3, 2] }", "expected west, south, east and north")]
    [InlineData("api: { url: \"https://x/\", datetime: yesterday }", "'yesterday' is not a time")]
    [InlineData("api: { url: \"https://x/\", method: get, query: { a: { eq: 1 } } }", "need the method post")]
    [InlineData("api: { url: \"https://x/\", bbox: [1, 2, 3, 4], intersects: { type: Point, coordinates: [1, 2] } }", "not both")]
    [InlineData("api: { url: \"https://x/\", max_items: 0 }", "expected a number of items above 0")]
    [InlineData("api: { url: \"https://x/\", limit: 5 }", "limit")]
    [InlineData("api: { url: \"https://x/\" }\nitems: a.json", "two sources of items")]
    [InlineData("join: assets", "the key 'items' is missing")]
    public void Keys_that_are_wrong_are_named_with_their_line(string source, string finding)
    {
        Write("d", source);
        string error = PileProgram.RunToError(2, "build", folder["d.yaml"], "--out", folder["d"]);
        Assert.Contains(finding, error, StringComparison.Ordinal);
        Assert.Matches(@"d\.yaml, line \d+, column \d+: ", error);
        Assert.DoesNotContain("u:p", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_server_and_an_invalid_item_are_errors()
    {
        await using SearchServer denied = new((_, _, _) => ("403 Forbidden", ""));
        Write("d", $"api: {{ url: \"{denied.Address}search?key=s3cret\" }}");
        string error = PileProgram.RunToError(1, "build", folder["d.yaml"], "--out", folder["d"]);
        Assert.Contains($"{denied.Address}search", error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error, StringComparison.Ordinal);

        await using SearchServer invalid = Server([Item("a1"), """{"type": "Feature", "id": "x"}"""]);
        Write("d", $"api: {{ url: {invalid.Address} }}");
        Assert.Contains("item 1", PileProgram.RunToError(1, "build", folder["d.yaml"], "--out", folder["d"]), StringComparison.Ordinal);
        ProgramResult skipped = PileProgram.Run("build", folder["d.yaml"], "--out", folder["d"], "--on-error", "skip", "--json");
        Assert.Equal(3, skipped.ExitCode);
        Assert.Equal(1, skipped.Json.GetProperty("skipped").GetInt32());

        await using SearchServer empty = Server([]);
        Write("e", $"api: {{ url: {empty.Address} }}");
        Assert.Contains("found no items", PileProgram.Run("build", folder["e.yaml"], "--out", folder["e"]).Error,
            StringComparison.Ordinal);
    }

    // One item on each page.
    private static SearchServer Server(string[] items) => new((_, target, _) =>
    {
        int page = target.Contains("page=", StringComparison.Ordinal) ? target[^1] - '0' : 0;
        string links = page + 1 < items.Length ? $$"""[{"rel": "next", "href": "search?page={{page + 1}}"}]""" : "[]";
        return ("200 OK", $$"""{"type": "FeatureCollection", "features": [{{items.ElementAtOrDefault(page)}}], "links": {{links}}}""");
    });

    private string Item(string scene) => File.ReadAllText(chips[$"{scene}/item.json"]);

    private void Write(string name, string source, string kind = "stac-scenes", string more = "sensor: landsat-c2-l2") =>
        File.WriteAllText(folder[$"{name}.yaml"], $$"""
            pile: 1
            name: scenes
            provenance: { project: p, survey: s, instrument: i, release: r }
            licence: l
            citation: c
            source:
              kind: {{kind}}
              {{source.ReplaceLineEndings("\n  ")}}
              {{more}}

            """);

    private string Rows(string name, string[]? columns = null)
    {
        PileProgram.RunToJson("build", folder[$"{name}.yaml"], "--out", folder[name]);
        return PileProgram.RunToJson("query", folder[name], "--columns",
            string.Join(',', columns ?? ["object_id", "lon", "lat", "mjd", "datetime", "platform", "asset.key", "eo:cloud_cover"]),
            "--sort", "object_id").ToString();
    }
}
