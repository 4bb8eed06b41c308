using System.Text.Json;
using Pile.Proj.Native;
using Pile.TestKit;

namespace Pile.Proj.Tests;

[Collection("PROJ")]
public class CrsTransformTests(CrsTransformTests.Oracle oracle) : IClassFixture<CrsTransformTests.Oracle>
{
    private const string Script = """
        import sys, json, math, random
        import numpy as np
        from pyproj import Transformer, Geod, network
        network.set_network_enabled(False)
        rng = np.random.default_rng(7)
        sinusoidal = '+proj=sinu +R=6371007.181 +units=m +no_defs +type=crs'
        pairs = [('EPSG:4326', 'EPSG:32633'), ('EPSG:32633', 'OGC:CRS84'), ('EPSG:32720', 'EPSG:4326'), ('EPSG:3577', 'OGC:CRS84'),
            ('EPSG:4326', 'EPSG:3035'), ('EPSG:3031', 'EPSG:4326'), ('EPSG:3413', 'OGC:CRS84'), ('EPSG:32633', 'EPSG:3035'),
            ('EPSG:28355', 'EPSG:3577'), ('EPSG:26911', 'OGC:CRS84'), ('EPSG:26911', 'EPSG:4326'), ('EPSG:2263', 'OGC:CRS84'),
            ('EPSG:3857', 'OGC:CRS84'), (sinusoidal, 'OGC:CRS84'), ('EPSG:4267', 'EPSG:4326'), ('EPSG:31467', 'EPSG:4326')]
        bounds = {'EPSG:4326': (-180, -90, 180, 90), 'EPSG:32633': (1e5, 0, 9e5, 9.3e6), 'EPSG:32720': (1e5, 1e6, 9e5, 1e7),
            'EPSG:3577': (-2e6, -5e6, 2.3e6, -1e6),
            'EPSG:3031': (-4e6, -4e6, 4e6, 4e6), 'EPSG:3413': (-4e6, -4e6, 4e6, 4e6), 'EPSG:28355': (2e5, 5e6, 8e5, 8e6),
            'EPSG:26911': (2e5, 3e6, 8e5, 6e6),
            'EPSG:2263': (9e5, 1e5, 1.1e6, 3e5), 'EPSG:3857': (-2e7, -2e7, 2e7, 2e7), 'EPSG:4267': (-120, 30, -80, 48),
            'EPSG:31467': (3.3e6, 5.3e6, 3.7e6, 6e6)}
        out = dict(pairs=[], geod=[])
        for a, b in pairs:
            w, s, e, n = bounds.get(a, (-1.9e7, -9.9e6, 1.9e7, 9.9e6))
            x, y = rng.uniform(w, e, 300), rng.uniform(s, n, 300)
            t = Transformer.from_crs(a, b, always_xy=True)
            u, v = t.transform(x, y)
            f = lambda q: [None if not math.isfinite(k) else k for k in np.asarray(q).tolist()]
            out['pairs'].append(dict(source=a, target=b, x=x.tolist(), y=y.tolist(), u=f(u), v=f(v)))
        g = Geod(ellps='WGS84')
        l1, p1, l2, p2 = (rng.uniform(-h, h, 2000) for h in (180, 90, 180, 90))
        l2[:500], p2[:500] = l1[:500] + rng.uniform(-1e-3, 1e-3, 500), np.clip(p1[:500] + rng.uniform(-1e-3, 1e-3, 500), -90, 90)
        p1[500:520] = 90; p1[520:540] = -90
        out['geod'] = [l1.tolist(), p1.tolist(), l2.tolist(), p2.tolist(), g.inv(l1, p1, l2, p2)[2].tolist()]
        out['area'] = g.polygon_area_perimeter([10, 12, 12.5, 9], [50, 50, 53, 52])[0]
        json.dump(out, sys.stdout)
        """;

    public sealed class Oracle
    {
        public JsonElement Root { get; } = JsonDocument.Parse(Python.Run(Script)).RootElement;
    }

