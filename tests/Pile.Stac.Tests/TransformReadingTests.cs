using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pile.Earth;
using Pile.TestKit;

namespace Pile.Stac.Tests;

public class TransformReadingTests(PyProj proj) : IClassFixture<PyProj>
{
    private static readonly string[] Gridded = ["stac-items/LC08_L2SP_028030_20200114_20200824_02_T1_SR.json",
        "stac-items/S2A_28QCH_20200714_0_L2A.json", "stac-items/S2B_MSIL2A_20190629T212529_R043_T06VVN_20201006T080531_raster_ext.json",
        "stac-items/ga_ls8c_ard_3-1-0_088080_2020-05-25_final.stac-item.json", "stac-items/lidar_dem.json",
        "sentinel2-safe/expected_output.json"];

    private Affine? Resolve(Scene scene, SceneAsset asset, double[]? bbox = null) =>
        TransformReading.Resolve(asset.Grid, scene, bbox ?? Box(scene), proj, asset.Key, "Correct it");

    private static double[] Box(Scene scene)
    {
        if (!scene.BboxDeg.IsEmpty)
            return [.. scene.BboxDeg];
        LonLatBounds bounds = SceneFootprint.Of(scene, (_, _, _) => { }).Measures.Bounds;
        return [bounds.West, bounds.South, bounds.East, bounds.North];
    }

