using System.Text.Json.Nodes;
using Pile.Storage;
using Pile.TestServices;

namespace Pile.Stac.Tests;

public class StacSearchTests
{
    private const string Secret = "s3cretT0ken";
    private static readonly StoreOptions Quick = new() { Attempts = 3, RetryDelay = TimeSpan.FromMilliseconds(1) };

    private static JsonNode Item(int number)
    {
        JsonNode item = JsonNode.Parse(EoFiles.Bytes("stac-items/lidar_dem.json"))!;
        item["id"] = $"item-{number}";
        return item;
    }

    private static string Page(IEnumerable<int> items, JsonObject? next) => new JsonObject
    {
        ["type"] = "FeatureCollection",
        ["features"] = new JsonArray([.. items.Select(Item)]),
        ["links"] = next is null ? [] : new JsonArray(new JsonObject { ["rel"] = "self", ["href"] = "x" }, next),
    }.ToJsonString();

    private static JsonObject Next(string href, JsonObject? body = null, bool merge = false)
    {
        JsonObject link = new() { ["rel"] = "next", ["href"] = href };
        if (body is not null)
            (link["method"], link["body"], link["merge"]) = ("POST", body, merge);
        return link;
    }

    private static async Task<List<Scene>> SearchAsync(Uri api, SearchQuery query, StoreOptions? options = null)
    {
        List<Scene> scenes = [];
        await foreach (Scene scene in StacSearch.ReadAsync(api, query, new StacHttp(options ?? Quick).SendAsync, new(),
            TestContext.Current.CancellationToken))
            scenes.Add(scene);
        return scenes;
    }

