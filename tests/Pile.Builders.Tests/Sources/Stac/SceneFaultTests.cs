using System.Text.Json.Nodes;
using Pile.Builders.Sources;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Stac;

/// <summary>Documents with faults: one error that says what to do, or a skipped row with the reason; and the types of properties.</summary>
public sealed class SceneFaultTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string[]> Faults => new()
    {
        { """{"a": 1}""", ["items.ndjson, item 1", "STAC"] },
        { Item(d => d["geometry"] = null), ["item 1 ('b')", "geometry"] },
        { Item(d => ((JsonObject)d["properties"]!)["datetime"] = null), ["datetime", "no time"] },
        { Item(d => d.Remove("assets")), ["'assets'"] },
        { Item(d => ((JsonObject)d["properties"]!)["proj:code"] = "EPSG:999999"),
            ["'properties.proj:code'", "EPSG:999999"] },
        { Item(d => ((JsonObject)d["properties"]!)["proj:epsg"] = 999999), ["'properties.proj:epsg'", "EPSG:999999"] },
        { Item(d => Grid(d, [10, 0, 7_000_000, 0, -10, 9_000_000])), ["'properties.proj:transform'", "STAC's order",
            "GDAL's order", "leave the asset out ('assets.exclude')"] },
        { Item(d => ((JsonObject)d["geometry"]!)["coordinates"] = JsonNode.Parse("[[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]")),
            ["'geometry'"] },
        { Item(d => ((JsonObject)d["properties"]!)["a"] = "x\0y"), ["U+0000"] },
        { Item(d => d["id"] = "a"), ["'id'", "items.ndjson, item 0", "different document has the same id"] },
        { Item(d => d["id"] = "a", datetime: "2020-01-01T00:00:00Z"), ["'id'", "the same document occurs before"] },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task An_invalid_document_is_an_error_or_is_skipped(string document, string[] message)
    {
        Write("items.ndjson", Item(d => d["id"] = "a", "2020-01-01T00:00:00Z"), document, Item(d => d["id"] = "c"));
        SceneErrors.Contains(await SceneErrors.OfAsync(Builder()), message);
        List<SkippedRow> skipped = [];
        RowBatch batch = Assert.Single(await BuilderRuns.Builder(Source(), folder.Path, null, true, skipped.Add).ReadAllAsync(Token));
        Assert.Equal(["a", "c"], Texts(batch["object_id"]));
        SkippedRow row = Assert.Single(skipped);
        Assert.Equal(1, row.Row);
        Assert.All(message, part => Assert.Contains(part, row.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Repeated_and_invalid_documents_are_skipped_in_their_order_and_their_files_are_not_counted()
    {
        string first = Item(d => (d["id"], ((JsonObject)d["assets"]!)["x"]!["href"]) = ("a", "no.tif"));
        Write("items.ndjson", first, Item(d => d["geometry"] = null), first, """{"a": 1}""", Item(d => d["id"] = "a"),
            Item(d => (d["id"], ((JsonObject)d["assets"]!)["x"]!["href"]) = ("c", "none.tif")));
        List<SkippedRow> skipped = [];
        List<string> messages = [];
        RowBatch batch = Assert.Single(await BuilderRuns.Builder(Source(), folder.Path, messages.Add, true, skipped.Add)
            .ReadAllAsync(Token));
        Assert.Equal(["a", "c"], Texts(batch["object_id"]));
        Assert.Equal([1L, 2, 3, 4], skipped.Select(s => s.Row!.Value));
        Assert.All(skipped.Zip((string[])["no geometry", "the same document occurs before", "not a STAC item", "a different document"]),
            pair => Assert.Contains(pair.Second, pair.First.Reason, StringComparison.Ordinal));
        Assert.Contains(messages, m => m.StartsWith("2 of 2 local files", StringComparison.Ordinal) && m.Contains("no.tif"));
    }

    [Theory] // the second fault is found by the conversion, the first one by the reader
    [InlineData("geometry", "stac-scenes")]
    [InlineData("coordinates", "stac-scenes")]
    [InlineData("geometry", "stac-chips")]
    public async Task A_file_whose_only_item_is_skipped_is_not_reported_as_empty(string fault, string kind)
    {
        Write("items.ndjson", Item(d => d["geometry"] = fault is "geometry" ? null
            : JsonNode.Parse("""{"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]}""")));
        List<string> messages = [];
        List<SkippedRow> skipped = [];
        string source = $"kind: {kind}\nitems: items.ndjson" + (kind is "stac-chips" ? "\nchip: { size: 32 }" : "");
        Assert.Empty(await BuilderRuns.Builder(source, folder.Path, messages.Add, true, skipped.Add).ReadAllAsync(Token));
        Assert.Single(skipped);
        Assert.DoesNotContain(messages, message => message.Contains("no items", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_document_of_the_open_data_cube_with_an_unknown_system_is_an_error_or_is_skipped()
    {
        string document = await File.ReadAllTextAsync(TestPaths.Data("eo/odc-docs/ls8_dataset.yaml"), Token);
        await File.WriteAllTextAsync(folder["a.yaml"], document + document.Replace("id: c21648b1", "id: c21648b2", StringComparison.Ordinal)
            .Replace("epsg:32655", "epsg:999999", StringComparison.Ordinal)
            + document.Replace("id: c21648b1", "id: c21648b3", StringComparison.Ordinal), Token);
        const string Source = "kind: eo3-scenes\nitems: a.yaml";
        SceneErrors.Contains(await SceneErrors.OfAsync(BuilderRuns.Builder(Source, folder.Path)), "a.yaml, item 1 ('c21648b2",
            "EPSG:999999");
        List<SkippedRow> skipped = [];
        RowBatch batch = Assert.Single(await BuilderRuns.Builder(Source, folder.Path, null, true, skipped.Add).ReadAllAsync(Token));
        Assert.Equal(["c21648b1", "c21648b3"], Texts(batch["object_id"]).Select(id => id[..8]));
        Assert.Equal(1, Assert.Single(skipped).Row);
    }

    [Fact]
    public async Task A_truncated_collection_gives_the_items_before_its_end()
    {
        Write("items.ndjson", "{\"type\": \"FeatureCollection\", \"features\": [", Item(d => d["id"] = "a"), ",",
            Item(d => d["id"] = "b")[..200]);
        SceneErrors.Contains(await SceneErrors.OfAsync(Builder()), "items.ndjson", "ends");
        List<SkippedRow> skipped = [];
        RowBatch batch = Assert.Single(await BuilderRuns.Builder(Source(), folder.Path, null, true, skipped.Add).ReadAllAsync(Token));
        Assert.Equal(["a"], Texts(batch["object_id"]));
        Assert.Single(skipped);
    }

    [Theory]
    [InlineData("/etc/passwd", "/etc/passwd")]
    [InlineData("../../../../../../../../etc/passwd", "../../../../../../../../etc/passwd")]
    [InlineData("file:///etc/passwd", "file:///etc/passwd")]
    [InlineData("/vsicurl/https://a.example/x.tif", "/vsicurl/https://a.example/x.tif")]
    [InlineData("x.vrt", "x.vrt")]
    [InlineData("https://a.example/x.tif?X-Amz-Signature=abc&v=2", "https://a.example/x.tif?v=2")]
    [InlineData("https://a.example/x.tif?sig=abc", "https://a.example/x.tif")]
    [InlineData("https://a.example/x \"y\".tif?v=1&sig=abc", "https://a.example/x \"y\".tif?v=1")]
    [InlineData("https://a.example/x.tif#sig=abc", "https://a.example/x.tif")]
    [InlineData("/vsicurl?url=https://a.example/x.tif%3Fsig%3Dabc", "/vsicurl?url=https://a.example/x.tif")]
    public async Task Addresses_are_stored_without_signatures_and_never_followed(string href, string stored)
    {
        Write("items.ndjson", Item(d => ((JsonObject)d["assets"]!)["x"]!["href"] = href));
        List<string> messages = [];
        RowBatch batch = Assert.Single(await BuilderRuns.Builder(Source(), folder.Path, messages.Add).ReadAllAsync(Token));
        Assert.Equal(stored, ((TextColumnData)batch["asset.href"]).Text(0));
        Assert.DoesNotContain("abc", Texts(batch["object_id"])[0]);
        Assert.Equal(-1, batch["document"].RowBytes(0).IndexOf("=abc"u8));
        Assert.Equal(-1, batch["document"].RowBytes(0).IndexOf("Dabc"u8));
        Assert.DoesNotContain(messages, m => m.Contains("=abc", StringComparison.Ordinal) || m.Contains("Dabc", StringComparison.Ordinal));
        Assert.Equal(!href.StartsWith("https", StringComparison.Ordinal),
            messages.Exists(m => m.StartsWith("1 addresses", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Properties_are_stored_without_signatures_and_passwords()
    {
        Write("items.ndjson", Property("a", new()
        {
            ["p1"] = "https://bob:SECRET@h.org/x",
            ["p2"] = new JsonArray("https://h/x?sig=SECRET"),
            ["p3"] = new JsonObject { ["u"] = "https://h/x?v=2&X-Amz-Signature=SECRET" },
            ["p4"] = "https://h/x?token=SECRET",
            ["p5"] = "see https://h/x?sig=SECRET for it",
            ["p6"] = "what? a@b.org",
        }));
        RowBatch batch = Assert.Single(await Builder().ReadAllAsync(Token));
        Assert.Equal((string[])["https://h.org/x", "[\"https://h/x\"]", "{\"u\":\"https://h/x?v=2\"}", "https://h/x",
            "see https://h/x for it",
            "what? a@b.org"], Enumerable.Range(1, 6).Select(i => Texts(batch[$"p{i}"])[0]));
        string document = await File.ReadAllTextAsync(TestPaths.Data("eo/odc-docs/ls8_dataset.yaml"), Token);
        await File.WriteAllTextAsync(folder["a.yaml"], document.Replace("properties:\n",
            "properties:\n  p1: https://h/x?sig=SECRET\n  p2: [ 'https://bob:SECRET@h.org/x' ]\n", StringComparison.Ordinal), Token);
        batch = Assert.Single(await BuilderRuns.Builder("kind: eo3-scenes\nitems: a.yaml", folder.Path).ReadAllAsync(Token));
        Assert.Equal(["https://h/x", "[\"https://h.org/x\"]"], (string[])[Texts(batch["p1"])[0], Texts(batch["p2"])[0]]);
    }

    [Fact] // YAML 1.2.2, section 10.3.2: .nan and .inf are numbers, other words are text
    public async Task Numbers_of_yaml_that_json_does_not_have_are_numbers()
    {
        string document = await File.ReadAllTextAsync(TestPaths.Data("eo/odc-docs/ls8_dataset.yaml"), Token);
        string[] numbers = [".nan", "-.INF", "1.5"];
        await File.WriteAllTextAsync(folder["a.yaml"], string.Concat(numbers.Select((number, i) => document
            .Replace("id: c21648b1", $"id: c21648b{i + 1}", StringComparison.Ordinal).Replace("properties:\n",
                $"properties:\n  n: {number}\n  t: nan\n  l: [ .nan, 1 ]\n", StringComparison.Ordinal))), Token);
        RowBatch batch = Assert.Single(await BuilderRuns.Builder("kind: eo3-scenes\nitems: a.yaml", folder.Path).ReadAllAsync(Token));
        Assert.Equal([double.NaN, double.NegativeInfinity, 1.5], batch.Values<double>("n").ToArray());
        Assert.Equal(["nan", "[\"nan\",1]"], (string[])[Texts(batch["t"])[0], Texts(batch["l"])[0]]);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../../../../../../../../etc/passwd")]
    [InlineData("file:///etc/passwd")]
    public async Task Chips_do_not_read_local_files_outside_the_folders_of_the_recipe(string href)
    {
        Write("items.ndjson", Item(d => ((JsonObject)d["assets"]!)["x"]!["href"] = href));
        BuilderRun run = BuilderRuns.Builder("kind: stac-chips\nitems: items.ndjson\nchip: {size: 4}\nbands: [x]", folder.Path);
        SceneErrors.Contains(await SceneErrors.OfAsync(run), "/etc/passwd", "'assets.mount'");
    }

    [Theory] // STAC's raster extension and gdalinfo write nan, YAML .nan
    [InlineData("nan")]
    [InlineData("NaN")]
    [InlineData(".nan")]
    public async Task A_mask_has_the_nodata_nan_in_each_spelling(string nodata)
    {
        Write("items.ndjson", Item(d => ((JsonObject)d["assets"]!)["x"]!["href"] = "x.tif"));
        BuilderRun run = BuilderRuns.Builder("kind: stac-chips\nitems: items.ndjson\nchip: {size: 4}\nbands: [x]\n"
            + $"stats: {{mask: {{band: x, nodata: {nodata}}}}}", folder.Path);
        SceneErrors.Contains(await SceneErrors.OfAsync(run), "x.tif", "there is no such file");
    }

    [Fact]
    public async Task Chips_read_local_files_below_a_mounted_folder()
    {
        using TemporaryFolder elsewhere = new();
        Write("items.ndjson", Item(d => ((JsonObject)d["assets"]!)["x"]!["href"] = elsewhere["x.tif"]));
        BuilderRun run = BuilderRuns.Builder(
            $"kind: stac-chips\nitems: items.ndjson\nchip: {{size: 4}}\nbands: [x]\n"
            + $"assets: {{mount: {{ 'https://a.example': {elsewhere.Path} }} }}", folder.Path);
        SceneErrors.Contains(await SceneErrors.OfAsync(run), "x.tif", "there is no such file");
    }

    [Fact]
    public async Task Properties_have_the_type_that_represents_all_their_values()
    {
        Write("items.ndjson", Property("a", new()
        {
            ["i"] = 1,
            ["f"] = 1,
            ["w"] = 1,
            ["b"] = true,
            ["t"] = "x",
            ["l"] = new JsonArray(1, 2),
            ["eo:cloud_cover"] = 7
        }),
            Property("b", new() { ["i"] = -5, ["f"] = 2.5, ["w"] = 1L << 40, ["b"] = null, ["bbox"] = "own" }));
        RowBatch batch = Assert.Single(await Builder().ReadAllAsync(Token));
        Assert.Equal([1, -5], batch.Values<int>("i").ToArray());
        Assert.Equal([1, 2.5], batch.Values<double>("f").ToArray());
        Assert.Equal([1, 1L << 40], batch.Values<long>("w").ToArray());
        Assert.Equal([false, true], batch["b"].IsNull.ToArray());
        Assert.Equal("[1,2]", Texts(batch["l"])[0]);
        Assert.Equal("own", Texts(batch["native_bbox"])[1]);
        Assert.Equal(("%", DType.Float64), (batch["eo:cloud_cover"].Schema.Unit, batch["eo:cloud_cover"].Schema.DType));
    }

    [Fact]
    public async Task Values_of_different_types_are_stored_as_text_and_long_texts_only_in_documents()
    {
        Write("one.json", Property("a", new() { ["x"] = 1, ["y"] = new string('y', 2000), ["z"] = 1, ["u"] = ulong.MaxValue }));
        Write("two.json", Property("b", new() { ["x"] = "one", ["z"] = 0.5, ["u"] = 7 }));
        List<string> messages = [];
        BuildOutcome outcome = await BuildRun.RunAsync(RecipeOf("\"*.json\""), SourceBuilders.All, folder["out"],
            new BuildSettings { OnMessage = messages.Add }, Token);
        Assert.Equal(2, outcome.Dataset.Rows);
        Manifest manifest = ManifestReader.Read(await File.ReadAllTextAsync(folder["out/pile.yaml"], Token), "pile.yaml");
        Assert.Equal(DType.String, manifest.Columns.Single(c => c.Name == "x").DType);
        Assert.Equal(DType.Float64, manifest.Columns.Single(c => c.Name == "z").DType);
        Assert.Equal(DType.String, manifest.Columns.Single(c => c.Name == "u").DType); // a float64 would round it
        Assert.DoesNotContain(manifest.Columns, c => c.Name == "y");
        Assert.Contains(messages, m => m.Contains("'y' has values longer than 1024 bytes", StringComparison.Ordinal));
    }

    [Theory] // an integer of 64 bits and a fraction have no common type but text; neither task sees both
    [InlineData(false)]
    [InlineData(true)]
    public async Task Types_of_properties_are_those_of_all_tasks(bool resumes)
    {
        Write("one.json", Property("a", new() { ["x"] = 1L << 60, ["y"] = 1, ["z"] = 1 }));
        Write("two.ndjson", Property("b", new() { ["x"] = 0.5, ["y"] = 2, ["z"] = "one" }),
            Property("c", new() { ["x"] = 1e3, ["y"] = 2.5, ["z"] = 5 }));
        Recipe recipe = RecipeOf("[one.json, two.ndjson]");
        await BuildRun.RunAsync(recipe, SourceBuilders.All, folder["whole"], null, Token);
        foreach (int task in (int[])[1, 0])
            await BuildRun.RunAsync(recipe, SourceBuilders.All, folder["parts"],
                new BuildSettings { Writer = new() { Task = (task, 2) } }, Token);
        await BuildRun.RunAsync(recipe, SourceBuilders.All, folder["parts"],
            new BuildSettings { Writer = new() { CompletesTasks = !resumes, Resume = resumes } }, Token);
        Assert.Equal(FilesOf("whole"), FilesOf("parts"));
        Manifest manifest = ManifestReader.Read(await File.ReadAllTextAsync(folder["parts/pile.yaml"], Token), "pile.yaml");
        Assert.Equal([DType.String, DType.Float64, DType.String],
            ((string[])["x", "y", "z"]).Select(name => manifest.Columns.Single(c => c.Name == name).DType));
    }

    [Fact]
    public async Task Documents_are_deflated_and_read_unchanged()
    {
        Write("items.ndjson", [.. Enumerable.Range(0, 40).Select(i =>
            Property($"s{i}", new() { ["text"] = new string((char)('a' + (i % 26)), 900 - i) }))]);
        await BuildRun.RunAsync(RecipeOf("items.ndjson"), SourceBuilders.All, folder["out"], null, Token);
        Assert.Equal("40", Python.Run("""
            import glob, h5py, sys
            count = 0
            lines = set(open(sys.argv[2], 'rb').read().split(b'\n'))
            for shard in map(h5py.File, glob.glob(sys.argv[1] + '/main/healpix=*/*.hdf5')):
                document = shard['document']
                assert document.compression == 'gzip', document.compression
                assert document.id.get_storage_size() < document.size / 2
                for row, (length,) in zip(document[:], shard['document_shape'][:]):
                    assert row[:length].tobytes() in lines
                    count += 1
            print(count)
            """, folder["out"], folder["items.ndjson"]).Trim());
    }

    public void Dispose() => folder.Dispose();

    private string[] FilesOf(string name) => [.. Directory.EnumerateFiles(folder[name], "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).Select(path => Path.GetRelativePath(folder[name], path) + " "
            + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))))];

    private Recipe RecipeOf(string items)
    {
        File.WriteAllText(folder["recipe.yaml"], $$"""
            pile: 1
            name: mixed
            provenance: { project: p, survey: s, instrument: i, release: r }
            licence: CC0-1.0
            citation: none
            source: { kind: stac-scenes, items: {{items}} }
            """);
        return RecipeReader.ReadFile(folder["recipe.yaml"]);
    }

    private static string Item(Action<JsonObject> change, string datetime = "2020-07-14T11:55:52Z")
    {
        JsonObject item = (JsonObject)JsonNode.Parse("""
            {"type": "Feature", "stac_version": "1.0.0", "id": "b", "links": [],
             "geometry": {"type": "Polygon", "coordinates": [[[15.0, 0.0], [15.001, 0.0], [15.001, 0.001], [15.0, 0.001], [15.0, 0.0]]]},
             "bbox": [15.0, 0.0, 15.001, 0.001], "properties": {"datetime": "DATETIME"},
             "assets": {"x": {"href": "https://a.example/x.tif", "type": "image/tiff", "roles": ["data"]}}}
            """.Replace("DATETIME", datetime, StringComparison.Ordinal))!;
        change(item);
        return item.ToJsonString();
    }

    private static string Property(string id, JsonObject values) => Item(d =>
    {
        d["id"] = id;
        foreach ((string name, JsonNode? value) in values)
            ((JsonObject)d["properties"]!)[name] = value?.DeepClone();
    });

    private static void Grid(JsonObject item, double[] transform)
    {
        JsonObject properties = (JsonObject)item["properties"]!;
        properties["proj:code"] = "EPSG:32633";
        properties["proj:shape"] = new JsonArray(10, 10);
        properties["proj:transform"] = new JsonArray([.. transform.Select(t => (JsonNode)t)]);
    }

    private void Write(string name, params string[] lines) => File.WriteAllLines(folder[name], lines);

    private static string Source() => "kind: stac-scenes\nitems: items.ndjson";

    private BuilderRun Builder() => BuilderRuns.Builder(Source(), folder.Path);

    private static string[] Texts(ColumnData column) =>
        [.. Enumerable.Range(0, column.RowCount).Select(row => ((TextColumnData)column).Text(row))];
}
