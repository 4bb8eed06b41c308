using Pile.Earth;
using Pile.Format;
using Pile.Storage;
using Pile.TestKit;

namespace Pile.Rasters.Tests;

/// <summary>Files of the netCDF library whose coordinates only number the pixels, as those of Sentinel-5P and Sentinel-3.</summary>
public sealed class CfSwathTests : IDisposable
{
    private const string Script = """
        import sys, netCDF4, numpy as np
        path, rows, columns, units, first, positions = *sys.argv[1:5], float(sys.argv[5]), eval(sys.argv[6])
        with netCDF4.Dataset(path, "w") as d:
            p = d.createGroup("PRODUCT")
            for name, length in (("time", 1), (rows, 12), (columns, 20)):
                p.createDimension(name, length)
            for name, length in ((rows, 12), (columns, 20)):
                v = p.createVariable(name, "i4" if first == int(first) else "f8", (name,))
                v[:] = np.arange(length) + first
                if units:
                    v.units = units
                v.setncatts({})
            y, x = np.mgrid[0:12, 0:20]
            if positions:
                for name, unit, values in (("latitude", "degrees_north", 40 + y * .05 + x * .01),
                                           ("longitude", "degrees_east", 5 + x * .07 - y * .01)):
                    v = p.createVariable(name, "f4", ("time", rows, columns))
                    v.units, v[:] = unit, values[None]
            v = p.createVariable("no2", "f4", ("time", rows, columns))
            v[:] = 1
            if positions:
                v.coordinates = "longitude latitude"
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("scanline", "ground_pixel", "1", 0)] // Sentinel-5P
    [InlineData("rows", "columns", "", 0)]
    [InlineData("rows", "columns", "", 1)]
    [InlineData("y", "x", "", 0)] // written by xarray
    [InlineData("y", "x", "1", 1)]
    public async Task A_swath_is_an_error_that_names_its_positions(string rows, string columns, string units, int first)
    {
        SourceUnreadableException error = await Assert.ThrowsAsync<SourceUnreadableException>(() =>
            LayoutOfAsync(rows, columns, units, $"{first}", hasPositions: true));
        Assert.Contains("'PRODUCT/no2' is not read: it is a swath: its positions are in 'PRODUCT/longitude' and 'PRODUCT/latitude'",
            error.Message, StringComparison.Ordinal);
        Assert.Contains("Resample it to a grid", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scanline", "ground_pixel", "1", 0)]
    [InlineData("rows", "columns", "", 1)]
    public async Task Indices_without_positions_are_no_coordinates(string rows, string columns, string units, int first) =>
        Assert.Null((await LayoutOfAsync(rows, columns, units, $"{first}", hasPositions: false)).Transform);

    [Theory] // grids, also of files with positions in two dimensions
    [InlineData("y", "x", "", "0", "{}", false)]
    [InlineData("y", "x", "m", "0", "{}", true)]
    [InlineData("YDim", "XDim", "", "0.5", "{}", true)]
    [InlineData("YDim", "XDim", "m", "0", "{}", true)]
    [InlineData("y", "x", "1", "0", "{'long_name': 'easting or northing', 'axis': 'X' if name == 'x' else 'Y'}", true)]
    [InlineData("lat", "lon", "", "0", "{}", true)]
    public async Task Coordinates_with_a_unit_an_axis_or_other_numbers_are_a_grid(string rows, string columns, string units, string first,
        string attributes, bool hasPositions)
    {
        double edge = double.Parse(first, System.Globalization.CultureInfo.InvariantCulture) - 0.5;
        Assert.Equal(new Affine(1, 0, edge, 0, 1, edge),
            (await LayoutOfAsync(rows, columns, units, first, hasPositions, attributes)).Transform);
    }

    private async Task<RasterLayout> LayoutOfAsync(string rows, string columns, string units, string first, bool hasPositions,
        string attributes = "{}")
    {
        Python.Run(Script.Replace("v.setncatts({})", $"v.setncatts({attributes})", StringComparison.Ordinal), folder["file.nc"],
            rows, columns, units, first, hasPositions ? "True" : "False");
        using RasterPool pool = new();
        return (await RasterDrivers.OpenAsync(new RasterUnit
        {
            Store = FileStore.For(folder.Path),
            Path = "file.nc",
            Layer = "PRODUCT/no2",
        }, pool, TestContext.Current.CancellationToken)).Layout;
    }
}