    private static double[] Numbers(JsonElement list) =>
        [.. list.EnumerateArray().Select(v => v.ValueKind is JsonValueKind.Null ? double.NaN : v.GetDouble())];

    [Fact]
    public void Positions_agree_with_pyproj_and_return()
    {
        foreach (JsonElement pair in oracle.Root.GetProperty("pairs").EnumerateArray())
        {
            string what = $"{pair.GetProperty("source")} → {pair.GetProperty("target")}";
            Crs target = Crs.Parse(pair.GetProperty("target").GetString()!);
            using CrsTransform transform = CrsTransform.Create(Crs.Parse(pair.GetProperty("source").GetString()!), target);
            double[] x = Numbers(pair.GetProperty("x")), y = Numbers(pair.GetProperty("y"));
            double[] u = Numbers(pair.GetProperty("u")), v = Numbers(pair.GetProperty("v"));
            double[] foundX = [.. x], foundY = [.. y];
            int failed = transform.Forward(foundX, foundY);
            Assert.Equal(Enumerable.Range(0, u.Length).Count(i => double.IsNaN(u[i]) || double.IsNaN(v[i])), failed);
            double tolerance = target.IsGeographic ? 1e-11 : 1e-6;
            for (int i = 0; i < x.Length; i++)
            {
                Assert.True(double.IsNaN(u[i]) ? double.IsNaN(foundX[i]) && double.IsNaN(foundY[i])
                    : Math.Abs(u[i] - foundX[i]) <= tolerance && Math.Abs(v[i] - foundY[i]) <= tolerance,
                    $"{what} at ({x[i]}, {y[i]}): expected ({u[i]}, {v[i]}), found ({foundX[i]}, {foundY[i]})");
            }
            Assert.False(transform.Operation.Name is "", what);
        }
        Assert.Equal(0, PjHandle.LiveCount);
    }

    [Fact]
    public void Longitude_comes_first_whatever_the_system_says()
    {
        // Both state the latitude or the northing first.
        using CrsTransform toLaea = CrsTransform.Create(Crs.Parse("EPSG:4326"), Crs.Parse("EPSG:3035"));
        double[] x = [10.0], y = [52.0];
        Assert.Equal(0, toLaea.Forward(x, y));
        Assert.Equal(4_321_000.0, x[0], 1e-6);
        Assert.Equal(3_210_000.0, y[0], 1e-6);
        Assert.Equal(0, toLaea.Inverse(x, y));
        Assert.Equal(10.0, x[0], 1e-11);
        Assert.Equal(52.0, y[0], 1e-11);
    }

    [Fact]
    public void Positions_that_do_not_project_are_counted_and_not_a_number()
    {
        using CrsTransform transform = CrsTransform.Create(Crs.Parse("OGC:CRS84"), Crs.Parse("EPSG:32633"));
        double[] x = [15.0, 15.0, double.NaN, 15.0, 105.0], y = [50.0, 95.0, 50.0, double.PositiveInfinity, 0.0];
        Assert.Equal(4, transform.Forward(x, y));
        Assert.Equal([false, true, true, true, true], x.Select(double.IsNaN));
        Assert.Equal([false, true, true, true, true], y.Select(double.IsNaN));
    }

    [Fact]
    public void Corners_of_a_sinusoidal_grid_that_are_off_the_earth_do_not_project()
    {
        using CrsTransform transform = CrsTransform.ToLonLat(Crs.Parse("+proj=sinu +R=6371007.181 +units=m +no_defs"));
        double[] x = [0.0, -15_567_307.275, 6_671_703.118], y = [7_783_653.6377, 6_671_703.118, 7_783_653.6377];
        Assert.Equal(1, transform.ForwardWithinMap(x, y)); // 15,567 km west at 60° N: the sphere is 10,007 km there
        Assert.True(double.IsNaN(x[1]) && double.IsNaN(y[1]));
        Assert.Equal(70.0, y[0], 1e-6);
    }

