using System.Text;
using System.Text.Json;
using Pile.TestKit;

namespace Pile.Earth.Tests;

public class FootprintTests
{
    private static Footprint Json(string text) => Footprint.FromGeoJson(Encoding.UTF8.GetBytes(text));

    private static Footprint Ring(params double[] lonLat) => Json(RingJson(lonLat));

    private static string RingJson(params double[] lonLat) => $$"""
        {"type":"Polygon","coordinates":[[{{string.Join(",", Enumerable.Range(0, lonLat.Length / 2)
            .Select(i => $"[{lonLat[2 * i]:R},{lonLat[(2 * i) + 1]:R}]"))}}]]}
        """;

    [Fact]
    public void A_clockwise_ring_is_stored_counter_clockwise_with_its_own_coordinates()
    {
        Footprint footprint = Ring(10.1, 1.3, 10.1, 2.7, 12.2, 2.7, 12.2, 1.3, 10.1, 1.3);
        Assert.Equal("""{"type":"Polygon","coordinates":[[[10.1,1.3],[12.2,1.3],[12.2,2.7],[10.1,2.7],[10.1,1.3]]]}""",
            footprint.ToGeoJson());
        Assert.Equal(new LonLatBounds(10.1, 1.3, 12.2, 2.7), footprint.Measures.Bounds);
    }

    [Theory] // three producers of the same area across the antimeridian
    [InlineData(new double[] { 179, 10, 181, 10, 181, 12, 179, 12, 179, 10 })]
    [InlineData(new double[] { 179, 10, -179, 10, -179, 12, 179, 12, 179, 10 })]
    [InlineData(new double[] { -181, 10, -179, 10, -179, 12, -181, 12, -181, 10 })]
    [InlineData(new double[] { 179, 10, 180, 10, -180, 10, -179, 10, -179, 12, -180, 12, 180, 12, 179, 12, 179, 10 })]
    public void A_footprint_across_the_antimeridian_is_cut(double[] ring)
    {
        Footprint footprint = Ring(ring);
        Assert.Equal(2, footprint.Parts.Length);
        Assert.Equal(new LonLatBounds(179, 10, -179, 12), footprint.Measures.Bounds);
        Assert.Equal(-180.0, footprint.Measures.CentreLonDeg, 1e-12);
        Assert.InRange(footprint.Measures.CentreLatDeg, 10.99, 11.01);
        Footprint whole = Ring(-1, 10, 1, 10, 1, 12, -1, 12, -1, 10);
        Assert.Equal(whole.Measures.AreaDeg2, footprint.Measures.AreaDeg2, 1e-12);
        Assert.Equal(whole.Measures.RadiusDeg, footprint.Measures.RadiusDeg, 1e-9);
    }

    [Fact]
    public void Longitudes_above_180_of_a_footprint_that_does_not_cross_are_wrapped()
    {
        Footprint footprint = Ring(190, 1, 191, 1, 191, 2, 190, 2, 190, 1);
        Assert.Equal(new LonLatBounds(-170, 1, -169, 2), footprint.Measures.Bounds);
        Assert.Equal(1, footprint.Parts.Length);
    }

