using Pile.TestKit;

namespace Pile.Stac.Tests;

public class SceneFootprintTests
{
    [Fact]
    public void Footprints_of_datasets_follow_the_edges_of_their_crs()
    {
        string[] names = ["final_dataset.yaml", "ga_s2am_ard_3_final.yaml", "ls8_dataset.yaml", "nrt_dataset.yaml", "wo_dataset.yaml"];
        using PyProj proj = new();
        using TemporaryFolder folder = new();
        foreach (string name in names)
        {
            Scene scene = Assert.Single(Eo3Document.ParseYaml(EoFiles.Bytes($"odc-docs/{name}"), name, new()));
            File.WriteAllText(folder[name], SceneFootprint.Of(scene, proj.ToLonLat).ToGeoJson());
        }
        Assert.Equal("", Python.Run("""
            import json, os, sys, yaml, pyproj
            from shapely.geometry import LineString, Polygon, shape
            for name in sys.argv[3:]:
                d = yaml.safe_load(open(os.path.join(sys.argv[1], name)))
                found = shape(json.load(open(os.path.join(sys.argv[2], name))))
                t = pyproj.Transformer.from_crs(d['crs'], 'EPSG:4326', always_xy=True)
                ring = []
                p = d['geometry']['coordinates'][0]
                for (x0, y0), (x1, y1) in zip(p, p[1:]):
                    ring += [t.transform(x0 + (x1 - x0) * i / 200, y0 + (y1 - y0) * i / 200) for i in range(200)]
                expected = Polygon(ring)
                off = LineString(found.exterior.coords).hausdorff_distance(LineString(expected.exterior.coords))
                if off > 2e-4 or len(found.exterior.coords) > 2000:
                    print(name, off, len(found.exterior.coords), found.bounds, expected.bounds)
            """, [Path.Combine(EoFiles.Root, "odc-docs"), folder.Path, .. names]).Trim());
    }

