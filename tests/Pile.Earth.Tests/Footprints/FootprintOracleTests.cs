using System.Text;
using System.Text.Json;
using Pile.TestKit;

namespace Pile.Earth.Tests;

/// <summary>Compares with shapely: it sees the shapes around longitude 0; Pile gets them moved, some across the antimeridian, in the forms
/// that producers use.</summary>
public class FootprintOracleTests(FootprintOracleTests.Cases cases) : IClassFixture<FootprintOracleTests.Cases>
{
    private const string Script = """
        import sys, json, random, math
        import numpy as np, shapely, shapely.wkb
        from shapely.geometry import Polygon, MultiPolygon, mapping, shape
        from shapely.affinity import translate
        from shapely.geometry.polygon import orient
        random.seed(20240717)

        def blob(cx, cy, size, n, step):
            angles = sorted(random.uniform(0, 2 * math.pi) for _ in range(n))
            grid = lambda v: round(v / step) * step
            g = Polygon([(grid(cx + random.uniform(0.2, 1) * size * math.cos(a)), grid(cy + random.uniform(0.2, 1) * size * math.sin(a)))
                for a in angles])
            return g if g.is_valid else blob(cx, cy, size, n, step)

        def some(step):
            kind = random.random()
            if kind < 0.3:
                x, y = random.randrange(-12, 10), random.randrange(-12, 10)
                g = Polygon([(x, y), (x + random.randrange(1, 9), y), (x + random.randrange(1, 9), y + random.randrange(1, 9)), (x, y + 3)])
            elif kind < 0.5:
                g = blob(random.randrange(-8, 8), random.randrange(-8, 8), random.choice([1, 3, 9]), random.randrange(3, 9), step)
            elif kind < 0.8:
                g = blob(0, 0, 11, 12, step).difference(blob(0, 0, 5, 6, step))
            else:
                g = blob(-6, -4, 6, 7, step).union(blob(6, 4, 6, 7, step))
            return g if g.geom_type in ('Polygon', 'MultiPolygon') and g.is_valid and g.area > 0 else some(step)

        def polygons(g):
            return list(g.geoms) if g.geom_type == 'MultiPolygon' else [g]

        def unit(lon, lat):
            lon, lat = np.radians(lon), np.radians(lat)
            return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], -1)

        def dense(ring):
            p = np.array(ring.coords)
            t = np.linspace(0, 1, 1001)[:, None]
            return [a + t * (b - a) for a, b in zip(p[:-1], p[1:])]

        def measure(g):                       # 1000 chords per edge: area of triangles, vector area
            area, vector, points = 0.0, np.zeros(3), []
            for p in polygons(orient(g) if g.geom_type == 'Polygon' else MultiPolygon([orient(q) for q in g.geoms])):
                for ring in [p.exterior, *p.interiors]:
                    for d in dense(ring):
                        r = unit(d[:, 0], d[:, 1]); points.append(r)
                        vector += 0.5 * np.cross(r[:-1], r[1:]).sum(0)
                        middle = np.radians(0.5 * (d[:-1, 1] + d[1:, 1]))
                        area -= (np.radians(np.diff(d[:, 0])) * np.sin(middle)).sum()
            centre = vector / np.linalg.norm(vector)
            radius = max(2 * np.arcsin(np.minimum(1, np.linalg.norm(r - centre, axis=1) / 2)).max() for r in points)
            return (np.degrees(np.degrees(area)), math.degrees(math.atan2(centre[1], centre[0])), math.degrees(math.asin(centre[2])),
                math.degrees(radius))

        out = []
        for i in range(1500):
            step = random.choice([1, 1 / 64])
            row, region = some(step), some(step)
            if i % 4 == 0:
                row = blob(random.uniform(-6, 6), random.uniform(-6, 6), 2, 4, 1 / 64)
            shift = random.choice([0, 0, 180, 180, -180, 175, -174, 90, 200, 360])
            def written(g):
                m = mapping(translate(g, shift))
                fold = random.random() < 0.5
                f = lambda p: [(p[0] + 180) % 360 - 180 if fold else p[0], p[1]]
                walk = lambda c: f(c) if isinstance(c[0], (int, float)) else [walk(x) for x in c]
                return {'type': m['type'], 'coordinates': walk(m['coordinates'])}
            case = dict(row=written(row), region=written(region), shift=shift, intersects=row.intersects(region), within=region.covers(row))
            if i % 10 == 0:
                case['measures'] = measure(row)
            out.append(case)
        json.dump(out, sys.stdout)
        """;

