using System.Diagnostics;
using System.Text.Json;
using Pile.DuckDb;
using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary><c>pile export --format stac</c> and <c>stac-geoparquet</c>: judged by ajv with the schemas of STAC 1.1, and compared with
/// rasterio, shapely and DuckDB.</summary>
public sealed class StacExportTests(ChipDatasets chips) : IDisposable
{
    private const string Follow = """
        import json, os, sys
        from urllib.parse import unquote
        import numpy as np, rasterio
        from rasterio.warp import transform
        from rasterio.windows import Window
        from shapely.geometry import Polygon, shape
        items = []

        def follow(path, kind):
            document = json.load(open(path))
            for link in document['links']:
                target = os.path.normpath(os.path.join(os.path.dirname(path), link['href'])) # pystac does not decode local addresses
                assert os.path.exists(target) and unquote(link['href']) == link['href'], target
                if link['rel'] in ('child', 'item'):
                    follow(target, link['rel'])
            if kind == 'item':
                items.append((path, document))

        follow(sys.argv[1] + '/catalog.json', 'root')
        for path, item in items:
            name, p = item['id'], item['properties']
            scene, x, y = name.split('_32_')[0], p['pile:chip_x'], p['pile:chip_y']
            assert item['collection'] == os.path.basename(os.path.dirname(os.path.dirname(os.path.dirname(path)))).replace('~20', ' ') \
                .replace('~28', '(').replace('~29', ')'), path
            assert p['pile:scene'] == scene and name == f'{scene}_32_{x}_{y}'
            for key, asset in item['assets'].items():
                assert asset['href'].startswith('file:///')
                with rasterio.open(unquote(asset['href'])[7:]) as raster:
                    assert list(raster.transform)[:6] == asset['proj:transform']
                    assert asset['proj:shape'] == list(raster.shape)
                    assert raster.dtypes[0] == asset['bands'][0]['data_type'] and asset['bands'][0]['name'] == key
                    window = Window(*asset['pile:window'])
                    left, bottom, right, top = raster.window_bounds(window)
                    assert np.allclose([left, bottom, right, top], p['proj:bbox'], atol=1e-6)
                    corners = [(left, top), (left, bottom), (right, bottom), (right, top)]
                    expected = Polygon(list(zip(*transform(raster.crs, 'EPSG:4326', *zip(*corners)))))
            found = shape(item['geometry'])
            assert found.symmetric_difference(expected).area < 1e-5 * expected.area, name
            assert np.allclose(item['bbox'], found.bounds)
        print(len(items))
        """;

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Chips_are_a_valid_catalog_with_the_windows_of_their_files()
    {
        Export(chips["all"], "stac", "catalog");
        Assert.Equal("22", Python.Run(Follow, folder["catalog"]).Trim());
        string[] files = [.. Directory.EnumerateFiles(folder["catalog"], "*.json", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != "pile-export.json")];
        Assert.Equal(22 + 3 + 2 + 1, files.Length); // items, a catalog for each scene, collections, the root
        foreach (JsonProperty verdict in Judge(files).EnumerateObject())
            Assert.True(verdict.Value.ValueKind is JsonValueKind.Null, $"{verdict.Name}: {verdict.Value}");
    }

    [Theory] // documents that state all that a header has: it is not kept
    [InlineData("stac", "catalog.json")]
    [InlineData("stac-geoparquet", "items.parquet")]
    public void Exported_chips_are_read_again_as_scenes_and_as_chips(string format, string file)
    {
        Python.Run("""
            import json, os, shutil, sys
            shutil.copytree(sys.argv[1], sys.argv[2])
            item = json.load(open(sys.argv[2] + '/item.json'))
            for asset in item['assets'].values():
                asset['raster:bands'] = [{'data_type': 'uint16', 'nodata': 0}]
            json.dump(item, open(sys.argv[2] + '/item.json', 'w'))
            """, chips["a1"], folder["a1"]);
        Run("build", "--from", folder["a1/item.json"], "--chips", "32", "--out", folder["chips"]);
        Export(folder["chips"], format, "out");
        string items = Path.Combine(folder["out"], file);
        if (format == "stac")
            Assert.Equal("12", Python.Run(Follow, folder["out"]).Trim());
        Run("build", "--from", items, "--scenes", "--out", folder["scenes"]);
        ProgramResult again = PileProgram.Run("build", "--from", items, "--chips", "32", "--set",
            $"source.assets.mount={folder["a1"]}", "--out", folder["again"]);
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("12 scenes, the first of which is", again.Error, StringComparison.Ordinal);
        Assert.Contains("windows ('pile:window') are not applied: its chips are those of the whole files", again.Error,
            StringComparison.Ordinal);
        Assert.Equal((12, 12 * 12), (Rows("scenes"), Rows("again"))); // each chip has the raster of the whole scene

        int Rows(string name) => PileProgram.RunToJson("query", folder[name], "--limit", "1000").GetArrayLength();
    }

