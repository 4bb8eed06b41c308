using System.Text;
using System.Text.Json;
using Pile.TestKit;

namespace Pile.Earth.Tests;

/// <summary>Footprints of centimetres and metres, as those of chips of drone images and microscopes, have the centres of pyproj and shapely
/// to a few nanometres.</summary>
public class SmallFootprintTests(SmallFootprintTests.Cases cases) : IClassFixture<SmallFootprintTests.Cases>
{
    private const string Script = """
        import sys, json, math, random
        import mpmath, pyproj
        from shapely.geometry import Polygon
        mpmath.mp.dps = 40
        random.seed(7)

        def radius(lon, lat, ring):                  # degrees, by the haversine formula with 40 digits
            rad = lambda v: mpmath.radians(mpmath.mpf(v))
            def distance(p):
                a = mpmath.sin((rad(p[1]) - rad(lat)) / 2) ** 2
                a += mpmath.cos(rad(lat)) * mpmath.cos(rad(p[1])) * mpmath.sin((rad(p[0]) - rad(lon)) / 2) ** 2
                return 2 * mpmath.asin(mpmath.sqrt(a))
            return float(mpmath.degrees(max(distance(p) for p in ring)))

        out = []
        chips = [(32633, 500_123, 5_400_321), (32760, 400_001, 4_000_000), (32601, 298_000, 7_000_000), (2056, 2_600_000, 1_200_000),
            (3031, 1_000_000, -200_000), (3995, 300, 400), (3031, -200, 150), (3413, None, None)]
        for epsg, at_x, at_y in chips:
            back = pyproj.Transformer.from_crs(epsg, pyproj.CRS(epsg).geodetic_crs, always_xy=True)
            for pixel in (0.001, 0.01, 0.1):
                size = 32 * pixel                    # the chip, with 64 positions on each side; None is around the pole
                x0, y0 = (-size / 2, -size / 2) if at_x is None else (at_x, at_y)
                side = [i / 64 for i in range(64)]
                ring = [*((t, 0) for t in side), *((1, t) for t in side), *((1 - t, 1) for t in side), *((0, 1 - t) for t in side)]
                ring = [back.transform(x0 + size * x, y0 + size * y) for x, y in ring]
                lon, lat = back.transform(x0 + size / 2, y0 + size / 2)
                out.append(dict(name=f'EPSG:{epsg}, {pixel} m', ring=ring + ring[:1], lon=lon, lat=lat, radius=radius(lon, lat, ring)))
        for lon0, lat0 in ((12.3, 45.6), (180, -16.5), (-180, 70.1), (0, 0), (-75.2, -0.0)):
            for size in (1e-7, 1e-6, 1e-5):          # an L, whose centroid shapely finds in units of its size
                shape = [(0, 0), (3, 0), (3, 1), (1, 1), (1, 2), (0, 2)]
                ring = [(lon0 + size * (x - 1.5), lat0 + size * (y - 1)) for x, y in shape]
                exact = Polygon([((x - lon0) / size, (y - lat0) / size) for x, y in ring]).centroid
                lon, lat = lon0 + size * exact.x, lat0 + size * exact.y
                out.append(dict(name=f'L at {lon0} {lat0}, {size}', ring=ring + ring[:1], lon=lon, lat=lat,
                    radius=radius(lon, lat, ring)))
        json.dump(out, sys.stdout)
        """;

    // A nanometre is 9e-15 degrees, and the doubles at 180 degrees are 2.8e-14 apart. Sides that are straight on the map are not quite
    // straight in longitude and latitude.
    private const double ToleranceDeg = 2e-13;

    public sealed class Cases
    {
        public JsonElement[] All { get; } = [.. JsonDocument.Parse(Python.Run(Script)).RootElement.EnumerateArray()];
    }

    [Fact]
    public void Centre_and_radius_are_those_of_pyproj_and_shapely()
    {
        List<string> differences = [];
        foreach (JsonElement testCase in cases.All)
        {
            string ring = testCase.GetProperty("ring").GetRawText();
            FootprintMeasures found = Footprint.FromGeoJson(
                Encoding.UTF8.GetBytes($"{{\"type\":\"Polygon\",\"coordinates\":[{ring}]}}")).Measures;
            double lon = testCase.GetProperty("lon").GetDouble(), lat = testCase.GetProperty("lat").GetDouble();
            double radius = testCase.GetProperty("radius").GetDouble();
            double east = Math.IEEERemainder(found.CentreLonDeg - lon, 360.0) * Math.Sin((90.0 - Math.Abs(lat)) * Math.PI / 180.0);
            double off = Math.Max(Math.Abs(east), Math.Abs(found.CentreLatDeg - lat));
            double tolerance = ToleranceDeg + (1e-6 * radius);
            if (!(off <= tolerance) || !(Math.Abs(found.RadiusDeg - radius) <= tolerance + 1e-11))
                differences.Add($"{testCase.GetProperty("name")}: centre off by {off * 111e3} m, radius {found.RadiusDeg} for {radius}");
        }
        Assert.True(differences.Count == 0, string.Join("\n", differences));
        Assert.Equal(39, cases.All.Length);
    }
}
