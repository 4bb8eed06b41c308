using System.Text;
using System.Text.Json.Nodes;
using Pile.Storage;
using Pile.TestKit;

namespace Pile.Stac.Tests;

/// <summary>Properties that items of STAC 0.8, and of 0.9 with the extension <c>commons</c>, inherit of their collection, against a merge
/// in Python.</summary>
/// <remarks>Source: stac-spec 0.9.0, extensions/commons: fields of the collection's <c>properties</c> are those of each item, which may
/// override them; and extensions/eo of 0.8.1: <c>eo:bands</c> of an asset has indices of the item's list.</remarks>
public sealed class CollectionPropertiesTests : IDisposable
{
    private const string Bands = """
        [{"name": "B1", "common_name": "blue"}, {"name": "B2", "common_name": "red", "center_wavelength": 0.65}]
        """;

    private const string OldCollection = $$$"""
        {"stac_version": "0.8.1", "id": "c", "description": "", "links": [{"rel": "item", "href": "items/a.json"}],
        "properties": {"eo:platform": "landsat-8", "eo:gsd": 15, "eo:instrument": "OLI", "eo:bands": {{{Bands}}}, "eo:off_nadir": 3} }
        """;

    private const string NewCollection = $$$"""
        {"stac_version": "0.9.0", "stac_extensions": ["commons"], "id": "c", "description": "",
        "links": [{"rel": "item", "href": "items/a.json"}],
        "properties": {"platform": "landsat-8", "gsd": 15, "instruments": ["oli"], "eo:bands": {{{Bands}}}, "view:off_nadir": 3} }
        """;

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string, string, string> Sources => new()
    {
        { OldCollection, Item("0.8.1", "[]", "[1]"), "collection.json" },
        { OldCollection, Item("0.8.1", "[]", "[1]"), "items/a.json" },
        { OldCollection, Item("0.8.1", "[]", "[1]", link: null), "collection.json" },
        { OldCollection, Item("0.8.1", "[]", "[1, 0]", link: "https://a.example/collection.json"), "collection.json" },
        { OldCollection, Item("0.8.1", "[]", "[1]", link: null), "single.json" },
        { OldCollection, Item("0.7.0", "[]", "[0]", "\"platform\": \"own\", \"eo:off_nadir\": null"), "items/a.json" },
        { NewCollection, Item("0.9.0", "[\"eo\", \"commons\"]", "[1]"), "collection.json" },
        { NewCollection, Item("0.9.0", "[\"commons\"]", "[0]", "\"gsd\": 30, \"eo:platform\": \"own\""), "items/a.json" },
        { NewCollection, Item("0.9.0", "[\"commons\"]", "[0]", $"\"eo:bands\": [{{\"name\": \"own\"}}]"), "items/a.json" },
        { NewCollection, Item("0.9.0", "[\"commons\"]", "[{\"name\": \"own\"}]", link: null), "single.json" },
        { NewCollection, Item("0.9.0", "[\"eo\"]", "[{\"name\": \"own\"}]"), "collection.json" }, // does not inherit
    };

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task Properties_of_a_collection_are_those_of_a_merge_in_python(string collection, string item, string path)
    {
        Write(collection, item);
        (List<Scene> scenes, List<SceneInvalidException> problems) = await SceneSourceTests.ReadAsync(folder.Path, path);
        Assert.Empty(problems);
        Scene scene = Assert.Single(scenes);
        Assert.Equal(item, Encoding.UTF8.GetString(scene.Document.Span));
        Assert.Empty(scene.Notes);
        JsonNode expected = JsonNode.Parse(Python.Run("""
            import json, sys
            new = {'eo:platform': 'platform', 'eo:gsd': 'gsd', 'eo:off_nadir': 'view:off_nadir', 'eo:instrument': 'instruments'}
            collection, item = (json.load(open(sys.argv[1] + name)) for name in ('/collection.json', '/items/a.json'))
            of = lambda p: {new.get(k, k): v for k, v in p.items()}
            inherits = item['stac_version'] < '0.9' or 'commons' in item['stac_extensions']
            p = {**(of(collection['properties']) if inherits else {}), **of(item['properties'])}
            bands = [p['eo:bands'][b] if isinstance(b, int) else b for b in item['assets']['x']['eo:bands']]
            one = p.get('instruments')
            print(json.dumps({'names': sorted(p), 'platform': p.get('platform'), 'gsd': p.get('gsd'), 'nadir': p.get('view:off_nadir'),
                'instruments': one if isinstance(one, list) else [one] if one else [], 'bands': [b['name'] for b in bands],
                'common': [b.get('common_name') for b in bands], 'um': [b.get('center_wavelength') for b in bands]}))
            """, folder.Path))!;
        SceneAsset asset = Assert.Single(scene.Assets);
        JsonObject found = new()
        {
            ["names"] = new JsonArray([.. scene.Properties.Select(p => StacItemWriter.NameOf(p.Name)).Order(StringComparer.Ordinal)
                .Select(n => System.Text.Json.Nodes.JsonValue.Create(n))]),
            ["platform"] = scene.Common.Platform,
            ["gsd"] = scene.Common.GsdM,
            ["nadir"] = scene.Common.OffNadirDeg,
            ["instruments"] = new JsonArray([.. scene.Common.Instruments.Select(n => System.Text.Json.Nodes.JsonValue.Create(n))]),
            ["bands"] = new JsonArray([.. asset.Bands.Select(b => System.Text.Json.Nodes.JsonValue.Create(b.Name))]),
            ["common"] = new JsonArray([.. asset.Bands.Select(b => System.Text.Json.Nodes.JsonValue.Create(b.CommonName))]),
            ["um"] = new JsonArray([.. asset.Bands.Select(b => System.Text.Json.Nodes.JsonValue.Create(b.CentreWavelengthUm))]),
        };
        Assert.True(JsonNode.DeepEquals(expected, found), $"expected {expected.ToJsonString()}, found {found.ToJsonString()}");
    }

