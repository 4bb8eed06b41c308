using Pile.Format;

namespace Pile.Builders.Tests.Sources.Cube;

/// <summary>Runs the builder <c>cube</c> on files and compares its rows with what a Python script reads.</summary>
internal static class CubeRun
{
    /// <summary>Reads the only row of a recipe's source.</summary>
    internal static async Task<RowBatch> ReadRow(string source, string? folder = null, Action<string>? onMessage = null) =>
        Assert.Single(await BuilderRuns.Builder("kind: cube\n" + source, folder, onMessage)
            .ReadAllAsync(TestContext.Current.CancellationToken));

    /// <summary>Runs a script with <c>columns</c>, <c>units</c>, <c>nulls</c>, and the files from <c>sys.argv[2]</c>.</summary>
    internal static void Agrees(RowBatch row, string judge, params string[] files) =>
        Assert.Equal("agrees", PythonColumns.Run(row, Prelude + judge + "\nprint('agrees')", files).Trim());

    private const string Prelude = """
        from astropy.io import fits
        from astropy.wcs import WCS
        from astropy.coordinates import SkyCoord
        import astropy.units as u
        def same(name, expected):
            got, expected = columns[name][0], np.asarray(expected)
            assert got.shape == expected.shape, (name, got.shape, expected.shape)
            assert got.dtype.name == expected.dtype.name, (name, got.dtype, expected.dtype)
            np.testing.assert_array_equal(got, expected, err_msg=name)
        def centre(header):
            w = WCS(header).celestial
            c = w.pixel_to_world((header['NAXIS1'] - 1) / 2, (header['NAXIS2'] - 1) / 2).icrs
            assert abs(columns['ra'][0] - c.ra.deg) < 1e-9 and abs(columns['dec'][0] - c.dec.deg) < 1e-9, (columns['ra'], c)
            scale = np.sqrt(abs(np.linalg.det(w.pixel_scale_matrix))) * 3600
            np.testing.assert_allclose(columns['spaxel_size'][0], scale, rtol=1e-6)
            assert columns['cube_x'][0] == (header['NAXIS1'] - 1) / 2 and columns['cube_y'][0] == (header['NAXIS2'] - 1) / 2
        def wcs():
            return WCS(fits.Header.fromstring(columns['cube_wcs'][0]))

        """;
}
