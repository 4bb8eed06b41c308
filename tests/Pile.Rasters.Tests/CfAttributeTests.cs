using System.Globalization;
using Pile.Earth;
using Pile.Format;
using Pile.Storage;
using Pile.TestKit;

namespace Pile.Rasters.Tests;

/// <summary>Attributes and coordinates of netCDF files as producers write them, against GDAL's netCDF driver.</summary>
public sealed class CfAttributeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("-124.766 0.0416 0  49.4 -0.0416")] // gridMET: five numbers
    [InlineData("a b c")]
    [InlineData("0 0 0 0 0 0")]
    public async Task A_malformed_GeoTransform_is_ignored_with_a_note_if_there_are_coordinates(string text)
    {
        RasterLayout layout = await LayoutOfAsync("f['crs'].attrs['GeoTransform'] = sys.argv[3]", text);
        Assert.Equal(new Affine(0.5, 0, 10, 0, -0.5, 50), layout.Transform);
        Assert.Equal([$"GeoTransform of the grid mapping 'crs' is '{text}': expected the six numbers of a transform; the coordinates are "
            + "used"], layout.Notes);
        Assert.Equal([0.5, 0.0, 10.0, 0.0, -0.5, 50.0], GdalTransform());
    }

    [Fact]
    public async Task A_malformed_GeoTransform_without_coordinates_is_an_error()
    {
        SourceUnreadableException error = await Assert.ThrowsAsync<SourceUnreadableException>(() =>
            LayoutOfAsync("f['crs'].attrs['GeoTransform'] = '1 2 3'; del f['lon'], f['lat']"));
        Assert.Contains("GeoTransform of the grid mapping 'crs' is '1 2 3': expected the six numbers of a transform", error.Message,
            StringComparison.Ordinal);
    }

    [Theory] // producers round coordinates; the first and the last are off by half of the last digit
    [InlineData(10.25, 0.0125, 3, "f8")]
    [InlineData(10.25, 0.0125, 3, "f4")]
    [InlineData(-170.04, 1 / 12.0, 2, "f8")]
    [InlineData(10.5, 4.6331, 0, "i2")]
    public async Task Coordinates_that_are_rounded_are_equidistant(double first, double step, int decimals, string type)
    {
        RasterLayout layout = await LayoutOfAsync("first, step, decimals, dtype = sys.argv[3].split(); del f['lon']; f['lon'] = "
            + "np.round(float(first) + np.arange(20) * float(step), int(decimals)).astype(dtype)",
            string.Create(CultureInfo.InvariantCulture, $"{first} {step} {decimals} {type}"));
        (double digit, Affine own) = (Math.Pow(10, -decimals), layout.Transform!.Value);
        foreach (int column in (int[])[0, 20]) // the edges of the grid before it was rounded
            Assert.Equal(first - (step / 2) + (column * step), own.Apply(column, 0).X, 0.55 * digit);
    }

    [Theory]
    [InlineData("np.round(10.25 + np.arange(20) * 0.0125, 2)")] // rounded by 80 % of a pixel
    [InlineData("np.round(10.25 + np.arange(20) * 0.0125 + np.where(np.arange(20) == 7, 0.002, 0), 4)")] // more than the last digit
    public async Task Coordinates_that_rounding_does_not_explain_are_an_error(string coordinates)
    {
        SourceUnreadableException error = await Assert.ThrowsAsync<SourceUnreadableException>(() =>
            LayoutOfAsync("del f['lon']; f['lon'] = eval(sys.argv[3])", coordinates));
        Assert.Contains("the coordinates of 'lon' are not equidistant", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Numbers_that_are_written_as_text_are_read()
    {
        RasterLayout layout = await LayoutOfAsync("v.attrs.update(scale_factor='0.1', add_offset='2', missing_value='-9, -99', "
            + "valid_range=np.bytes_('0 100'))");
        RasterBand band = layout.Bands[0];
        Assert.Equal((0.1, 2, -9, 0, 100), (band.Scale, band.Offset, band.Nodata, band.ValidMin, band.ValidMax));
        Assert.Equal([-99.0], band.Missing);
        Assert.Empty(layout.Notes);
    }

    [Fact]
    public async Task Texts_that_are_not_numbers_are_reported()
    {
        RasterLayout layout = await LayoutOfAsync("v.attrs.update(missing_value='none', valid_min='0 m')");
        Assert.Equal(["missing_value is the text 'none', not a number, and is ignored",
            "valid_min is the text '0 m', not a number, and is ignored"], layout.Notes);
        SourceUnreadableException error = await Assert.ThrowsAsync<SourceUnreadableException>(() =>
            LayoutOfAsync("v.attrs['scale_factor'] = '1/10'"));
        Assert.Contains("scale_factor is the text '1/10', not a number", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Data%20Fields/v w")]
    [InlineData("Data Fields/v%20w")]
    [InlineData("Data%20Fields/100%25")]
    [InlineData("Data Fields/100%")]
    public async Task A_layer_may_be_written_as_the_fragment_of_a_URI(string layer)
    {
        Python.Run("""
            import sys, h5py, numpy as np
            with h5py.File(sys.argv[1], "w") as f:
                f["Data Fields/v w"] = f["Data Fields/100%"] = np.zeros((12, 20), "i2")
            """, folder["file.nc"]);
        using RasterPool pool = new();
        Assert.Equal(Uri.UnescapeDataString(layer), (await OpenAsync(layer, pool)).Layer);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Writes a file of 20 × 12 pixels of 0.5 degrees, changes it, and reads the layout of its variable.</summary>
    private async Task<RasterLayout> LayoutOfAsync(string change, string argument = "")
    {
        Python.Run("""
            import sys, h5py, numpy as np
            with h5py.File(sys.argv[1], "w") as f:
                f["lon"], f["lat"] = 10.25 + np.arange(20) * 0.5, 49.75 - np.arange(12) * 0.5
                f["crs"] = 0
                f["crs"].attrs["grid_mapping_name"] = "latitude_longitude"
                v = f.create_dataset("v", data=np.zeros((12, 20), "i2"))
                v.attrs["grid_mapping"] = "crs"
                exec(sys.argv[2])
                for i, (name, units) in enumerate((("lat", "degrees_north"), ("lon", "degrees_east"))):
                    if name in f:
                        f[name].attrs["units"] = units
                        f[name].make_scale(name)
                        v.dims[i].attach_scale(f[name])
            """, folder["file.nc"], change, argument);
        using RasterPool pool = new();
        return await OpenAsync("v", pool);
    }

    private async Task<RasterLayout> OpenAsync(string layer, RasterPool pool) => (await RasterDrivers.OpenAsync(new RasterUnit
    {
        Store = FileStore.For(folder.Path),
        Path = "file.nc",
        Layer = layer,
    }, pool, Token)).Layout;

    private double[] GdalTransform() => [.. Python.Run("""
        import sys, rasterio
        with rasterio.open(f"netcdf:{sys.argv[1]}:v") as raster:
            print(*[repr(float(term)) for term in raster.transform[:6]])
        """, folder["file.nc"]).Trim().Split(' ').Select(term => double.Parse(term, CultureInfo.InvariantCulture))];
}