    [Theory]
    [InlineData(new double[] { 0, 80, 90, 80, 180, 80, -90, 80, 0, 80 }, 90.0)]
    [InlineData(new double[] { 0, 80, -90, 80, 180, 80, 90, 80, 0, 80 }, 90.0)]
    [InlineData(new double[] { -135, -80, -45, -80, 45, -80, 135, -80, -135, -80 }, -90.0)]
    [InlineData(new double[] { 168.6900675259798, 80, -101.3, 80, -11.3, 80, 78.7, 80, 168.6900675259798, 80 }, 90.0)] // +360 is rounded
    [InlineData(new double[] { -180, 80, 180, 80, 180, 90, -180, 90, -180, 80 }, 90.0)]
    [InlineData(new double[] { -180, 80, -90, 80, 0, 80, 90, 80, 180, 80, 180, 90, -180, 90, -180, 80 }, 90.0)]
    public void A_ring_around_a_pole_contains_the_pole(double[] ring, double poleDeg)
    {
        Footprint footprint = Ring(ring);
        Assert.Equal(poleDeg < 0 ? new LonLatBounds(-180, -90, 180, -80) : new LonLatBounds(-180, 80, 180, 90), footprint.Measures.Bounds);
        Assert.Equal(poleDeg, footprint.Measures.CentreLatDeg, 1e-9);
        Assert.Equal(10.0, footprint.Measures.RadiusDeg, 1e-9);
        Assert.Equal(2 * Math.PI * (1 - Math.Sin(80 * Math.PI / 180)) * Math.Pow(180 / Math.PI, 2), footprint.Measures.AreaDeg2, 1e-9);
        Assert.True(footprint.Contains(123, poleDeg));
        Assert.True(footprint.Contains(-77, Math.CopySign(89, poleDeg)));
        Assert.False(footprint.Contains(-77, Math.CopySign(79.9, poleDeg)));
    }

    [Fact]
    public void A_hole_around_the_pole_is_left_out()
    {
        Footprint footprint = Json("""
            {"type":"Polygon","coordinates":[[[0,70],[120,70],[-120,70],[0,70]],[[10,85],[130,85],[-110,85],[10,85]]]}
            """);
        Assert.False(footprint.Contains(50, 90));
        Assert.False(footprint.Contains(50, 86));
        Assert.True(footprint.Contains(50, 84));
        Assert.True(footprint.Contains(180, 75));
        Assert.Equal(footprint.Wkb.ToArray(), Footprint.FromWkb(footprint.Wkb.Span).Wkb.ToArray());
        double area = 2 * Math.PI * (Math.Sin(85 * Math.PI / 180) - Math.Sin(70 * Math.PI / 180)) * Math.Pow(180 / Math.PI, 2);
        Assert.Equal(area, footprint.Measures.AreaDeg2, 1e-9);
    }

    [Fact]
    public void The_whole_earth_is_a_footprint()
    {
        Footprint footprint = Ring(-180, -90, 180, -90, 180, 90, -180, 90, -180, -90);
        Assert.Equal(new LonLatBounds(-180, -90, 180, 90), footprint.Measures.Bounds);
        Assert.Equal(4 * Math.PI * Math.Pow(180 / Math.PI, 2), footprint.Measures.AreaDeg2, 1e-8);
        Assert.Equal(180.0, footprint.Measures.RadiusDeg);
        Assert.Equal(footprint.Wkb.ToArray(), Footprint.FromWkb(footprint.Wkb.ToArray()).Wkb.ToArray());
    }

    [Fact]
    public void A_hole_across_the_antimeridian_in_the_whole_earth_is_left_out()
    {
        Footprint footprint = Json("""
            {"type":"Polygon","coordinates":[[[-180,-90],[0,-90],[180,-90],[180,90],[0,90],[-180,90],[-180,-90]],
            [[170,0],[-170,0],[-170,10],[170,10],[170,0]],[[0,0],[10,0],[10,10],[0,0]]]}
            """);
        Assert.False(footprint.Contains(180, 5));
        Assert.False(footprint.Contains(-175, 5));
        Assert.False(footprint.Contains(8, 2));
        Assert.True(footprint.Contains(160, 5));
        Assert.True(footprint.Contains(0, 90));
        Assert.Equal(footprint.Wkb.ToArray(), Footprint.FromWkb(footprint.Wkb.Span).Wkb.ToArray());
    }

    [Fact]
    public void A_box_wider_than_half_the_earth_is_not_taken_for_one_across_the_antimeridian()
    {
        Footprint footprint = Footprint.FromBounds(new LonLatBounds(-170, -60, 170, 60));
        Assert.Equal(new LonLatBounds(-170, -60, 170, 60), footprint.Measures.Bounds);
        Assert.Equal(footprint.Measures.Bounds, Footprint.FromWkb(footprint.Wkb.ToArray()).Measures.Bounds);
        Assert.Equal(new LonLatBounds(100, -60, 50, 60), Footprint.FromBounds(new LonLatBounds(100, -60, 50, 60)).Measures.Bounds);
    }