    private static bool Near(double expected, double found) =>
        Math.Abs(expected - found) <= 1e-11 || (double.IsNaN(expected) && double.IsNaN(found));

    [Fact]
    public void Longitude_and_latitude_are_those_of_epsg_4326()
    {
        foreach (JsonElement pair in oracle.Root.GetProperty("pairs").EnumerateArray()
            .Where(p => p.GetProperty("target").GetString() == "EPSG:4326"))
        {
            using CrsTransform transform = CrsTransform.ToLonLat(Crs.Parse(pair.GetProperty("source").GetString()!));
            double[] x = Numbers(pair.GetProperty("x")), y = Numbers(pair.GetProperty("y"));
            transform.Forward(x, y);
            Assert.Equal(Numbers(pair.GetProperty("u")), x, Near);
            Assert.Equal(Numbers(pair.GetProperty("v")), y, Near);
        }
    }

    [Fact]
    public void Operations_report_accuracy_and_missing_grids()
    {
        using CrsTransform utm = CrsTransform.ToLonLat(Crs.Parse("EPSG:32633"));
        Assert.Empty(utm.Operation.MissingGrids);
        Assert.False(utm.Operation.IsBallpark);
        Assert.Equal(0.0, utm.Operation.AccuracyM);
        using CrsTransform utmOfNad83 = CrsTransform.ToLonLat(Crs.Parse("EPSG:26918"));
        Assert.Equal(4.0, utmOfNad83.Operation.AccuracyM); // as pyproj reports it
        using CrsTransform nad27 = CrsTransform.ToLonLat(Crs.Parse("EPSG:4267"));
        Assert.True(nad27.Operation.AccuracyM is null or > 0.0);
        using CrsTransform unknown = CrsTransform.ToLonLat(Crs.Parse("+proj=longlat +ellps=bessel +no_defs"));
        Assert.True(unknown.Operation.IsBallpark);
    }

    [Fact]
    public async Task Threads_get_the_same_positions()
    {
        using CrsTransform transform = CrsTransform.ToLonLat(Crs.Parse("EPSG:3577"));
        double[] expectedX = [.. Enumerable.Range(0, 500).Select(i => -1e6 + (4e3 * i))];
        double[] expectedY = [.. expectedX.Select(v => -3e6 + (0.5 * v))];
        double[] givenX = [.. expectedX], givenY = [.. expectedY];
        transform.Forward(expectedX, expectedY);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int n = 0; n < 50; n++)
            {
                double[] x = [.. givenX], y = [.. givenY];
                Assert.Equal(0, transform.Forward(x, y));
                Assert.Equal(expectedX, x);
                Assert.Equal(expectedY, y);
            }
        })));
    }

    [Fact]
    public void Spans_of_different_lengths_are_rejected()
    {
        using CrsTransform transform = CrsTransform.ToLonLat(Crs.Parse("EPSG:32633"));
        Assert.Throws<ArgumentException>(() => transform.Forward(new double[2], new double[3]));
        Assert.Equal(0, transform.Forward([], []));
    }

    [Fact]
    public void Geodesics_agree_with_pyproj()
    {
        double[][] g = [.. oracle.Root.GetProperty("geod").EnumerateArray().Select(Numbers)];
        double[] found = new double[g[0].Length];
        Geodesic.DistanceM(g[0], g[1], g[2], g[3], found);
        for (int i = 0; i < found.Length; i++)
        {
            Assert.Equal(g[4][i], found[i], 1e-8);
            Assert.Equal(found[i], Geodesic.DistanceM(g[0][i], g[1][i], g[2][i], g[3][i]));
        }
        Assert.Equal(oracle.Root.GetProperty("area").GetDouble(), Geodesic.AreaM2([10, 12, 12.5, 9], [50, 50, 53, 52]), 1.0);
        Assert.True(double.IsNaN(Geodesic.DistanceM(0, 91, 0, 0)));
        Assert.Equal(0.0, Geodesic.DistanceM(180, 10, -180, 10));
    }
}