    [Theory]
    [InlineData("../collection.json", "", "landsat-8")] // a folder of the files of assets, with another collection of this name
    [InlineData("../collection.json", "..", "landsat-8")]
    [InlineData("https://a.example/stac/collection.json", "", null)]
    [InlineData("https://a.example/stac/collection.json", "https://a.example/stac", "other")]
    public async Task A_mount_applies_to_the_link_of_a_collection_only_with_a_prefix_of_its_address(string link, string prefix,
        string? expected)
    {
        Write(OldCollection, Item("0.8.1", "[]", "[{\"name\": \"own\"}]", link: link));
        Directory.CreateDirectory(folder["mounted"]);
        File.WriteAllText(folder["mounted/collection.json"], OldCollection.Replace("landsat-8", "other", StringComparison.Ordinal));
        SceneReadOptions options = new() { Mounts = new MountRules([new(prefix, folder["mounted"])]) };
        Scene scene = Assert.Single(await SceneSource.ReadAsync(FileStore.For(folder.Path), "items/a.json", options,
            TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(expected, scene.Common.Platform);
    }

    [Theory]
    [InlineData("../no.json", "'../no.json' is not at hand")]
    [InlineData("https://a.example/c.json?sig=abc", "'https://a.example/c.json' is not at hand")]
    [InlineData(null, "'c', to which it has no link, is not at hand")]
    [InlineData("a.json", "'a.json' is not at hand")] // no collection
    public async Task A_collection_that_is_not_at_hand_is_a_note_or_for_indices_an_error(string? link, string finding)
    {
        Write(OldCollection, Item("0.8.1", "[]", "[{\"name\": \"own\"}]", link: link));
        Scene scene = Assert.Single((await SceneSourceTests.ReadAsync(folder.Path, "items/a.json")).Scenes);
        Assert.Null(scene.Common.Platform);
        Assert.Contains(finding, Assert.Single(scene.Notes), StringComparison.Ordinal);

        Write(OldCollection, Item("0.8.1", "[]", "[1]", link: link));
        SceneInvalidException problem = Assert.Single((await SceneSourceTests.ReadAsync(folder.Path, "items/a.json")).Problems);
        Assert.Equal("assets.x.eo:bands", problem.Field);
        Assert.Contains($"found band 1 of a list that the properties inherit of the collection: {finding}", problem.Message,
            StringComparison.Ordinal);
        Assert.Contains("Build from the catalog or collection", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.9.0", "[\"eo\"]", "[1]", "", "found band 1, expected a band (an object): the properties have no list 'eo:bands'")]
    [InlineData("0.8.1", "[]", "[2]", "", "found band 2, expected a number below 2")]
    [InlineData("0.8.1", "[]", "[0]", "\"eo:bands\": null", "nor has their collection")]
    public async Task Indices_without_a_band_are_errors(string version, string extensions, string bands, string own, string finding)
    {
        Write(OldCollection, Item(version, extensions, bands, own));
        SceneInvalidException problem = Assert.Single((await SceneSourceTests.ReadAsync(folder.Path, "collection.json")).Problems);
        Assert.Equal("assets.x.eo:bands", problem.Field);
        Assert.Contains(finding, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Documents_of_a_dataset_have_the_bands_of_their_collection_in_its_columns()
    {
        byte[] document = Encoding.UTF8.GetBytes(Item("0.8.1", "[]", "[1]"));
        Assert.Empty(Assert.Single(SceneDocument.ParseStored(document, "json", "d", 0)).Assets[0].Bands);
    }

    public void Dispose() => folder.Dispose();

    private void Write(string collection, string item)
    {
        Directory.CreateDirectory(folder["items"]);
        File.WriteAllText(folder["collection.json"], collection);
        File.WriteAllText(folder["items/a.json"], item);
        File.WriteAllText(folder["single.json"], $$"""
            {"type": "FeatureCollection", "features": [{{item}}], "collections": [{"id": "other"}, {{collection}}]}
            """);
    }

    private static string Item(string version, string extensions, string bands, string own = "", string? link = "../collection.json") =>
        $$$"""
        {"type": "Feature", "stac_version": "{{{version}}}", "stac_extensions": {{{extensions}}}, "id": "a", "collection": "c",
        "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}, "bbox": [0, 0, 1, 1],
        "properties": {"datetime": "2018-10-01T01:08:32Z"{{{(own.Length > 0 ? $", {own}" : "")}}} },
        "links": [{{{(link is null ? "" : $$"""{"rel": "collection", "href": "{{link}}"}""")}}}],
        "assets": {"x": {"href": "https://a.example/x.tif", "type": "image/tiff", "eo:bands": {{{bands}}} } } }
        """;
}
