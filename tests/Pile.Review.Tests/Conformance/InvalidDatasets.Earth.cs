namespace Pile.Review.Tests.Conformance;

internal sealed partial record InvalidDataset
{
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
        new("G002-outside", Window, "a window is outside its raster", ["G002"], ["G002"],
            d => Set(d, "_pile_chip_array_window", "[12, 0, 4, 4]")),
        new("G002-band", Window, "a raster does not have the band", ["G002"], ["G002"],
            d => Set(d, "_pile_chip_array_band", "[0, 1]")),
        new("G002-file", Window, "a window is in a file that is not listed", ["G002"], ["G002"],
            d => Set(d, "_pile_chip_array_source", "[1, 2]")),
        new("G003-place", Window, "it is not known where a raster is", ["G003"], ["G003"],
            d => SetSource(d, "'mount://elsewhere/' || source || '.tif' AS uri")),
        new("G005-outside", Window, "a block is outside its raster", ["G005"], ["G005"],
            d => SetSource(d, "list_transform(block_offsets, o -> o + 1000000) AS block_offsets")),
        new("G005-layout", Window, "the layout of a raster has no levels", ["G005"], ["G005"],
            d => SetSource(d, "regexp_replace(raster, '\"levels\":.*\\]', '\"levels\":[]') AS raster")),
        new("G006-nested", Window, "a window begins within a coarse pixel", ["G006"], ["G006"],
            d => Set(d, "_pile_chip_array_window", "[5, 4, 4, 4]")),
    ];
}
