using System.Text.Json;
using Pile.Format;
using Pile.Proj;
using Pile.Storage;
using Pile.TestKit;

namespace Pile.Rasters.Tests;

/// <summary>Grid mappings without a WKT against pyproj, PROJ strings and GDAL's netCDF driver.</summary>
public sealed class CfCrsTests
{
    private const double ToleranceDeg = 1e-9;

    private static readonly JsonSerializerOptions Options = new() { PropertyNameCaseInsensitive = true };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pixels_of_grid_mappings_with_parameters_are_where_pyproj_and_gdal_put_them()
    {
        using TemporaryFolder folder = new();
        Python.Run(await File.ReadAllTextAsync(Path.Combine(TestPaths.Root, "tests", "Pile.Rasters.Tests", "gridmappings.py"), Token),
            folder["made"]);
        Made[] files = JsonSerializer.Deserialize<Made[]>(await File.ReadAllBytesAsync(folder["made/index.json"], Token), Options)!;
        Assert.Equal(35, files.Length);
        using RasterPool pool = new();
        foreach (Made file in files)
        {
            RasterLayout layout = await LayoutOfAsync(file.Path, pool);
            double[] x = new double[file.Points.Length], y = new double[x.Length];
            (int Column, int Row)[] places = [(0, 0), (10, 0), (0, 8), (10, 8), (5, 4)];
            for (int i = 0; i < x.Length; i++)
            {
                (x[i], y[i]) = layout.Transform!.Value.Apply(places[i].Column, places[i].Row);
                double tolerance = 1e-6 * Math.Abs(layout.Transform.Value.A); // coordinates are sums of steps
                Assert.True(Math.Abs(x[i] - file.Points[i][0]) < tolerance && Math.Abs(y[i] - file.Points[i][1]) < tolerance,
                    $"{file.Path}: {(x[i], y[i])}, expected {string.Join(", ", file.Points[i])}");
                (x[i], y[i]) = (file.Points[i][0], file.Points[i][1]);
            }
            using CrsTransform transform = CrsTransform.ToLonLat(Crs.Parse(layout.Crs!));
            Assert.Equal(0, transform.Forward(x, y));
            for (int i = 0; i < x.Length; i++)
                Assert.True(Math.Abs(x[i] - file.LonLat[i][0]) < ToleranceDeg && Math.Abs(y[i] - file.LonLat[i][1]) < ToleranceDeg,
                    $"{file.Path}: {(x[i], y[i])}, expected {string.Join(", ", file.LonLat[i])}; {layout.Crs}");
        }
    }

    [Fact]
    public async Task Incomplete_grid_mappings_are_rejected()
    {
        (string Name, string Change, string Fault)[] cases =
        [
            ("transverse_mercator", "", "has neither crs_wkt nor the number 'longitude_of_central_meridian'"),
            ("lambert_conformal_conic", "g['standard_parallel'] = [1., 2., 3.]", "has 3 standard parallels: expected one or two"),
            ("transverse_mercator", "g['longitude_of_central_meridian'] = np.nan",
                "'longitude_of_central_meridian' of the grid mapping 'grid' is not a finite number"),
            ("polar_stereographic", "g['latitude_of_projection_origin'] = 60.", "latitude_of_projection_origin is 60"),
            ("polar_stereographic", "g['latitude_of_projection_origin'] = 90.; g['standard_parallel'] = -71.",
                "has the standard parallel -71, but the pole is at 90"),
            ("geostationary", "g['sweep_angle_axis'] = 'z'", "has the sweep_angle_axis 'z': expected x or y"),
            ("mercator", "g['longitude_of_projection_origin'] = 0.; g['semi_major_axis'] = -1.", "the semi-major axis -1 m"),
            ("mercator", "g['longitude_of_projection_origin'] = 0.; g['inverse_flattening'] = 1.", "the inverse flattening 1"),
        ];
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, h5py, numpy as np
            for i in range(2, len(sys.argv), 2):
                with h5py.File(f"{sys.argv[1]}/bad{i // 2 - 1}.nc", "w") as f:
                    f["x"], f["y"], f["grid"] = np.arange(5.0), np.arange(4.0), 0
                    f["v"] = np.zeros((4, 5), "u1")
                    f["v"].attrs["grid_mapping"] = "grid"
                    g = f["grid"].attrs
                    g["grid_mapping_name"] = sys.argv[i]
                    exec(sys.argv[i + 1])
            """, [folder.Path, .. cases.SelectMany(c => (string[])[c.Name, c.Change])]);
        using RasterPool pool = new();
        for (int i = 0; i < cases.Length; i++)
        {
            SourceUnreadableException error = await Assert.ThrowsAsync<SourceUnreadableException>(() =>
                LayoutOfAsync(folder[$"bad{i}.nc"], pool));
            Assert.Contains(cases[i].Fault, error.Message, StringComparison.Ordinal);
            Assert.Contains($"bad{i}.nc", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("'grid_mapping_name': 'oblique_mercator'", "grid_mapping_name oblique_mercator")]
    [InlineData("'reference_ellipsoid_name': 'Moon'", "reference_ellipsoid_name Moon")]
    [InlineData("'horizontal_datum_name': 'of an island'", "horizontal_datum_name of an island without an ellipsoid")]
    [InlineData("'horizontal_datum_name': 'OSGB_1936', 'earth_radius': 6371229.0",
        "horizontal_datum_name OSGB_1936 on another ellipsoid than its own")]
    [InlineData("'prime_meridian_name': 'Mount Doom'", "prime_meridian_name Mount Doom")]
    [InlineData("'grid_mapping_name': 'lambert_conformal_conic', 'standard_parallel': 40.0",
        "lambert_conformal_conic without latitude_of_projection_origin")]
    [InlineData("'grid_mapping_name': 'albers_conical_equal_area', 'standard_parallel': [20.0, 60.0]",
        "albers_conical_equal_area without latitude_of_projection_origin")]
    [InlineData("'towgs84': [1.0, 2.0]", "towgs84 1 2")]
    public async Task Names_that_are_not_read_are_described_in_place_of_a_system(string change, string citation)
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, h5py, numpy as np
            with h5py.File(sys.argv[1], "w") as f:
                f["x"], f["y"], f["grid"] = np.arange(5.0), np.arange(4.0), 0
                f["v"] = np.zeros((4, 5), "u1")
                f["v"].attrs["grid_mapping"] = "grid"
                f["grid"].attrs.update(eval("{'grid_mapping_name': 'transverse_mercator', 'longitude_of_central_meridian': 1.0, "
                    + sys.argv[2] + "}"))
            """, folder["v.nc"], change);
        using RasterPool pool = new();
        RasterLayout layout = await LayoutOfAsync(folder["v.nc"], pool);
        Assert.Equal((null, citation), (layout.Crs, layout.CrsCitation));
    }

    private static async Task<RasterLayout> LayoutOfAsync(string path, RasterPool pool) => (await RasterDrivers.OpenAsync(new RasterUnit
    {
        Store = FileStore.For(Path.GetDirectoryName(path)!),
        Path = Path.GetFileName(path),
        Layer = "v",
    }, pool, Token)).Layout;

    private sealed record Made(string Path, double[][] Points, double[][] LonLat);
}
