namespace Pile.Format.Tests;

/// <summary>Grids of manifests and recipes, and the form of their keys.</summary>
public class EarthGridTests
{
    private const string Spec = "{kind: spec, name: \"au\", crs: \"EPSG:3577\", origin: [0.5, -1E+06], resolution: [30, -30], "
        + "tile_shape: [3200, 1600]}";

    [Theory]
    [InlineData("mgrs", "mgrs")]
    [InlineData("{kind: mgrs}", "mgrs")]
    [InlineData("{kind: utm, tile_m: 1e4, resolution_m: 2.5}", "{kind: utm, tile_m: 10000, resolution_m: 2.5}")]
    [InlineData(Spec, "{kind: spec, name: \"au\", crs: \"EPSG:3577\", origin: [0.5, -1000000], resolution: [30, -30], "
        + "tile_shape: [3200, 1600]}")]
    public void A_grid_is_read_back_from_its_text(string text, string shown)
    {
        EarthGrid grid = EarthGrid.Parse(text, "option");
        Assert.Equal((shown, grid), (grid.ToString(), EarthGrid.Parse(grid.ToString(), "option")));
        Assert.True(grid.IsKey(grid.ExampleKey));
    }

    [Theory]
    [InlineData("quadkey", "expected the grid 'mgrs'")]
    [InlineData("{kind: quadkey}", "expected mgrs, utm or spec")]
    [InlineData("{kind: mgrs, tile_m: 3}", "unknown key 'tile_m'")]
    [InlineData("{kind: utm, tile_m: 10000}", "'resolution_m' is missing")]
    [InlineData("{kind: utm, tile_m: 10000, resolution_m: 3}", "expected a multiple of 'resolution_m'")]
    [InlineData("{kind: utm, tile_m: 0, resolution_m: 10}", "expected metres above 0")]
    [InlineData("{kind: spec, crs: \"+proj=longlat\", origin: [0, 0], resolution: [1, 1], tile_shape: [1, 1]}", "an authority code")]
    [InlineData("{kind: spec, crs: \"EPSG:1\", origin: [0, 0], resolution: [-1, 1], tile_shape: [1, 1]}", "a positive width")]
    [InlineData("{kind: spec, crs: \"EPSG:1\", origin: [0, 0], resolution: [1, 0], tile_shape: [1, 1]}", "a height of pixels other than 0")]
    [InlineData("{kind: spec, crs: \"EPSG:1\", origin: [0, 0, 0], resolution: [1, 1], tile_shape: [1, 1]}", "expected two numbers")]
    [InlineData("{kind: spec, crs: \"EPSG:1\", origin: [0, 0], resolution: [1, 1], tile_shape: [0, 1]}", "a number of pixels from 1")]
    [InlineData("{kind: spec, crs: \"EPSG:1\", origin: [.inf, 0], resolution: [1, 1], tile_shape: [1, 1]}", "a finite number")]
    public void A_malformed_grid_is_rejected_with_its_place(string text, string expected)
    {
        DocumentInvalidException fault = Assert.Throws<DocumentInvalidException>(() => EarthGrid.Parse(text, "--grid"));
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.Contains("--grid", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mgrs", "20HNJ,01NAA,60MZE,ZAG,AZZ", "0HNJ,00HNJ,61HNJ,20INJ,20HOJ,20HNW,ZIG,20hnj,20HNJ ,,20HNJ/..,..")]
    [InlineData("{kind: utm, tile_m: 10000, resolution_m: 10}", "32720_61_629,32661_0_-1,32601_-20_0",
        "32620_+1_0,32720_061_629,32720_61,32500_1_1,32600_1_1,32662_1_1,32720_-0_1,32720_1_1_1,32720_99999999999_1")]
    [InlineData(Spec, "x-14_y-26,x0_y0,x1_y999999999999999", "x00_y0,x-0_y0,x1,x1_y,y1_x1,x+1_y0,x1_y1 ,x1_y1000000000000000,x1_y1\n")]
    public void Only_keys_in_their_canonical_form_name_a_folder(string text, string keys, string others)
    {
        EarthGrid grid = EarthGrid.Parse(text, "option");
        IndexKey index = IndexKey.OfTiles(grid);
        foreach (string key in keys.Split(','))
        {
            Assert.True(grid.IsKey(key), key);
            Assert.True(index.TryTile($"tile={key}", out string found) && found == key && index.FolderOf(key) == $"tile={key}");
        }
        foreach (string other in others.Split(','))
            Assert.False(grid.IsKey(other) || index.TryTile($"tile={other}", out _), other);
        Assert.False(index.TryCell("tile=1", out _) || index.TryTile("healpix=20HNJ", out _));
    }
}
