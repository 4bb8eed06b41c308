using Pile.Format;

namespace Pile.Builders.Tests.Sources.FitsFrames;

/// <summary>Runs the builder of frames and compares its rows with astropy.</summary>
internal static class Frames
{
    // Compares every band of every row with the part of the frame at frame_x, frame_y, and with the WCS of astropy.
    // argv: folder of the frames, kind of noise ('ivar', 'variance', 'rms', 'none'), noise and mask as 'old:new' in the name or '@HDU'.
    private const string Judge = """
        import os
        from astropy.io import fits
        from astropy.wcs import WCS, utils
        from astropy.nddata import Cutout2D
        from astropy.stats import mad_std
        from astropy.coordinates import SkyCoord
        folder, kind, noise, dq = sys.argv[2:6]
        opened = {}
        def image(path):
            if path not in opened:
                opened[path] = next((h.data, h.header) for h in fits.open(path) if h.data is not None and h.data.ndim >= 2)
            return opened[path]
        def companion(path, how):
            return fits.open(path)[how[1:]].data if how[0] == '@' else image(path.replace(*how.split(':')))[0]
        count = 0
        for i in range(len(columns['ra'])):
            for b in range(columns['image_array'].shape[1]):
                path = os.path.join(folder, columns['frame_file'][i][b])
                data, header = image(path)
                w = WCS(header).celestial
                got = columns['image_array'][i, b]
                ny, nx = got.shape
                x0, y0 = (int(columns[c][i]) if c in columns else 0 for c in ('frame_x', 'frame_y'))
                part = np.s_[y0:y0 + ny, x0:x0 + nx]
                flux = data[part].astype('f4')
                assert flux.shape == got.shape, (flux.shape, got.shape)
                np.testing.assert_array_equal(got.view('i4'), flux.view('i4')) if not np.isnan(flux).any() else \
                    np.testing.assert_array_equal(got, flux)
                good = ~np.isnan(flux)
                if kind != 'none':
                    n = companion(path, noise)[part].astype('f8')
                    ok = good & (n > 0) & np.isfinite(n)
                    with np.errstate(all='ignore'):
                        iv = {'ivar': n, 'variance': 1 / n, 'rms': 1 / n ** 2}[kind]
                    np.testing.assert_array_equal(columns['image_ivar'][i, b], np.where(ok, iv, 0).astype('f4'))
                if dq != 'none':
                    bits = companion(path, dq)[part].astype('i4')
                    np.testing.assert_array_equal(columns['image_dq'][i, b], bits)
                    good &= bits == 0
                elif kind != 'none':
                    good = ok
                np.testing.assert_array_equal(columns['image_mask'][i, b], good)
                want = mad_std(flux[good].astype('f8')) if good.any() else np.nan
                np.testing.assert_allclose(columns['image_noise_std'][i, b], want, rtol=1e-6)
                text = columns['image_wcs'][i][b]
                assert len(text) % 80 == 0
                mine = WCS(fits.Header.fromstring(text))
                px, py = np.meshgrid(np.linspace(-0.5, nx - 0.5, 7), np.linspace(-0.5, ny - 0.5, 7))
                cut = Cutout2D(data, (x0 + (nx - 1) / 2, y0 + (ny - 1) / 2), (ny, nx), wcs=w)
                assert cut.origin_original == (x0, y0) and cut.data.shape == (ny, nx)
                for other, ox, oy in ((w, x0, y0), (w[part], 0, 0), (cut.wcs, 0, 0)):
                    there = other.pixel_to_world(px + ox, py + oy).icrs
                    separation = mine.pixel_to_world(px, py).icrs.separation(there).arcsec
                    assert (np.isnan(separation) == np.isnan(there.ra.deg)).all() and np.nanmax(separation) < 1e-6, separation.max()
                centre = SkyCoord(columns['ra'][i], columns['dec'][i], unit='deg')
                if b == 0:
                    expected = w.pixel_to_world(x0 + (nx - 1) / 2, y0 + (ny - 1) / 2).icrs
                    assert centre.separation(expected).arcsec < 1e-5, (centre, expected)
                    assert 0 <= columns['ra'][i] < 360
                cx, cy = utils.skycoord_to_pixel(centre, w)
                here, near = w.pixel_to_world(cx, cy), w.pixel_to_world([cx - .5, cx + .5, cx, cx], [cy, cy, cy - .5, cy + .5])
                (ex, nxx), (ey, nyy) = ([o.arcsec for o in here.spherical_offsets_to(p)] for p in (near[:2], near[2:]))
                scale = np.sqrt(abs((ex[1] - ex[0]) * (nyy[1] - nyy[0]) - (ey[1] - ey[0]) * (nxx[1] - nxx[0])))
                assert abs(columns['image_scale'][i, b] / scale - 1) < 1e-5, (columns['image_scale'][i, b], scale)
                count += 1
        print(count)
        """;

    /// <summary>Reads the rows of all units.</summary>
    internal static async Task<RowBatch> ReadAsync(string yaml, string folder) =>
        Joined(await BuilderRuns.Builder($"kind: fits-image\n{yaml}", folder).ReadAllAsync(TestContext.Current.CancellationToken));

    /// <summary>Joins batches with the same columns.</summary>
    internal static RowBatch Joined(params IReadOnlyList<RowBatch> batches) =>
        new(batches[0].Columns.Select((_, i) => ColumnData.Concat([.. batches.Select(b => b.Columns[i])])));

    /// <summary>Compares the rows of a batch with the frames in a folder.</summary>
    /// <returns>The number of planes.</returns>
    internal static int Compare(RowBatch rows, string folder, string kind = "none", string noise = "none", string mask = "none") =>
        int.Parse(PythonColumns.Run(rows, Judge, folder, kind, noise, mask), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Returns the values of a column of numbers.</summary>
    internal static T[] Values<T>(RowBatch rows, string column) where T : unmanaged => ((ColumnData<T>)rows[column]).Values.ToArray();

    /// <summary>Returns the texts of a column.</summary>
    internal static string[] Texts(RowBatch rows, string column) =>
        [.. Enumerable.Range(0, rows.RowCount).Select(row => ((TextColumnData)rows[column]).Text(row, 0))];
}
