using System.Globalization;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.CubeSpectrum;

/// <summary>The rows that the builder creates from cubes, compared with results of numpy for the whole cube.</summary>
internal static class CubeRows
{
    // Compares every row with numpy for the whole cube. Weights are the fraction of 300 x 300 points of each spaxel within the circle on
    // the sphere (astropy's WCS), or its centre.
    // argv: folder of the cubes, HDU, radius, method, HDU of the noise or '-', its kind, HDU of the mask or '-', bad bits, factor of a sum
    // ('1', 'arcsec2', 'sr' or 'beam'), first and last wavelength of white light.
    private const string Judge = """
        import os
        from astropy.io import fits
        from astropy.wcs import WCS
        from astropy.wcs import utils
        from astropy.coordinates import SkyCoord
        import astropy.units as u
        folder, hdu, radius, method, noise, kind, mask, bits, per, low, high = sys.argv[2:13]
        radius, bits, low, high = float(radius), int(bits), float(low), float(high)
        SUB = 300
        s = (np.arange(SUB) + 0.5) / SUB - 0.5
        sx, sy = np.meshgrid(s, s)
        start = 0
        lengths = []
        for i in range(len(columns['ra'])):
            f = fits.open(os.path.join(folder, columns['cube_file'][i]))
            h = f[int(hdu) if hdu.isdigit() else hdu]
            w = WCS(h.header).celestial
            data = np.squeeze(h.data).astype('f8')
            var = np.squeeze(f[noise].data).astype('f8') if noise != '-' else np.ones(data.shape)
            with np.errstate(all='ignore'):
                var = {'variance': var, 'rms': var ** 2 * np.where(var > 0, 1, -1), 'ivar': 1 / var, '-': var}[kind]
            valid = np.isfinite(data) & np.isfinite(var) & (var > 0)
            if mask != '-':
                valid &= (np.squeeze(f[mask].data).astype('i8') & bits) == 0
            flip = 'flip' in columns['cube_file'][i] or 'example_cube' in columns['cube_file'][i]
            if flip: data, var, valid = data[::-1], var[::-1], valid[::-1]
            where = SkyCoord(columns['ra'][i], columns['dec'][i], unit='deg')
            x, y = (float(v) for v in utils.skycoord_to_pixel(where, w, mode='all'))
            cos = np.cos(where.dec)
            corner = [w.pixel_to_world(x + a, y + b).icrs for a, b in ((0, 0), (1e-2, 0), (0, 1e-2))]
            ex, ey = ([o.to(u.arcsec).value * 100 for o in corner[0].spherical_offsets_to(c)] for c in corner[1:])
            area = abs(ex[0] * ey[1] - ex[1] * ey[0])
            reach = int(np.ceil(radius / np.sqrt(area) * 1.6)) + 1
            weights = {}
            for py in range(int(round(y)) - reach, int(round(y)) + reach + 1):
                for px in range(int(round(x)) - reach, int(round(x)) + reach + 1):
                    if method == 'centre':
                        part = float(w.pixel_to_world(px, py).icrs.separation(where).arcsec <= radius)
                    else:
                        # the local plane is exact to 1e-9 here, and 90,000 positions a spaxel are not
                        far = np.hypot((px - x) * ex[0] + (py - y) * ey[0], (px - x) * ex[1] + (py - y) * ey[1])
                        diagonal = np.hypot(np.hypot(*ex), np.hypot(*ey)) / 2 * 1.5
                        if abs(far - radius) > diagonal:
                            part = float(far < radius)
                        else:
                            e = (px + sx - x) * ex[0] + (py + sy - y) * ey[0]
                            n = (px + sx - x) * ex[1] + (py + sy - y) * ey[1]
                            part = (np.hypot(e, n) <= radius).mean()
                    if part > 0: weights[px, py] = part
            total = sum(weights.values())
            if method == 'exact': assert abs(total * area / (np.pi * radius ** 2) - 1) < 1e-3
            F, V, W = (np.zeros(len(data)) for _ in range(3))
            for (px, py), part in weights.items():
                if 0 <= px < data.shape[2] and 0 <= py < data.shape[1]:
                    ok = valid[:, py, px]
                    F[ok] += part * data[ok, py, px]; V[ok] += part ** 2 * var[ok, py, px]; W[ok] += part
            factor = {'1': 1, 'arcsec2': area, 'sr': area * (u.arcsec ** 2).to(u.sr),
                      'beam': area / (2 * np.pi * (h.header.get('BMAJ', 0) * h.header.get('BMIN', 0)) * 3600 ** 2 / (8 * np.log(2))
                                      if per == 'beam' else 1)}[per]
            n = len(data)
            covariance = columns['aperture_covariance'][i]
            row = lambda c: columns[c].ravel()[start:start + n] if columns[c].ndim == 2 and len(columns['ra']) == 1 else columns[c][i]
            flux, lam, bad, part = row('spectrum_flux'), row('spectrum_lambda'), row('spectrum_mask'), row('spectrum_valid_fraction')
            assert len(flux) == n and (np.diff(lam) > 0).all()
            scale = np.nanmax(np.abs(F)) * abs(factor)
            np.testing.assert_allclose(flux, np.where(W > 0, F * factor, np.nan), atol=1e-3 * scale)
            np.testing.assert_array_equal(bad, W < total * (1 - 1e-9))
            np.testing.assert_allclose(part, W / total, atol=1e-3)
            assert abs(columns['aperture_valid_fraction'][i] - (W / total).mean()) < 1e-3
            assert abs(columns['spaxel_size'][i] / np.sqrt(area) - 1) < 1e-5 and abs(columns['aperture_radius_arcsec'][i] - radius) < 1e-6
            if noise != '-':
                with np.errstate(all='ignore'):
                    slope = 0.0 if covariance == 'ignored' else 1.62
                    np.testing.assert_allclose(row('spectrum_ivar'),
                        np.where(W > 0, 1 / (V * factor ** 2 * (1 + slope * np.log10(np.clip(W, 1, 100))) ** 2), 0), rtol=5e-3)
            use = (lam >= low - 1e-3) & (lam <= high + 1e-3)
            np.testing.assert_allclose(columns['white_light_range'][i], [lam[use][0], lam[use][-1]], rtol=1e-7)
            size = columns['image_array'].shape[-1]
            x0, y0 = int(np.ceil(x - size / 2)), int(np.ceil(y - size / 2))
            white = np.zeros((size, size)); ivar = np.zeros((size, size)); good = np.zeros((size, size), bool)
            for iy in range(size):
                for ix in range(size):
                    px, py = x0 + ix, y0 + iy
                    if not (0 <= px < data.shape[2] and 0 <= py < data.shape[1]): continue
                    ok = valid[:, py, px] & use
                    good[iy, ix] = ok.any()
                    white[iy, ix] = data[ok, py, px].mean() if ok.any() else np.nan
                    if ok.any(): ivar[iy, ix] = ok.sum() ** 2 / var[ok, py, px].sum()
            np.testing.assert_array_equal(columns['image_mask'][i, 0], good)
            np.testing.assert_allclose(columns['image_array'][i, 0], white, rtol=1e-5, atol=1e-5 * np.nanmax(abs(white)))
            if noise != '-': np.testing.assert_allclose(columns['image_ivar'][i, 0], ivar, rtol=1e-5)
            mine = WCS(fits.Header.fromstring(columns['image_wcs'][i][0]))
            assert mine.naxis == 2 and mine.pixel_to_world(x - x0, y - y0).icrs.separation(where).arcsec < 1e-5
            np.testing.assert_allclose(columns['image_offset'][i, 0], [x - (x0 + (size - 1) / 2), y - (y0 + (size - 1) / 2)], atol=2e-4)
            print(repr(float(lam[0])), repr(float(lam[-1])), n)
        """;

    /// <summary>The folder of real cubes.</summary>
    internal static string Ifu { get; } = TestPaths.Data("ifu");

    /// <summary>Reads the only batch of a source in YAML.</summary>
    internal static async Task<RowBatch> ReadAsync(string yaml, string folder, Action<string>? onNote = null) =>
        Assert.Single(await BuilderRuns.Builder(yaml, folder, onNote).ReadAllAsync(TestContext.Current.CancellationToken));

    /// <summary>Compares every row with numpy, and returns the output of the script.</summary>
    internal static string Compared(RowBatch rows, params object[] arguments) =>
        PythonColumns.Run(rows, Judge, [.. arguments.Select(a => Convert.ToString(a, CultureInfo.InvariantCulture)!)]).Trim();

    internal static T[] Values<T>(RowBatch rows, string name) where T : unmanaged => ((ColumnData<T>)rows[name]).Values.ToArray();
}
