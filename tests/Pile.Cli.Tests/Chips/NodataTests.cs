using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary>Files whose nodata is not a number of their data type.</summary>
public sealed class NodataTests : IDisposable
{
    // Chips of 32 pixels of 40; the last blocks are not stored. GDAL fills them with nodata that is limited to the data type.
    private const string Scene = """
        import json, sys
        import numpy as np, rasterio
        from osgeo import gdal
        from rasterio.warp import transform_bounds
        folder = sys.argv[1]
        assets = {}
        for name, kind, nodata in (('a', gdal.GDT_Int16, 65535), ('b', gdal.GDT_Byte, 300), ('c', gdal.GDT_UInt16, -9999)):
            file = gdal.GetDriverByName('GTiff').Create(f'{folder}/{name}.tif', 40, 40, 1, kind,
                                                        ['TILED=YES', 'BLOCKXSIZE=16', 'BLOCKYSIZE=16', 'SPARSE_OK=TRUE'])
            file.SetGeoTransform((500000, 10, 0, 5300000, 0, -10))
            file.SetProjection(rasterio.CRS.from_epsg(32633).to_wkt())
            file.GetRasterBand(1).SetNoDataValue(nodata)
            file.GetRasterBand(1).WriteArray(np.arange(32 * 40).reshape(32, 40) % 256)
            file = None
            assets[name] = {'href': f'{name}.tif', 'type': 'image/tiff; application=geotiff'}
        w, s, e, n = transform_bounds('EPSG:32633', 'EPSG:4326', 500000, 5299600, 500400, 5300000)
        json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': 's', 'links': [], 'bbox': [w, s, e, n],
                   'geometry': {'type': 'Polygon', 'coordinates': [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
                   'properties': {'datetime': '2020-01-01T00:00:00Z'}, 'assets': assets}, open(f'{folder}/item.json', 'w'))
        """;

    private const string Compare = """
        import sys
        import numpy as np
        from osgeo import gdal
        for name, column in (('a', 'chip'), ('b', 'chip_uint8'), ('c', 'chip_uint16')):
            expected = np.pad(gdal.Open(f'{sys.argv[1]}/{name}.tif').ReadAsArray(), ((0, 24), (0, 24)))
            for y in (0, 1):
                for x in (0, 1):
                    found = np.load(f'{sys.argv[2]}/s_32_{x}_{y}.{column}_array.npy')[0, 0]
                    assert np.array_equal(found, expected[32 * y:32 * y + 32, 32 * x:32 * x + 32]), (name, x, y)
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Nodata_that_no_pixel_can_have_is_none()
    {
        Python.Run(Scene, folder.Path);
        File.WriteAllText(folder["r.yaml"], Recipes.Text("chip",
            "kind: stac-chips\nitems: item.json\nchip: { size: 32, edge: pad }\nstats: { mask: { band: a } }"));
        PileProgram.RunToJson("build", folder["r.yaml"], "--out", folder["d"]);
        ProgramResult rows = PileProgram.Run("query", folder["d"], "--json", "--columns",
            "chip_nodata,chip_uint8_nodata,chip_uint16_nodata");
        Assert.All(rows.Json.EnumerateArray().SelectMany(row => row.EnumerateObject()),
            nodata => Assert.Equal(JsonValueKind.Null, nodata.Value[0].ValueKind));
        PileProgram.RunToJson("read", folder["d"], "--where", "true", "--columns", "chip_array,chip_uint8_array,chip_uint16_array",
            "--format", "npy", "--out", folder["r"]);
        Python.Run(Compare, folder.Path, folder["r"]);
    }
}
