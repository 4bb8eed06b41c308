using System.Globalization;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Stac;

/// <summary>The places of chips of files in many projections, against GDAL and pyproj.</summary>
public sealed class ChipPlaceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("+proj=sinu +lon_0=0 +R=6371007.181 +units=m")] // MODIS
    [InlineData("+proj=sinu +lon_0=-90 +x_0=1000 +y_0=-500 +a=6378137 +rf=298.257 +units=m", Traits = ["Run", "Long"])]
    [InlineData("+proj=aea +lat_0=23 +lon_0=-96 +lat_1=29.5 +lat_2=45.5 +datum=NAD83 +units=m")] // the National Land Cover Database
    [InlineData("+proj=aea +lat_0=23 +lon_0=-96 +lat_1=29.5 +lat_2=45.5 +datum=WGS84 +units=us-ft", Traits = ["Run", "Long"])]
    [InlineData("+proj=laea +lat_0=12 +lon_0=34 +datum=WGS84")]
    [InlineData("+proj=lcc +lat_1=33 +lat_2=45 +lat_0=40 +lon_0=-97 +a=6370000 +b=6370000")]
    [InlineData("+proj=lcc +lat_1=33 +lat_2=45 +lat_0=40 +lon_0=-97 +datum=NAD83 +units=us-ft +x_0=914400")]
    [InlineData("+proj=lcc +lat_1=46.5 +lat_0=46.5 +lon_0=3 +k_0=0.99987742 +x_0=600000 +y_0=200000 +ellps=clrk80ign")]
    [InlineData("+proj=tmerc +lat_0=1 +lon_0=129 +k=0.9996 +x_0=500000 +ellps=WGS84")]
    [InlineData("+proj=tmerc +lon_0=9 +x_0=500000 +ellps=GRS80 +units=km")]
    [InlineData("+proj=tmerc +lon_0=80 +x_0=500000 +ellps=evrst30 +units=ind-ft")]
    [InlineData("+proj=tmerc +lon_0=9 +x_0=500000 +ellps=GRS80 +units=ch", Traits = ["Run", "Long"])]
    [InlineData("+proj=tmerc +lon_0=9 +x_0=500000 +ellps=GRS80 +units=fath", Traits = ["Run", "Long"])]
    [InlineData("+proj=stere +lat_0=90 +lat_ts=71 +lon_0=-39 +datum=WGS84")]
    [InlineData("+proj=stere +lat_0=-90 +lon_0=0 +k=0.994 +x_0=2000000 +y_0=2000000 +datum=WGS84", Traits = ["Run", "Long"])]
    [InlineData("+proj=stere +lat_0=46 +lon_0=25 +k=0.99975 +x_0=500000 +y_0=500000 +ellps=krass", Traits = ["Run", "Long"])]
    [InlineData("+proj=sterea +lat_0=52 +lon_0=5.4 +k=0.9999079 +x_0=155000 +y_0=463000 +ellps=bessel")]
    [InlineData("+proj=merc +lon_0=100 +k=0.997 +ellps=bessel")]
    [InlineData("+proj=merc +lat_ts=30 +lon_0=10 +datum=WGS84", Traits = ["Run", "Long"])]
    [InlineData("+proj=eqc +lat_ts=30 +lon_0=10 +datum=WGS84")]
    [InlineData("+proj=cea +lat_ts=30 +lon_0=0 +datum=WGS84")]
    [InlineData("+proj=aeqd +lat_0=50 +lon_0=20 +datum=WGS84")]
    [InlineData("+proj=utm +zone=33 +ellps=intl")]
    [InlineData("+proj=utm +zone=33 +south +ellps=intl", Traits = ["Run", "Long"])]
    [InlineData("+proj=omerc +lat_0=40 +lonc=10 +alpha=30 +gamma=25 +k=0.9996 +x_0=1000 +y_0=2000 +no_uoff +datum=WGS84")]
    [InlineData("+proj=omerc +lat_0=4 +lonc=102.25 +alpha=323.0257905 +gamma=323.1301023 +k=0.99984 +x_0=804671 +ellps=evrst30",
        Traits = ["Run", "Long"])]
    [InlineData("+proj=eqdc +lat_1=30 +lat_2=50 +lat_0=40 +lon_0=-96 +x_0=1000 +datum=NAD83", Traits = ["Run", "Long"])]
    [InlineData("+proj=cass +lat_0=31.7 +lon_0=35.2 +x_0=170251 +y_0=126867 +ellps=clrk80ign")]
    [InlineData("+proj=gnom +lat_0=40 +lon_0=10 +datum=WGS84")]
    [InlineData("+proj=mill +lon_0=10 +R=6371000", Traits = ["Run", "Long"])]
    [InlineData("+proj=ortho +lat_0=40 +lon_0=10 +datum=WGS84", Traits = ["Run", "Long"])]
    [InlineData("+proj=poly +lat_0=12 +lon_0=34 +datum=WGS84")]
    [InlineData("+proj=robin +lon_0=-10 +x_0=5 +y_0=7 +datum=WGS84")]
    [InlineData("+proj=vandg +lon_0=10 +R=6371000", Traits = ["Run", "Long"])]
    [InlineData("+proj=nzmg +lat_0=-41 +lon_0=173 +ellps=intl")]
    [InlineData("+proj=tmerc +axis=wsu +lat_0=-30 +lon_0=19 +datum=WGS84")]
    [InlineData("ESRI:54009")] // Mollweide, as WKT of ESRI
    [InlineData("+proj=geos +h=35785831 +lon_0=0 +sweep=y +datum=WGS84")]
    [InlineData("+proj=longlat +ellps=bessel")]
    [InlineData("+proj=longlat +a=6371000 +b=6371000", Traits = ["Run", "Long"])]
    [InlineData("+proj=longlat +ellps=bessel +towgs84=598.1,73.7,418.2,0.202,0.045,-2.455,6.7")]
    [InlineData("+proj=tmerc +lon_0=9 +x_0=3500000 +ellps=bessel +towgs84=598.1,73.7,418.2,0.202,0.045,-2.455,6.7",
        Traits = ["Run", "Long"])]
    [InlineData("+proj=utm +zone=33 +ellps=intl +towgs84=-87,-98,-121", Traits = ["Run", "Long"])]
    [InlineData("+proj=aea +lat_0=23 +lon_0=-96 +lat_1=29.5 +lat_2=45.5 +datum=NAD27 +units=m", // the name of the datum gives the shift
        Traits = ["Run", "Long"])]
    public async Task Files_with_parameters_of_projections_are_placed_as_gdal_places_them(string crs)
    {
        Python.Run(ChipFiles.Placed, folder.Path, crs);
        List<RowBatch> batches = await BuilderRuns.Builder("kind: stac-chips\nitems: item.json\nchip: { size: 32 }", folder.Path)
            .ReadAllAsync(Token);
        await File.WriteAllTextAsync(folder["rows.json"], RowJson.Of(batches).ToJsonString(), Token);
        Assert.Equal("4", Python.Run("""
            import json, sys, rasterio
            from rasterio.warp import transform
            rows = json.load(open(sys.argv[1] + '/rows.json'))
            with rasterio.open(sys.argv[1] + '/a.tif') as file:
                for r in rows:
                    x, y = file.transform * (32 * r['chip_x'] + 16, 32 * r['chip_y'] + 16)
                    (lon,), (lat,) = transform(file.crs, 'EPSG:4326', [x], [y])
                    (own_lon,), (own_lat,) = transform(rasterio.CRS.from_string(r['crs']), 'EPSG:4326', [x], [y])
                    assert abs(lon - own_lon) < 1e-9 and abs(lat - own_lat) < 1e-9, (lon, lat, own_lon, own_lat, r['crs'])
                    assert abs(lon - r['lon']) < 1e-3 and abs(lat - r['lat']) < 1e-3, (lon, lat, r) # the centre of the footprint
            print(len(rows))
            """, folder.Path).Trim());
    }

    [Theory]
    [InlineData("+proj=sinu +R=6371007.181 +units=m", 4343.5567, -11_119_505.196, -4343.5567, 6_671_703.118, 64)] // tile h08v03 of MODIS
    [InlineData("+proj=sinu +R=6371007.181 +units=m", 156_368.04, -20_015_109.354, -78_184.02, 10_007_554.677, 32)]
    [InlineData("+proj=sinu +lon_0=-90 +x_0=1000 +y_0=-500 +a=6378137 +rf=298.257 +units=m", 100_000, -22_000_000, -50_000, 6_400_000, 16)]
    [InlineData("EPSG:3857", 156_543.034, 0, -78_271.517, 10_018_754.171, 32)] // another turn is on the earth
    public async Task Chips_off_the_earth_are_left_out(string crs, double a, double c, double e, double f, int size)
    {
        string[] transform = [.. ((double[])[a, 0, c, 0, e, f]).Select(v => v.ToString(CultureInfo.InvariantCulture))];
        Python.Run("""
            import json, sys
            import numpy as np, rasterio
            folder, crs = sys.argv[1:3]
            with rasterio.open(folder + '/a.tif', 'w', driver='GTiff', width=256, height=256, count=1, dtype='int16', crs=crs,
                    transform=rasterio.Affine(*map(float, sys.argv[3:]))) as file:
                file.write(np.ones((1, 256, 256), 'i2'))
            json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': 's', 'links': [],
                'geometry': {'type': 'Polygon', 'coordinates': [[[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]]},
                'properties': {'datetime': '2020-01-01T00:00:00Z'},
                'assets': {'a': {'href': './a.tif', 'type': 'image/tiff; application=geotiff'}}}, open(folder + '/item.json', 'w'))
            """, [folder.Path, crs, .. transform]);
        List<string> messages = [];
        List<RowBatch> batches = await BuilderRuns.Builder($"kind: stac-chips\nitems: item.json\nchip: {{ size: {size} }}", folder.Path,
            messages.Add).ReadAllAsync(Token);
        await File.WriteAllTextAsync(folder["rows.json"], RowJson.Of(batches).ToJsonString(), Token);
        int without = int.Parse(Python.Run("""
            import json, sys
            import numpy as np, pyproj, shapely.wkb
            from shapely.geometry import Point
            folder, crs, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
            a, _, c, _, e, f = map(float, sys.argv[4:])
            rows = {(r['chip_x'], r['chip_y']): r for r in json.load(open(folder + '/rows.json'))}
            t = pyproj.Transformer.from_crs(crs, 'EPSG:4326', always_xy=True)
            without = 0
            for j in range(256 // size):
                for i in range(256 // size):
                    x, y = a * size * (i + np.array([0, 1, 1, 0, .5])) + c, e * size * (j + np.array([0, 0, 1, 1, .5])) + f
                    lon, lat = t.transform(x, y)
                    back = t.transform(lon, lat, direction='INVERSE')
                    on_earth = np.hypot(back[0] - x, back[1] - y) < 1 if crs != 'EPSG:3857' else lon < 999
                    assert ((i, j) in rows) == on_earth.all(), (i, j, lon, lat)
                    without += not on_earth.all()
                    if on_earth.all():
                        assert shapely.wkb.loads(bytes.fromhex(rows[i, j]['geometry'])).covers(Point(lon[4], lat[4])), (i, j)
            assert len(rows) > 3
            print(without)
            """, [folder.Path, crs, size.ToString(CultureInfo.InvariantCulture), .. transform]), CultureInfo.InvariantCulture);
        Assert.Equal(crs == "EPSG:3857", without == 0);
        Assert.Equal(without > 0, messages.Any(m => m.EndsWith($": {without} chips of {size} pixels are left out, because they have no "
            + "longitude and latitude", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\nbands: [a]")]
    public async Task A_file_with_another_projection_without_a_code_is_reported(string bands)
    {
        Python.Run(ChipFiles.Placed, folder.Path, "+proj=poly +lat_0=12 +lon_0=34 +datum=WGS84");
        byte[] file = await File.ReadAllBytesAsync(folder["a.tif"], Token);
        int method = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x03, 0x0c, 0, 0, 1, 0, 22, 0]); // the key of the method
        file[method + 6] = 2; // modified for Alaska, which GDAL does not read either
        await File.WriteAllBytesAsync(folder["a.tif"], file, Token);
        SceneErrors.Contains(await SceneErrors.OfAsync(BuilderRuns.Builder("kind: stac-chips\nitems: item.json\nchip: { size: 32 }" + bands,
            folder.Path)), "has neither an EPSG code nor parameters that are read. State 'proj:code' or 'proj:wkt2' in the document");
    }

    public void Dispose() => folder.Dispose();
}