    [Fact]
    public void Selected_rows_of_a_saved_query_are_exported()
    {
        Run("query", chips["all"], "--where", "chip_x = 0", "--save", folder["some.query.yaml"]);
        Export(chips["all"], "stac", "all");
        Export(folder["some.query.yaml"], "stac", "some");
        Export(folder["some.query.yaml"], "stac-geoparquet", "file");
        string[] of = [.. Items("all").Where(item => item.X == 0).Select(item => item.Id)];
        Assert.InRange(of.Length, 1, 21);
        Assert.Equal(of, Items("some").Select(item => item.Id));
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        using DuckDbResult result = connection.Query($"SELECT string_agg(id, ' ' ORDER BY id) FROM '{folder["file/items.parquet"]}'",
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.TryNextChunk(out DuckDbChunk? chunk));
        Assert.Equal(string.Join(' ', of), chunk[0].Text(0));
        Assert.Contains("A card, which lists the files of a dataset, needs a whole dataset", PileProgram.RunToError(2, "export",
            folder["some.query.yaml"], "--format", "cards", "--out", folder["cards"]), StringComparison.Ordinal);

        (string Id, int X)[] Items(string catalog) => [.. Directory.EnumerateFiles(folder[catalog], "*.json", SearchOption.AllDirectories)
            .Select(path => JsonDocument.Parse(File.ReadAllText(path)).RootElement)
            .Where(json => json.TryGetProperty("type", out JsonElement type) && type.GetString() == "Feature")
            .Select(json => (json.GetProperty("id").GetString()!, json.GetProperty("properties").GetProperty("pile:chip_x").GetInt32()))
            .OrderBy(item => item.Item1, StringComparer.Ordinal)];
    }

