using System.Globalization;
using Pile.TestKit;

namespace Pile.Sky.Tests;

public sealed class PolygonTests
{
    [Fact]
    public void Pixels_whose_centre_is_inside_agree_with_healpy()
    {
        // Only convex polygons: healpy supports no others. In healpy the inside is on the left or the right of the border, which is the
        // smaller side for convex polygons.
        string[] lines = Python.Run("""
            import numpy as np, healpy as hp
            r = np.random.default_rng(7)
            for k in range(60):
                order = int(r.integers(3, 8)); nside = 1 << order
                c = r.normal(size=3); c /= np.linalg.norm(c)
                if k % 6 == 0: c = np.array([0.02, -0.01, 1.0]); c /= np.linalg.norm(c)
                if k % 6 == 1: c = np.array([1.0, 0.005, r.uniform(-0.5, 0.5)]); c /= np.linalg.norm(c)
                e = np.cross(c, [0.3, 0.9, 0.1]); e /= np.linalg.norm(e); n = np.cross(c, e)
                radius = np.radians(r.uniform(2, 60))
                a = np.sort(r.uniform(0, 2*np.pi, int(r.integers(3, 9))))
                if np.max(np.diff(np.append(a, a[0] + 2*np.pi))) > 2.8: continue
                v = np.cos(radius)*c + np.sin(radius)*(np.cos(a)[:, None]*e + np.sin(a)[:, None]*n)
                lon, lat = hp.vec2ang(v, lonlat=True)
                exclusive = hp.query_polygon(nside, hp.ang2vec(lon, lat, lonlat=True), inclusive=False, nest=True)
                inclusive = hp.query_polygon(nside, hp.ang2vec(lon, lat, lonlat=True), inclusive=True, fact=16, nest=True)
                corners = ','.join(f'{x!r},{y!r}' for x, y in zip(map(float, lon), map(float, lat)))
                print(order, corners, ','.join(map(str, np.sort(exclusive))), ','.join(map(str, np.sort(inclusive))), sep='|')
            """).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length > 30);
        long ours = 0, theirs = 0;
        foreach (string line in lines)
        {
            string[] parts = line.Split('|');
            int order = int.Parse(parts[0], CultureInfo.InvariantCulture);
            double[] numbers = [.. parts[1].Split(',').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
            SkyPolygon polygon = SkyPolygon.Of(numbers.Chunk(2).Select(p => (p[0], p[1])));
            SkyPolygon reversed = SkyPolygon.Of(numbers.Chunk(2).Select(p => (p[0], p[1])).Reverse());
            long[] exclusive = [.. parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)],
                inclusive = [.. parts[3].Split(',').Select(long.Parse)];
            HealpixRanges cover = polygon.CoverInclusive(order);
            Assert.Equal(cover.Ranges.ToArray(), reversed.CoverInclusive(order).Ranges.ToArray());
            Assert.Equal(exclusive, Enumerable.Range(0, (int)Healpix.PixelCount(order)).Select(p => (long)p)
                .Where(p => Inside(polygon, order, p)));
            Assert.All(exclusive, p => Assert.True(cover.Contains(p)));
            Assert.DoesNotContain(exclusive, p => !Inside(reversed, order, p));
            (ours, theirs) = (ours + cover.PixelCount, theirs + inclusive.Length);
            Assert.Equal(polygon.AreaDeg2, reversed.AreaDeg2, 1e-9);
        }
        Assert.InRange((double)ours / theirs, 0.9, 1.1);

