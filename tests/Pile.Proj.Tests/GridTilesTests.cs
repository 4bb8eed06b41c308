using System.Text.Json;
using Pile.Earth;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Proj.Tests;

/// <summary>Tiles of positions in any system, compared with pyproj and numpy.</summary>
[Collection("PROJ")]
public class GridTilesTests
{
    private static readonly EarthGrid Mgrs = EarthGrid.Parse("mgrs", "test"),
        Utm10 = EarthGrid.Parse("{kind: utm, tile_m: 10000, resolution_m: 10}", "test"),
        Albers = EarthGrid.Parse("{kind: spec, crs: 'EPSG:3577', origin: [15, -25], resolution: [30, -30], tile_shape: [3200, 1600]}",
            "test");

    [Fact]
    public void Keys_of_positions_in_other_systems_agree_with_pyproj()
    {
        string output = Python.Run("""
            import json, sys
            import numpy as np
            from pyproj import Transformer, network
            network.set_network_enabled(False)
            rng = np.random.default_rng(3)
            out = []
            for source, bounds in [('EPSG:28355', (2e5, 5.9e6, 8e5, 8e6)), ('EPSG:32755', (2e5, 5.9e6, 8e5, 8e6)),
                                   ('OGC:CRS84', (115, -40, 150, -12)), ('EPSG:3577', (-1.8e6, -4.5e6, 2e6, -1.1e6))]:
                x, y = rng.uniform(bounds[0], bounds[2], 400), rng.uniform(bounds[1], bounds[3], 400)
                u, v = Transformer.from_crs(source, 'EPSG:3577', always_xy=True).transform(x, y)
                lon, lat = Transformer.from_crs(source, 'OGC:CRS84', always_xy=True).transform(x, y)
                spec = [f"x{int(a)}_y{int(b)}" for a, b in zip(np.floor((u - 15) / 48000), np.floor((v + 25) / 96000))]
                toZone = {}
                zone = np.floor((lon + 180) / 6).astype(int) + 1
                utm = []
                for z, a, b, p, q in zip(zone, lon, lat, x, y):
                    code = 32755 if source == 'EPSG:32755' else 32700 + z
                    if code not in toZone:
                        toZone[code] = Transformer.from_crs('OGC:CRS84', f'EPSG:{code}', always_xy=True)
                    e, n = (p, q) if source == 'EPSG:32755' else toZone[code].transform(a, b)
                    utm.append(f"{code}_{int(np.floor(e / 10000))}_{int(np.floor(n / 10000))}")
                out.append(dict(source=source, x=x.tolist(), y=y.tolist(), spec=spec, utm=utm))
            json.dump(out, sys.stdout)
            """);
        using GridTiles spec = new(Albers), utm = new(Utm10);
        int count = 0;
        foreach (JsonElement system in JsonDocument.Parse(output).RootElement.EnumerateArray())
        {
            string? crs = system.GetProperty("source").GetString() is var text && text == "OGC:CRS84" ? null : text;
            for (int i = 0; i < system.GetProperty("x").GetArrayLength(); i++, count++)
            {
                (double x, double y) = (system.GetProperty("x")[i].GetDouble(), system.GetProperty("y")[i].GetDouble());
                Assert.Equal((system.GetProperty("spec")[i].GetString(), system.GetProperty("utm")[i].GetString()),
                    (spec.KeyOf(crs, x, y), utm.KeyOf(crs, x, y)));
                Assert.True(spec.Matches(spec.KeyOf(crs, x, y), crs, x, y));
                Assert.False(utm.Matches("32755_0_0", crs, x, y));
            }
        }
        Assert.Equal(1600, count);
    }

    [Theory]
    [InlineData(-67.5, -10.25, null, "19LFJ")] // GeoConvert
    [InlineData(20, 89.5, null, "ZAG")]
    [InlineData(2_000_000, 2_100_000, "EPSG:32661", "ZAJ")] // UPS
    [InlineData(563_325, -4_034_625, "EPSG:32655", "55HEV")] // GeoConvert: a scene of Landsat south of the equator
    [InlineData(399_999, 2_199_900, "EPSG:32628", "28QDG")] // beyond the square of the scene, in its zone
    public void Squares_are_those_of_MGRS_in_the_zone_of_the_position(double x, double y, string? crs, string key)
    {
        using GridTiles tiles = new(Mgrs);
        if (key == "28QDG")
            x += 2;
        Assert.Equal(key, tiles.KeyOf(crs, x, y));
    }

    [Fact]
    public void A_position_keeps_the_name_of_the_Sentinel_tile_that_contains_it()
    {
        using GridTiles tiles = new(Mgrs);
        double east = 300_000 + 109_800, south = 2_300_040 - 109_800; // 28QCH, from its granule
        Assert.True(tiles.Matches("28QCH", "EPSG:32628", east - 1, south + 100));
        Assert.False(tiles.Matches("28QCH", "EPSG:32628", east + 1, south + 100));
        Assert.False(tiles.Matches("28QCH", "EPSG:32628", east - 1, south - 100));
        (double lon, double lat) = Utm.Unproject(new UtmZone(28, true), east - 1, south + 100);
        Assert.True(tiles.Matches("28QCH", null, lon, lat));
        Assert.True(tiles.Matches("28QDG", null, lon, lat));
        Assert.False(tiles.Matches("29QCH", null, lon, lat) || tiles.Matches("28QCI", null, lon, lat)
            || tiles.Matches("02QCH", null, lon + 180, lat) || tiles.Matches("ZAH", null, lon, lat));
    }

    [Fact]
    public void A_position_on_a_side_matches_the_tiles_on_both_sides_of_it()
    {
        using GridTiles utm = new(Utm10);
        Assert.Equal("32720_61_629", utm.KeyOf("EPSG:32720", 610_000, 6_290_000));
        Assert.True(utm.Matches("32720_60_629", "EPSG:32720", 610_000, 6_290_000)); // another program rounds otherwise
        Assert.True(utm.Matches("32720_61_628", "EPSG:32720", 610_000, 6_290_000));
        Assert.False(utm.Matches("32720_60_629", "EPSG:32720", 610_000.01, 6_290_000));
    }

    [Fact]
    public void Positions_on_no_tile_and_unknown_systems_are_errors()
    {
        using GridTiles tiles = new(Mgrs), albers = new(Albers), wrong = new(Albers with { Crs = "EPSG:999999" });
        Assert.Equal("Easting 50000, northing 2000000 of EPSG:32628 are outside the squares of MGRS.", // west of the letters
            Assert.Throws<FormatException>(() => tiles.KeyOf("EPSG:32628", 50_000, 2_000_000)).Message);
        Assert.Throws<FormatException>(() => tiles.KeyOf(null, 10, 91));
        Assert.Throws<FormatException>(() => albers.KeyOf("EPSG:3577", double.NaN, 0));
        Assert.Throws<CrsInvalidException>(() => tiles.KeyOf("EPSG:999999", 0, 0));
        Assert.Contains("EPSG:999999", Assert.Throws<CrsInvalidException>(() => wrong.KeyOf(null, 134, -25)).Message,
            StringComparison.Ordinal);
        Assert.False(tiles.Matches("20HNJ", "EPSG:32628", double.NaN, 0));
    }
}