    [Theory] // an edge along a pole has no length, and goes whichever way the other edges do
    [InlineData(170, 80, -170, 90, new double[0], 170, -170)]
    [InlineData(170, 80, -170, 90, new double[] { 170, 80, -170, 90 }, 170, -170)]
    [InlineData(100, -90, -100, -20, new double[] { 100, -90, -100, -20 }, 100, -100)]
    [InlineData(-100, 0, 100, 90, new double[] { -100, 0, 100, 90 }, -100, 100)]
    [InlineData(-180, 0, 20, 90, new double[] { -180, 0, 20, 90 }, -180, 20)]
    [InlineData(-180, -90, 20, 0, new double[] { -180, -90, 20, 0 }, -180, 20)]
    [InlineData(-180, 0, 20, 90, new double[0], 20, 180)] // the short way, as without the pole
    [InlineData(-180, 0, 180, 90, new double[0], -180, 180)]
    [InlineData(-180, -90, 20, 90, new double[0], -180, 20)]
    public void A_box_with_an_edge_along_a_pole_has_its_area(double west, double south, double east, double north, double[] bbox,
        double expectedWest, double expectedEast)
    {
        foreach (bool isReversed in (bool[])[false, true])
        {
            double[][] ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
            if (isReversed)
                Array.Reverse(ring);
            byte[] geometry = JsonSerializer.SerializeToUtf8Bytes(new { type = "Polygon", coordinates = new[] { ring } });
            FootprintMeasures found = Footprint.FromGeoJson(geometry, bbox).Measures;
            Assert.Equal(new LonLatBounds(expectedWest, south, expectedEast, north), found.Bounds);
            double sines = Math.Sin(double.DegreesToRadians(north)) - Math.Sin(double.DegreesToRadians(south));
            Assert.Equal(double.RadiansToDegrees(sines * found.Bounds.WidthDeg), found.AreaDeg2, 1e-9);
        }
    }

    [Theory] // the box of RFC 7946, section 5.2, and the area of the box on the sphere: width · (sin north − sin south)
    [InlineData(new double[] { -100, -30, 100, 30 }, 200.0)]
    [InlineData(new double[] { 100, -30, -100, 30 }, 160.0)]
    [InlineData(new double[0], 160.0)]
    [InlineData(new double[] { -180, -30, 180, 30 }, 160.0)] // what producers write of scenes at the antimeridian
    [InlineData(new double[] { -175, -30, 175, 30 }, 160.0)]
    [InlineData(new double[] { 100, -30, 260, 30 }, 160.0)]
    public void A_long_edge_is_read_as_the_box_of_the_document_says(double[] bbox, double widthDeg)
    {
        byte[] ring = Encoding.UTF8.GetBytes(RingJson(-100, -30, 100, -30, 100, 30, -100, 30, -100, -30));
        FootprintMeasures measures = Footprint.FromGeoJson(ring, bbox).Measures;
        Assert.Equal(widthDeg is 200.0 ? new LonLatBounds(-100, -30, 100, 30) : new LonLatBounds(100, -30, -100, 30), measures.Bounds);
        Assert.Equal(widthDeg * 180.0 / Math.PI, measures.AreaDeg2, 1e-6);
    }

    [Fact]
    public void A_ring_around_a_pole_contains_it_whatever_box_is_stated() => Assert.Equal(new LonLatBounds(-180, 80, 180, 90),
        Footprint.FromGeoJson(Encoding.UTF8.GetBytes(RingJson(10, 80, 100, 80, -170, 80, -80, 80, 10, 80)), [-170, 80, 100, 80])
            .Measures.Bounds);

