using Pile.Review.Tests.Validation;

namespace Pile.Review.Tests.Conformance;

internal sealed partial record InvalidDataset
{
    private static void MoveShard(MutableDataset d, string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(d[to])!);
        File.Move(d[from], d[to]);
        Directory.Delete(Path.GetDirectoryName(d[from])!);
        d.RewriteList($"SELECT * REPLACE (CASE path WHEN '{from}' THEN '{to}' ELSE path END AS path) FROM tile");
    }

    private static IEnumerable<InvalidDataset> OnEarth() =>
    [
        new("M001-window-version", Window, "a column of format 1.0 consists of windows", ["M001"], ["M001"],
            d => d.EditManifest("pile: \"1.1\"", "pile: \"1.0\"")),
        new("I002-window", Window, "a tile does not say which pixels a value has", ["I002"], ["I002"],
            d => Rewrite(d, "SELECT * EXCLUDE (_pile_chip_array_window) FROM tile")),
        new("G001-geometry", Earth, "a footprint is not a geometry", ["G001"], ["G001", "S003"],
            d => Set(d, "geometry", "unhex('02' || substr(hex(geometry), 3))")),
        new("G001-box", Earth, "a box is not that of its footprint", ["G001"], ["G001", "S003"],
            d => Set(d, "bbox", "[0.0, 0.0, 1.0, 1.0]")),
        new("G001-radius", Earth, "a footprint is larger than its radius", ["G001"], ["G001", "S003"],
            d => Set(d, "footprint_radius", "0.1")),
        new("G001-greatest", Earth, "a footprint is larger than the greatest radius of the manifest", ["G001"], ["G001"],
            d => d.EditManifest("footprint_radius_max_deg: 0.36", "footprint_radius_max_deg: 0.35")),
        new("G002-outside", Window, "a window is outside its raster", ["G002"], ["G002"],
            d => Set(d, "_pile_chip_array_window", "[12, 0, 4, 4]")),
        new("G002-band", Window, "a raster does not have the band", ["G002"], ["G002"],
            d => Set(d, "_pile_chip_array_band", "[0, 1]")),
        new("G002-file", Window, "a window is in a file that is not listed", ["G002"], ["G002"],
            d => Set(d, "_pile_chip_array_source", "[1, 2]")),
        new("G003-place", Window, "it is not known where a raster is", ["G003"], ["G003"],
            d => SetSource(d, "'mount://elsewhere/' || source || '.tif' AS uri")),
        new("G004-other", TileSpec, "a row has the key of another tile", ["G004", "S005"], ["G004", "S003", "S005"],
            d => Set(d, "tile", "'x1_y0'")),
        new("G004-form", TileSpec, "the key of a tile has a leading zero", ["G004", "S005"], ["G004", "S003", "S005"],
            d => Set(d, "tile", "'x0_y00'")),
        new("M001-tile-version", Tile, "the cells of format 1.0 are tiles", ["M001"], ["M001"],
            d => d.EditManifest("pile: \"1.1\"", "pile: \"1.0\"")),
        new("M001-tile-frame", Tile, "tiles of a grid are on the sky", ["M001"], ["M001"],
            d => d.EditManifest("frame: WGS84", "frame: ICRS")),
        new("M001-tile-kind", Tile, "the grid is of an unknown kind", ["M001"], ["M001"],
            d => d.EditManifest("{kind: mgrs}", "{kind: quadkey}")),
        new("M001-tile-order", Tile, "tiles have an order", ["M001"], ["M001"],
            d => d.EditManifest("scheme: tile, ", "scheme: tile, order: 4, ")),
        new("M001-tile-shape", TileSpec, "the tiles of a grid have no columns", ["M001"], ["M001"],
            d => d.EditManifest("[240, 240]", "[240]")),
        new("F001-tile", Tile, "the folder of a shard is not that of a tile", ["F001"], ["F001", "S002"],
            d => MoveShard(d, "main/tile=30UXC/001-of-001.hdf5", "main/tile=30UXI/001-of-001.hdf5")) { May = ["S005"] },
        new("G005-outside", Window, "a block is outside its raster", ["G005"], ["G005"],
            d => SetSource(d, "list_transform(block_offsets, o -> o + 1000000) AS block_offsets")),
        new("G005-layout", Window, "the layout of a raster has no levels", ["G005"], ["G005"],
            d => SetSource(d, "regexp_replace(raster, '\"levels\":.*\\]', '\"levels\":[]') AS raster")),
        new("G006-nested", Window, "a window begins within a coarse pixel", ["G006"], ["G006"],
            d => Set(d, "_pile_chip_array_window", "[5, 4, 4, 4]")),
    ];
}
