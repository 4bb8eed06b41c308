using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Pile.TestKit;

namespace Pile.Earth.Tests;

public class TileGridTests
{
    private static readonly GridSpec Albers = new("EPSG:3577", 0, 0, 30, -30, 3200, 3200);

    [Fact]
    public void Keys_of_the_format_are_found()
    {
        Assert.Equal("20HNJ", new MgrsGrid().KeyOf("EPSG:32720", new Affine(10, 0, 500_000, 0, -10, 6_400_000), 1000, 1000));
        Affine tile = new(10, 0, 610_000, 0, -10, 6_300_000);
        Assert.Equal("32720_61_629", new UtmGrid(10_000, 10).KeyOf("EPSG:32720", tile, 1000, 1000));
        Assert.Equal("x-14_y-26", Albers.KeyOf("EPSG:3577", Albers.TransformOf(-14, -26), 3200, 3200));
        Assert.Equal((-14 * 96_000.0, -26 * 96_000.0, -13 * 96_000.0, -25 * 96_000.0), Albers.BoundsOf(-14, -26));
    }

    [Fact]
    public void A_key_matches_the_chips_of_its_tile_only()
    {
        UtmGrid grid = new(10_000, 10);
        ChipGrid chips = new(1000, 1000, new Affine(10, 0, 610_000, 0, -10, 6_300_000), 250, ChipEdge.Drop);
        for (int i = 0; i < 16; i++)
            Assert.True(grid.Matches("32720_61_629", "EPSG:32720", chips.TransformOf(i % 4, i / 4), 250, 250));
        Assert.False(grid.Matches("32720_61_629", "EPSG:32720", new Affine(10, 0, 620_000, 0, -10, 6_300_000), 250, 250));
        Assert.False(grid.Matches("32720_61_629", "EPSG:32719", chips.Transform, 250, 250));
        Assert.False(grid.Matches("32720_61_629", "EPSG:3577", chips.Transform, 250, 250));
        Assert.False(Albers.Matches("x-14_y-26", "EPSG:3577", Albers.TransformOf(-14, -25), 3200, 3200));
        Assert.False(Albers.Matches("x-14_y-26", "EPSG:3577", new Affine(double.NaN, 0, 0, 0, 1, 0), 1, 1));
    }

    [Fact]
    public void Chips_in_the_overlap_of_a_Sentinel_tile_keep_its_key()
    {
        MgrsGrid grid = new();
        ChipGrid chips = new(10980, 10980, new Affine(10, 0, 300_000, 0, -10, 2_300_040), 256, ChipEdge.Drop); // S2A_28QCH
        for (int y = 0; y < chips.CountY; y++)
            for (int x = 0; x < chips.CountX; x++)
                Assert.True(grid.Matches("28QCH", "EPSG:32628", chips.TransformOf(x, y), 256, 256));
        Affine last = chips.TransformOf(41, 41);
        Assert.True(grid.Matches("28QDG", "EPSG:32628", last, 256, 256)); // as a chip of the neighbour
        Assert.False(grid.Matches("28QCG", "EPSG:32628", chips.TransformOf(41, 0), 256, 256));
        Assert.False(grid.Matches("29QCH", "EPSG:32628", last, 256, 256));
        Assert.False(grid.Matches("nonsense", "EPSG:32628", last, 256, 256));
    }

