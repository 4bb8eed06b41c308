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
