using System.Globalization;
using Pile.Proj;
using Pile.TestKit;

namespace Pile.Earth.Tests;

public class ChipFootprintsTests
{
    /// <summary>Rasters: crs, rows, columns, transform, size, edge, points per edge.</summary>
    private static readonly (string Crs, int Rows, int Columns, Affine Transform, int Size, ChipEdge Edge, int Points)[] Rasters =
    [
        ("EPSG:32607", 10980, 10980, new(10, 0, 600_000, 0, -10, 6_500_020), 1024, ChipEdge.Drop, 1),
        ("EPSG:32656", 7841, 7781, new(30, 0, 526_785, 0, -30, -3_077_085), 1000, ChipEdge.Overlap, 1),
        ("EPSG:32656", 7841, 7781, new(30, 0, 526_785, 0, -30, -3_077_085), 1000, ChipEdge.Pad, 5),
        ("EPSG:32656", 7841, 7781, new(30, 0, 526_785, 0, -30, -3_077_085), 1000, ChipEdge.Overlap, 3),
        ("EPSG:32656", 800, 700, new(30, 0, 526_785, 0, 30, -3_077_085), 100, ChipEdge.Pad, 1), // y up
        ("EPSG:32656", 800, 700, new(20, 20, 526_785, 20, -20, -3_077_085), 100, ChipEdge.Drop, 2), // rotated
        ("EPSG:32601", 2000, 4000, new(100, 0, 199_000, 0, -100, 7_800_000), 500, ChipEdge.Drop, 1), // across 180
        ("EPSG:32660", 2000, 4000, new(100, 0, 499_000, 0, -100, 7_800_000), 500, ChipEdge.Drop, 4),
        ("EPSG:3031", 3000, 3000, new(1000, 0, -1_500_000, 0, -1000, 1_500_000), 500, ChipEdge.Drop, 1), // the pole is a corner
        ("EPSG:3413", 3000, 3000, new(1000, 0, -1_300_000, 0, -1000, 1_450_000), 500, ChipEdge.Drop, 8), // the pole is in a chip
        ("EPSG:4326", 360, 720, new(0.5, 0, -180, 0, -0.5, 90), 90, ChipEdge.Drop, 1),
    ];

    private const string Script = """
        import sys, struct, math, json
        import numpy as np, shapely.wkb
        from pyproj import Transformer, CRS
        from shapely.geometry import Polygon, Point, MultiPolygon
        checked = crossing = 0
        transformers = {}
        for line in open(sys.argv[1]):
            crs, a, b, c, d, e, f, column, row, size, points, wkb = line.split()
            a, b, c, d, e, f, column, row, size, points = map(float, (a, b, c, d, e, f, column, row, size, points))
            g = shapely.wkb.loads(bytes.fromhex(wkb))
            assert g.is_valid and g.wkb_hex == wkb, line
            parts = list(g.geoms) if g.geom_type == 'MultiPolygon' else [g]
            assert all(p.exterior.is_ccw and -180 <= p.bounds[0] and p.bounds[2] <= 180 for p in parts)
            there = transformers.setdefault(crs, Transformer.from_crs(crs, 'OGC:CRS84', always_xy=True))
            n = int(points)
            t = np.arange(n) / n * size
            u = np.concatenate([0 * t, t, 0 * t + size, size - t]) + column
            v = np.concatenate([t, 0 * t + size, size - t, 0 * t]) + row
            lon, lat = there.transform(a * u + b * v + c, d * u + e * v + f)
            on_pole = np.abs(lat) > 90 - 1e-9
            steps = np.abs(np.diff(np.append(lon, lon[0])))
            if not on_pole.any() and (steps < 180).all():
                p = Polygon(list(zip(lon, lat)))
                assert len(parts) == 1 and len(g.exterior.coords) == 4 * n + 1, line
                q = np.array(g.exterior.coords)
                dist = np.abs(q[:-1, None, :] - np.stack([lon, lat], -1)[None]).max(-1)
                assert dist.min(0).max() < 1e-11 and dist.min(1).max() < 1e-11, dist.min(0).max()
                checked += 1
            else:
                crossing += 1
            # A pixel position inside is inside the footprint, one outside is not.
            uu = column + size * np.array([.1, .5, .9, .1, .9, .5, -.2, 1.2]); vv = row + size * np.array([.1, .5, .9, .9, .1, .3, .5, .5])
            plon, plat = there.transform(a * uu + b * vv + c, d * uu + e * vv + f)
            for i in range(8):
                if not math.isfinite(plon[i]) or crs == 'EPSG:4326' and i >= 6:
                    continue
                if abs(plat[i]) < 80 or n > 3 and abs(plat[i]) < 88 or n > 3 and i < 6 or i == 1 and abs(plat[i]) < 85:
                    assert g.intersects(Point(plon[i], plat[i])) == (i < 6), (line, i, plon[i])
        print(checked, crossing)
        """;