    [Theory]
    [InlineData("POLYGON ((-180 80, 180 80, 180 90, -180 90, -180 80))", -180, 80, 180, 90)]
    [InlineData("POLYGON ((170 -20, 190 -20, 190 0, 170 0, 170 -20))", 170, -20, -170, 0)]
    [InlineData("POLYGON ((-100 0, 0 0, 100 0, 0 50, -100 0))", -100, 0, 100, 50)]
    [InlineData("""{"type":"Polygon","bbox":[-100,0,100,50],"coordinates":[[[-100,0],[100,0],[0,50],[-100,0]]]}""", -100, 0, 100, 50)]
    [InlineData("""{"type":"Polygon","bbox":[179,0,0,-179,9,5],"coordinates":[[[179,0],[-179,0],[-179,9],[179,9],[179,0]]]}""",
        179, 0, -179, 9)]
    [InlineData("""{"type":"Polygon","bbox":[-180,0,-179,9],"coordinates":[[[180,0],[-179,0],[-179,9],[180,9],[180,0]]]}""",
        -180, 0, -179, 9)]
    [InlineData("""{"type":"Polygon","bbox":[178,0,180,9],"coordinates":[[[178,0],[-180,0],[-180,9],[178,9],[178,0]]]}""",
        178, 0, 180, 9)]
    [InlineData("""{"type":"Polygon","bbox":[-179,0,179,9],"coordinates":[[[179,0],[-179,0],[-179,9],[179,9],[179,0]]]}""",
        -179, 0, 179, 9)]
    public void A_region_whose_edges_have_one_meaning_is_read(string region, double west, double south, double east, double north) =>
        Assert.Equal(new LonLatBounds(west, south, east, north), Footprint.FromRegion(region).Measures.Bounds);

    [Fact] // two squares of 2 degrees that share a quarter, and one of 1 degree
    public void A_feature_collection_is_the_union_of_its_polygons()
    {
        string first = Feature(RingJson(0, 0, 2, 0, 2, 2, 0, 2, 0, 0)), collection = "{\"type\":\"FeatureCollection\",\"features\":["
            + first + "," + Feature(RingJson(1, 1, 3, 1, 3, 3, 1, 3, 1, 1)) + "," + Feature(RingJson(9, 0, 10, 0, 10, 1, 9, 1, 9, 0))
            + "]}";
        Footprint union = Footprint.FromRegion(collection);
        Assert.Equal(7 + 1, union.Parts.ToArray().Sum(part => part.Area), 1e-12);
        Assert.Equal(new LonLatBounds(0, 0, 10, 3), union.Measures.Bounds);
        Assert.Equal(new LonLatBounds(0, 0, 2, 2), Footprint.FromRegion(first).Measures.Bounds);
        Assert.Contains("Feature 2 of the FeatureCollection: The geometry is a Point", Assert.Throws<FormatException>(() =>
            Footprint.FromRegion("{\"type\":\"FeatureCollection\",\"features\":[" + first + ","
                + Feature("{\"type\":\"Point\",\"coordinates\":[1,2]}") + "]}")).Message);

        static string Feature(string geometry) => $"{{\"type\":\"Feature\",\"properties\":{{}},\"geometry\":{geometry}}}";
    }

    [Theory]
    [InlineData("POLYGON ((-100 0, 100 0, 0 50, -100 0))", "from (-100, 0) to (100, 0)")]
    [InlineData("""{"type":"Polygon","coordinates":[[[179,0],[-179,0],[-179,9],[179,9],[179,0]]]}""", "from (179, 0) to (-179, 0)")]
    [InlineData("""{"type":"Polygon","bbox":[1],"coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}""", "\"bbox\" [1]")]
    [InlineData("""{"type":"Polygon","bbox":[10,0,20,9],"coordinates":[[[179,0],[-179,0],[-179,9],[179,9],[179,0]]]}""",
        "(longitude 10 to 20) is neither")]
    public void A_region_with_an_edge_of_two_meanings_is_an_error(string region, string finding) =>
        Assert.Contains(finding, Assert.Throws<FormatException>(() => Footprint.FromRegion(region)).Message);