    [Fact]
    public void Documents_of_scenes_are_unchanged_and_the_catalog_is_read_again()
    {
        Run("build", "--from", chips["a1/item.json"], chips["a2/item.json"], chips["b/item.json"], "--scenes", "--out", folder["scenes"]);
        Export(folder["scenes"], "stac", "catalog");
        foreach (string name in (string[])["a1", "a2", "b"])
            Assert.Equal(File.ReadAllText(chips[$"{name}/item.json"]), File.ReadAllText(Directory.EnumerateFiles(folder["catalog"],
                $"{name}.json", SearchOption.AllDirectories).Single()));
        Run("build", "--from", folder["catalog/catalog.json"], "--scenes", "--out", folder["again"]);
        Assert.Contains("\"a2\"", PileProgram.Run("query", folder["again"], "--json").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Items_in_geoparquet_have_typed_columns()
    {
        Run("build", "--from", chips["a1/item.json"], chips["b/item.json"], "--scenes", "--out", folder["scenes"]);
        Export(folder["scenes"], "stac-geoparquet", "scenes-file");
        Export(chips["all"], "stac-geoparquet", "chips-file");
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings());
        using DuckDbConnection connection = database.Connect();
        connection.Execute("SET enable_geoparquet_conversion = true", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("a1 alpha-l2 2020-07-14 11:55:52.5 10.0 red.tif true GEOMETRY", Text($"""
            SELECT concat_ws(' ', id, collection, make_timestamp(epoch_us(datetime))::VARCHAR,
                "eo:cloud_cover", assets.red.href, abs(bbox.xmin - 15) < 1e-3, typeof(geometry)[:8])
            FROM read_parquet({DuckDbSql.Literal(folder["scenes-file/items.parquet"])}) WHERE id = 'a1'
            """));
        Assert.Equal("22 22 2", Text($"""
            SELECT concat_ws(' ', count(*), count(DISTINCT id), count(DISTINCT assets.red."pile:window") FILTER ("pile:chip_y" = 1
                AND "pile:chip_x" < 2 AND "pile:scene" = 'a1'))
            FROM read_parquet({DuckDbSql.Literal(folder["chips-file/items.parquet"])})
            """));
        using JsonDocument metadata = JsonDocument.Parse(Text($"""
            SELECT decode(value) FROM parquet_kv_metadata({DuckDbSql.Literal(folder["chips-file/items.parquet"])})
            WHERE decode(key) = 'stac-geoparquet'
            """));
        Assert.Equal("1.0.0", metadata.RootElement.GetProperty("version").GetString());
        Assert.Equal("Collection", metadata.RootElement.GetProperty("collections").GetProperty("alpha-l2").GetProperty("type").GetString());

        string Text(string sql)
        {
            using DuckDbResult result = connection.Query(sql);
            Assert.True(result.TryNextChunk(out DuckDbChunk? chunk));
            return chunk[0].Text(0)!;
        }
    }

    [Fact]
    public void Texts_in_geoparquet_stay_texts()
    {
        Directory.CreateDirectory(folder["items"]);
        Python.Run("""
            import json, sys
            ids = ['3F2504E0-4F89-11D3-9A0C-0305E82C3301', '{3F2504E0-4F89-11D3-9A0C-0305E82C3302}']
            for i, (id, other) in enumerate(zip(ids, ['text', 7])):
                item = json.load(open(sys.argv[1]))
                item['id'] = id
                item['properties'].update({'odc:source': id.lower(), 'my UUID, x': [id], 'day': '2020-01-02', 'mixed': other,
                                           'nested': {'UUID': id, 'clock': '12:30:00'}})
                json.dump(item, open(f'{sys.argv[2]}/{i}.json', 'w'))
            """, chips["a1/item.json"], folder["items"]);
        Run("build", "--from", folder["items/*.json"], "--scenes", "--set", $"source.assets.mount={chips["a1"]}", "--out",
            folder["scenes"]);
        Export(folder["scenes"], "stac-geoparquet", "out");
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings());
        using DuckDbConnection connection = database.Connect();
        using DuckDbResult result = connection.Query($"""
            SELECT concat_ws('|', typeof(id), id, "odc:source", typeof("my UUID, x"), "my UUID, x"[1], typeof("day"), typeof(mixed),
                mixed, nested.uuid, typeof(nested.clock)) FROM '{folder["out/items.parquet"]}' ORDER BY id
            """, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.TryNextChunk(out DuckDbChunk? chunk));
        Assert.Equal(["VARCHAR|3F2504E0-4F89-11D3-9A0C-0305E82C3301|3f2504e0-4f89-11d3-9a0c-0305e82c3301|VARCHAR[]|"
                + "3F2504E0-4F89-11D3-9A0C-0305E82C3301|VARCHAR|JSON|\"text\"|3F2504E0-4F89-11D3-9A0C-0305E82C3301|VARCHAR",
            "VARCHAR|{3F2504E0-4F89-11D3-9A0C-0305E82C3302}|{3f2504e0-4f89-11d3-9a0c-0305e82c3302}|VARCHAR[]|"
                + "{3F2504E0-4F89-11D3-9A0C-0305E82C3302}|VARCHAR|JSON|7|{3F2504E0-4F89-11D3-9A0C-0305E82C3302}|VARCHAR"],
            [chunk[0].Text(0)!, chunk[0].Text(1)!]);
    }

    [Fact]
    public void Stored_chips_have_the_whole_address_of_the_dataset()
    {
        Run("copy", chips["all"], folder["stored chips"], "--materialize");
        Export(Path.GetRelativePath(Environment.CurrentDirectory, folder["stored chips"]), "stac", "catalog");
        string item = Directory.EnumerateFiles(folder["catalog"], "*_32_*.json", SearchOption.AllDirectories).First();
        Assert.Equal(new Uri(folder["stored chips"]).AbsoluteUri, JsonDocument.Parse(File.ReadAllText(item)).RootElement
            .GetProperty("assets").GetProperty("chips").GetProperty("href").GetString());
    }

    [Fact]
    public void Integers_of_both_signs_stay_integers_in_geoparquet()
    {
        Directory.CreateDirectory(folder["items"]);
        Python.Run("""
            import json, sys
            for i, number in enumerate([9007199254740993, -9007199254740993]):
                item = json.load(open(sys.argv[1]))
                item['id'] = f'{i}'
                item['properties'].update({'key': number, 'keys': [number], 'HUGEINT x': {'HUGEINT': number}, '': 'no name'})
                json.dump(item, open(f'{sys.argv[2]}/{i}.json', 'w'))
            """, chips["a1/item.json"], folder["items"]);
        Run("build", "--from", folder["items/*.json"], "--scenes", "--set", $"source.assets.mount={chips["a1"]}", "--out",
            folder["scenes"]);
        ProgramResult exported = PileProgram.Run("export", folder["scenes"], "--format", "stac-geoparquet", "--out", folder["out"]);
        Assert.Equal(0, exported.ExitCode);
        Assert.Contains("are left out: ''", exported.Error, StringComparison.Ordinal);
        Assert.Contains("2 documents have addresses of assets that are relative", exported.Error, StringComparison.Ordinal);
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings());
        using DuckDbConnection connection = database.Connect();
        using DuckDbResult result = connection.Query($"""
            SELECT concat_ws('|', typeof("key"), "key", typeof(keys), keys[1], typeof("HUGEINT x"), "HUGEINT x"."HUGEINT")
            FROM '{folder["out/items.parquet"]}' ORDER BY id
            """, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.TryNextChunk(out DuckDbChunk? chunk));
        Assert.Equal(["BIGINT|9007199254740993|BIGINT[]|9007199254740993|STRUCT(HUGEINT BIGINT)|9007199254740993",
            "BIGINT|-9007199254740993|BIGINT[]|-9007199254740993|STRUCT(HUGEINT BIGINT)|-9007199254740993"],
            [chunk[0].Text(0)!, chunk[0].Text(1)!]);
    }