    [Theory]
    [InlineData("EPSG:3031", -256_000, -256_000, 256_000, 256_000)] // an edge across the antimeridian bends by 1°
    [InlineData("EPSG:3413", -200_000, -212_000, 312_000, 300_000)]
    [InlineData("EPSG:3413", -900_000, 300_000, -100_000, 1_100_000, Traits = ["Run", "Long"])]
    [InlineData("EPSG:32660", 400_000, 8_000_000, 800_000, 8_400_000, Traits = ["Run", "Long"])]
    public void Edges_across_the_antimeridian_follow_those_of_the_crs(string crs, double west, double south, double east, double north)
    {
        using PyProj proj = new();
        string ring = $"[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]";
        Scene scene = EoFiles.Scene("stac-items/lidar_dem.json") with
        {
            Geometry = System.Text.Encoding.UTF8.GetBytes($"{{\"type\":\"Polygon\",\"coordinates\":[{ring}]}}"),
            GeometryCrs = crs,
        };
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["found"], SceneFootprint.Of(scene, proj.ToLonLat).ToGeoJson());
        Assert.Equal("", Python.Run("""
            import json, sys, pyproj
            import numpy as np
            from shapely.geometry import Point, shape
            crs, ring = sys.argv[2], np.array(json.loads(sys.argv[3]))
            found = shape(json.load(open(sys.argv[1])))
            t = pyproj.Transformer.from_crs(crs, 'EPSG:4326', always_xy=True)
            low, high = ring.min(axis=0), ring.max(axis=0)
            points = np.random.default_rng(0).uniform(low - 0.4 * (high - low), high + 0.4 * (high - low), (3000, 2))
            for x, y in points:
                away = min(abs(x - low[0]), abs(x - high[0]), abs(y - low[1]), abs(y - high[1]))
                inside = low[0] < x < high[0] and low[1] < y < high[1]
                if away > 500 and found.contains(Point(t.transform(x, y))) != inside:
                    print(x, y, inside)
            """, [folder["found"], crs, ring]).Trim());
    }

    [Fact]
    public void The_box_of_an_item_says_whether_a_long_edge_crosses_the_antimeridian()
    {
        Scene scene = EoFiles.Scene("stac-items/lidar_dem.json") with
        {
            Geometry = "{\"type\":\"Polygon\",\"coordinates\":[[[-100,-30],[100,-30],[100,30],[-100,30],[-100,-30]]]}"u8.ToArray(),
        };
        Assert.False(Crosses(-100, -30, 100, 30));
        Assert.True(Crosses(100, -30, -100, 30));

        bool Crosses(params double[] bboxDeg) => SceneFootprint.Of(scene with { BboxDeg = [.. bboxDeg] }, (_, _, _) => { })
            .Measures.Bounds.CrossesAntimeridian;
    }

    [Theory] // longitudes of a ring from the first to the second, latitudes -17 to -16; west and east of the box
    [InlineData(180, -179, -180, -179)] // 180 for -180
    [InlineData(180, -179, 180, -179)]
    [InlineData(180, -178, -180, -178)]
    [InlineData(178, -180, 178, 180)] // -180 for 180
    [InlineData(178, -180, 178, -180)]
    [InlineData(178, -180, -180, 178)] // the least and the greatest longitude
    [InlineData(179, -179, 178.7, -178.6)] // the box of the whole raster
    [InlineData(179, -179, 179, 181)]
    [InlineData(179, -179, -181, -179)]
    [InlineData(358, 362, 358, 362)]
    [InlineData(-2, 2, 358, 2)]
    public void Scenes_that_end_at_the_antimeridian_have_the_area_of_their_box(double west, double east, double boxWest, double boxEast)
    {
        Scene scene = EoFiles.Scene("stac-items/lidar_dem.json") with
        {
            Geometry = System.Text.Encoding.UTF8.GetBytes(
                $"{{\"type\":\"Polygon\",\"coordinates\":[[[{west},-17],[{east},-17],[{east},-16],[{west},-16],[{west},-17]]]}}"),
            BboxDeg = [boxWest, -17, boxEast, -16],
        };
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["found"], SceneFootprint.Of(scene, (_, _, _) => { }).ToGeoJson());
        Assert.Equal("", Python.Run("""
            import json, sys, pyproj
            from shapely.affinity import translate
            from shapely.geometry import box, shape
            from shapely.ops import unary_union
            found = shape(json.load(open(sys.argv[1])))
            west, east = map(float, sys.argv[2:])
            east += 360 * (west - east > 180) # every case is of a few degrees
            expected = box(west, -17, east, -16)
            parts = getattr(found, 'geoms', [found])
            moved = unary_union([translate(p, 360 * t) for p in parts for t in (-1, 0, 1, 2)])
            moved = moved.intersection(box(west - 90, -90, east + 90, 90))
            # Edges of areas are geodesics, which a cut divides.
            area = lambda g: abs(pyproj.Geod(ellps='WGS84').geometry_area_perimeter(g)[0])
            if moved.symmetric_difference(expected).area > 1e-9 or abs(sum(map(area, parts)) / area(expected) - 1) > 1e-4:
                print(found, expected)
            """, folder["found"], $"{west}", $"{east}").Trim());
    }

    [Fact]
    public void A_box_of_neither_reading_of_a_long_edge_is_an_error()
    {
        Scene scene = EoFiles.Scene("stac-items/lidar_dem.json") with
        {
            Geometry = "{\"type\":\"Polygon\",\"coordinates\":[[[179,0],[-179,0],[-179,1],[179,1],[179,0]]]}"u8.ToArray(),
            BboxDeg = [10, 0, 20, 1],
        };
        SceneInvalidException error = Assert.Throws<SceneInvalidException>(() => SceneFootprint.Of(scene, (_, _, _) => { }));
        Assert.Equal("geometry", error.Field);
        Assert.Contains("the bbox (longitude 10 to 20) is neither that of the short way across 180 (179 to 181) nor that of the long way "
            + "(-179 to 179)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_malformed_geometry_is_reported_with_its_place()
    {
        Scene scene = EoFiles.Scene("stac-items/lidar_dem.json");
        foreach ((string geometry, string? crs) in ((string, string?)[])[("{}", null), ("{\"type\":\"Point\",\"coordinates\":[1,2]}", null),
            ("{}", "EPSG:32601"), ("{\"type\":\"Polygon\",\"coordinates\":[[1]]}", "EPSG:32601"), ("{\"type\":\"Polygon\"}", "EPSG:32601"),
            ("{\"type\":\"Polygon\",\"coordinates\":[[[\"a\",2]]]}", "EPSG:32601"), ("{\"type\":5,\"coordinates\":[]}", "EPSG:32601")])
            Assert.Equal("geometry", Assert.Throws<SceneInvalidException>(() => SceneFootprint.Of(
                scene with { Geometry = System.Text.Encoding.UTF8.GetBytes(geometry), GeometryCrs = crs }, (_, _, _) => { })).Field);
    }
}
