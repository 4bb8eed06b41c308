using System.Text.Json;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Cli.Tests.Chips;

/// <summary>Chips of a dataset of scenes are those of the documents from which it was built.</summary>
public sealed class SceneDatasetTests(ChipDatasets chips, RepeatedBuilds builds) : IDisposable
{
    private static readonly string Eo = Path.Combine(TestPaths.Root, "tests", "data", "eo");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("LANDSAT/*_stac.json", "join: assets\nassets: { mount: LANDSAT }",
        "bands: [red]\nchip: { size: [256, 512] }\nstats: { indexer: landsat }\nmax_nodata: 0.9",
        "join: assets\nassets: { mount: LANDSAT }")]
    [InlineData("[ITEMS/S2A*.json, ITEMS/LC08*.json]", "", "bands: [red, green]\nchip: { size: [512, 1024], edge: overlap }", "",
        Traits = ["Run", "Long"])]
    [InlineData("ITEMS/S2A*.json", "assets: { mount: { \"https://sentinel-cogs.s3.us-west-2.amazonaws.com\": \"s3://mirror\" } }",
        "resample: nearest\nbands: [red, swir16]\nchip: { size: 1024 }",
        "assets: { mount: { \"https://sentinel-cogs.s3.us-west-2.amazonaws.com\": \"s3://mirror\" } }")]
    [InlineData("MADE/a?/item.json", "", "chip: { size: 32, edge: pad }", "", Traits = ["Run", "Long"])]
    [InlineData("MADE/a?/item.json", "", "chip: { size: 32 }", "assets: { mount: MADE/a1 }")] // whose files have the names of those of a2
    [InlineData("MADE/c/item.json", "", "resample: bilinear\nchip: { size: [16, 32] }\npartition", "")]
    [InlineData("NETCDF/stack.json", "", "bands: [red, nir]\nchip: { size: 32 }", "", Traits = ["Run", "Long"])]
    [InlineData("NETCDF/eo3-*.yaml", "", "bands: [red, nir]\nchip: { size: 32 }", "")]
    public void Rows_and_files_are_those_of_the_items(string items, string ofScenes, string ofChips, string ofItems)
    {
        string list = Places(items);
        if (items.StartsWith("NETCDF", StringComparison.Ordinal))
            Python.Run(File.ReadAllText(Path.Combine(TestPaths.Root, "tests", "Pile.Cli.Tests", "Chips", "netcdf_scenes.py")), folder["s"]);
        Build("scenes", "scene", $"kind: stac-scenes\nitems: {list}\n{ofScenes}");
        bool hasGrid = ofChips.EndsWith("partition", StringComparison.Ordinal);
        string keys = hasGrid ? ofChips[..^"partition".Length] : ofChips;
        string[] grid = hasGrid ? ["--set", "partition.grid=mgrs"] : [];
        Build("items", "chip", $"kind: stac-chips\nitems: {list}\n{keys}\n{ofItems}", grid);
        Build("chips", "chip", $"kind: stac-chips\nscenes: scenes\n{keys}", grid);
        AssertSameRows("items", "chips");
        if (ofItems.Length > 0)
        {
            Build("mounted", "chip", $"kind: stac-chips\nscenes: scenes\n{keys}\n{ofItems}", grid);
            AssertSameRows("items", "mounted");
        }
        PileProgram.RunToJson("validate", folder["chips"]);
    }

    [Theory]
    [InlineData("merge", "items", "eo3")]
    [InlineData("concat", "eo3", "items", Traits = ["Run", "Long"])]
    public void Scenes_of_items_and_of_EO3_documents_are_united_with_their_documents(string verb, string first, string second)
    {
        Python.Run(File.ReadAllText(Path.Combine(TestPaths.Root, "tests", "Pile.Cli.Tests", "Chips", "netcdf_scenes.py")), folder["s"]);
        Python.Run("""
            import glob, sys, yaml
            for path in glob.glob(sys.argv[1]): # from the style of JSON
                document = yaml.safe_load(open(path))
                yaml.safe_dump(document, open(path, 'w'))
            """, folder["s/eo3-*.yaml"]);
        Build("eo3", "scene", $"kind: stac-scenes\nitems: {Places("NETCDF/eo3-*.yaml")}");
        Build("items", "scene", $"kind: stac-scenes\nitems: {Places("NETCDF/stack.json")}");
        PileProgram.RunToJson(verb, folder[first], folder[second], "--out", folder["all"], "--name", "all");
        PileProgram.RunToJson("validate", folder["all"], "--deep");
        // JSON is YAML for another reader, too, and the bytes are those of the files.
        Assert.Equal("ok\n", Python.Run("""
            import glob, h5py, json, sys, yaml
            files = [open(p, 'rb').read() for pattern in sys.argv[2:] for p in glob.glob(pattern)]
            found = []
            for path in glob.glob(sys.argv[1] + '/main/**/*.hdf5', recursive=True):
                with h5py.File(path) as shard:
                    for values, (n,) in zip(shard['document'], shard['document_shape']):
                        found.append(bytes(values[:n]))
            assert len(found) > 2 and all(any(f.strip() in g for g in files) for f in found), len(found)
            same = [yaml.safe_load(f) == json.loads(f) for f in found if f.startswith(b'{')]
            assert same and all(same) and len(same) < len(found), same
            print('ok')
            """, folder["all"], folder["s/eo3-*.yaml"], folder["s/stack.json"]).ReplaceLineEndings("\n"));
        int count = PileProgram.RunToJson("query", folder["all"]).GetArrayLength();
        PileProgram.RunToJson("export", folder["all"], "--format", "stac", "--out", folder["catalog"]);
        Build("again", "scene", $"kind: stac-scenes\nitems: {folder["catalog/catalog.json"]}");
        Assert.Equal(count, PileProgram.RunToJson("query", folder["again"]).GetArrayLength());
        if (verb == "concat") // which has no mounts
            return;
        Build("chips", "chip", "kind: stac-chips\nscenes: all\nbands: [red, nir]\nchip: { size: 32 }");
        Build("parts", "chip", $"kind: stac-chips\nitems: {Places("[NETCDF/eo3-*.yaml, NETCDF/stack.json]")}\n"
            + "bands: [red, nir]\nchip: { size: 32 }");
        AssertSameRows("parts", "chips");
    }

    [Theory]
    [InlineData("scene", "stac-scenes", "")]
    [InlineData("chip", "stac-chips", "chip: { size: 32 }")]
    public void Documents_of_one_id_are_an_error_that_names_what_joins_them(string modality, string kind, string keys)
    {
        Directory.CreateDirectory(folder["a1"]);
        foreach (string band in (string[])["red", "nir"])
        {
            File.Copy(chips[$"a1/{band}.tif"], folder[$"a1/{band}.tif"]);
            File.WriteAllText(folder[$"a1/{band}.json"], Python.Run("""
                import json, sys
                item = json.load(open(sys.argv[1]))
                item['assets'] = {sys.argv[2]: item['assets'][sys.argv[2]]}
                print(json.dumps(item))
                """, chips["a1/item.json"], band));
        }
        File.WriteAllText(folder["r.yaml"], Recipes.Text(modality, $"kind: {kind}\nitems: a1/*.json\n{keys}"));
        string error = PileProgram.RunToError(1, "build", folder["r.yaml"], "--out", folder["d"]);
        Assert.Contains("row 0 (counted from 0): column 'object_id': 'a1", error, StringComparison.Ordinal);
        Assert.Contains("--set source.join=assets", error, StringComparison.Ordinal);
        PileProgram.RunToJson("build", folder["r.yaml"], "--out", folder["d"], "--set", "source.join=assets");
    }

    [Fact]
    public void Chips_do_not_replace_their_scenes()
    {
        BuildScenes();
        string before = Fingerprint.Of(folder["scenes"]);
        Directory.CreateSymbolicLink(folder["link"], folder["scenes"]);
        foreach (string output in (string[])["scenes", "link"])
            Assert.Contains("contains the dataset that it reads. Choose another folder", PileProgram.RunToError(2, "build", "--from",
                folder["scenes"], "--chips", "32", "--out", folder[output], "--replace"), StringComparison.Ordinal);
        Assert.Equal(before, Fingerprint.Of(folder["scenes"]));
    }

    [Fact]
    public void A_chip_has_the_pixels_of_rasterio_and_the_manifest_of_the_scenes_is_the_source()
    {
        BuildScenes();
        PileProgram.RunToJson("build", "--from", folder["scenes"], "--chips", "32", "--out", folder["d"], "--write-recipe",
            folder["written.yaml"]);
        PileProgram.RunToJson("build", folder["written.yaml"], "--out", folder["again"], "--set", "name=d");
        Assert.Equal(File.ReadAllBytes(folder["d/pile.yaml"]), File.ReadAllBytes(folder["again/pile.yaml"]));
        Assert.Contains("scenes: scenes\n", File.ReadAllText(folder["written.yaml"]), StringComparison.Ordinal);
        PileProgram.RunToJson("read", folder["d"], "--where", "chip_x = 1 AND chip_y = 1", "--columns", "chip_array", "--format", "npy",
            "--out", folder["read"]);
        string manifest = Python.Run("""
            import hashlib, sys
            import numpy as np, rasterio
            scenes, read, manifest = sys.argv[1:4]
            for scene in ('a1', 'a2'):
                found = np.load(f'{read}/{scene}_32_1_1.chip_array.npy')[0]
                for i, band in enumerate(('red', 'nir')):
                    with rasterio.open(f'{scenes}/{scene}/{band}.tif') as file:
                        assert np.array_equal(found[i], file.read(1)[32:64, 32:64]), (scene, band)
            manifest = open(manifest, 'rb').read()
            print(len(manifest), hashlib.sha256(manifest).hexdigest())
            """, chips["."], folder["read"], folder["scenes/pile.yaml"]).Trim();
        PileProgram.RunToJson("build", "--from", folder["d/files.parquet"], "--filter", "kind = 'source'", "--partition", "hash", "--id",
            "path", "--only", "bytes,sha256", "--out", folder["sources"]);
        JsonElement source = Assert.Single(PileProgram.RunToJson("query", folder["sources"]).EnumerateArray());
        Assert.Equal("test/pile.yaml", source.GetProperty("object_id").GetString());
        Assert.Equal($"{source.GetProperty("bytes").GetInt64()} {source.GetProperty("sha256").GetString()}", manifest);
    }

    [Fact]
    public void Several_tasks_make_the_bytes_of_one_process()
    {
        BuildScenes();
        Build("one", "chip", "kind: stac-chips\nscenes: scenes\nchip: { size: 32 }");
        File.WriteAllText(folder["tasks.yaml"], File.ReadAllText(folder["one.yaml"]));
        foreach (string task in (string[])["0/2", "1/2"])
            Assert.Contains("1 unit is read",
                PileProgram.Run("build", folder["tasks.yaml"], "--out", folder["tasks"], "--task", task).Error, StringComparison.Ordinal);
        PileProgram.RunToJson("build", folder["tasks.yaml"], "--out", folder["tasks"], "--commit");
        AssertSameRows("one", "tasks");
        Assert.Equal(File.ReadAllBytes(folder["one/pile.yaml"]), File.ReadAllBytes(folder["tasks/pile.yaml"]));
        Assert.Equal(File.ReadAllBytes(folder["one.mounts.yaml"]), File.ReadAllBytes(folder["tasks.mounts.yaml"]));
        PileProgram.RunToJson("validate", folder["tasks"], "--deep");
    }

    [Fact]
    public void A_dry_run_lists_the_scenes_and_counts_the_chips()
    {
        BuildScenes();
        JsonElement rows = Build("d", "chip", "kind: stac-chips\nscenes: scenes\nchip: { size: 32 }");
        JsonElement plan = PileProgram.RunToJson("build", folder["d.yaml"], "--out", folder["dry"], "--dry-run");
        Assert.Equal(rows.GetProperty("rows").GetInt64(), plan.GetProperty("rows").GetInt64());
        Assert.Equal(["test, scene 000000000", "test, scene 000000001"],
            plan.GetProperty("units").EnumerateArray().Select(unit => unit.GetString()));
        Assert.False(Path.Exists(folder["dry"]));
    }

    [Fact]
    public void An_earlier_version_of_the_same_scenes_is_continued_and_one_of_others_is_an_error()
    {
        BuildScenes();
        Build("v1", "chip", "kind: stac-chips\nscenes: scenes\nchip: { size: 32 }");
        PileProgram.RunToJson("build", folder["v1.yaml"], "--append", folder["v1"], "--out", folder["v2"]);
        AssertSameRows("v1", "v2");
        Assert.Equal(File.ReadAllBytes(folder["v1.mounts.yaml"]), File.ReadAllBytes(folder["v2.mounts.yaml"]));
        PileProgram.RunToJson("validate", folder["v2"], "--deep");
        Build("scenes", "scene", "kind: stac-scenes\nitems: MADE/a1/item.json", "--replace");
        string error = PileProgram.RunToError(1, "build", folder["v1.yaml"], "--append", folder["v1"], "--out", folder["v3"]);
        Assert.Contains("test/pile.yaml: the dataset has changed since", error, StringComparison.Ordinal);
        Assert.Contains("pile merge", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Scenes_of_two_folders_are_found_after_a_merge()
    {
        foreach (string scene in (string[])["a1", "a2"])
        {
            string copy = Directory.CreateDirectory(folder[$"{scene}/files"]).FullName; // two folders of one name
            foreach (string file in Directory.EnumerateFiles(chips[scene]))
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            Build($"s-{scene}", "scene", $"kind: stac-scenes\nitems: {scene}/files/item.json\nassets: {{ mount: {scene}/files }}");
            File.Move(folder[$"s-{scene}.yaml"], folder[$"{scene}/r.yaml"]);
        }
        PileProgram.RunToJson("merge", folder["s-a1"], folder["s-a2"], "--out", folder["scenes"]);
        Build("chips", "chip", "kind: stac-chips\nscenes: scenes\nchip: { size: 32 }");
        Build("items", "chip", "kind: stac-chips\nitems: a?/files/item.json\nchip: { size: 32 }");
        AssertSameRows("items", "chips");
    }

    [Fact]
    public void Files_of_folders_of_one_name_keep_the_mount_of_the_scenes()
    {
        foreach (string scene in (string[])["a1", "a2"])
        {
            string copy = Directory.CreateDirectory(folder[$"archive/{scene}/R10m"]).FullName;
            foreach (string file in Directory.EnumerateFiles(chips[scene]))
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }
        Build("archive/scenes", "scene", "kind: stac-scenes\nitems: \"*/R10m/item.json\"");
        Directory.CreateDirectory(folder["home"]);
        Build("home/chips", "chip", "kind: stac-chips\nscenes: ../archive/scenes\nchip: { size: 32 }");
        Build("archive/items", "chip", "kind: stac-chips\nitems: \"*/R10m/item.json\"\nchip: { size: 32 }");
        Assert.Equal(File.ReadAllText(folder["archive/items.mounts.yaml"]), File.ReadAllText(folder["home/chips.mounts.yaml"]));
        AssertSameRows("archive/items", "home/chips");
    }

    [Fact]
    public async Task Scenes_of_a_server_and_of_a_collection_are_read()
    {
        BuildScenes();
        Build("local", "chip", "kind: stac-chips\nscenes: scenes\nchip: { size: 32 }");
        await File.WriteAllTextAsync(folder["collection.yaml"], """
            pile_collection: 1
            name: c
            datasets: { all: { address: scenes } }

            """, TestContext.Current.CancellationToken);
        Build("member", "chip", "kind: stac-chips\nscenes: collection.yaml#all\nchip: { size: 32 }");
        AssertSameRows("local", "member");
        await using FileServer server = new(folder["."].TrimEnd('.').TrimEnd('/'));
        string address = $"{server.Address.AbsoluteUri.TrimEnd('/')}/scenes";
        // A remote dataset has no mounts beside it.
        File.WriteAllText(folder["remote.yaml"], Recipes.Text("chip", $"kind: stac-chips\nscenes: {address}\nchip: {{ size: 32 }}"));
        string error = PileProgram.RunToError(1, "build", folder["remote.yaml"], "--out", folder["remote"]);
        Assert.Contains("it is not known where that is", error, StringComparison.Ordinal);
        Assert.Contains("'assets.mount': { \"mount://", error, StringComparison.Ordinal);
        Build("remote", "chip", $"kind: stac-chips\nscenes: {address}\nchip: {{ size: 32 }}\nassets: {{ mount: {{ "
            + $"\"mount://a1\": MADE/a1, \"mount://a2\": MADE/a2 }} }}");
        AssertSameRows("local", "remote");
    }

    [Fact]
    public void What_is_silent_in_a_document_is_completed_by_the_sensor_of_the_scenes_or_of_the_recipe()
    {
        const string Item = """
            import json, sys
            item = json.load(open(sys.argv[1] + '/c/item.json'))
            for asset in item['assets'].values():
                asset['href'] = f"https://example.org/{asset['href']}"
                del asset['eo:bands']
            item['assets'] = {'B04': item['assets']['red']}
            json.dump(item, open(sys.argv[2], 'w'))
            """;
        Python.Run(Item, chips["."], folder["silent.json"]);
        const string Chips = "bands: [red]\nchip: { size: 32 }";
        Build("plain", "scene", "kind: stac-scenes\nitems: silent.json");
        Build("known", "scene", "kind: stac-scenes\nitems: silent.json\nsensor: sentinel-2-l2a");
        Build("items", "chip", $"kind: stac-chips\nitems: silent.json\nsensor: sentinel-2-l2a\n{Chips}");
        Build("a", "chip", $"kind: stac-chips\nscenes: plain\nsensor: sentinel-2-l2a\n{Chips}");
        Build("b", "chip", $"kind: stac-chips\nscenes: known\n{Chips}");
        AssertSameRows("items", "a");
        AssertSameRows("items", "b");
        File.WriteAllText(folder["none.yaml"], Recipes.Text("chip", $"kind: stac-chips\nscenes: plain\n{Chips}"));
        Assert.Contains("there is no band 'red'", PileProgram.RunToError(1, "build", folder["none.yaml"], "--out", folder["none"]),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scenes: nothing", "there is no such folder")]
    [InlineData("scenes: .", "the folder has no 'pile.yaml'")]
    [InlineData("scenes: CHIPS", "it has the modality 'chip', expected 'scene'")]
    [InlineData("scenes: scenes\nitems: a.json", "'items' and 'scenes' are two sources of items")]
    [InlineData("scenes: scenes\napi: { url: \"https://x/\" }\nitems: a.json", "'items' and 'api' and 'scenes' are three sources of items")]
    [InlineData("scenes: [scenes]", "expected a single value")]
    [InlineData("scenes: ftp://x/y", "'ftp://' are not supported")]
    [InlineData("join: assets", "the key 'items' is missing")]
    public void A_source_that_is_not_a_dataset_of_scenes_is_named_with_its_line(string source, string finding)
    {
        if (source.Contains("scenes: scenes", StringComparison.Ordinal) || source.Contains("[scenes]", StringComparison.Ordinal))
            BuildScenes();
        File.WriteAllText(folder["d.yaml"], Recipes.Text("chip", "kind: stac-chips\nchip: { size: 32 }\n"
            + source.Replace("CHIPS", chips["chips/a1"], StringComparison.Ordinal)));
        string error = PileProgram.RunToError(2, "build", folder["d.yaml"], "--out", folder["d"]);
        Assert.Contains(finding, error, StringComparison.Ordinal);
        Assert.Matches(@"d\.yaml, line \d+, column \d+: ", error);
    }

    [Fact]
    public void Two_documents_of_one_name_are_an_error_that_names_both()
    {
        File.WriteAllText(folder["d.yaml"], Recipes.Text("chip",
            Places("kind: stac-chips\nitems: [MADE/a1/item.json, MADE/a2/item.json]\nchip: { size: 32 }")));
        string error = PileProgram.RunToError(2, "build", folder["d.yaml"], "--out", folder["d"]);
        Assert.Matches(@"d\.yaml, line \d+, column \d+: '.*/a1/item\.json' and '.*/a2/item\.json' would both be called", error);
    }

    private void BuildScenes()
    {
        File.WriteAllText(folder["scenes.yaml"], Recipes.Text("scene", Places("kind: stac-scenes\nitems: MADE/a?/item.json")));
        builds.OfRecipe(folder["scenes.yaml"], folder["scenes"]);
    }

    private void AssertSameRows(string expected, string found)
    {
        string[] files = Files(expected);
        Assert.Equal(files, Files(found));
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(folder[$"{expected}/{file}"]),
            File.ReadAllBytes(folder[$"{found}/{file}"])));
    }

    // The rows, their index, and the files to which they refer; the manifest and the list of files name other sources.
    private string[] Files(string dataset) => [.. Directory.EnumerateFiles(folder[$"{dataset}/main"], "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(folder[dataset], file)).Order(StringComparer.Ordinal)];

    private JsonElement Build(string name, string modality, string source, params string[] more)
    {
        File.WriteAllText(folder[$"{name}.yaml"], Recipes.Text(modality, Places(source)));
        return PileProgram.RunToJson(["build", folder[$"{name}.yaml"], "--out", folder[name], .. more]);
    }

    private string Places(string text) => text.Replace("LANDSAT", Path.Combine(Eo, "landsat-008059"), StringComparison.Ordinal)
        .Replace("ITEMS", Path.Combine(Eo, "stac-items"), StringComparison.Ordinal).Replace("NETCDF", folder["s"], StringComparison.Ordinal)
        .Replace("MADE", chips["."], StringComparison.Ordinal);
}
