using Pile.DuckDb;
using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary>The builder <c>chip-index</c>: indices as stacchip writes them, made by shapely and pyproj, and those of
/// <c>pile export --format stacchip</c>.</summary>
public sealed class ChipIndexTests(ChipDatasets chips) : IDisposable
{
    // What stacchip does for an item: shape and transform of the item, corners of chips, GeoArrow coordinates.
    private const string Index = """
        import json, sys
        from math import floor
        import pyproj
        from shapely.geometry import box
        from shapely.ops import transform
        item = json.load(open(sys.argv[1])); p = item['properties']; size = 32
        t, (rows, columns) = p['proj:transform'], p['proj:shape']
        to = pyproj.Transformer.from_crs(p['proj:epsg'], 4326, always_xy=True).transform
        for y in range(floor(rows / size)):
            for x in range(floor(columns / size)):
                chip = transform(to, box(t[2] + x * t[0] * size, t[5] + y * t[4] * size, t[2] + (x + 1) * t[0] * size,
                    t[5] + (y + 1) * t[4] * size))
                print(json.dumps({'chipid': f"{item['id']}-{x}-{y}", 'date': p['datetime'][:10], 'x': x, 'y': y, 'cloud': 0.25 * (x % 3),
                    'nodata': 0.125 * y, 'geometry': [[{'x': a, 'y': b} for a, b in chip.exterior.coords]]}))
        """;

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string, string[]> Faults => new()
    {
        { "replace(chipid, 'a1', 'zz') AS chipid", ["column 'item': 'zz' is not one of the items"] },
        { "chip_index_x + 100 AS chip_index_x, replace(chipid, '-0-', '-100-') AS chipid",
            ["row 0", "column 'chip_index_x': 100 is not below 4"] },
        { "chip_index_y + 1 AS chip_index_y", ["row 0", "column 'chipid': 'a1-0-0' is not ITEM-0-1"] },
        { "date + 1 AS date", ["row 0", "column 'date': 2020-07-15 is not the date of 'a1'"] },
        { "cloud_cover_percentage + 2 AS cloud_cover_percentage", ["row 0", "column 'cloud_cover_percentage': 2 is not a share"] },
        { "[[{'x': 1.0, 'y': 2.0}, {'x': 1.1, 'y': 2.0}, {'x': 1.1, 'y': 2.1}, {'x': 1.0, 'y': 2.0}]] AS geometry",
            ["row 0", "column 'geometry': the footprint is not that of chip (0, 0)"] },
    };

    [Fact]
    public void An_index_of_stacchip_becomes_the_chips_of_its_items()
    {
        WriteIndex("index.parquet", "*", "");
        Run("build", Recipe("index.parquet"), "--out", folder["chips"]);
        Assert.Equal("""[{"n":12,"clouds":2.25,"nodata":1.5,"ids":12}]""", PileProgram.Run("sql", folder["chips"],
            "SELECT count(*) AS n, sum(cloud_fraction)::DOUBLE AS clouds, sum(nodata_fraction)::DOUBLE AS nodata, "
            + "count(*) FILTER (object_id = item || '-' || chip_x || '-' || chip_y) AS ids FROM d", "--json").Output.Trim());
        foreach (string dataset in (string[])[folder["chips"], chips["chips/a1"]])
            Run("read", dataset, "--where", "chip_x = 2 AND chip_y = 1", "--columns", "chip_array", "--format", "npy", "--out",
                folder[$"npy-{Path.GetFileName(dataset)}"]);
        Assert.Equal(File.ReadAllBytes(Directory.EnumerateFiles(folder["npy-a1"], "*.npy").Single()),
            File.ReadAllBytes(Directory.EnumerateFiles(folder["npy-chips"], "*.npy").Single()));
    }

    [Fact]
    public void An_exported_index_is_read_again()
    {
        Run("export", chips["chips/a1"], "--format", "stacchip", "--out", folder["first"]);
        Run("build", Recipe("first/index.parquet"), "--out", folder["chips"]);
        Run("export", folder["chips"], "--format", "stacchip", "--out", folder["second"]);
        Query($"CREATE VIEW a AS FROM read_parquet({DuckDbSql.Literal(folder["first/index.parquet"])}); "
            + $"CREATE VIEW b AS FROM read_parquet({DuckDbSql.Literal(folder["second/index.parquet"])}); "
            + "SELECT IF((SELECT count(*) FROM (FROM a EXCEPT ALL FROM b)) = 0 AND (SELECT count(*) FROM b) = 12, 'same', "
            + "error('differ'))");
        Assert.Equal("chipid VARCHAR, date DATE, chip_index_x USMALLINT, chip_index_y USMALLINT, cloud_cover_percentage FLOAT, "
            + "nodata_percentage FLOAT, geometry BLOB, platform VARCHAR, item VARCHAR",
            Query("SELECT string_agg(name || ' ' || type, ', ') FROM (SELECT column_name AS name, column_type AS type FROM (DESCRIBE FROM "
                + $"read_parquet({DuckDbSql.Literal(folder["second/index.parquet"])})))"));
    }

