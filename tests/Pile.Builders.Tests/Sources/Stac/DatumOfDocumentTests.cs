using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Stac;

/// <summary>Documents with the code or the datum of a coordinate reference system that their file has without. Places are those of
/// pyproj.</summary>
public sealed class DatumOfDocumentTests : IDisposable
{
    private const string Airy = "+proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +a=6377563.396 +rf=299.3249646",
        Shifted = "+proj=tmerc +lat_0=0 +lon_0=9 +x_0=500000 +ellps=bessel +towgs84=598.1,73.7,418.2,0.202,0.045,-2.455,6.7";

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Airy, "EPSG:27700", "")]
    [InlineData("+proj=utm +zone=48 +a=6377276.345 +rf=300.8017", "EPSG:3148", "")] // Indian 1960
    [InlineData("+proj=utm +zone=48 +a=6377276.345 +rf=300.8017", "EPSG:3148", "\nprobe: headers")]
    [InlineData("+proj=utm +zone=48 +a=6377276.345 +rf=300.8017", "EPSG:3148", "\nresample: nearest")]
    [InlineData("+proj=utm +zone=16 +ellps=clrk66", "EPSG:26716", "")] // NAD27
    [InlineData("+proj=utm +zone=16 +ellps=clrk66", "+proj=utm +zone=16 +datum=NAD27 +type=crs", "")]
    [InlineData("+proj=longlat +a=6377397.155 +rf=299.1528128", "EPSG:4314", "")]
    [InlineData("+proj=utm +zone=15 +ellps=WGS84", "EPSG:32615", "")]
    public async Task The_code_and_the_datum_of_the_document_count_if_its_coordinates_are_those_of_the_file(string file, string stated,
        string keys) => Assert.Equal("document", await PlacedByAsync(file, stated, keys));

    [Theory]
    [InlineData(Shifted, "+proj=tmerc +lat_0=0 +lon_0=9 +x_0=500000 +ellps=bessel +type=crs")] // the file says more
    [InlineData(Airy, "+proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400100 +y_0=-100000 +datum=OSGB36 +type=crs")]
    [InlineData("EPSG:32615", "+proj=utm +zone=15 +ellps=WGS84 +type=crs")]
    public async Task The_file_counts_otherwise(string file, string stated) => Assert.Equal("file", await PlacedByAsync(file, stated, ""));

    public void Dispose() => folder.Dispose();

    /// <summary>Builds chips, and returns whether they have the coordinate reference system of the document or of the file.</summary>
    private async Task<string> PlacedByAsync(string file, string stated, string keys)
    {
        Python.Run(ChipFiles.Placed, folder.Path, file);
        Python.Run("""
            import json, sys, pyproj
            item = json.load(open(sys.argv[1] + '/item.json'))
            asset = item['assets']['a']
            if sys.argv[2].startswith('EPSG:'):
                asset['proj:code'] = sys.argv[2]
            else:
                asset['proj:wkt2'] = pyproj.CRS(sys.argv[2]).to_wkt()
            json.dump(item, open(sys.argv[1] + '/item.json', 'w'))
            """, folder.Path, stated);
        List<RowBatch> batches = await BuilderRuns.Builder($"kind: stac-chips\nitems: item.json\nchip: {{ size: 32 }}{keys}", folder.Path)
            .ReadAllAsync(Token);
        await File.WriteAllTextAsync(folder["rows.json"], RowJson.Of(batches).ToJsonString(), Token);
        return Python.Run("""
            import json, sys, numpy as np, pyproj, rasterio
            rows = json.load(open(sys.argv[1] + '/rows.json'))
            assert len(rows) == 4
            with rasterio.open(sys.argv[1] + '/a.tif') as file:
                transform, systems = file.transform, {'file': file.crs.to_wkt(), 'document': sys.argv[2]}
            def boxes(crs):
                to = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
                for r in rows:
                    at = [transform * (32 * (r['chip_x'] + i), 32 * (r['chip_y'] + j)) for i in (0, 1) for j in (0, 1)]
                    lon, lat = to.transform(*np.array(at).T)
                    yield min(lon), min(lat), max(lon), max(lat)
            stored = np.array([r['bbox'] for r in rows])
            found = [name for name, crs in systems.items() if np.abs(np.array(list(boxes(crs))) - stored).max() < 1e-5] # a metre
            if len(found) > 1: # the shift is zero
                found = ['document' if rows[0]['crs'] == sys.argv[2] else 'file']
            elif found == ['document'] and sys.argv[2].startswith('EPSG:'):
                assert rows[0]['crs'] == sys.argv[2], rows[0]['crs']
            print(*found)
            """, folder.Path, stated).Trim();
    }
}