    // The item with every transform as six numbers in GDAL's order, and without boxes in the CRS if asked for.
    private static Scene Reordered(string path, bool keepBoxes)
    {
        JsonNode item = JsonNode.Parse(EoFiles.Bytes(path))!;
        foreach (JsonObject members in item["assets"]!.AsObject().Select(a => a.Value!.AsObject()).Append(item["properties"]!.AsObject()))
        {
            if (members["proj:transform"] is JsonArray t)
                members["proj:transform"] = new JsonArray([.. ((int[])[2, 0, 1, 5, 3, 4]).Select(i =>
                    JsonNode.Parse(t[i]!.ToJsonString()))]);
            if (!keepBoxes)
                members.Remove("proj:bbox");
        }
        return StacItem.Parse(Encoding.UTF8.GetBytes(item.ToJsonString()), path);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false, Traits = ["Run", "Long"])]
    public void Transforms_in_either_order_are_read_by_the_footprint_of_real_items(bool keepBoxes)
    {
        int count = 0;
        foreach (string path in Gridded)
        {
            Scene scene = EoFiles.Scene(path);
            foreach ((SceneAsset asset, SceneAsset reordered) in scene.Assets.Zip(Reordered(path, keepBoxes).Assets))
            {
                Affine? expected = asset.Grid.Transform is [var a, var b, var c, var d, var e, var f] ? new Affine(a, b, c, d, e, f) : null;
                Assert.Equal(expected, Resolve(scene, asset));
                Assert.Equal(expected, Resolve(scene, reordered));
                count += expected is null ? 0 : 1;
            }
        }
        Assert.True(count > 75, $"{count} transforms");
    }

    // 1000 × 700 pixels of 10 m at 9° E; the footprint is the quadrangle of their corners, computed by pyproj.
    private static Scene Boxed(string transform, string box) => StacItem.Parse(Encoding.UTF8.GetBytes($$$$"""
        {"type": "Feature", "stac_version": "1.0.0", "id": "a", "properties": {"datetime": "2024-01-01T00:00:00Z", "proj:epsg": 32632,
        "proj:shape": [700, 1000], "proj:transform": [{{{{transform}}}}], "proj:bbox": [{{{{box}}}}]}, "geometry": {"type": "Polygon",
        "coordinates": [[[9.0, 45.09946682188078], [9.127098865889284, 45.09939609990103], [9.127238892812437, 45.16240798373602],
        [9.0, 45.162478860396774], [9.0, 45.09946682188078]]]}, "links": [], "assets": {"b": {"href": "https://a.example/b.tif"}}}
        """), "a.json");

    [Theory]
    [InlineData("10, 0, 500000, 0, 10, 4994000", "500000, 5001000, 510000, 4994000", 10)] // as xarray writers of southern first rows
    [InlineData("10, 0, 500000, 0, 10, 4994000, 0, 0, 1", "500000, 5001000, 510000, 4994000", 10)]
    [InlineData("10, 0, 500000, 0, -10, 5001000", "510000, 4994000, 500000, 5001000", -10)]
    public void Sides_of_a_box_in_any_order_are_those_of_the_pixels(string transform, string box, double e)
    {
        Scene scene = Boxed(transform, box);
        Assert.Equal(new Affine(10, 0, 500000, 0, e, e > 0 ? 4994000 : 5001000), Resolve(scene, scene.Assets[0]));
    }

    [Theory]
    [InlineData("10, 0, 500000, 0, -10, 5001000")]
    [InlineData("10, 0, 500000, 0, -10, 5001000, 0, 0, 1")]
    [InlineData("500000, 10, 0, 5001000, 0, -10")]
    public void A_box_that_contradicts_transform_and_footprint_is_named(string transform)
    {
        Scene scene = Boxed(transform, "600000, 4994000, 610000, 5001000");
        SceneInvalidException e = Assert.Throws<SceneInvalidException>(() => Resolve(scene, scene.Assets[0]));
        Assert.Equal("properties.proj:bbox", e.Field);
        Assert.Contains("found [600000, 4994000, 610000, 5001000]", e.Message, StringComparison.Ordinal);
        Assert.Contains("give [500000, 4994000, 510000, 5001000]", e.Message, StringComparison.Ordinal);
    }

    // 10980 × 10980 pixels of 10 m, or 5490 × 5490 of 20 m: the footprint is that of both.
    [Theory] // STAC, "Assets", additional fields: a field of an asset replaces that of the properties
    [InlineData("\"proj:transform\": [10, 0, 600000, 0, -10, 3200040]", "\"proj:shape\": [10980, 10980]", 10)]
    [InlineData("\"proj:shape\": [10980, 10980]", "\"proj:transform\": [10, 0, 600000, 0, -10, 3200040]", 10)]
    [InlineData("\"proj:shape\": [5490, 5490]", "\"proj:transform\": [600000, 20, 0, 3200040, 0, -20]", 20)] // GDAL's order
    [InlineData("\"proj:shape\": [90, 90], \"proj:transform\": [10, 0, 600000, 0, -10, 3200040]", "\"proj:shape\": [90, 90]", 10)]
    [InlineData("\"proj:shape\": [90, 90], \"proj:transform\": [10, 0, 600000, 0, -10, 3200040]",
        "\"proj:transform\": [10, 0, 600000, 0, -10, 3200040]", 10)]
    [InlineData("\"proj:shape\": [10980, 10980], \"proj:transform\": [20, 0, 600000, 0, -20, 3200040]",
        "\"proj:shape\": [5490, 5490]", 20)]
    [InlineData("\"proj:bbox\": [600000, 3200020, 600020, 3200040], \"proj:transform\": [10, 0, 600000, 0, -10, 3200040]",
        "\"proj:shape\": [2, 2]", 10)]
    [InlineData("\"proj:shape\": [10980, 10980], \"proj:transform\": [10, 0, 600000, 0, -10, 3200040]",
        "\"proj:shape\": [5490, 5490]", null)]
    [InlineData("\"proj:shape\": [10980, 10980], \"proj:transform\": [10, 0, 600000, 0, -10, 3200040]",
        "\"proj:transform\": [20, 0, 600000, 0, -20, 3200040]", null)]
    [InlineData("\"proj:transform\": [10, 0, 600000, 0, -10, 3200040]", "\"proj:shape\": [7320, 7320]", null)] // of 15 m
    [InlineData("\"proj:bbox\": [600000, 3200020, 600020, 3200040], \"proj:transform\": [10, 0, 600000, 0, -10, 3200040]",
        "\"proj:shape\": [4, 4]", null)]
    public void A_shape_and_a_transform_of_different_places_are_one_grid_if_they_agree(string ofItem, string ofAsset, int? metres)
    {
        double[] xs = [600000, 709800, 709800, 600000], ys = [3090240, 3090240, 3200040, 3200040];
        proj.ToLonLat("EPSG:32631", xs, ys);
        string ring = string.Join(", ", ((int[])[0, 1, 2, 3, 0]).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"[{xs[i]}, {ys[i]}]")));
        Scene scene = StacItem.Parse(Encoding.UTF8.GetBytes($$$$"""
            {"type": "Feature", "stac_version": "1.0.0", "id": "a", "geometry": {"type": "Polygon", "coordinates": [[{{{{ring}}}}]]},
            "properties": {"datetime": "2024-01-01T00:00:00Z", "proj:epsg": 32631, {{{{ofItem}}}}}, "links": [],
            "assets": {"b": {"href": "https://a.example/b.tif", {{{{ofAsset}}}}}}}
            """), "a.json");
        SceneGrid grid = GridInheritance.Complete(scene.Assets[0], scene, Box(scene), proj, out string? obstacle);
        Assert.Equal(metres is null, obstacle is not null);
        Assert.Equal(metres is not null, grid is { Rows: not null, Transform.IsEmpty: false });
        if (metres is { } size)
            Assert.Equal(new Affine(size, 0, 600000, 0, -size, 3200040), TransformReading.Resolve(grid, scene, Box(scene), proj, "b", ""));
        else
            Assert.Contains($"where {(ofItem.Contains("bbox", StringComparison.Ordinal) ? "'proj:bbox'" : "the footprint")} does", obstacle,
                StringComparison.Ordinal);
    }

    [Fact]
    public void A_transform_that_contradicts_box_and_footprint_is_named_with_the_box()
    {
        Scene scene = Boxed("10, 0, 600000, 0, -10, 5001000", "500000, 4994000, 510000, 5001000");
        SceneInvalidException e = Assert.Throws<SceneInvalidException>(() => Resolve(scene, scene.Assets[0]));
        Assert.Equal("properties.proj:transform", e.Field);
        Assert.Contains("'proj:bbox' ([500000, 4994000, 510000, 5001000]) in no order", e.Message, StringComparison.Ordinal);
        Assert.Contains("x 600000 to 610000", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_transform_that_fits_in_no_order_is_refused_with_both_readings()
    {
        Scene scene = EoFiles.Scene("stac-items/lidar_dem.json"), six = Reordered("stac-items/lidar_dem.json", keepBoxes: false);
        foreach (Scene each in (Scene[])[scene, six])
        {
            SceneInvalidException e = Assert.Throws<SceneInvalidException>(() => Resolve(each, each.Assets[0], [10, 40, 11, 41]));
            Assert.Equal("properties.proj:transform", e.Field);
            Assert.Contains("10.0000 to 11.0000", e.Message, StringComparison.Ordinal);
            Assert.Contains("149.74", e.Message, StringComparison.Ordinal);
        }
        Assert.Contains("STAC's order", Assert.Throws<SceneInvalidException>(() => Resolve(six, six.Assets[0], [10, 40, 11, 41])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[0, 0, 0, 0, 0, 0]")]
    [InlineData("[10, 10, 10, 10, 10, 10]")]
    public void Transforms_that_cannot_be_inverted_are_refused(string transform)
    {
        JsonNode item = JsonNode.Parse(EoFiles.Bytes("stac-items/lidar_dem.json"))!;
        item["properties"]!["proj:transform"] = JsonNode.Parse(transform);
        Scene scene = StacItem.Parse(Encoding.UTF8.GetBytes(item.ToJsonString()), "a.json");
        Assert.Throws<SceneInvalidException>(() => Resolve(scene, scene.Assets[0]));
    }

    [Fact]
    public void A_footprint_across_the_antimeridian_decides_too()
    {
        JsonNode item = JsonNode.Parse(EoFiles.Bytes("stac-items/lidar_dem.json"))!;
        item["properties"]!["proj:epsg"] = 32601; // zone 1: its western border is the antimeridian
        item["properties"]!["proj:shape"] = new JsonArray(10980, 10980);
        foreach (double[] t in (double[][])[[10, 0, 109800, 0, -10, 1000020], [109800, 10, 0, 1000020, 0, -10]])
        {
            item["properties"]!["proj:transform"] = new JsonArray([.. t.Select(v => (JsonNode?)v)]);
            Scene scene = StacItem.Parse(Encoding.UTF8.GetBytes(item.ToJsonString()), "a.json");
            Assert.Equal(new Affine(10, 0, 109800, 0, -10, 1000020), Resolve(scene, scene.Assets[0], [179.4, 8.0, -179.5, 9.1]));
        }
    }

    [Theory] // pixels as long as the distance to the origin cover the footprint, too
    [InlineData(3832, 100, 3_300_000, 1_000_000, new[] { 179.6444, 8.5483, -179.8957, 9.0059 })] // Mercator from 150° E
    [InlineData(3031, 1000, -256_000, 256_000, new[] { -180, -90, 180, -86.6688 })]
    [InlineData(3413, 1000, -200_000, 300_000, new[] { -180, 86.0060, 180, 90 })]
    public void Of_two_readings_that_fit_the_one_with_square_pixels_is_taken(int epsg, double size, double west, double north,
        double[] bbox)
    {
        JsonNode item = JsonNode.Parse(EoFiles.Bytes("stac-items/lidar_dem.json"))!;
        item["properties"]!["proj:epsg"] = epsg;
        item["properties"]!["proj:shape"] = new JsonArray(512, 512);
        foreach (double[] t in (double[][])[[size, 0, west, 0, -size, north], [west, size, 0, north, 0, -size]])
        {
            item["properties"]!["proj:transform"] = new JsonArray([.. t.Select(v => (JsonNode?)v)]);
            Scene scene = StacItem.Parse(Encoding.UTF8.GetBytes(item.ToJsonString()), "a.json");
            Assert.Equal(new Affine(size, 0, west, 0, -size, north), Resolve(scene, scene.Assets[0], bbox));
        }
    }

    [Theory] // cropped files: the pixels are in the middle of the footprint, by pyproj or by construction
    [InlineData(4326, 1e-4, 5, 5, 5)]
    [InlineData(3857, 10, 556597.45, 556597.45, 5)]
    [InlineData(3857, 10, 556597.45, 556597.45, 0.5)]
    [InlineData(3857, 10, 556597.45, 556597.45, 80)]
    [InlineData(32633, 10, 500_000, 4_500_000, 1)]
    [InlineData(32633, 30, 500_000, 4_500_000, 5)]
    [InlineData(32633, 10, 500_000, 4_500_000, 0.01)] // the pixels of the larger rasters surround the footprint
    public void A_few_pixels_inside_of_the_footprint_fit_in_their_order_alone(int epsg, double size, double west, double north,
        double halfDeg)
    {
        double[] at = [.. Python.Run("""
            import sys, pyproj
            print(*pyproj.Transformer.from_crs(int(sys.argv[1]), 4326, always_xy=True).transform(*map(float, sys.argv[2:])))
            """, [$"{epsg}", west.ToString("R", CultureInfo.InvariantCulture), north.ToString("R", CultureInfo.InvariantCulture)])
            .Split(' ').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
        double[] bbox = [at[0] - halfDeg, at[1] - halfDeg, at[0] + halfDeg, at[1] + halfDeg];
        JsonNode item = JsonNode.Parse(EoFiles.Bytes("stac-items/lidar_dem.json"))!;
        JsonObject properties = item["properties"]!.AsObject();
        foreach (string name in (string[])["proj:bbox", "proj:geometry", "proj:centroid"])
            properties.Remove(name);
        properties["proj:epsg"] = epsg;
        foreach (int pixels in (int[])[1, 2, 10, 256, 1024])
        {
            properties["proj:shape"] = new JsonArray(pixels, pixels);
            foreach (double[] t in (double[][])[[size, 0, west, 0, -size, north], [west, size, 0, north, 0, -size]])
            {
                properties["proj:transform"] = new JsonArray([.. t.Select(v => (JsonNode?)v)]);
                Scene scene = StacItem.Parse(Encoding.UTF8.GetBytes(item.ToJsonString()), "a.json");
                Assert.Equal(new Affine(size, 0, west, 0, -size, north), Resolve(scene, scene.Assets[0], bbox));
            }
        }
    }

    [Fact] // modis/examples, MCD43A4.A2022073.h28v08.006.2022082044758: two by two pixels of a tile
    public void A_cropped_tile_of_a_sinusoidal_map_keeps_the_order_of_stac()
    {
        JsonNode item = JsonNode.Parse(EoFiles.Bytes("stac-items/lidar_dem.json"))!;
        JsonObject properties = item["properties"]!.AsObject();
        foreach (string name in (string[])["proj:epsg", "proj:bbox", "proj:geometry", "proj:centroid"])
            properties.Remove(name);
        properties["proj:wkt2"] = Python.Run("import pyproj; print(pyproj.CRS('+proj=sinu +R=6371007.181').to_wkt())").Trim();
        properties["proj:shape"] = new JsonArray(2, 2);
        properties["proj:transform"] = new JsonArray(463.31271652749973, 0, 11674553.831066946, 0, -463.3127165279167, 556438.572550028);
        Scene scene = StacItem.Parse(Encoding.UTF8.GetBytes(item.ToJsonString()), "a.json");
        Assert.Equal(new Affine(463.31271652749973, 0, 11674553.831066946, 0, -463.3127165279167, 556438.572550028),
            Resolve(scene, scene.Assets[0], [100, 0, 111.696927, 10]));
    }

    [Fact] // the pixels are beside the footprint, which the diagonal from 0 to 10 degrees of the other order crosses
    public void Pixels_as_long_as_the_distance_to_the_origin_do_not_fit()
    {
        JsonNode item = JsonNode.Parse(EoFiles.Bytes("stac-items/lidar_dem.json"))!;
        JsonObject properties = item["properties"]!.AsObject();
        foreach (string name in (string[])["proj:bbox", "proj:geometry", "proj:centroid"])
            properties.Remove(name);
        properties["proj:epsg"] = 4326;
        properties["proj:shape"] = new JsonArray(2, 2);
        foreach (double[] t in (double[][])[[1e-4, 0, 5, 0, -1e-4, 5], [5, 1e-4, 0, 5, 0, -1e-4]])
        {
            properties["proj:transform"] = new JsonArray([.. t.Select(v => (JsonNode?)v)]);
            Scene scene = StacItem.Parse(Encoding.UTF8.GetBytes(item.ToJsonString()), "a.json");
            SceneInvalidException e = Assert.Throws<SceneInvalidException>(() => Resolve(scene, scene.Assets[0], [6, 6, 9, 9]));
            Assert.Contains("in no order", e.Message, StringComparison.Ordinal);
            Assert.Contains("longitude 5.0000 to 5.0002, latitude 4.9998 to 5.0000", e.Message, StringComparison.Ordinal);
            Assert.Contains("(but as pixels that are 100000 times as long as wide)", e.Message, StringComparison.Ordinal);
        }
    }

    [Theory] // the grid of ERA5: the centres of the first and the last row of pixels are the poles
    [InlineData(181, true)]
    [InlineData(184, false)]
    public void Pixels_whose_centres_are_the_poles_are_half_outside(int rows, bool fits)
    {
        JsonNode item = JsonNode.Parse(EoFiles.Bytes("stac-items/lidar_dem.json"))!;
        item["properties"]!["proj:epsg"] = 4326;
        item["properties"]!["proj:shape"] = new JsonArray(rows, 360);
        foreach (double[] t in (double[][])[[1, 0, -0.5, 0, -1, 90.5], [-0.5, 1, 0, 90.5, 0, -1]])
        {
            item["properties"]!["proj:transform"] = new JsonArray([.. t.Select(v => (JsonNode?)v)]);
            Scene scene = StacItem.Parse(Encoding.UTF8.GetBytes(item.ToJsonString()), "a.json");
            if (fits)
                Assert.Equal(new Affine(1, 0, -0.5, 0, -1, 90.5), Resolve(scene, scene.Assets[0], [-180, -90, 180, 90]));
            else
                Assert.Throws<SceneInvalidException>(() => Resolve(scene, scene.Assets[0], [-180, -90, 180, 90]));
        }
    }

    [Theory] // the corners of full disks and of global maps are off the earth
    [InlineData("+proj=geos +h=35786023 +lon_0=-75 +sweep=x +a=6378137 +rf=298.257222096", 5424, 2004.017315487541, -5434894.885056,
        new[] { -156.2995, -81.3282, 6.2995, 81.3282 })] // GOES-16
    [InlineData("ESRI:54009", 180, 200_400, -18_040_000, new[] { -180.0, -90, 180, 90 })] // Mollweide
    [InlineData("+proj=ortho +lat_0=40 +lon_0=10", 100, 130_000, -6_500_000, new[] { -180.0, -50, 180, 90 })]
    public void Grids_that_exceed_the_earth_are_placed_by_their_points_on_it(string crs, int pixels, double size, double west,
        double[] bbox)
    {
        JsonNode item = JsonNode.Parse(EoFiles.Bytes("stac-items/lidar_dem.json"))!;
        item["properties"]!.AsObject().Remove("proj:epsg");
        item["properties"]!["proj:wkt2"] = Python.Run("import pyproj, sys; print(pyproj.CRS(sys.argv[1]).to_wkt())", crs).Trim();
        item["properties"]!["proj:shape"] = new JsonArray(pixels, pixels);
        foreach (double[] t in (double[][])[[size, 0, west, 0, -size, -west], [west, size, 0, -west, 0, -size]])
        {
            item["properties"]!["proj:transform"] = new JsonArray([.. t.Select(v => (JsonNode?)v)]);
            Scene scene = StacItem.Parse(Encoding.UTF8.GetBytes(item.ToJsonString()), "a.json");
            Assert.Equal(new Affine(size, 0, west, 0, -size, -west), Resolve(scene, scene.Assets[0], bbox));
            if (bbox[2] < 180)
                Assert.Throws<SceneInvalidException>(() => Resolve(scene, scene.Assets[0], [40, -10, 60, 10])); // of another satellite
        }
    }

    [Theory] // boxes of windows by pyproj; without a shape, the raster may end anywhere to the right of its corner and below it
    [InlineData(32633, 10, 300_000, 4_500_000, new[] { 303_200.0, 4_496_160, 303_840, 4_496_800 }, true)]
    [InlineData(32633, 10, 300_000, 4_500_000, new[] { 400_000.0, 4_390_200, 409_800, 4_400_000 }, true)]
    [InlineData(32733, 10, 300_000, 4_500_000, new[] { 303_200.0, 4_496_160, 303_840, 4_496_800 }, true)]
    [InlineData(3031, 500, -300_000, 200_000, new[] { 100_000.0, -100_000, 120_000, -80_000 }, true)] // around the pole
    [InlineData(4326, 0.25, 0, 90, new[] { 190.0, -20, 200, -10 }, true)] // from 0 to 360 degrees
    [InlineData(32633, 10, 300_000, 4_500_000, new[] { 280_000.0, 4_496_160, 281_000, 4_496_800 }, false)] // to the left of the corner
    [InlineData(32633, 10, 300_000, 4_500_000, new[] { 303_200.0, 4_520_000, 303_840, 4_521_000 }, false)] // above it
    public void Without_a_shape_a_footprint_may_be_anywhere_in_the_possible_extent(int epsg, double size, double west, double north,
        double[] window, bool fits)
    {
        double[] bbox = [.. Python.Run("""
            import sys, pyproj
            t = pyproj.Transformer.from_crs(int(sys.argv[1]), 4326, always_xy=True)
            print(*t.transform_bounds(*map(float, sys.argv[2:])))
            """, [$"{epsg}", .. window.Select(w => w.ToString(CultureInfo.InvariantCulture))]).Split(' ')
            .Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
        if (epsg == 4326)
            (bbox[0], bbox[2]) = (bbox[0] - 360, bbox[2] - 360);
        JsonNode item = JsonNode.Parse(EoFiles.Bytes("stac-items/lidar_dem.json"))!;
        JsonObject properties = item["properties"]!.AsObject();
        properties["proj:epsg"] = epsg;
        foreach (string name in (string[])["proj:shape", "proj:bbox"])
            properties.Remove(name);
        foreach (double[] t in (double[][])[[size, 0, west, 0, -size, north, 0, 0, 1], [size, 0, west, 0, -size, north],
            [west, size, 0, north, 0, -size]])
        {
            properties["proj:transform"] = new JsonArray([.. t.Select(v => (JsonNode?)v)]);
            Scene scene = StacItem.Parse(Encoding.UTF8.GetBytes(item.ToJsonString()), "a.json");
            if (fits)
                Assert.Equal(new Affine(size, 0, west, 0, -size, north), Resolve(scene, scene.Assets[0], bbox));
            else
                Assert.Throws<SceneInvalidException>(() => Resolve(scene, scene.Assets[0], bbox));
        }
    }

    [Theory] // 1500 by 3000 pixels of 10 m; the footprint is that of the pixels by pyproj, or of a part of them
    [InlineData(500_000, 5_000_000, -10, 3000, 1500, new[] { 500_000.0, 4_970_000, 515_000, 5_000_000 }, true)]
    [InlineData(500_000, 5_000_000, 10, 3000, 1500, new[] { 500_000.0, 4_970_000, 515_000, 5_000_000 }, false)] // the sign of the step
    [InlineData(514_900, 5_000_000, -10, 3000, 1500, new[] { 500_000.0, 4_970_000, 515_000, 5_000_000 }, false)]
    [InlineData(514_750, 5_000_000, -10, 3000, 1500, new[] { 500_000.0, 4_970_000, 515_000, 5_000_000 }, false)]
    [InlineData(512_000, 5_000_000, -10, 3000, 1500, new[] { 500_000.0, 4_970_000, 515_000, 5_000_000 }, true)]
    [InlineData(506_000, 5_000_000, -10, 3000, 1500, new[] { 500_000.0, 4_970_000, 515_000, 5_000_000 }, true)]
    [InlineData(500_000, 5_000_000, -10, 1000, 3000, new[] { 500_000.0, 4_970_000, 510_000, 5_000_000 }, true)] // rows are columns
    [InlineData(500_000, 5_000_000, -10, 10980, 10980, new[] { 500_000.0, 4_900_000, 502_000, 4_901_000 }, true)] // the edge of a swath
    [InlineData(500_000, 5_000_000, -10, 10980, 10980, new[] { 400_000.0, 4_900_000, 502_000, 4_901_000 }, false)]
    [InlineData(500_000, 5_000_000, -10, 300, 150, new[] { 400_000.0, 4_900_000, 600_000, 5_100_000 }, true)] // a piece of a mosaic
    [InlineData(500_000, 8_900_000, -10, 10980, 10980, new[] { 500_000.0, 8_800_000, 502_000, 8_900_000 }, true)] // at 80° of latitude
    public void A_tenth_of_the_footprint_or_of_the_pixels_is_in_the_other_one(double west, double north, double step, int rows, int columns,
        double[] box, bool fits)
    {
        Scene scene = WithGrid(32633, rows, columns, west, north, step, Corners(box));
        if (fits)
            Assert.Equal(new Affine(10, 0, west, 0, step, north), Resolve(scene, scene.Assets[0]));
        else
            Assert.Contains("STAC's order", Assert.Throws<SceneInvalidException>(() => Resolve(scene, scene.Assets[0])).Message,
                StringComparison.Ordinal);
    }

    [Fact] // a strip from corner to corner of the tile: most of its box is outside of the swath, and the swath is inside of the pixels
    public void A_narrow_footprint_across_the_pixels_fits()
    {
        double[][] strip = [[605_000, 4_890_400], [609_600, 4_890_400], [504_600, 4_999_900], [500_100, 4_999_900]];
        Scene scene = WithGrid(32633, 10980, 10980, 500_000, 5_000_000, -10, strip);
        Assert.Equal(new Affine(10, 0, 500_000, 0, -10, 5_000_000), Resolve(scene, scene.Assets[0]));
        // Of the same strip, the pixels to the right have a thirtieth.
        Scene apart = WithGrid(32633, 10980, 10980, 606_500, 5_000_000, -10, strip);
        Assert.Throws<SceneInvalidException>(() => Resolve(apart, apart.Assets[0]));
    }

    [Fact] // four squares whose middle is the footprint, each of which has a corner of it: 4 % of its area
    public void Files_that_are_pieces_of_a_footprint_fit_together()
    {
        double[][] corners = Corners([400_000, 4_000_000, 420_000, 4_020_000]);
        JsonNode item = JsonNode.Parse(WithGrid(32633, 4000, 4000, 370_000, 4_050_000, -10, corners).Document.Span)!;
        foreach ((string key, int west, int north) in (ReadOnlySpan<(string, int, int)>)[("a", 364_000, 4_056_000),
            ("b", 416_000, 4_056_000), ("c", 364_000, 4_004_000), ("d", 416_000, 4_004_000)])
            item["assets"]![key] = JsonNode.Parse($$"""
                { "href": "{{key}}.tif", "type": "image/tiff", "proj:shape": [4000, 4000],
                  "proj:transform": [10, 0, {{west}}, 0, -10, {{north}}] }
                """);
        item["assets"]!.AsObject().Remove(item["assets"]!.AsObject().First().Key);
        foreach (string removed in (string[])["", "c"])
        {
            item["assets"]!.AsObject().Remove(removed);
            Scene scene = StacItem.Parse(Encoding.UTF8.GetBytes(item.ToJsonString()), "a.json");
            foreach (SceneAsset asset in scene.Assets)
                Assert.NotNull(Resolve(scene, asset));
        }
        item["assets"]!["whole"] = JsonNode.Parse("""
            { "href": "w.tif", "type": "image/tiff", "proj:shape": [2000, 2000], "proj:transform": [10, 0, 400000, 0, -10, 4020000] }
            """);
        Scene explained = StacItem.Parse(Encoding.UTF8.GetBytes(item.ToJsonString()), "a.json");
        Assert.NotNull(Resolve(explained, explained.FindAsset("whole")!));
        Assert.Throws<SceneInvalidException>(() => Resolve(explained, explained.FindAsset("a")!));
    }

    [Theory] // boxes of the tiles that are on the earth, and outlines of their four corners, which are at -180 or 180 if they are off it
    [InlineData(true, 4)]
    [InlineData(false, 4)]
    [InlineData(true, 1, Traits = ["Run", "Long"])]
    [InlineData(false, 1, Traits = ["Run", "Long"])]
    public void Tiles_at_the_edge_of_a_sinusoidal_map_fit(bool areBoxes, int step)
    {
        using JsonDocument tiles = JsonDocument.Parse(Python.Run("""
            import json, math, pyproj, sys
            T = 6371007.181 * math.pi / 18
            def at(x, y):  # degrees of the tile grid
                c = math.cos(math.radians(y))
                lon = x / c if c > 1e-9 else 0
                return max(-180, min(180, lon)), y, abs(lon) <= 180
            tiles = []
            for v in range(18):
                for h in range(36):
                    west, north = (h - 18) * 10, (9 - v) * 10
                    edge = [at(west + side, north - k / 40) for k in range(401) for side in (0, 10)]
                    # On a parallel, a tile is on the earth if one of its edges is, or if they are on both sides of the map.
                    rows = [(a, b) for a, b in zip(edge[::2], edge[1::2]) if a[0] < b[0]]
                    if len(rows) < 2:  # four tiles touch the earth in a point
                        continue
                    if all(p[2] for p in edge) and (h + v) % 4:  # a quarter of those inside the map
                        continue
                    ring = [p[:2] for row in rows for p in row]
                    if sys.argv[1] == 'False':
                        ring = [at(west + x, north - y)[:2] for x, y in ((0, 10), (10, 10), (10, 0), (0, 0))]
                    W, S, E, N = (f(p[i] for p in ring) for f, i in ((min, 0), (min, 1), (max, 0), (max, 1)))
                    if sys.argv[1] == 'True':
                        ring = [(W, S), (E, S), (E, N), (W, N)]
                    ring = [p for i, p in enumerate(ring) if p != ring[i - 1]]
                    if len(set(ring)) >= 3 and W < E and S < N:
                        tiles.append([f'h{h:02}v{v:02}', [W, S, E, N], ring + ring[:1],
                            [T / 2400, 0, (h - 18) * T, 0, -T / 2400, (9 - v) * T]])
            print(json.dumps([pyproj.CRS('+proj=sinu +R=6371007.181').to_wkt(), tiles]))
            """, $"{areBoxes}"));
        List<string> refused = [];
        foreach (JsonElement tile in tiles.RootElement[1].EnumerateArray().Where((_, i) => i % step == 0))
        {
            JsonNode item = JsonNode.Parse(EoFiles.Bytes("stac-items/lidar_dem.json"))!;
            item["bbox"] = JsonNode.Parse(tile[1].GetRawText());
            item["geometry"] = JsonNode.Parse($$"""{ "type": "Polygon", "coordinates": [{{tile[2].GetRawText()}}] }""");
            JsonObject properties = item["properties"]!.AsObject();
            foreach (string name in (string[])["proj:epsg", "proj:bbox", "proj:geometry", "proj:centroid"])
                properties.Remove(name);
            properties["proj:wkt2"] = tiles.RootElement[0].GetString();
            properties["proj:shape"] = new JsonArray(2400, 2400);
            properties["proj:transform"] = JsonNode.Parse(tile[3].GetRawText());
            Scene scene = StacItem.Parse(Encoding.UTF8.GetBytes(item.ToJsonString()), "a.json");
            try
            {
                Assert.Equal(tile[3][2].GetDouble(), Resolve(scene, scene.Assets[0])!.Value.C);
            }
            catch (SceneInvalidException e)
            {
                refused.Add($"{tile[0]}: {e.Message}");
            }
        }
        Assert.Empty(refused);
        if (areBoxes)
            Assert.Equal(190, tiles.RootElement[1].GetArrayLength());
    }

    [Theory] // the least and the greatest longitude of the corners are a box on the other side of the pole or of the earth
    [InlineData(3031, 10_000, -50_000, -100_000)]
    [InlineData(3031, 10_000, -50_000, -3_000_000)]
    [InlineData(3413, 10_000, -930_000, 950_000)]
    [InlineData(32601, 10_980, 300_000, 7_300_000)]
    public void Boxes_of_rings_that_are_not_cut_at_the_antimeridian_fit(int epsg, int pixels, double west, double north)
    {
        Scene scene = WithGrid(epsg, pixels, pixels, west, north, -10,
            Corners([west, north - (10 * pixels), west + (10 * pixels), north]));
        Assert.True(scene.BboxDeg[2] - scene.BboxDeg[0] > 200);
        Assert.Equal(new Affine(10, 0, west, 0, -10, north), Resolve(scene, scene.Assets[0]));
    }

    private static double[][] Corners(double[] box) => [[box[0], box[1]], [box[2], box[1]], [box[2], box[3]], [box[0], box[3]]];

    // An item with a grid, and with a ring in the CRS as its geometry, in longitude and latitude of pyproj.
    private static Scene WithGrid(int epsg, int rows, int columns, double west, double north, double step, double[][] ring)
    {
        string geometry = Python.Run("""
            import sys, json, pyproj
            t = pyproj.Transformer.from_crs(int(sys.argv[1]), 4326, always_xy=True)
            r = [t.transform(*p) for p in json.loads(sys.argv[2])]
            lon, lat = zip(*r)
            print(json.dumps({"g": {"type": "Polygon", "coordinates": [r + r[:1]]}, "b": [min(lon), min(lat), max(lon), max(lat)]}))
            """, $"{epsg}", JsonSerializer.Serialize(ring));
        JsonNode item = JsonNode.Parse(EoFiles.Bytes("stac-items/lidar_dem.json"))!, placed = JsonNode.Parse(geometry)!;
        (item["geometry"], item["bbox"]) = (placed["g"]!.DeepClone(), placed["b"]!.DeepClone());
        JsonObject properties = item["properties"]!.AsObject();
        foreach (string name in (string[])["proj:bbox", "proj:geometry", "proj:centroid"])
            properties.Remove(name);
        properties["proj:epsg"] = epsg;
        properties["proj:shape"] = new JsonArray(rows, columns);
        properties["proj:transform"] = new JsonArray(10, 0, west, 0, step, north);
        return StacItem.Parse(Encoding.UTF8.GetBytes(item.ToJsonString()), "a.json");
    }

    [Fact] // pixels of 300 km by 4500 km
    public void Without_a_shape_nine_numbers_in_the_order_of_GDAL_are_refused()
    {
        Scene scene = EoFiles.Scene("stac-items/lidar_dem.json");
        SceneGrid grid = new() { Crs = "EPSG:32633", Transform = [300_000, 10, 0, 4_500_000, 0, -10], HasNineNumbers = true };
        SceneInvalidException e = Assert.Throws<SceneInvalidException>(() =>
            TransformReading.Resolve(grid, scene, [12.67, 40.59, 12.68, 40.60], proj, "dem", "Correct it"));
        Assert.Contains("12.6700 to 12.6800", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_crs_nine_numbers_are_accepted_and_six_are_refused()
    {
        JsonNode item = JsonNode.Parse(EoFiles.Bytes("stac-items/lidar_dem.json"))!;
        item["properties"]!.AsObject().Remove("proj:epsg");
        Scene nine = StacItem.Parse(Encoding.UTF8.GetBytes(item.ToJsonString()), "a.json");
        Assert.Equal(new Affine(1, 0, 766000, 0, -1, 6732000), Resolve(nine, nine.Assets[0]));
        item["properties"]!["proj:transform"] = new JsonArray(1, 0, 766000, 0, -1, 6732000);
        Scene six = StacItem.Parse(Encoding.UTF8.GetBytes(item.ToJsonString()), "a.json");
        Assert.Throws<SceneInvalidException>(() => Resolve(six, six.Assets[0]));
    }

    [Fact]
    public void Missing_transforms_are_null_and_shapes_of_other_grids_are_not_inherited()
    {
        Scene scene = EoFiles.Scene("stac-items/only_crs_proj.json");
        Assert.Null(Resolve(scene, scene.Assets[0]));
        SceneGrid own = new() { Transform = [10, 0, 0, 0, -10, 0] },
            item = new() { Crs = "EPSG:32601", StatesCrs = true, Rows = 5, Columns = 6 };
        Assert.Equal(("EPSG:32601", null), (own.Or(item).Crs, own.Or(item).Rows));
    }
}