        static bool Inside(SkyPolygon polygon, int order, long pixel)
        {
            (double ra, double dec) = Healpix.PixToAng(order, pixel);
            return polygon.Contains(ra, dec);
        }
    }

    [Fact]
    public void Cover_contains_every_point_of_a_star_shaped_polygon()
    {
        Random random = new(4);
        for (int trial = 0; trial < 40; trial++)
        {
            // A star-shaped polygon around a centre: a point is inside if it is in the triangle of the centre and the edge of its sector.
            double ra0 = 360 * random.NextDouble(), dec0 = trial % 5 == 0 ? 90 - (0.1 * random.NextDouble())
                : 178 * (random.NextDouble() - 0.5), scale = Math.Pow(10, 1.4 - (4 * random.NextDouble()));
            FrameSpin spin = new(ra0, dec0);
            int n = 3 + random.Next(40);
            (double Lon, double Radius)[] corners =
                [.. Enumerable.Range(0, n).Select(
                    i => (360.0 * (i + (0.3 * random.NextDouble())) / n, scale * (0.2 + random.NextDouble())))];
            SkyPolygon polygon = SkyPolygon.Of(corners.Select(c => spin.At(c.Lon, c.Radius)));
            int order = Math.Clamp((int)Math.Log2(300 / scale), 1, 29);
            HealpixRanges cover = polygon.CoverInclusive(order);
            int inside = 0;
            for (int i = 0; i < 400; i++)
            {
                (double lon, double radius) = (360 * random.NextDouble(), 1.3 * scale * random.NextDouble());
                (double ra, double dec) = spin.At(lon, radius);
                int edge = Array.FindLastIndex(corners, c => c.Lon <= lon);
                edge = edge < 0 ? n - 1 : edge;
                bool expected = Gnomonic(corners[edge], corners[(edge + 1) % n], (lon, radius));
                Assert.True(expected == polygon.Contains(ra, dec), $"trial {trial}: {ra}, {dec} at scale {scale}");
                if (expected)
                {
                    inside++;
                    Assert.True(cover.Contains(Healpix.AngToPix(order, ra, dec)));
                }
            }
            Assert.True(inside > 20);
        }

        // In the tangent plane at the centre, great circles are straight lines.
        static bool Gnomonic((double Lon, double Radius) a, (double Lon, double Radius) b, (double Lon, double Radius) p)
        {
            (double x, double y) At((double Lon, double Radius) v) =>
                (Math.Tan(v.Radius * Math.PI / 180) * Math.Cos(v.Lon * Math.PI / 180),
                    Math.Tan(v.Radius * Math.PI / 180) * Math.Sin(v.Lon * Math.PI / 180));
            ((double ax, double ay), (double bx, double by), (double px, double py)) = (At(a), At(b), At(p));
            return ((bx - ax) * (py - ay)) - ((by - ay) * (px - ax)) >= 0;
        }
    }

    [Theory]
    [InlineData("0,80, 90,80, 180,80, 270,80", "10,89", "45,78")] // around the pole
    [InlineData("0,-80, 90,-80, 180,-80, 270,-80", "0,-90", "45,-78")]
    [InlineData("350,-10, 10,-10, 10,10, 350,10", "0,0", "180,0")] // across right ascension 0
    [InlineData("350,-10, 350,10, 10,10, 10,-10", "359.9,9.9", "11,0")] // in the opposite direction
    [InlineData("-10,-10, 10,-10, 10,10, -10,10", "360,0", "20,0")]
    [InlineData("0,0, 120,0, 120,30, 0,30", "60,3", "60,-3")]
    [InlineData("0,90, 0,0, 90,0", "45,45", "135,45")] // an octant: a vertex at the pole
    [InlineData("0,0, 90,0, 180,0, 180,-89, 0,-89", "90,-45", "270,-45")]
    public void Polygons_can_contain_poles_and_right_ascension_0(string vertices, string inside, string outside)
    {
        SkyPolygon polygon = Of(vertices);
        Assert.True(polygon.Contains(Numbers(inside)[0], Numbers(inside)[1]));
        Assert.False(polygon.Contains(Numbers(outside)[0], Numbers(outside)[1]));
        Assert.All(polygon.Vertices, v => Assert.True(polygon.Contains(v.RaDeg, v.DecDeg)));
        Assert.InRange(polygon.AreaDeg2, 1, 20627);
    }

    [Fact]
    public void Area_of_an_octant_is_an_eighth_of_the_sky_and_edges_are_great_circles()
    {
        SkyPolygon octant = Of("0,90, 0,0, 90,0");
        Assert.Equal(41252.96124941928 / 8, octant.AreaDeg2, 1e-8);
        Assert.Equal(1 / 8.0, octant.CoverInclusive(9).SkyFraction, 0.002);
        Assert.True(octant.Contains(30, 0)); // on the border
        Assert.False(octant.Contains(double.NaN, 10));
        SkyPolygon high = Of("0,60, 60,60, 60,50, 0,50");
        Assert.True(high.Contains(30, 63.4)); // the great circle rises to 63.43° between the corners
        Assert.False(high.Contains(30, 63.5));
        Assert.False(high.Contains(30, 53.9)); // and so does the lower one, to 53.99°
    }

    [Theory]
    [InlineData("0,0, 10,10, 10,0, 0,10", "the edge from vertex 1 to 2 meets the one from 3 to 4")]
    [InlineData("0,0, 10,0, 10,10, 5,0, 0,10", "the edge from vertex 1 to 2 meets the one from 3 to 4")] // touches
    [InlineData("0,0, 10,0, 5,0, 5,10", "meets")] // turns back
    [InlineData("350,80, 170,80, 80,80, 260,80", "the edge from vertex 1 to 2 meets the one from 3 to 4")] // across the pole
    [InlineData("0,0, 10,0", "at least three different vertices")]
    [InlineData("0,0, 0,0, 10,0, 360,0", "at least three different vertices")]
    [InlineData("0,0, 180,0, 90,50", "Vertices 1 and 2 of the polygon are opposite each other")]
    [InlineData("0,0, 120,0, 240,0", "divides the sky into equal halves")]
    [InlineData("0,0, 10,91, 5,5", "Vertex 2")]
    public void Invalid_polygon_is_rejected_with_the_reason(string vertices, string finding) =>
        Assert.Contains(finding, Assert.Throws<ArgumentException>(() => Of(vertices)).Message, StringComparison.Ordinal);

    [Fact]
    public void Repeated_vertices_are_removed()
    {
        SkyPolygon polygon = Of("10,10, 20,10, 20,10, 20,20, 10,20, 10,10");
        Assert.Equal(4, polygon.Vertices.Length);
        Assert.True(polygon.Contains(15, 15));
    }

    private static SkyPolygon Of(string vertices) => SkyPolygon.Of(Numbers(vertices).Chunk(2).Select(p => (p[0], p[1])));

    private static double[] Numbers(string text) => [.. text.Split(',').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];

    /// <summary>Converts directions and distances from a centre to positions.</summary>
    private sealed class FrameSpin(double raDeg, double decDeg)
    {
        internal (double, double) At(double lonDeg, double radiusDeg)
        {
            Matrix3 turn = Matrix3.AboutZ(-raDeg * Math.PI / 180) * Matrix3.AboutY((decDeg - 90) * Math.PI / 180);
            return (turn * UnitVector.FromRaDec(lonDeg, 90 - radiusDeg)).ToAngles();
        }
    }
}
