using System.Text.Json;
using Pile.DuckDb;
using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary>Items of stac-geoparquet files that DuckDB writes after the specification, with geometries of shapely.</summary>
public sealed class StacGeoParquetTests(ChipDatasets chips) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Scenes_and_chips_of_rows_are_those_of_the_items()
    {
        Write("a1", "a2", "b");
        Python.Run("""
            import json, sys
            items = [json.load(open(path)) for path in sys.argv[2:]]
            json.dump({'type': 'FeatureCollection', 'features': items}, open(sys.argv[1], 'w'))
            """, folder["items.json"], chips["a1/item.json"], chips["a2/item.json"], chips["b/item.json"]);
        string[] columns = ["object_id", "lon", "lat", "mjd", "datetime", "platform", "product", "bbox", "asset.key", "eo:cloud_cover"];
        Assert.Equal(Rows("items.json", "--scenes", columns), Rows("items.parquet", "--scenes", columns));
        Write("a1");
        string mount = $"source.assets.mount={chips["a1"]}";
        string[] ofChips = ["object_id", "lon", "lat", "mjd", "crs", "transform", "chip_band"];
        File.Move(folder["items.parquet"], folder["a.parquet"]);
        File.Copy(chips["a1/item.json"], folder["a.json"]);
        Assert.Equal(Rows("a.json", "--chips=32", ofChips, mount), Rows("a.parquet", "--chips=32", ofChips, mount));
    }

    [Fact]
    public void Files_that_are_not_items_are_errors()
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        connection.Execute($"COPY (SELECT 1 AS id, 'x' AS geometry) TO '{folder["table.parquet"]}' (FORMAT parquet)",
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains("table.parquet, item 0, 'assets': the file has no such column", PileProgram.RunToError(1, "build", "--from",
            folder["table.parquet"], "--scenes", "--out", folder["d"]), StringComparison.Ordinal);
        File.WriteAllText(folder["text.parquet"], "{}");
        Assert.Contains("text.parquet", PileProgram.RunToError(1, "build", "--from", folder["text.parquet"], "--scenes", "--out",
            folder["d"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Nan_is_a_missing_number_and_a_nodata()
    {
        Write("b");
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        connection.Execute("SET GLOBAL enable_geoparquet_conversion = false", cancellationToken: TestContext.Current.CancellationToken);
        connection.Execute($"""
            COPY (SELECT * EXCLUDE (assets) REPLACE ('NaN'::DOUBLE AS "eo:cloud_cover"), 'NaN, "quoted" Infinity' AS note,
                ['tm,etm+', 'Å <"x"> & ''y'''] AS list,
                struct_pack(x := struct_pack(href := 'https://h/x.tif', "raster:bands" := [struct_pack(nodata := 'NaN'::DOUBLE,
                    "scale" := 'Infinity'::DOUBLE, data_type := 'float32')])) AS assets
                FROM '{folder["items.parquet"]}') TO '{folder["nan.parquet"]}' (FORMAT parquet)
            """, cancellationToken: TestContext.Current.CancellationToken);
        JsonElement row = JsonDocument.Parse(Rows("nan.parquet", "--scenes", ["object_id", "note", "band.nodata", "list"])).RootElement[0];
        Assert.Equal("""NaN, "quoted" Infinity""", row.GetProperty("note").GetString());
        Assert.Equal("""["tm,etm+","Å <\"x\"> & 'y'"]""", row.GetProperty("list").GetString());
        Assert.Equal([JsonValueKind.Null], row.GetProperty("band.nodata").EnumerateArray().Select(nodata => nodata.ValueKind));
        Assert.DoesNotContain("cloud_cover", PileProgram.Run("info", folder["d-nan.parquet--scenes"]).Output, StringComparison.Ordinal);
        connection.Execute($"COPY (SELECT * REPLACE ('a note' AS assets) FROM '{folder["nan.parquet"]}') TO '{folder["note.parquet"]}' "
            + "(FORMAT parquet)", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains("'assets': the text is not JSON", PileProgram.RunToError(1, "build", "--from", folder["note.parquet"], "--scenes",
            "--out", folder["d"]), StringComparison.Ordinal);
        connection.Execute($"COPY (SELECT * REPLACE ([1.0] AS geometry) FROM '{folder["nan.parquet"]}') TO '{folder["arrow.parquet"]}' "
            + "(FORMAT parquet)", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains("'geometry': the column is not WKB",
            PileProgram.RunToError(1, "build", "--from", folder["arrow.parquet"], "--scenes",
            "--out", folder["d"]), StringComparison.Ordinal);
    }

    private void Write(params string[] scenes)
    {
        Python.Run("""
            import json, sys
            from shapely.geometry import shape
            with open(sys.argv[1], 'w') as lines:
                for path in sys.argv[2:]:
                    item = json.load(open(path))
                    item['wkb'] = 'x' + shape(item['geometry']).wkb.hex()
                    item['properties']['proj:epsg'] = item['properties']['proj:epsg'] or 0
                    lines.write(json.dumps(item) + '\n')
            """, [folder["items.ndjson"], .. scenes.Select(scene => chips[$"{scene}/item.json"])]);
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        File.Delete(folder["items.parquet"]);
        connection.Execute($$"""
            COPY (SELECT type, stac_version, stac_extensions, id, unhex(wkb[2:]) AS geometry, links::VARCHAR[] AS links, assets, collection,
                  {'xmin': bbox[1], 'ymin': bbox[2], 'xmax': bbox[3], 'ymax': bbox[4]} AS bbox,
                  properties.* EXCLUDE (datetime), properties.datetime::VARCHAR::TIMESTAMPTZ AS datetime
                  FROM read_json('{{folder["items.ndjson"]}}', format = 'newline_delimited', sample_size = -1,
                                 map_inference_threshold = -1, field_appearance_threshold = 0))
            TO '{{folder["items.parquet"]}}' (FORMAT parquet)
            """, cancellationToken: TestContext.Current.CancellationToken);
    }

    private string Rows(string file, string kind, string[] columns, params string[] settings)
    {
        string output = folder[$"d-{Path.GetFileName(file)}{kind}"];
        PileProgram.RunToJson(["build", "--from", folder[file], .. kind.Split('='), "--out", output,
            .. settings.SelectMany(s => (string[])["--set", s])]);
        JsonElement rows = PileProgram.RunToJson("query", output, "--columns", string.Join(',', columns), "--sort", "object_id");
        Assert.True(rows.GetArrayLength() > 0);
        return rows.ToString();
    }
}
