using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Stac;

/// <summary>STAC items of netCDF files whose metadata is not read, or not completely.</summary>
public sealed class NetCdfItemTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private int files; // a run holds its file open

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_document_counts_if_the_grid_mapping_is_not_read()
    {
        const string oblique = "g['grid_mapping_name'] = 'oblique_mercator'";
        SceneErrors.Contains(await SceneErrors.OfAsync(Builder(oblique)),
            "that of the file, 'grid_mapping_name oblique_mercator', has neither",
            "State 'proj:code' or 'proj:wkt2' in the document");
        List<RowBatch> batches = await Builder(oblique, "asset['proj:code'] = 'EPSG:32633'").ReadAllAsync(Token);
        Assert.Equal("EPSG:32633", ((TextColumnData)batches[0]["crs"]).Text(0));
    }

    [Theory]
    [InlineData("g['GeoTransform'] = '1 2 3'", "the file of the asset 'a': GeoTransform of the grid mapping 'g' is '1 2 3'")]
    [InlineData("v['missing_value'] = 'none'", "the file of the asset 'a': missing_value is the text 'none'")]
    [InlineData("g['horizontal_datum_name'] = 'of an island'; g['semi_major_axis'] = 6377563.396; g['semi_minor_axis'] = 6356256.91",
        "PROJ does not know the datum 'of an island' of the file of the asset 'a'")]
    public async Task What_is_not_read_is_reported(string change, string note)
    {
        BuilderRun run = Builder(change);
        Assert.NotEmpty(await run.ReadAllAsync(Token));
        Assert.Contains(((INotingBuilder)run.Builder).Notes, line => line.Contains(note, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_datum_that_PROJ_knows_is_not_reported()
    {
        BuilderRun run = Builder("g['horizontal_datum_name'] = 'NAD27'");
        Assert.NotEmpty(await run.ReadAllAsync(Token));
        Assert.DoesNotContain(((INotingBuilder)run.Builder).Notes, line => line.Contains("datum", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bands_without_times_are_those_that_the_asset_lists()
    {
        SceneErrors.Contains(await SceneErrors.OfAsync(Builder("bands = 3")), "its variable 'v' has 3 bands",
            "List all of them in the 'bands' of the asset");
        List<RowBatch> batches = await Builder("bands = 3", "asset['bands'] = [{'name': 'r'}, {'name': 'g'}, {'name': 'b'}]")
            .ReadAllAsync(Token);
        Assert.Equal(4, batches.Sum(batch => batch.RowCount));
    }

    public void Dispose() => folder.Dispose();

    private BuilderRun Builder(string file, string document = "")
    {
        Python.Run("""
            import json, sys, h5py, numpy as np
            bands, v, g = 0, {}, {'grid_mapping_name': 'transverse_mercator', 'longitude_of_central_meridian': 15.0, 'false_easting': 5e5,
                'scale_factor_at_central_meridian': 0.9996}
            name = sys.argv[4] + '.nc'
            asset = {'href': f'./{name}#v', 'type': 'application/x-netcdf'}
            exec(sys.argv[2]); exec(sys.argv[3])
            with h5py.File(sys.argv[1] + '/' + name, 'w') as f:
                f['x'], f['y'], f['g'] = 500050.0 + np.arange(64) * 100, 5300000.0 - np.arange(64) * 100, 0
                data = f.create_dataset('v', data=np.ones((bands, 64, 64) if bands else (64, 64), 'i2'))
                data.attrs['grid_mapping'] = 'g'
                data.attrs.update(v)
                f['g'].attrs.update(g)
                for axis, dimension in (('y', data.ndim - 2), ('x', data.ndim - 1)):
                    f[axis].attrs['units'], f[axis].attrs['standard_name'] = 'm', f'projection_{axis}_coordinate'
                    f[axis].make_scale(axis)
                    data.dims[dimension].attach_scale(f[axis])
            ring = [[15.0, 47.79], [15.08, 47.79], [15.08, 47.86], [15.0, 47.86], [15.0, 47.79]]
            json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': 's', 'links': [],
                'geometry': {'type': 'Polygon', 'coordinates': [ring]}, 'properties': {'datetime': '2020-01-01T00:00:00Z'},
                'assets': {'a': asset}}, open(sys.argv[1] + '/item.json', 'w'))
            """, folder.Path, file, document, $"{++files}");
        return BuilderRuns.Builder("kind: stac-chips\nitems: item.json\nchip: { size: 32 }", folder.Path);
    }
}