    public sealed class Cases
    {
        public JsonElement[] All { get; } = [.. JsonDocument.Parse(Python.Run(Script)).RootElement.EnumerateArray()];
    }

    [Fact]
    public void Intersects_and_within_agree_with_shapely()
    {
        int intersecting = 0, within = 0;
        List<string> differences = [];
        foreach (JsonElement testCase in cases.All)
        {
            Footprint row = Footprint.FromGeoJson(testCase.GetProperty("row"));
            FootprintRegion region = new(Footprint.FromGeoJson(testCase.GetProperty("region")));
            bool isWithin = testCase.GetProperty("within").GetBoolean(), intersects = testCase.GetProperty("intersects").GetBoolean();
            (intersecting, within) = (intersecting + (intersects ? 1 : 0), within + (isWithin ? 1 : 0));
            if (row.Intersects(region) != intersects || row.IsWithin(region) != isWithin)
                differences.Add(testCase.GetRawText());
        }
        Assert.Empty(differences);
        Assert.InRange(intersecting, 500, cases.All.Length - 500);
        Assert.InRange(within, 40, intersecting);
    }

    [Fact]
    public void Area_centre_and_radius_agree_with_dense_chords()
    {
        int count = 0;
        foreach (JsonElement testCase in cases.All.Where(c => c.TryGetProperty("measures", out _)))
        {
            double[] expected = [.. testCase.GetProperty("measures").EnumerateArray().Select(v => v.GetDouble())];
            Footprint row = Footprint.FromGeoJson(testCase.GetProperty("row"));
            Assert.Equal(expected[0], row.Measures.AreaDeg2, expected[0] * 1e-6);
            double lonDeg = row.Measures.CentreLonDeg - testCase.GetProperty("shift").GetDouble() - expected[1];
            Assert.Equal(0.0, Math.IEEERemainder(lonDeg, 360.0), 1e-5);
            Assert.Equal(expected[2], row.Measures.CentreLatDeg, 1e-5);
            Assert.InRange(row.Measures.RadiusDeg, expected[3] - 2e-5, expected[3] + 2e-5);
            count++;
        }
        Assert.True(count > 100);
    }

    [Fact]
    public void Shapely_reads_the_bytes_and_finds_the_stored_form()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "rows.txt");
        File.WriteAllLines(path, cases.All.Select(c =>
        {
            Footprint row = Footprint.FromGeoJson(c.GetProperty("row"));
            (double west, double south, double east, double north) = row.Measures.Bounds;
            return $"{Convert.ToHexString(row.Wkb.ToArray())} {row.ToGeoJson()} {west:R} {south:R} {east:R} {north:R}";
        }));
        string found = Python.Run("""
            import sys, json, shapely.wkb, shapely
            from shapely.geometry import shape, box, MultiPolygon
            count = 0
            for line in open(sys.argv[1]):
                wkb, text, *bounds = line.split()
                west, south, east, north = map(float, bounds)
                g = shapely.wkb.loads(bytes.fromhex(wkb))
                assert g.wkb_hex == wkb, 'shapely writes other bytes'
                assert g.equals_exact(shape(json.loads(text)), 0)
                assert g.is_valid
                for p in (g.geoms if g.geom_type == 'MultiPolygon' else [g]):
                    assert p.exterior.is_ccw and not any(h.is_ccw for h in p.interiors)
                    assert -180 <= p.bounds[0] and p.bounds[2] <= 180
                cover = box(west, south, east, north) if west < east else box(west, south, 180, north).union(box(-180, south, east, north))
                assert cover.covers(g) and cover.bounds[1::2] == g.bounds[1::2], (bounds, g.wkt)
                count += 1
            print(count)
            """, path);
        Assert.Equal(cases.All.Length, int.Parse(found.Trim()));
    }

    [Fact]
    public void Reading_the_stored_form_again_changes_nothing()
    {
        foreach (JsonElement testCase in cases.All)
        {
            Footprint row = Footprint.FromGeoJson(testCase.GetProperty("row"));
            byte[] wkb = row.Wkb.ToArray();
            Assert.Equal(wkb, Footprint.FromWkb(wkb).Wkb.ToArray());
            Assert.Equal(wkb, Footprint.FromGeoJson(Encoding.UTF8.GetBytes(row.ToGeoJson())).Wkb.ToArray());
        }
    }
}