    [Fact]
    public void Times_in_geoparquet_are_those_of_rfc_3339()
    {
        // RFC 3339, section 5.6: T and Z may be lower case, and seconds may be 60.
        (string Text, string Expected)[] times = [("2020-07-01t10:20:30z", "2020-07-01 10:20:30"),
            ("2016-12-31T23:59:60Z", "2017-01-01 00:00:00"), ("2016-12-31T18:59:60.5-05:00", "2017-01-01 00:00:00"),
            ("2020-07-01T10:20:30.123456+02:30", "2020-07-01 07:50:30.123456"),
            ("2020-07-01", "")];
        Directory.CreateDirectory(folder["items"]);
        for (int i = 0; i < times.Length; i++)
            Item($"items/{i}.json", $"{i}", "datetime", $"\"{times[i].Text}\"");
        Run("build", "--from", folder["items/*.json"], "--scenes", "--set", $"source.assets.mount={chips["a1"]}", "--out",
            folder["scenes"]);
        Export(folder["scenes"], "stac-geoparquet", "out");
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings());
        using DuckDbConnection connection = database.Connect();
        using DuckDbResult result = connection.Query($"""
            SELECT coalesce(make_timestamp(epoch_us("datetime"))::VARCHAR, '') FROM '{folder["out/items.parquet"]}'
            WHERE typeof("datetime") = 'TIMESTAMP WITH TIME ZONE' ORDER BY id
            """, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.TryNextChunk(out DuckDbChunk? chunk));
        Assert.Equal(times.Select(t => t.Expected), Enumerable.Range(0, times.Length).Select(i => chunk[0].Text(i)));
    }

    [Fact] // STAC: an interval has datetime null
    public void A_day_is_an_interval_in_geoparquet_and_is_read_again()
    {
        Directory.CreateDirectory(folder["items"]);
        Item("items/0.json", "0", "datetime", "\"2021-03-04\"");
        Item("items/1.json", "1", "datetime", "\"2020-07-01T10:20:30Z\"");
        Run("build", "--from", folder["items/*.json"], "--scenes", "--set", $"source.assets.mount={chips["a1"]}", "--out",
            folder["scenes"]);
        Assert.Equal(0, PileProgram.Run("export", folder["scenes"], "--format", "stac-geoparquet", "--out", folder["out"]).ExitCode);
        Run("build", "--from", folder["out/items.parquet"], "--scenes", "--set", $"source.assets.mount={chips["a1"]}", "--out",
            folder["again"]);
        string[] rows = [.. ((string[])["scenes", "again"]).Select(dataset => PileProgram.RunToJson("query", folder[dataset], "--columns",
            "object_id,mjd,mjd_end", "--sort", "object_id").ToString())];
        Assert.Equal(rows[0], rows[1]);
        string[] days = Python.Run("from astropy.time import Time; print(*Time(['2021-03-04', '2021-03-05']).mjd)", folder.Path).Trim()
            .Split(' ');
        JsonElement day = JsonDocument.Parse(rows[1]).RootElement[0];
        Assert.Equal(days, ((string[])["mjd", "mjd_end"]).Select(name => day.GetProperty(name).GetDouble().ToString("F1",
            System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Integers_beyond_int64_keep_their_digits_in_geoparquet()
    {
        Directory.CreateDirectory(folder["items"]);
        Python.Run("""
            import json, sys
            large = 2 ** 64 - 1
            for i in range(2):
                item = json.load(open(sys.argv[1]))
                item['id'] = f'{i}'
                item['properties'].update({'u': large - i, 'some': [7, large][i], 'signs': [-1, large][i], 'huge': 2 ** 65 + 1,
                                           'list': [[1, large], [2]][i], 'small': [-9007199254740993, 9007199254740993][i]})
                json.dump(item, open(f'{sys.argv[2]}/{i}.json', 'w'))
            """, chips["a1/item.json"], folder["items"]);
        Run("build", "--from", folder["items/*.json"], "--scenes", "--set", $"source.assets.mount={chips["a1"]}", "--out",
            folder["scenes"]);
        Assert.Equal(0, PileProgram.Run("export", folder["scenes"], "--format", "stac-geoparquet", "--out", folder["out"]).ExitCode);
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings());
        using DuckDbConnection connection = database.Connect();
        using DuckDbResult result = connection.Query($"""
            SELECT concat_ws('|', typeof(u), u, typeof("some"), "some", signs, huge, list, typeof(small), small)
            FROM '{folder["out/items.parquet"]}' ORDER BY id
            """, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.TryNextChunk(out DuckDbChunk? chunk));
        Assert.Equal(["UBIGINT|18446744073709551615|UBIGINT|7|-1|36893488147419103233|[1, 18446744073709551615]|BIGINT|-9007199254740993",
            "UBIGINT|18446744073709551614|UBIGINT|18446744073709551615|18446744073709551615|36893488147419103233|[2]|BIGINT"
                + "|9007199254740993"], [chunk[0].Text(0)!, chunk[0].Text(1)!]);
    }

    [Theory]
    [InlineData("\"yesterday\"", "'yesterday'")]
    [InlineData("\"\"", "''")]
    [InlineData("5", "'5'")]
    public void A_time_that_is_none_is_reported_for_geoparquet(string json, string shown)
    {
        Item("item.json", "s", "created", json);
        Run("build", "--from", folder["item.json"], "--scenes", "--set", $"source.assets.mount={chips["a1"]}", "--out", folder["scenes"]);
        string error = PileProgram.RunToError(1, "export", folder["scenes"], "--format", "stac-geoparquet", "--out", folder["out"]);
        Assert.Contains($"'s': the property 'created' is {shown}, which is not a time", error, StringComparison.Ordinal);
        Assert.Contains("Export it as 'stac', or correct the item", error, StringComparison.Ordinal);
        Assert.InRange(error.Length, 1, 500);
        Assert.False(Path.Exists(folder["out"]));
    }

    private void Item(string path, string id, string property, string value) => Python.Run("""
        import json, sys
        item = json.load(open(sys.argv[1]))
        item['id'] = sys.argv[3]
        item['properties'][sys.argv[4]] = json.loads(sys.argv[5])
        json.dump(item, open(sys.argv[2], 'w'))
        """, chips["a1/item.json"], folder[path], id, property, value);

    [Fact]
    public void Names_that_structs_cannot_have_are_reported_for_geoparquet()
    {
        foreach (string name in (string[])["RED", ""])
        {
            Python.Run("""
                import json, sys
                item = json.load(open(sys.argv[1]))
                item['assets'][sys.argv[3]] = {'href': 'https://example.org/x.txt', 'type': 'text/plain'}
                json.dump(item, open(sys.argv[2], 'w'))
                """, chips["a1/item.json"], folder[$"item{name}.json"], name);
            Run("build", "--from", folder[$"item{name}.json"], "--scenes", "--set", $"source.assets.mount={chips["a1"]}", "--out",
                folder[$"scenes{name}"]);
            Assert.Contains(name.Length > 0 ? "'a1': the names 'red' and 'RED' in 'assets' differ only in case"
                : "'a1': 'assets' has a member without a name", PileProgram.RunToError(1, "export", folder[$"scenes{name}"], "--format",
                "stac-geoparquet", "--out", folder["out"]), StringComparison.Ordinal);
        }
    }

    public void Dispose() => folder.Dispose();

    private void Export(string dataset, string format, string output) =>
        Run("export", dataset, "--format", format, "--out", folder[output]);

    private static void Run(params string[] arguments)
    {
        ProgramResult result = PileProgram.Run(arguments);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
    }

    private static JsonElement Judge(string[] files)
    {
        string schemas = Path.Combine(TestPaths.Root, "tests/schemas");
        Assert.True(Directory.Exists(Path.Combine(schemas, "node_modules")), "tests/schemas has no packages: run eng/setup.sh");
        ProcessStartInfo start = new("node", [Path.Combine(schemas, "stac.mjs")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Write(JsonSerializer.Serialize(new { files }));
        process.StandardInput.Close();
        string verdicts = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return JsonDocument.Parse(verdicts).RootElement;
    }
}