    [Theory]
    [InlineData("null", "The geometry is null")]
    [InlineData("[1]", "not a GeoJSON object")]
    [InlineData("""{"type":"Point","coordinates":[1,2]}""", "is a Point")]
    [InlineData("""{"type":"LineString","coordinates":[[1,2],[3,4]]}""", "is a LineString")]
    [InlineData("""{"type":"GeometryCollection","geometries":[]}""", "is a GeometryCollection")]
    [InlineData("""{"type":"Polygon"}""", "no \"coordinates\"")]
    [InlineData("""{"type":"Polygon","coordinates":[]}""", "polygon 1")]
    [InlineData("""{"type":"MultiPolygon","coordinates":[]}""", "empty")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}""", "must equal the first")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]}""", "at least 4 positions")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,0],[0,0]]]}""", "3 different")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1,7],["0",1],[0,0]]]}""", "the position [\"0\",1]")]
    [InlineData("""{"type":"Polygon","coordinates":[[[300000,4000000],[1,0],[1,1],[300000,4000000]]]}""", "Transform projected")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1e999,0],[1,1],[0,0]]]}""", "expected a longitude")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[2,2],[2,0],[0,2],[0,0]]]}""", "not a valid polygon")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1,1],[2,2],[0,0]]]}""", "not a valid polygon")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]],[[5,5],[6,5],[6,6],[5,5]]]}""", "not a valid polygon")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0""", "not valid JSON")]
    public void A_geometry_that_is_no_area_is_rejected(string geometry, string finding) =>
        Assert.Contains(finding, Assert.Throws<FormatException>(() => Json(geometry)).Message);

    [Theory] // shapely.validation.explain_validity says whether a hole is outside; it has no antimeridian, so that its rings are moved
    [InlineData("[[156.44,66.56],[156.44,-66.56],[180,-66.56],[180,66.56],[156.44,66.56]]",
        "[[-180,66.56],[-180,-66.56],[-70.44,-66.56],[-70.44,66.56],[-180,66.56]]", 2)] // OR_GLM-L2-LCFA_G17_s20200160612000 of goes-glm
    [InlineData("[[0,0],[1,0],[1,1],[0,1],[0,0]]", "[[5,5],[6,5],[6,6],[5,5]]", 2)]
    [InlineData("[[0,0],[9,0],[9,9],[0,9],[0,0]]", "[[1,1],[2,1],[2,2],[1,1]],[[8,1],[12,1],[12,4],[8,1]]", 3)]
    [InlineData("[[170,0],[-170,0],[-170,9],[170,9],[170,0]]", "[[-169,1],[-165,1],[-165,4],[-169,1]]", 2)]
    [InlineData("[[170,0],[-170,0],[-170,9],[170,9],[170,0]]", "[[179,1],[-179,1],[-179,4],[179,1]],[[150,1],[160,1],[160,4],[150,1]]", 3)]
    [InlineData("[[170,0],[-170,0],[-170,9],[170,9],[170,0]]",
        "[[179,1],[-179,1],[-179,4],[179,1]],[[-175,1],[-172,1],[-172,4],[-175,1]]", null)]
    [InlineData("[[0,0],[9,9],[9,0],[0,9],[0,0]]", "[[50,1],[51,1],[51,4],[50,1]]", 0)] // the first ring is not simple
    public void A_ring_outside_of_the_first_one_is_named(string outline, string holes, int? ring)
    {
        string json = $$"""{"type":"Polygon","coordinates":[{{outline}},{{holes}}]}""";
        Assert.Equal(ring is null ? "Valid Geometry" : ring is 0 ? "Self-intersection" : "outside or across", Python.Run("""
            import json, sys
            from shapely.geometry import Polygon
            from shapely.validation import explain_validity
            rings = json.loads(sys.argv[1])['coordinates']
            if abs(rings[0][0][0]) > 90:
                rings = [[(x % 360, y) for x, y in ring] for ring in rings]
            reason = explain_validity(Polygon(rings[0], rings[1:])).split('[')[0]
            shell = Polygon(rings[0])
            outside = shell.is_valid and any(not shell.covers(Polygon(r)) for r in rings[1:])
            print('outside or across' if outside and reason in ('Hole lies outside shell', 'Self-intersection') else reason)
            """, json).Trim());
        if (ring is null)
        {
            Assert.Equal(2, Json(json).Parts.Length);
            return;
        }
        string message = Assert.Throws<FormatException>(() => Json(json)).Message;
        Assert.Equal(ring is 0 ? "The geometry is not a valid polygon: Self-intersection at or near longitude 4.5, latitude 4.5."
            : $"The geometry is not a valid polygon: ring {ring}, which would be a hole, is not within ring 1. Write separate parts as a "
                + "MultiPolygon, each with rings of its own.", message);
    }

    [Theory] // of rings around a pole, and across the antimeridian in one around the earth, holes are subtracted one by one
    [InlineData("[[0,70],[120,70],[-120,70],[0,70]]", "[[10,50],[20,50],[20,60],[10,50]]")]
    [InlineData("[[0,70],[120,70],[-120,70],[0,70]]", "[[10,60],[130,60],[-110,60],[10,60]]")]
    [InlineData("[[-180,0],[0,0],[180,0],[180,80],[0,80],[-180,80],[-180,0]]", "[[170,-20],[-170,-20],[-170,-10],[170,-10],[170,-20]]")]
    public void A_ring_outside_of_one_around_the_earth_is_named(string outline, string hole) =>
        Assert.Contains("ring 2, which would be a hole, is not within ring 1", Assert.Throws<FormatException>(() =>
            Json($$"""{"type":"Polygon","coordinates":[{{outline}},{{hole}}]}""")).Message);

    [Theory]
    [InlineData("POINT (1 2)")]
    [InlineData("POLYGON EMPTY")]
    [InlineData("MULTIPOLYGON (EMPTY)")]
    [InlineData("POLYGON ((0 0, 1 0, 1 1, 0 1))")]
    [InlineData("POLYGON ((0 0, 1 0, 1 1, 0 0)")]
    [InlineData("POLYGON ((0 0, 1 0, NaN 1, 0 0))")]
    [InlineData("SELECT 1")]
    [InlineData("")]
    public void Text_that_is_no_polygon_is_rejected(string wkt) => Assert.Throws<FormatException>(() => Footprint.FromWkt(wkt));

    [Theory]
    [InlineData("POLYGON EMPTY")]
    [InlineData(" multipolygon empty ")]
    [InlineData("MULTIPOLYGON (EMPTY)")]
    public void An_empty_region_is_named_so(string wkt) =>
        Assert.Contains("is empty", Assert.Throws<FormatException>(() => Footprint.FromRegion(wkt)).Message, StringComparison.Ordinal);

    [Fact]
    public void Deeply_nested_text_is_rejected() =>
        Assert.Throws<FormatException>(() => Footprint.FromWkt(string.Concat(Enumerable.Repeat("GEOMETRYCOLLECTION(", 1_000_000))));

    [Fact]
    public void Well_known_text_gives_the_same_footprint() => Assert.Equal(
        Json("""{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]],[[2,1],[3,1],[3,2],[2,1]]]}""").Wkb.ToArray(),
        Footprint.FromWkt("POLYGON ((0 0, 4 4, 4 0, 0 0), (2 1, 3 1, 3 2, 2 1))").Wkb.ToArray());

    [Fact]
    public void Wkb_that_is_cut_or_lies_about_its_counts_is_rejected()
    {
        byte[] wkb = Json("""
            {"type":"MultiPolygon","coordinates":[[[[0,0],[4,0],[4,4],[0,0]],[[2,1],[3,1],[3,2],[2,1]]],[[[8,8],[9,8],[9,9],[8,8]]]]}
            """).Wkb.ToArray();
        FootprintRegion region = new(Footprint.FromBounds(new LonLatBounds(0, 0, 1, 1)));
        for (int length = 0; length < wkb.Length; length++)
        {
            byte[] cut = wkb[..length];
            Assert.Throws<FormatException>(() => Footprint.FromWkb(cut));
            Assert.Throws<FormatException>(() => region.Intersects(cut));
        }
        Assert.Throws<FormatException>(() => Footprint.FromWkb([.. wkb, 0]));
        Assert.Throws<FormatException>(() => region.Intersects([.. wkb, 0]));
        foreach (int count in (int[])[5, 14, 18]) // polygons, rings, positions
        {
            byte[] lying = [.. wkb];
            lying.AsSpan(count, 4).Fill(0xff);
            Assert.Throws<FormatException>(() => Footprint.FromWkb(lying));
            Assert.Throws<FormatException>(() => region.Intersects(lying));
        }
    }

    [Fact]
    public void Footprints_touch_across_the_antimeridian_and_at_a_pole()
    {
        FootprintRegion east = new(Footprint.FromBounds(new LonLatBounds(-180, 0, -170, 10)));
        Assert.True(Footprint.FromBounds(new LonLatBounds(170, 5, 180, 20)).Intersects(east));
        Assert.True(Footprint.FromBounds(new LonLatBounds(170, 10, 180, 20)).Intersects(east));
        Assert.False(Footprint.FromBounds(new LonLatBounds(170, 10.0001, 180, 20)).Intersects(east));
        Assert.True(Ring(170, 4, 180, 5, 170, 6, 170, 4).Intersects(east));
        FootprintRegion polar = new(Ring(0, 80, 10, 80, 5, 90, 0, 80));
        Assert.True(Ring(100, 80, 110, 80, 105, 90, 100, 80).Intersects(polar));
        Assert.False(Ring(100, 80, 110, 80, 105, 89, 100, 80).Intersects(polar));
    }

    [Theory]
    [InlineData(170, 0, 180, 10, -180, 5, -170, 20, true)]
    [InlineData(170, 0, -170, 10, -175, 5, -172, 20, true)]
    [InlineData(170, 0, -170, 10, 160, 5, 170, 20, true)]
    [InlineData(170, 0, -170, 10, 0, 5, 169, 20, false)]
    [InlineData(170, 0, -170, 10, 170, 11, 180, 20, false)]
    [InlineData(-180, 0, 180, 10, 50, 5, 51, 20, true)]
    [InlineData(50, 5, 40, 20, 45, 5, 46, 20, false)]
    [InlineData(0, 80, 10, 90, 100, 80, 110, 90, true)]
    [InlineData(0, 80, 10, 89, 100, 80, 110, 90, false)]
    public void Boxes_intersect_across_the_antimeridian_and_at_poles(double west, double south, double east, double north,
        double otherWest, double otherSouth, double otherEast, double otherNorth, bool intersect)
    {
        LonLatBounds box = new(west, south, east, north), other = new(otherWest, otherSouth, otherEast, otherNorth);
        Assert.Equal(intersect, box.Intersects(other));
        Assert.Equal(intersect, other.Intersects(box));
        Assert.Equal(intersect, Footprint.FromBounds(box).Intersects(new FootprintRegion(Footprint.FromBounds(other))));
    }

    [Fact]
    public void Stored_footprints_of_another_form_are_rejected()
    {
        byte[] good = Ring(0, 0, 1, 0, 1, 1, 0, 0).Wkb.ToArray();
        FootprintRegion region = new(Footprint.FromBounds(new LonLatBounds(0, 0, 1, 1)));
        byte[] clockwise = [.. good];
        (byte[] second, byte[] third) = (good[29..45], good[45..61]);
        third.CopyTo(clockwise, 29);
        second.CopyTo(clockwise, 45);
        Assert.Throws<FormatException>(() => FootprintMeasures.Of(clockwise));
        byte[] notANumber = [.. good];
        BitConverter.GetBytes(double.NaN).CopyTo(notANumber, 29);
        byte[] empty = [1, 6, 0, 0, 0, 0, 0, 0, 0];
        foreach (byte[] bad in (byte[][])[notANumber, empty, []])
        {
            Assert.Throws<FormatException>(() => FootprintMeasures.Of(bad));
            Assert.Throws<FormatException>(() => region.Intersects(bad));
            Assert.Throws<FormatException>(() => region.Covers(bad));
        }
    }

    [Fact]
    public void A_footprint_across_the_antimeridian_is_within_a_region_across_it()
    {
        FootprintRegion region = new(Footprint.FromBounds(new LonLatBounds(170, -10, -170, 10)));
        Assert.True(Ring(179, 1, -179, 1, -179, 2, 179, 2, 179, 1).IsWithin(region));
        Assert.False(Ring(169, 1, -179, 1, -179, 2, 169, 2, 169, 1).IsWithin(region));
        Footprint odd = Ring(171.3, -7.7, -171.9, 3.3, -178.1, 9.9, 171.3, -7.7);
        Assert.True(odd.IsWithin(new FootprintRegion(odd)));
    }

    [Fact]
    public void Footprints_of_real_items_have_the_stated_boxes()
    {
        using JsonDocument items = JsonDocument.Parse(File.ReadAllBytes(TestPaths.Data("eo/footprints.json")));
        foreach (JsonElement item in items.RootElement.EnumerateArray())
        {
            double[] box = [.. item.GetProperty("bbox").EnumerateArray().Select(v => v.GetDouble())];
            Footprint footprint = Footprint.FromGeoJson(item.GetProperty("geometry"));
            LonLatBounds found = footprint.Measures.Bounds;
            Assert.InRange(found.West, box[0] - 0.02, box[0] + 0.02); // producers round, and Landsat's boxes are of the whole grid
            Assert.InRange(found.South, box[1] - 0.02, box[1] + 0.02);
            Assert.InRange(found.East, box[2] - 0.02, box[2] + 0.02);
            Assert.InRange(found.North, box[3] - 0.02, box[3] + 0.02);
            Assert.True(footprint.IsWithin(new FootprintRegion(footprint)), item.GetProperty("id").GetString());
        }
    }

    [Fact]
    public async Task A_region_is_tested_by_several_threads_from_its_first_use()
    {
        Random random = new(2);
        byte[][] rows = [.. Enumerable.Range(0, 400).Select(_ =>
        {
            double x = random.NextDouble() * 40, y = random.NextDouble() * 40;
            return Ring(x, y, x + 12, y + 0.01, x + 12, y + 3, x, y).Wkb.ToArray();
        })];
        Footprint area = Ring([.. Enumerable.Range(0, 200).SelectMany(i =>
        {
            (double sin, double cos) = Math.SinCos(Math.Tau * (i % 199) / 199);
            return (double[])[20 + ((10 + (i % 199 % 2 * 8)) * cos), 20 + ((10 + (i % 199 % 2 * 8)) * sin)];
        })]);
        FootprintRegion first = new(area);
        bool[] expected = [.. rows.Select(r => first.Intersects(r)), .. rows.Select(r => first.Covers(r))];
        Assert.Contains(true, expected);
        Assert.Contains(false, expected);
        for (int n = 0; n < 20; n++)
        {
            FootprintRegion region = new(area);
            bool[][] found = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
                (bool[])[.. rows.Select(r => region.Intersects(r)), .. rows.Select(r => region.Covers(r))])));
            Assert.All(found, f => Assert.Equal(expected, f));
        }
    }

    [Fact]
    public void Rows_decided_by_their_box_allocate_nothing()
    {
        FootprintRegion region = new(Ring(0, 0, 10, 0, 12, 10, 0, 10, 0, 0));
        byte[] far = Ring(20, 20, 21, 20, 21, 21, 20, 20).Wkb.ToArray();
        for (int i = 0; i < 100; i++)
            region.Intersects(far);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
            Assert.False(region.Intersects(far) || region.Covers(far));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000); // a geometry has some 500 bytes
    }
}
