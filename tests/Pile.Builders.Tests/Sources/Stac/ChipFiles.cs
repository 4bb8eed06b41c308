namespace Pile.Builders.Tests.Sources.Stac;

/// <summary>Items and files of which several tests make chips.</summary>
internal static class ChipFiles
{
    /// <summary>An item of Landsat with its files beside it, in tests/data/eo.</summary>
    internal const string Scene = "landsat-008059/LC08_L2SP_008059_20191201_20200825_02_T1_SR_stac.json";

    /// <summary>Python: writes <c>a.tif</c> with two bands of 128 × 128 pixels, nodata, scales and offsets, and <c>item.json</c>, which
    /// states none of these.</summary>
    internal const string Scaled = """
        import json, sys
        import numpy as np, rasterio
        from rasterio.transform import from_origin
        folder = sys.argv[1]
        pixels = np.full((2, 128, 128), 5, 'f4')
        pixels[:, :32] = -9999.9
        with rasterio.open(folder + '/a.tif', 'w', driver='GTiff', width=128, height=128, count=2, dtype='float32', crs='EPSG:32633',
                transform=from_origin(500000, 5300000, 10, 10), nodata=-9999.9) as file:
            file.write(pixels); file.scales = (0.1, 0.2); file.offsets = (-5, 3)
        box = [15.0, 47.84, 15.018, 47.854]
        ring = [[box[0], box[1]], [box[2], box[1]], [box[2], box[3]], [box[0], box[3]], [box[0], box[1]]]
        json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': 's', 'links': [], 'bbox': box,
            'geometry': {'type': 'Polygon', 'coordinates': [ring]}, 'properties': {'datetime': '2020-01-01T00:00:00Z'},
            'assets': {'a': {'href': './a.tif', 'type': 'image/tiff; application=geotiff'}}}, open(folder + '/item.json', 'w'))
        """;

    /// <summary>Python: writes <c>a.tif</c> of 64 × 64 pixels in a projection, and <c>item.json</c>.</summary>
    internal const string Placed = """
        import json, sys
        import numpy as np, rasterio
        from rasterio.transform import from_origin
        from rasterio.warp import transform_bounds
        folder, crs = sys.argv[1:]
        long = 1000 if 'units=km' in crs else 20 if 'units=ch' in crs else 1
        place = (10, 50, 0.01, 0.01) if 'longlat' in crs else [v / long for v in (500000, 1500000, 463.3127, 463.3127)]
        with rasterio.open(folder + '/a.tif', 'w', driver='GTiff', width=64, height=64, count=1, dtype='int16', crs=crs,
                transform=from_origin(*place)) as file:
            file.write(np.ones((1, 64, 64), 'i2'))
            w, s, e, n = transform_bounds(file.crs, 'EPSG:4326', *file.bounds)
        json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': 's', 'links': [],
            'geometry': {'type': 'Polygon', 'coordinates': [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
            'properties': {'datetime': '2020-01-01T00:00:00Z'},
            'assets': {'a': {'href': './a.tif', 'type': 'image/tiff; application=geotiff'}}}, open(folder + '/item.json', 'w'))
        """;

    /// <summary>Returns a recipe of chips of the Landsat item with cloud fractions.</summary>
    internal static string Landsat(string chip) =>
        $"kind: stac-chips\nitems: {Scene}\nchip: {{ {chip} }}\nbands: [red]\nassets: {{ mount: landsat-008059 }}\n"
            + "stats: { indexer: landsat }\nmax_nodata: 0.5";
}