    [Fact]
    public void Footprints_may_be_plain_WKB()
    {
        Run("export", chips["chips/a1"], "--format", "stacchip", "--out", folder["first"]);
        Query("SET GLOBAL enable_geoparquet_conversion = false; "
            + $"COPY (FROM read_parquet({DuckDbSql.Literal(folder["first/index.parquet"])})) "
            + $"TO {DuckDbSql.Literal(folder["plain.parquet"])} (FORMAT parquet); SELECT 'done'");
        Run("build", Recipe("plain.parquet"), "--out", folder["chips"]);
        Assert.Equal("""[{"n":12}]""", PileProgram.Run("sql", folder["chips"], "SELECT count(*) AS n FROM d", "--json").Output.Trim());
    }

    [Fact]
    public void A_dataset_of_scenes_gives_the_rows_of_its_items()
    {
        WriteIndex("index.parquet", "*", "");
        string[] built = ["items", "scenes"];
        Run("build", Recipe("index.parquet"), "--out", folder["items"]);
        Run("build", "--from", chips["a1/item.json"], "--scenes", "--out", folder["d"]);
        Run("build", Recipe("index.parquet", "scenes: d"), "--out", folder["scenes"]);
        string[][] files = [.. built.Select(name => Directory.EnumerateFiles(folder[$"{name}/main"], "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder[name], file)).Order(StringComparer.Ordinal).ToArray())];
        Assert.NotEmpty(files[0]);
        Assert.Equal(files[0], files[1]);
        Assert.All(files[0], file => Assert.Equal(File.ReadAllBytes(folder[$"items/{file}"]), File.ReadAllBytes(folder[$"scenes/{file}"])));
        Run("validate", folder["scenes"], "--deep");
        Run("build", "--from", folder["scenes/files.parquet"], "--filter", "kind = 'source'", "--partition", "hash", "--id", "path",
            "--only", "bytes", "--out", folder["sources"]);
        Assert.Equal("""[{"object_id":"d/pile.yaml"},{"object_id":"index.parquet"}]""", PileProgram.Run("sql", folder["sources"],
            "SELECT object_id FROM d ORDER BY object_id", "--json").Output.Trim());
        WriteIndex("other.parquet", "* REPLACE (replace(chipid, 'a1', 'zz') AS chipid)", "LIMIT 1");
        ProgramResult other = PileProgram.Run("build", Recipe("other.parquet", "scenes: d"), "--out", folder["other"]);
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("Add it to 'scenes' of the recipe", other.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void What_contradicts_the_items_is_an_error_with_file_row_and_column(string change, string[] message)
    {
        WriteIndex("index.parquet", $"* REPLACE ({change})", "LIMIT 1");
        ProgramResult result = PileProgram.Run("build", Recipe("index.parquet"), "--out", folder["chips"]);
        Assert.Equal(1, result.ExitCode);
        Assert.All([.. message, "index.parquet"], part => Assert.Contains(part, result.Error, StringComparison.Ordinal));
    }

    [Fact]
    public void Bad_rows_are_skipped_and_a_chip_is_not_taken_twice()
    {
        WriteIndex("index.parquet", "* REPLACE (CASE WHEN chip_index_x = 0 THEN NULL ELSE date END AS date)",
            "UNION ALL SELECT * FROM t WHERE chip_index_x = 1");
        ProgramResult result = PileProgram.Run("build", Recipe("index.parquet"), "--out", folder["chips"], "--on-error", "skip");
        Assert.Equal((3, 1 + 3), (result.ExitCode, File.ReadLines(folder["chips/skipped.csv"]).Count()));
        Assert.Contains("unique: row ", File.ReadAllText(folder["chips/skipped.csv"]), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private void WriteIndex(string name, string columns, string more)
    {
        File.WriteAllText(folder["index.ndjson"], Python.Run(Index, chips["a1/item.json"]));
        Query("CREATE TABLE t AS SELECT chipid, date::DATE AS date, x::USMALLINT AS chip_index_x, y::USMALLINT AS chip_index_y, "
            + "cloud::FLOAT AS cloud_cover_percentage, nodata::FLOAT AS nodata_percentage, geometry FROM "
            + $"read_json({DuckDbSql.Literal(folder["index.ndjson"])}); "
            + $"COPY (SELECT {columns} FROM t {more}) TO {DuckDbSql.Literal(folder[name])} (FORMAT parquet); SELECT 'done'");
    }

    private string Recipe(string index, string? scenes = null)
    {
        string items = scenes ?? $"items: \"{chips["a1/item.json"]}\"";
        File.WriteAllText(folder["recipe.yaml"], $$"""
            pile: 1
            name: indexed
            modality: chip
            provenance: { project: p, survey: s, instrument: i, release: r }
            licence: l
            citation: c
            source: { kind: chip-index, index: "{{index}}", {{items}}, chip: { size: 32 } }
            """);
        return folder["recipe.yaml"];
    }

    private static string Query(string sql)
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings());
        using DuckDbConnection connection = database.Connect();
        string[] statements = sql.Split("; ");
        foreach (string statement in statements[..^1])
            connection.Execute(statement);
        using DuckDbResult result = connection.Query(statements[^1]);
        Assert.True(result.TryNextChunk(out DuckDbChunk? chunk));
        return chunk[0].Text(0)!;
    }

    private static void Run(params string[] arguments)
    {
        ProgramResult result = PileProgram.Run(arguments);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
    }
}