    [Fact]
    public void Footprints_are_those_of_pyproj_and_shapely()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "chips.txt");
        using (StreamWriter text = new(path))
            foreach (var raster in Rasters)
            {
                using CrsTransform transform = CrsTransform.ToLonLat(Crs.Parse(raster.Crs));
                ChipGrid grid = new(raster.Rows, raster.Columns, raster.Transform, raster.Size, raster.Edge);
                ChipFootprints chips = new(grid, transform.Forward, raster.Points);
                byte[] wkb = new byte[chips.MaxWkbBytes];
                Affine t = raster.Transform;
                for (int y = 0; y < grid.CountY; y++)
                    for (int x = 0; x < grid.CountX; x++)
                    {
                        Assert.True(chips.TryWrite(x, y, wkb, out int size));
                        ChipWindow window = grid.Window(x, y);
                        text.WriteLine($"{raster.Crs} {t.A:R} {t.B:R} {t.C:R} {t.D:R} {t.E:R} {t.F:R} {window.Column} {window.Row} "
                            + $"{raster.Size} {raster.Points} {Convert.ToHexString(wkb.AsSpan(0, size))}");
                        Assert.Equal(wkb[..size], Footprint.FromWkb(wkb.AsSpan(0, size)).Wkb.ToArray());
                    }
            }
        int[] counts = [.. Python.Run(Script, path).Trim().Split(' ').Select(int.Parse)];
        Assert.InRange(counts[0], 500, 5000);
        Assert.InRange(counts[1], 20, 500);
    }

    [Theory]
    [InlineData("EPSG:32607", 10980, 10, 600_000, 6_500_020, 256, 4)] // 93 bytes: corners only
    [InlineData("EPSG:3031", 2000, 100, -90_000, 110_000, 500, 32)] // beside the pole
    [InlineData("EPSG:3413", 4000, 1000, 200_000, -300_000, 1000, 32)]
    [InlineData("EPSG:4326", 3600, 0.1, -180, 90, 900, 4)] // straight at every latitude
    public void Footprints_cover_the_area_of_their_chips(string crs, int pixels, double step, double west, double north, int size,
        int points)
    {
        using CrsTransform transform = CrsTransform.ToLonLat(Crs.Parse(crs));
        ChipGrid grid = new(crs == "EPSG:4326" ? pixels / 2 : pixels, pixels, new Affine(step, 0, west, 0, -step, north), size,
            ChipEdge.Drop);
        ChipFootprints chips = ChipFootprints.Of(grid, transform.Forward);
        byte[] wkb = new byte[chips.MaxWkbBytes];
        List<string> lines = [];
        for (int i = 0; i < Math.Min(grid.Count, 16); i++)
        {
            (int x, int y) = (i % grid.CountX, i / grid.CountX);
            Assert.True(chips.TryWrite(x, y, wkb, out int bytes));
            lines.Add($"{west + (x * size * step):R} {north - (y * size * step):R} {Convert.ToHexString(wkb.AsSpan(0, bytes))}");
        }
        string[] found = Python.Run("""
            import sys, numpy as np, shapely.wkb
            from pyproj import Transformer
            from shapely.geometry import Polygon
            there = Transformer.from_crs(sys.argv[1], 'OGC:CRS84', always_xy=True)
            back = Transformer.from_crs('EPSG:3031' if sys.argv[1] == 'EPSG:3031' else 'EPSG:3413', 'OGC:CRS84', always_xy=True)
            side = float(sys.argv[2])
            for line in sys.argv[3].split('\n'):
                x, y, wkb = line.split(); x = float(x); y = float(y)
                g = shapely.wkb.loads(bytes.fromhex(wkb))
                if g.geom_type != 'Polygon' or sys.argv[1] not in ('EPSG:3031', 'EPSG:3413'):
                    print(1.0, len(g.geoms[0].exterior.coords) - 1 if g.geom_type != 'Polygon' else len(g.exterior.coords) - 1); continue
                lon, lat = np.array(g.exterior.coords).T
                t = np.linspace(0, 1, 200)  # edges are straight in longitude and latitude
                dense = [(lon[i] + (lon[i+1] - lon[i]) * t, lat[i] + (lat[i+1] - lat[i]) * t) for i in range(len(lon) - 1)]
                px, py = back.transform(np.concatenate([d[0] for d in dense]), np.concatenate([d[1] for d in dense]), direction='INVERSE')
                p = Polygon(list(zip(px, py))).buffer(0); q = Polygon([(x, y), (x + side, y), (x + side, y - side), (x, y - side)])
                print(p.intersection(q).area / p.union(q).area, len(lon) - 1)
            """, crs, (size * step).ToString(CultureInfo.InvariantCulture), string.Join('\n', lines))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(found, line => Assert.InRange(double.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture), 0.98, 1));
        Assert.Contains($" {points}", found[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Chips_around_the_pole_cover_it_once()
    {
        using CrsTransform transform = CrsTransform.ToLonLat(Crs.Parse("EPSG:3031"));
        ChipGrid grid = new(2, 2, new Affine(1e5, 0, -1e5, 0, -1e5, 1e5), 1, ChipEdge.Drop);
        ChipFootprints chips = new(grid, transform.Forward);
        byte[] wkb = new byte[chips.MaxWkbBytes];
        double areaDeg2 = 0.0;
        for (int i = 0; i < 4; i++)
        {
            Assert.True(chips.TryWrite(i % 2, i / 2, wkb, out int size));
            FootprintMeasures measures = FootprintMeasures.Of(wkb.AsSpan(0, size));
            Assert.Equal(-90.0, measures.Bounds.South);
            Assert.Equal(90.0, measures.Bounds.WidthDeg, 1e-9);
            areaDeg2 += measures.AreaDeg2;
        }
        ChipFootprints whole = new(new ChipGrid(2, 2, grid.Transform, 2, ChipEdge.Drop), transform.Forward);
        Assert.True(whole.TryWrite(0, 0, wkb, out int bytes));
        FootprintMeasures pole = FootprintMeasures.Of(wkb.AsSpan(0, bytes));
        Assert.Equal(new LonLatBounds(-180, -90, 180, pole.Bounds.North), pole.Bounds);
        Assert.Equal(-90.0, pole.CentreLatDeg, 1e-9);
        Assert.True(areaDeg2 > 0.5 * pole.AreaDeg2);
    }

    [Theory]
    [InlineData("EPSG:3413", 1, 0)]
    [InlineData("EPSG:3413", -1, 0)]
    [InlineData("EPSG:3413", 0, 1)]
    [InlineData("EPSG:3413", 0, -1)]
    [InlineData("EPSG:3031", 1, 0)]
    [InlineData("EPSG:3031", -1, 0)]
    [InlineData("EPSG:3031", 0, 1)]
    [InlineData("EPSG:3031", 0, -1)]
    public void A_chip_with_an_edge_through_the_pole_is_on_its_side_of_it(string crs, int toX, int toY)
    {
        using CrsTransform transform = CrsTransform.ToLonLat(Crs.Parse(crs));
        foreach (int points in (int[])[1, 2, 8])
        {
            ChipFootprints chips = new(new ChipGrid(2, 2, new Affine(1e5, 0, 1e5 * (toX - 1), 0, -1e5, 1e5 * (toY + 1)), 2, ChipEdge.Drop),
                transform.Forward, points);
            byte[] wkb = new byte[chips.MaxWkbBytes];
            Assert.True(chips.TryWrite(0, 0, wkb, out int size));
            Footprint footprint = Footprint.FromWkb(wkb.AsSpan(0, size));
            Assert.Equal(180, footprint.Measures.Bounds.WidthDeg, 1e-9);
            Assert.Equal(90, Math.Max(footprint.Measures.Bounds.North, -footprint.Measures.Bounds.South));
            double[] lon = [1e5 * toX, -1e5 * toX], lat = [1e5 * toY, -1e5 * toY];
            Assert.Equal(0, transform.Forward(lon, lat));
            Assert.Equal((true, false), (footprint.Contains(lon[0], lat[0]), footprint.Contains(lon[1], lat[1])));
        }
    }

    [Theory]
    [InlineData(64, 0, -180, -90, 0, 90)] // from pole to pole
    [InlineData(64, 1, 0, -90, 180, 90)]
    [InlineData(48, 0, -180, -45, -45, 90)]
    public void Chips_of_the_whole_earth_have_the_box_of_their_pixels(int size, int x, double west, double south, double east, double north)
    {
        ChipFootprints chips = new(new ChipGrid(64, 128, new Affine(2.8125, 0, -180, 0, -2.8125, 90), size, ChipEdge.Drop), (_, _) => 0);
        Assert.Equal(new LonLatBounds(west, south, east, north), BoundsOf(chips, x, 0));
    }

    [Fact]
    public void A_chip_wider_than_half_of_the_earth_is_not_taken_for_one_across_the_antimeridian()
    {
        ChipFootprints chips = new(new ChipGrid(64, 90, new Affine(4, 0, -180, 0, -2, 85), 64, ChipEdge.Drop), (_, _) => 0);
        Assert.Equal(new LonLatBounds(-180, -43, 76, 85), BoundsOf(chips, 0, 0));
        ChipFootprints around = new(new ChipGrid(60, 90, new Affine(4, 0, -180, 0, -2, 60), 90, ChipEdge.Pad), (_, _) => 0);
        Assert.Equal(new LonLatBounds(-180, -90, 180, 60), BoundsOf(around, 0, 0));
    }

    [Theory] // in degrees east of Greenwich, as climate models have them
    [InlineData(64, 0, 0, -104)]
    [InlineData(50, 0, 0, -160)]
    [InlineData(50, 1, -160, 40)] // padded
    [InlineData(90, 0, -180, 180)]
    [InlineData(125, 0, -180, 180)]
    [InlineData(180, 0, -180, 180)]
    public void Wide_chips_of_rasters_from_0_to_360_degrees_have_the_box_of_their_pixels(int size, int x, double west, double east)
    {
        using CrsTransform transform = CrsTransform.ToLonLat(Crs.Parse("EPSG:4326"));
        ChipFootprints chips = ChipFootprints.Of(new(30, 90, new Affine(4, 0, 0, 0, -1, 85), size, ChipEdge.Pad), transform.Forward);
        Assert.Equal(new LonLatBounds(west, Math.Max(85 - size, -90), east, 85), BoundsOf(chips, x, 0));
    }

    [Theory] // rasters of 256 × 256 pixels that go once around the earth, or almost
    [InlineData("EPSG:4326", 1.40625, -180, 180, 256)]
    [InlineData("EPSG:4326", 1.40625, -100, 90, 256)] // padded beyond the pole
    [InlineData("EPSG:4326", 0.703125, -180, 90, 512)] // two times as high as the earth
    [InlineData("EPSG:3857", 156543.03392804097, -20037508.342789244, 20037508.342789244, 256)]
    [InlineData("EPSG:3857", 156543.033928, -20037508.34, 20037508.34, 256)]
    [InlineData("EPSG:3857", 156543.034, -20037508.35, 20037508.35, 256)]
    public void A_chip_around_the_earth_has_the_footprint_of_the_box(string crs, double pixel, double x, double y, int size)
    {
        using CrsTransform transform = CrsTransform.ToLonLat(Crs.Parse(crs));
        foreach (bool isTurned in (bool[])[false, true])
        {
            Affine affine = isTurned ? new(0, pixel, x, -pixel, 0, y) : new(pixel, 0, x, 0, -pixel, y);
            ChipFootprints chips = new(new ChipGrid(256, 256, affine, size, ChipEdge.Pad), transform.Forward);
            byte[] wkb = new byte[chips.MaxWkbBytes];
            Assert.True(chips.TryWrite(0, 0, wkb, out int bytes));
            FootprintMeasures found = FootprintMeasures.Of(wkb.AsSpan(0, bytes));
            double[] lon = [0, 0], lat = [y - (size * pixel), y];
            if (crs == "EPSG:4326")
                lat = [.. lat.Select(deg => Math.Clamp(deg, -90, 90))];
            else
                transform.Forward(lon, lat);
            Assert.Equal((-180, 180), (found.Bounds.West, found.Bounds.East));
            Assert.Equal(lat, [found.Bounds.South, found.Bounds.North], (a, b) => Math.Abs(a - b) < 1e-7);
            double[] sines = [.. lat.Select(deg => Math.Sin(double.DegreesToRadians(deg)))];
            Assert.Equal(double.RadiansToDegrees(360 * (sines[1] - sines[0])), found.AreaDeg2, 1e-4);
            Assert.Equal(Footprint.FromBounds(new(-180, lat[0], 180, lat[1])).Measures.RadiusDeg, found.RadiusDeg, 1e-6);
        }
    }

    private static LonLatBounds BoundsOf(ChipFootprints chips, int x, int y)
    {
        byte[] wkb = new byte[chips.MaxWkbBytes];
        Assert.True(chips.TryWrite(x, y, wkb, out int size));
        return FootprintMeasures.Of(wkb.AsSpan(0, size)).Bounds;
    }

    [Fact]
    public void A_chip_that_does_not_project_has_no_footprint()
    {
        using CrsTransform transform = CrsTransform.ToLonLat(Crs.Parse("+proj=sinu +R=6371007.181 +units=m +no_defs"));
        double size = 1_111_950.519667;
        ChipFootprints tiles = new(new ChipGrid(18, 36, new Affine(size, 0, -18 * size, 0, -size, 9 * size), 1, ChipEdge.Drop),
            transform.ForwardWithinMap);
        byte[] wkb = new byte[tiles.MaxWkbBytes];
        Assert.False(tiles.TryWrite(0, 0, wkb, out int none));
        Assert.Equal(0, none);
        Assert.True(tiles.TryWrite(18, 4, wkb, out int some));
        Assert.Equal(new LonLatBounds(0, 40, 10 / Math.Cos(50 * Math.PI / 180), 50).North,
            FootprintMeasures.Of(wkb.AsSpan(0, some)).Bounds.North, 1e-6);
    }

    [Fact]
    public void Writing_chips_allocates_nothing()
    {
        ChipFootprints chips = new(new ChipGrid(1000, 1000, new Affine(1e-3, 0, 10, 0, -1e-3, 50), 10, ChipEdge.Drop), (_, _) => 0);
        byte[] wkb = new byte[chips.MaxWkbBytes];
        double sum = 0.0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
        {
            chips.TryWrite(i % 100, i / 100, wkb, out int size);
            sum += FootprintMeasures.Of(wkb.AsSpan(0, size)).AreaDeg2;
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
        double expected = (Math.Sin(50 * Math.PI / 180) - Math.Sin(49 * Math.PI / 180)) * 180 / Math.PI;
        Assert.Equal(expected, sum, 1e-9);
    }
}
