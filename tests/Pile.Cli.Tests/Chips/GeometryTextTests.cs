using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary>Footprints in the output of <c>pile query</c>: GeoJSON and WKT, compared by shapely.</summary>
public sealed class GeometryTextTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Json_has_GeoJSON_and_texts_have_WKT_of_the_shapes_that_the_index_has_as_WKB()
    {
        foreach (string name in (string[])["t.csv", "t.jsonl", "t.fits"])
            PileProgram.RunToJson([.. Query, "--out", folder[name]]);
        File.WriteAllText(folder["wkb.json"], PileProgram.Run("sql", Earth, "SELECT object_id, hex(geometry) AS wkb FROM d", "--json")
            .Output);
        File.WriteAllText(folder["t.json"], PileProgram.Run([.. Query, "--json"]).Output);
        Assert.Contains("POLYGON ((", PileProgram.Run(Query).Output, StringComparison.Ordinal);
        Assert.Equal("6 ['MultiPolygon', 'Polygon']\n", Python.Run("""
            import csv, json, sys
            from astropy.table import Table
            from shapely import wkb, wkt
            from shapely.geometry import shape
            folder = sys.argv[1]
            stored = {r['object_id']: wkb.loads(r['wkb'], hex=True) for r in json.load(open(f'{folder}/wkb.json'))}
            json_rows = {r['object_id']: shape(r['geometry']) for r in json.load(open(f'{folder}/t.json'))}
            texts = [{r['object_id']: wkt.loads(r['geometry']) for r in rows} for rows in (
                csv.DictReader(open(f'{folder}/t.csv')), map(json.loads, open(f'{folder}/t.jsonl')),
                [{k: str(r[k]).strip() for k in ('object_id', 'geometry')} for r in Table.read(f'{folder}/t.fits')])]
            for other in [stored, *texts]:
                assert other.keys() == json_rows.keys()
                assert all(a.equals_exact(other[i], 0) and a.is_valid for i, a in json_rows.items())
            print(len(json_rows), sorted({a.geom_type for a in json_rows.values()}))
            """, folder.Path).ReplaceLineEndings("\n"));
    }

    public void Dispose() => folder.Dispose();

    private static string Earth { get; } = Path.Combine(TestPaths.Root, "format-spec", "conformance", "v1", "valid", "earth");

    private static string[] Query { get; } = ["query", Earth, "--columns", "object_id,geometry"];
}