    [Fact]
    public void Sentinel_items_have_the_key_of_their_grid_code_id_or_centre()
    {
        using JsonDocument items = JsonDocument.Parse(File.ReadAllBytes(TestPaths.Data("eo/footprints.json")));
        int count = 0;
        foreach (JsonElement item in items.RootElement.EnumerateArray())
            if (item.GetProperty("id").GetString() is { } id && id.StartsWith("S2", StringComparison.Ordinal))
            {
                FootprintMeasures measures = Footprint.FromGeoJson(item.GetProperty("geometry")).Measures;
                double[] t = [.. item.GetProperty("transform").EnumerateArray().Select(v => v.GetDouble())];
                string expected = id.Contains("07HFE") ? "07HFE" : id.Contains("28QCH") ? "28QCH" : "06VVN";
                Assert.Equal(expected, SentinelTile.KeyOf(item.GetProperty("grid_code").GetString(), id, measures.CentreLonDeg,
                    measures.CentreLatDeg));
                Assert.Equal(expected, SentinelTile.KeyOf(null, id, 0, 0));
                MgrsSquare square = MgrsSquare.Parse(expected);
                Affine transform = new(t[0], t[1], t[2], t[3], t[4], t[5]);
                Assert.True(new MgrsGrid().Matches(expected, $"EPSG:{square.Zone.EpsgCode}", transform, 10980, 10980), id);
                Assert.Equal(expected, new MgrsGrid().KeyOf($"EPSG:{square.Zone.EpsgCode}", transform, 10980, 10980));
                count++;
            }
        Assert.Equal(3, count);
        Assert.Equal("07HFE", SentinelTile.KeyOf("MGRS-7HFE", "x", 0, 0));
        Assert.Equal("28QCH", SentinelTile.KeyOf(null, "a scene", -16.4, 20.3));
        Assert.Equal("28QCH", SentinelTile.KeyOf("PROJ-99", "S2A_28QCH_20200714_0_L2A", 0, 0));
    }

    [Theory]
    [InlineData("x-14_y-26", true)]
    [InlineData("x0_y0", true)]
    [InlineData("x-0_y0", false)]
    [InlineData("x+1_y0", false)]
    [InlineData("x01_y0", false)]
    [InlineData("x1_y", false)]
    [InlineData("x1_y2_y3", false)]
    [InlineData("X1_Y2", false)]
    [InlineData("x99999999999999999999_y0", false)]
    [InlineData("../x1_y1", false)]
    public void Keys_of_a_grid_spec(string key, bool isKey)
    {
        Assert.Equal(isKey, Albers.IsKey(key));
        if (isKey)
            Assert.Equal(key, GridSpec.KeyOf(GridSpec.Parse(key).X, GridSpec.Parse(key).Y));
        else
            Assert.Throws<FormatException>(() => GridSpec.Parse(key));
    }

    [Theory]
    [InlineData("32720_61_629", true)]
    [InlineData("32720_61", false)]
    [InlineData("32799_61_629", false)]
    [InlineData("3577_61_629", false)]
    [InlineData("32720_061_629", false)]
    [InlineData("32720_61_629_1", false)]
    public void Keys_of_a_utm_grid(string key, bool isKey) => Assert.Equal(isKey, new UtmGrid(10_000, 10).IsKey(key));

    [Fact]
    public void Grids_that_make_no_sense_are_rejected()
    {
        Assert.Throws<ArgumentException>(() => new UtmGrid(10_000, 7));
        Assert.Throws<ArgumentException>(() => new UtmGrid(double.NaN, 10));
        Assert.Throws<ArgumentException>(() => new UtmGrid(0, 10));
        Assert.Throws<ArgumentException>(() => new GridSpec("EPSG:3577", 0, 0, -30, 30, 1, 1));
        Assert.Throws<ArgumentException>(() => new GridSpec("EPSG:3577", 0, 0, 30, 0, 1, 1));
        Assert.Throws<ArgumentException>(() => new GridSpec("EPSG:3577", 0, 0, 30, -30, 0, 1));
    }

    [Fact]
    public void Every_position_is_in_the_tile_it_is_assigned_to()
    {
        var cases = from x in Gen.Choose(-3_000_000, 3_000_000)
                    from y in Gen.Choose(-5_000_000, 5_000_000)
                    from tile in Gen.Elements(100, 3200, 4000)
                    from resolution in Gen.Elements(10.0, 30.0, 0.1)
                    select (x, y, tile, resolution);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            GridSpec grid = new("EPSG:3577", 15, -7, c.resolution, -c.resolution, c.tile, 2 * c.tile);
            (long x, long y) = grid.TileOf(c.x, c.y);
            (double west, double south, double east, double north) = grid.BoundsOf(x, y);
            double slack = 1e-6;
            return west - slack <= c.x && c.x < east + slack && south - slack <= c.y && c.y < north + slack
                && grid.KeyOf("EPSG:3577", grid.TransformOf(x, y), c.tile, 2 * c.tile) == GridSpec.KeyOf(x, y)
                && grid.TilesOf(west, south, east, north) == ((x, y), (x, y));
        }).QuickCheckThrowOnFailure();
    }
}
