using System.Globalization;
using Pile.Drawing;
using Pile.TestKit;

namespace Pile.Plotting.Tests;

/// <summary>Arrows and scales of chips, compared with geodesics of pyproj.</summary>
public sealed class ChipOrientationTests
{
    [Theory]
    [InlineData("EPSG:32633", new double[] { 10, 0, 399_960, 0, -10, 9_100_020 })]
    [InlineData("EPSG:3031", new double[] { 30, 0, 1_000_000, 0, -30, 700_000 })] // polar stereographic: north is oblique
    [InlineData("EPSG:3413", new double[] { 30, 0, -2_000_000, 0, -30, -500_000 })]
    [InlineData("EPSG:3857", new double[] { 38.2, 0, 1_000_000, 0, -38.2, 8_400_000 })] // Web Mercator at 60°: half as long
    [InlineData("EPSG:5070", new double[] { 30, 0, -2_000_000, 0, -30, 2_900_000 })]
    [InlineData("EPSG:4326", new double[] { 0.001, 0, 179.9, 0, -0.001, 60 })] // over the antimeridian
    [InlineData("EPSG:32755", new double[] { 8, 6, 500_000, 6, -8, 6_000_000 })] // turned
    [InlineData("EPSG:32610", new double[] { 10, 0, 500_000, 0, 10, 4_000_000 })] // the first row is the southernmost
    [InlineData("EPSG:2263", new double[] { 3, 0, 980_000, 0, -3, 200_000 })] // US feet
    public void Arrows_and_scales_are_those_of_geodesics(string crs, double[] transform)
    {
        ChipOrientation found = ChipOrientation.Of(transform, crs, 256, 128)!;
        double[] expected = [.. Python.Run("""
            import sys, math, pyproj
            crs, t = sys.argv[1], [float(v) for v in sys.argv[2].split(',')]
            to = pyproj.Transformer.from_crs(crs, 'EPSG:4326', always_xy=True)
            geod = pyproj.Geod(ellps='WGS84')
            def lonlat(px, py):
                return to.transform(t[0] * px + t[1] * py + t[2], t[3] * px + t[4] * py + t[5])
            def pixel(lon, lat):
                x, y = to.transform(lon, lat, direction='INVERSE')
                if crs == 'EPSG:4326' and x < 0:
                    x += 360
                d = t[0] * t[4] - t[1] * t[3]
                return (t[4] * (x - t[2]) - t[1] * (y - t[5])) / d, (t[0] * (y - t[5]) - t[3] * (x - t[2])) / d
            lon, lat = lonlat(128, 64)
            scale = geod.inv(*lonlat(127.5, 64), *lonlat(128.5, 64))[2]
            out = [scale]
            for azimuth in 0, 90:
                there = geod.fwd(lon, lat, azimuth, scale)[:2]
                px, py = pixel(*there)
                length = math.hypot(px - 128, py - 64)
                out += [(px - 128) / length, (py - 64) / length]
            print(','.join(repr(v) for v in out))
            """, crs, string.Join(',', transform.Select(v => v.ToString("R", CultureInfo.InvariantCulture)))).Trim().Split(',')
            .Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
        Assert.Equal(1, found.ScaleM / expected[0], 1e-5);
        Assert.Equal((expected[1], expected[2]), Unit(found.North), new Near());
        Assert.Equal((expected[3], expected[4]), Unit(found.East), new Near());
    }

    [Fact]
    public void Chips_without_a_place_and_those_at_a_pole_have_no_arrows()
    {
        double[] transform = [10, 0, 399_960, 0, -10, 9_100_020];
        Assert.Null(ChipOrientation.Of([], "EPSG:32633", 8, 8));
        Assert.Null(ChipOrientation.Of(transform, null, 8, 8));
        Assert.Null(ChipOrientation.Of(transform, "EPSG:999999", 8, 8));
        Assert.Null(ChipOrientation.Of([0, 0, 0, 0, 0, 0], "EPSG:32633", 8, 8));
        Assert.Null(ChipOrientation.Of([1e5, 0, 4e7, 0, -1e5, 4e7], "ESRI:54009", 8, 8)); // beside the map
        Assert.Null(ChipOrientation.Of([30, 0, -120, 0, -30, 120], "EPSG:3031", 8, 8));
    }

    private static (double, double) Unit(PixelDirection direction)
    {
        double length = double.Hypot(direction.X, direction.Y);
        return (direction.X / length, direction.Y / length);
    }

    private sealed class Near : IEqualityComparer<(double X, double Y)>
    {
        public bool Equals((double X, double Y) a, (double X, double Y) b) => Math.Abs(a.X - b.X) < 1e-4 && Math.Abs(a.Y - b.Y) < 1e-4;

        public int GetHashCode((double X, double Y) point) => 0;
    }
}