    [Fact]
    public async Task Pages_are_followed_with_get()
    {
        await using SearchServer server = new((_, target, _) => ("200 OK", target.Contains("token=2", StringComparison.Ordinal)
            ? Page([2, 3], null) : Page([0, 1], Next($"search?limit=2&token=2&sig={Secret}"))));
        List<Scene> scenes = await SearchAsync(new Uri(server.Address, "api"), new SearchQuery
        {
            UsesGet = true,
            PageItems = 2,
            Collections = ["a b"],
            BboxDeg = [-10.5, 0, 20, 30],
            Datetime = "2020-01-01T00:00:00Z/..",
        });
        Assert.Equal(["item-0", "item-1", "item-2", "item-3"], scenes.Select(s => s.Id));
        Assert.Equal([0, 1, 2, 3], scenes.Select(s => s.Index));
        Assert.All(scenes, s => Assert.Equal($"{server.Address}api/search", s.Source));
        Assert.Equal(["GET /api/search?limit=2&collections=a%20b&bbox=-10.5%2C0%2C20%2C30&datetime=2020-01-01T00%3A00%3A00Z%2F..",
            $"GET /api/search?limit=2&token=2&sig={Secret}"], server.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pages_are_followed_with_post_and_bodies_are_merged_or_replaced(bool merge)
    {
        await using SearchServer server = new((_, _, body) => ("200 OK", body.Contains("token", StringComparison.Ordinal)
            ? Page([1], null) : Page([0], Next("/search", new JsonObject { ["token"] = "t1", ["limit"] = 7 }, merge))));
        Assert.Equal(2, (await SearchAsync(server.Address, new SearchQuery
        {
            Collections = ["c"],
            PageItems = 1,
            Query = new JsonValue("""{"eo:cloud_cover": {"lt": 10}}"""u8.ToArray())
        })).Count);
        Assert.Equal(["POST /search {\"collections\":[\"c\"],\"query\":{\"eo:cloud_cover\":{\"lt\":10}},\"limit\":1}", merge
            ? "POST /search {\"collections\":[\"c\"],\"query\":{\"eo:cloud_cover\":{\"lt\":10}},\"token\":\"t1\",\"limit\":7}"
            : "POST /search {\"token\":\"t1\",\"limit\":7}"], server.Requests);
    }

    [Fact]
    public async Task Loops_of_pages_end_with_an_error()
    {
        int count = 0;
        await using SearchServer same = new((_, _, _) => ("200 OK", Page([0], Next($"search?token={Secret}"))));
        await using SearchServer fresh = new((_, _, _) => ("200 OK", Page([0], Next($"search?token={count++}"))));
        await using SearchServer empty = new((_, _, _) => ("200 OK", Page([], Next($"search?token={count++}"))));
        foreach (SearchServer server in (SearchServer[])[same, fresh, empty])
        {
            SceneInvalidException e = await Assert.ThrowsAsync<SceneInvalidException>(() => SearchAsync(server.Address, new SearchQuery()));
            Assert.Equal(SceneProblem.LinkLoop, e.Problem);
            Assert.DoesNotContain(Secret, e.Message, StringComparison.Ordinal);
        }
        Assert.True(empty.Requests.Count < 200, "a server that returns empty pages is asked without end");
    }

    [Theory]
    [InlineData("https://elsewhere.example/search?token=")]
    [InlineData("http://user:password@127.0.0.1/search?token=")]
    [InlineData("file:///etc/passwd?")]
    public async Task Links_to_other_servers_are_not_followed(string next)
    {
        await using SearchServer server = new((_, _, _) => ("200 OK", Page([0], Next(next + Secret))));
        SceneInvalidException e = await Assert.ThrowsAsync<SceneInvalidException>(() => SearchAsync(server.Address, new SearchQuery()));
        Assert.DoesNotContain(Secret, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("password", e.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task The_search_ends_at_the_limit_and_skips_what_is_not_valid()
    {
        await using SearchServer server = new((_, _, body) =>
            ("200 OK", Page([0, 1, 2], Next("search", new JsonObject { ["n"] = body.Length }))));
        Assert.Equal(2, (await SearchAsync(server.Address, new SearchQuery { MaxItems = 2 })).Count);
        Assert.Single(server.Requests);
        await using SearchServer bad = new((_, _, _) => ("200 OK", """{"features":[{"type":"Feature"}],"links":[]}"""));
        Assert.Equal(SceneProblem.NotScene, (await Assert.ThrowsAsync<SceneInvalidException>(() =>
            SearchAsync(bad.Address, new()))).Problem);
    }

    [Fact]
    public async Task Busy_servers_are_asked_again_and_errors_do_not_show_the_query()
    {
        int failures = 2;
        await using SearchServer busy = new((_, _, _) => failures-- > 0 ? ("503 Busy", "") : ("200 OK", Page([0], null)));
        Assert.Single(await SearchAsync(busy.Address, new()));
        foreach (string status in (string[])["500 Broken", "403 Forbidden", "404 Missing", "302 Found", "405 No"])
        {
            await using SearchServer failing = new((_, _, _) => (status, ""));
            StoreException e = await Assert.ThrowsAsync<StoreException>(() =>
                new StacHttp(Quick).SendAsync(new StacRequest(false, new Uri(failing.Address, $"search?token={Secret}"), default, []), 100,
                    TestContext.Current.CancellationToken));
            Assert.DoesNotContain(Secret, e.ToString(), StringComparison.Ordinal);
            Assert.Equal(status[0] == '5' ? 3 : 1, failing.Requests.Count);
        }
    }

    [Theory]
    [InlineData("400 Bad", """{"code": "BadRequest", "description": "limit must be\n at most 100"}""",
        "HTTP 400: 'limit must be at most 100'")]
    [InlineData("422 Bad", """{"detail": [{"loc": ["bbox"], "msg": "wrong"}]}""", """HTTP 422: '[{"loc": ["bbox"], "msg": "wrong"}]'""")]
    [InlineData("403 Forbidden", """{"message": "no subscription"}""", "(HTTP 403): 'no subscription'")]
    [InlineData("400 Bad", """{"message": "the key s3cretT0ken has expired"}""", "HTTP 400. ")]
    [InlineData("400 Bad", "<html>", "HTTP 400. ")]
    [InlineData("400 Bad", "", "HTTP 400. ")]
    public async Task Errors_contain_what_the_server_says(string status, string body, string expected)
    {
        await using SearchServer failing = new((_, _, _) => (status, body));
        StoreException e = await Assert.ThrowsAsync<StoreException>(() =>
            SearchAsync(new Uri(failing.Address, $"search?key={Secret}"), new SearchQuery()));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1?key=a%2Fb", "v1/search?key=a%2Fb")]
    [InlineData("v1/search?key=a%2Fb", "v1/search?key=a%2Fb")]
    [InlineData("v1/search/", "v1/search")]
    public async Task The_query_of_an_address_is_kept(string address, string expected)
    {
        await using SearchServer server = new((_, _, _) => ("200 OK", Page([0], null)));
        await SearchAsync(new Uri(server.Address, address), new SearchQuery());
        await SearchAsync(new Uri(server.Address, address), new SearchQuery { UsesGet = true, Ids = ["x"] });
        Assert.Equal([$"POST /{expected} {{\"limit\":250}}",
            $"GET /{expected}{(expected.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit=250&ids=x"], server.Requests);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("{\"features\":[{]}")]
    [InlineData("{\"links\":[]}")]
    [InlineData("[1]")]
    [InlineData("")]
    public async Task Responses_that_are_no_pages_are_reported(string body)
    {
        await using SearchServer server = new((_, _, _) => ("200 OK", body));
        await Assert.ThrowsAsync<SceneInvalidException>(() => SearchAsync(server.Address, new()));
    }
}
