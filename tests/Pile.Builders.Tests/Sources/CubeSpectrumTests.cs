using Pile.Builders.Sources.CubeSpectrum;
using Pile.Fits;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

public class CubeSpectrumTests
{
    // Every row against numpy over the whole cube: weights by counting 300 x 300 points of each spaxel that lie within the circle on the sphere (astropy's WCS), or its centre.
    // argv: folder of the cubes, HDU, radius, method, HDU of the noise or '-', its kind, HDU of the mask or '-', bad bits, what a sum is multiplied by
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
                      'beam': area / (2 * np.pi * (h.header.get('BMAJ', 0) * h.header.get('BMIN', 0)) * 3600 ** 2 / (8 * np.log(2)) if per == 'beam' else 1)}[per]
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
                    np.testing.assert_allclose(row('spectrum_ivar'), np.where(W > 0, 1 / (V * factor ** 2 * (1 + (0.0 if covariance == 'ignored' else 1.62) * np.log10(np.clip(W, 1, 100))) ** 2), 0), rtol=5e-3)
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

    private static readonly string s_ifu = TestPaths.Data("ifu");

    [Theory]
    [InlineData("exact", 0.6)]
    [InlineData("exact", 0.13)]
    [InlineData("centre", 0.73)]
    public async Task Muse_cube_agrees_with_numpy(string method, double radiusArcsec)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.csv"], "id,ra,dec\n26,53.17524531442022,-27.80783905796448\n7,53.1745,-27.8083\n9,53.17592,-27.80745\n");
        RowBatch rows = await ReadOne($"""
            kind: cube-spectrum
            catalogue: t.csv
            files: {s_ifu}/muse-udf-26.fits
            ivar: {"{ hdu: STAT, kind: variance }"}
            aperture: {$"{{ radius_arcsec: {radiusArcsec}, method: {method} }}"}
            image: {"{ size: 25, range_angstrom: [4800, 4900] }"}
            """, folder.Path);
        Assert.Equal([26L, 7, 9], Values<long>(rows, "object_id"));
        string[] printed = Run(rows, s_ifu, "DATA", radiusArcsec, method, "STAT", "variance", "-", 0, "1", 4800, 4900).Split('\n');
        Assert.Equal("4750.0 4948.75 160", printed[0]);
        Assert.Equal(("10**-20 Angstrom-1 cm-2 erg s-1", "10**40 Angstrom2 cm4 erg-2 s2"), (rows["spectrum_flux"].Schema.Unit, rows["spectrum_ivar"].Schema.Unit));
        Assert.Equal((method, "ignored"), (((TextColumnData)rows["aperture_method"]).Text(0), ((TextColumnData)rows["aperture_covariance"]).Text(0)));
        Assert.Equal(4850, rows["image_array"].Schema.Bands[0].WavelengthAngstrom);
    }

    // A cube of MaNGA's kind, one of JWST's kind (µm, descending, MJy/sr, ERR and unsigned DQ), and one with the channels first.
    private const string Make = """
        import sys, numpy as np
        from astropy.io import fits
        from astropy.table import Table
        from astropy.wcs import WCS
        folder = sys.argv[1]
        rng = np.random.default_rng(5)
        def sky(ra, dec, scale, angle, skew=1.0):
            w = WCS(naxis=3)
            w.wcs.ctype = 'RA---TAN', 'DEC--TAN', 'LINEAR'
            w.wcs.crval = ra, dec, 1; w.wcs.crpix = 9.3, 8.1, 1; w.wcs.cdelt = 1, 1, 1
            c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
            w.wcs.pc = [[-scale * c / 3600, skew * scale * s / 3600, 0], [scale * s / 3600, skew * scale * c / 3600, 0], [0, 0, 1]]
            w.wcs.radesys = 'ICRS'
            h = w.to_header()
            for k in ('CTYPE3', 'CRVAL3', 'CRPIX3', 'CDELT3', 'CUNIT3'): h.pop(k, None)
            return h
        n, shape = 30, (30, 16, 18)
        h = sky(163.98, 36.86, 0.5, 0.0)
        h.update(CTYPE3='WAVE-LOG', CUNIT3='Angstrom', CRVAL3=3621.5959848601933, CRPIX3=1.0, CDELT3=3621.5959848601933 * np.log(10) * 1e-4, BUNIT='1E-17 erg/s/cm^2/Ang/spaxel')
        flux = rng.normal(2, 1, shape).astype('f4'); ivar = rng.uniform(0.5, 4, shape).astype('f4'); mask = np.where(rng.random(shape) < 0.02, 1024, 64).astype('i4')
        flux[3, 7, 8] = np.nan; ivar[5, 8, 9] = 0; ivar[6, 8, 9] = np.nan; flux[:, :, 17] = np.nan
        wave = 3621.5959848601933 * 10 ** (1e-4 * np.arange(n))
        lsf = rng.uniform(0.9, 1.4, shape).astype('f4')
        fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(flux, h, name='FLUX'), fits.ImageHDU(ivar, name='IVAR'), fits.ImageHDU(mask, name='MASK'), fits.ImageHDU(wave, name='WAVE'),
                      fits.ImageHDU(2 + np.arange(n) / 100, name='LSF1'), fits.ImageHDU(lsf, name='LSFPOST'), fits.BinTableHDU(Table({'LAMBDA': wave, 'R': wave * 0 + 2000}), name='WAVETAB')]).writeto(f'{folder}/manga.fits')
        h = sky(80.5, -69.5, 0.11, 33.0, 1.4)
        h.update(CTYPE3='WAVE', CUNIT3='um', CRVAL3=5.0, CRPIX3=4.0, CDELT3=-0.0013, BUNIT='MJy/sr')
        flux = rng.normal(20, 5, shape).astype('f4'); flux[:, 0:2, :] = np.nan
        err = rng.uniform(1, 3, shape).astype('f4'); dq = (rng.random(shape) < 0.03).astype('u4') * np.uint32(2 ** 31)
        fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(flux, h, name='SCI'), fits.ImageHDU(err, name='ERR'), fits.ImageHDU(dq, name='DQ')]).writeto(f'{folder}/jwst_flip.fits')
        fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(flux, h, name='SCI', quantize_level=0, compression_type='GZIP_1')]).writeto(f'{folder}/tiles_flip.fits')
        for name, ctype, unit in (('vac', 'WAVE', 'Jy'), ('air', 'AWAV', 'Jy'), ('mJy', 'WAVE', 'mJy'), ('none', 'WAVE', None), ('K', 'WAVE', 'K'), ('nobeam', 'WAVE', 'Jy/beam'), ('velo', 'VRAD', 'Jy')):
            g = h.copy(); g.update(CTYPE3=ctype, BUNIT=unit)
            if unit is None: del g['BUNIT']
            if ctype == 'VRAD': g['CUNIT3'] = 'km/s'
            fits.PrimaryHDU(flux[:4], g).writeto(f'{folder}/{name}.fits')
        w = WCS(h).celestial
        p = [w.pixel_to_world(a, b).icrs for a, b in ((8.2, 7.4), (12.9, 1.2), (16.6, 14.4), (3.0, -0.49))]
        open(f'{folder}/jwst.csv', 'w').write('id,ra,dec\n' + '\n'.join(f'{i},{q.ra.deg!r},{q.dec.deg!r}' for i, q in enumerate(p)))
        w = WCS(fits.getheader(f'{folder}/manga.fits', 1)).celestial
        p = [w.pixel_to_world(a, b).icrs for a, b in ((8.2, 7.4), (12.9, 2.2), (15.6, 14.4), (17.2, 3))]
        open(f'{folder}/manga.csv', 'w').write('id,ra,dec,spectrum_mask\n' + '\n'.join(f'{i},{q.ra.deg!r},{q.dec.deg!r},a' for i, q in enumerate(p)))
        # the axes as (wavelength, x, y)
        g = fits.getheader(f'{folder}/vac.fits')
        old = {k: g[k] for k in list(g) if k[:5] in ('CTYPE', 'CUNIT', 'CRVAL', 'CRPIX', 'CDELT', 'PC1_1', 'PC1_2', 'PC2_1', 'PC2_2')}
        turned = fits.PrimaryHDU(np.moveaxis(flux[:4], 0, -1))
        to = {'1': '2', '2': '3', '3': '1'}
        for k, v in old.items():
            turned.header[f'PC{to[k[2]]}_{to[k[4]]}' if k.startswith('PC') else k[:-1] + to[k[-1]]] = v
        turned.header['RADESYS'] = 'ICRS'; turned.header['BUNIT'] = 'Jy'
        turned.writeto(f'{folder}/turned.fits')
        """;

    private static readonly Lazy<TemporaryFolder> s_made = new(() =>
    {
        TemporaryFolder folder = new();
        Python.Run(Make, folder.Path);
        return folder;
    });

    [Theory]
    [InlineData("", "ignored")]
    [InlineData("wavelength: { hdu: WAVE, unit: Angstrom }", "manga")]
    [InlineData("wavelength: { hdu: WAVETAB, column: LAMBDA, unit: Angstrom, medium: vacuum }", "manga")]
    public async Task Cube_of_MaNGA_agrees_with_numpy(string wavelength, string covariance)
    {
        List<SourceNote> notes = [];
        RowBatch rows = await ReadOne($$"""
            kind: cube-spectrum
            catalogue: manga.csv
            files: manga.fits
            hdu: FLUX
            ivar: { hdu: IVAR, kind: ivar }
            mask: { hdu: MASK, bad: 1024 }
            aperture: { radius_arcsec: 1.1, covariance: {{covariance}} }
            image: { size: 11 }
            lsf: { hdu: LSF1, kind: fwhm }
            {{wavelength}}
            """, s_made.Value.Path, notes.Add);
        string printed = Run(rows, s_made.Value.Path, "FLUX", 1.1, "exact", "IVAR", "ivar", "MASK", 1024, "1", 0, 1e9).Split('\n')[0];
        Assert.StartsWith("3621.59", printed, StringComparison.Ordinal);
        Assert.Equal("1E-17 erg/s/cm^2/Ang", rows["spectrum_flux"].Schema.Unit);
        Assert.Equal(2 / 2.3548200450309493, Values<float>(rows, "spectrum_lsf_sigma")[0], 1e-6);
        Assert.NotNull(rows.Find("native_spectrum_mask"));
        Assert.Empty(notes);
    }

    [Theory]
    [InlineData("jwst_flip.fits", "ERR", "rms", "DQ", 5)]
    [InlineData("tiles_flip.fits", "-", "-", "-", 5)]
    public async Task Descending_wavelengths_per_solid_angle_on_oblong_turned_spaxels_agree_too(string file, string noise, string kind, string mask, int size)
    {
        RowBatch rows = await ReadOne($$"""
            kind: cube-spectrum
            catalogue: jwst.csv
            files: {{file}}
            {{(noise == "-" ? "" : $"ivar: {{ hdu: {noise}, kind: {kind} }}")}}
            {{(mask == "-" ? "" : $"mask: {{ hdu: {mask} }}")}}
            aperture: { radius_arcsec: 0.3 }
            image: { size: {{size}} }
            """, s_made.Value.Path);
        Assert.Equal(3, rows.RowCount); // the fourth has no valid spaxel
        Run(rows, s_made.Value.Path, "SCI", 0.3, "exact", noise, kind, mask, -1, "sr", 0, 1e9);
        Assert.Equal("MJy", rows["spectrum_flux"].Schema.Unit);
        Assert.Equal(noise == "-", rows.Find("spectrum_ivar") is null);
    }

    [Fact]
    public async Task Radio_cubes_are_summed_over_beams()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["k.csv"], "ra,dec\n0.0001,0.0001\n359.9998,-0.0002\n");
        RowBatch rows = await ReadOne($$"""
            kind: cube-spectrum
            catalogue: k.csv
            files: {{s_ifu}}/kinms-vrad.fits
            aperture: { radius_arcsec: 2.5 }
            image: { size: 8 }
            """, folder.Path);
        Run(rows, s_ifu, "0", 2.5, "exact", "-", "-", "-", 0, "beam", 0, 1e9);
        Assert.Equal("Jy", rows["spectrum_flux"].Schema.Unit);

        File.WriteAllText(folder["e.csv"], "ra,dec\n52.2315,31.2437\n");
        rows = await ReadOne($$"""
            kind: cube-spectrum
            catalogue: e.csv
            files: {{TestPaths.Data("images")}}/example_cube.fits
            aperture: { radius_arcsec: 0.15 }
            image: { size: 4 }
            """, folder.Path);
        Run(rows, TestPaths.Data("images"), "0", 0.15, "exact", "-", "-", "-", 0, "beam", 0, 1e99);
    }

    [Fact]
    public async Task Order_of_the_axes_and_scale_change_nothing_else()
    {
        async Task<RowBatch> Read(string file, string more) => await ReadOne($$"""
            kind: cube-spectrum
            catalogue: jwst.csv
            files: {{file}}
            aperture: { radius_arcsec: 0.3 }
            image: { size: 6 }
            {{more}}
            """, s_made.Value.Path);
        RowBatch plain = await Read("vac.fits", ""), turned = await Read("turned.fits", ""), scaled = await Read("vac.fits", "scale: 1000\nunit: mJy");
        foreach (string column in new[] { "spectrum_flux", "spectrum_lambda", "image_array" })
            Assert.Equal(Values<float>(plain, column), Values<float>(turned, column));
        Assert.Equal(Values<float>(plain, "spectrum_flux").Select(f => f * 1000.0), Values<float>(scaled, "spectrum_flux").Select(f => (double)f), (a, b) => double.IsNaN(a) ? double.IsNaN(b) : Math.Abs((a / b) - 1) < 1e-6);
        Assert.Equal("mJy", scaled["spectrum_flux"].Schema.Unit);
    }

    [Theory]
    [InlineData("kind: sigma", 0.9, 1.4)]
    [InlineData("kind: fwhm", 0.9 / 2.3549, 1.4 / 2.3548)]
    [InlineData("kind: resolution", 3621.5 / 1.4 / 2.3549, 3648 / 0.9 / 2.3548)]
    public async Task Line_spread_of_voxels_is_the_mean_over_the_aperture(string kind, double least, double most)
    {
        RowBatch rows = await ReadOne($$"""
            kind: cube-spectrum
            catalogue: manga.csv
            files: manga.fits
            aperture: { radius_arcsec: 1.1 }
            lsf: { hdu: LSFPOST, {{kind}} }
            """, s_made.Value.Path);
        Assert.All(Values<float>(rows, "spectrum_lsf_sigma"), sigma => Assert.InRange(sigma, least, most));
        RowBatch polynomial = await ReadOne("kind: cube-spectrum\ncatalogue: manga.csv\nfiles: manga.fits\naperture: { radius_arcsec: 1.1 }\nlsf: { polynomial: [6, -0.001], kind: sigma }", s_made.Value.Path);
        Assert.Equal(6 - (0.001 * Values<float>(polynomial, "spectrum_lambda")[20]), Values<float>(polynomial, "spectrum_lsf_sigma")[20], 1e-5);
    }

    [Theory]
    [InlineData("files: ifu/muse-linear.fits", "", "CTYPE3 = 'LINEAR' says neither air nor vacuum. Say 'wavelength: { medium: air }'")]
    [InlineData("files: ifu/muse-udf-26.fits", "wavelength: { medium: vacuum }", "CTYPE3 = 'AWAV' gives wavelengths in air, and the recipe says vacuum")]
    [InlineData("files: ifu/n2hp_cube.fits", "", "no image in it has a celestial WCS")]
    [InlineData("files: ifu/muse-udf-26.fits", "ivar: { hdu: 0, kind: variance }", "the ivar of muse-udf-26.fits should have the axes [30, 30, 160]")]
    [InlineData("files: ifu/muse-udf-26.fits", "mask: { hdu: STAT }", "a mask should hold integers")]
    [InlineData("files: ifu/muse-udf-26.fits", "hdu: NOPE", "there is no HDU 'NOPE'")]
    [InlineData("files: ifu/muse-udf-26.fits", "image: { range_angstrom: [7000, 8000] }", "no channel lies within 7000 to 8000")]
    [InlineData("files: ifu/muse-udf-26.fits", "unit: erg s-1\nscale: 1e-30\nivar: { hdu: STAT, kind: variance }", "row 0 of t.csv: ")]
    [InlineData("files: ifu/muse-udf-26.fits", "unit: erg s-1\nscale: 1e-30\nivar: { hdu: STAT, kind: variance }", "is beyond float32. Name a 'scale'")]
    [InlineData("files: made/none.fits", "", "has no BUNIT")]
    [InlineData("files: made/K.fits", "", "'K' is a brightness temperature")]
    [InlineData("files: made/nobeam.fits", "", "there is no BMAJ and BMIN")]
    [InlineData("files: made/velo.fits", "", "neither RESTFRQ nor RESTWAV")]
    [InlineData("files: made/manga.fits", "wavelength: { hdu: WAVE }", "its wavelengths have no unit")]
    [InlineData("files: made/manga.fits", "wavelength: { hdu: WAVETAB, unit: Angstrom }", "has the columns LAMBDA, R")]
    [InlineData("files: made/manga.fits", "wavelength: { hdu: IVAR, unit: Angstrom }", "holds 8640 numbers, and the cube has 30 channels")]
    [InlineData("files: [made/vac.fits, made/air.fits]", "", "are in vacuum, and in air in")]
    [InlineData("files: [made/vac.fits, made/mJy.fits]", "", "BUNIT is 'Jy', and 'mJy' in")]
    public async Task What_cannot_be_summed_is_refused_by_name(string files, string more, string says)
    {
        using TemporaryFolder folder = new();
        Directory.CreateSymbolicLink(folder["ifu"], s_ifu);
        Directory.CreateSymbolicLink(folder["made"], s_made.Value.Path);
        File.WriteAllText(folder["t.csv"], "ra,dec\n53.17524531442022,-27.80783905796448\n");
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => ReadOne($"kind: cube-spectrum\ncatalogue: t.csv\n{files}\naperture: {{ radius_arcsec: 0.6 }}\n{more}", folder.Path));
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
        Assert.All(files.Split([' ', ',', '[', ']'], StringSplitOptions.RemoveEmptyEntries).Where(f => f.EndsWith(".fits", StringComparison.Ordinal)), f => Assert.Contains(Path.GetFileName(f), e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_no_cube_holds_is_counted_and_a_bad_cube_may_be_left_out()
    {
        using TemporaryFolder folder = new();
        Directory.CreateSymbolicLink(folder["ifu"], s_ifu);
        File.WriteAllText(folder["t.csv"], "id,ra,dec\na,53.17524531442022,-27.80783905796448\nb,10,10\nc,,\nd,53.1752,-27.8\n");
        List<SourceNote> notes = [];
        const string Recipe = "kind: cube-spectrum\ncatalogue: t.csv\nfiles: [ifu/muse-udf-26.fits, ifu/n2hp_cube.fits]\naperture: { radius_arcsec: 0.6 }";
        RowBatch rows = Assert.Single(await BuilderRuns.Builder(Recipe, folder.Path, notes.Add, skipBadRows: true).ReadAllAsync(TestContext.Current.CancellationToken));
        Assert.Equal("a", ((TextColumnData)rows["object_id"]).Text(0));
        Assert.Equal([1, 1, 2], notes.Select(n => n.SkippedRows)); // the cube, the row without a position, and two objects that no cube holds
        Assert.Contains("n2hp_cube.fits", notes[0].Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<FitsException>(() => BuilderRuns.Builder(Recipe, folder.Path).ReadAllAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Cubes_of_different_length_give_ragged_rows_in_the_medium_of_both()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.csv"], "ra,dec\n53.17524531442022,-27.80783905796448\n20.00182,-30.0001\n");
        IDatasetBuilder builder = BuilderRuns.Builder($"kind: cube-spectrum\ncatalogue: t.csv\nfiles: {s_ifu}/muse-*.fits\nivar: {{ hdu: STAT, kind: variance }}\nwavelength: {{ medium: air }}\naperture: {{ radius_arcsec: 0.6 }}", folder.Path);
        RowBatch rows = Assert.Single(await builder.ReadAllAsync(TestContext.Current.CancellationToken));
        Assert.Equal("air", builder.Facts.SpectralMedium);
        Assert.Equal([160, 275], Enumerable.Range(0, 2).Select(i => rows["spectrum_flux"].ShapeOf(i)[0]));
        Assert.Equal(7300 + (1.25f * 1320), ((ColumnData<float>)rows["spectrum_lambda"]).Row(1)[0]);
        Assert.Null(rows["image_array"].Schema.Bands[0].WavelengthAngstrom);
    }

    [Theory]
    [InlineData("10**-20 Angstrom-1 cm-2 erg s-1", "10**-20 Angstrom-1 cm-2 erg s-1", nameof(FluxPer.Spaxel))]
    [InlineData("1E-17 erg/s/cm^2/Ang/spaxel", "1E-17 erg/s/cm^2/Ang", nameof(FluxPer.Spaxel))]
    [InlineData("MJy/sr", "MJy", nameof(FluxPer.SolidAngle))]
    [InlineData("erg / (s cm2 Angstrom arcsec2)", "erg / (s cm2 Angstrom)", nameof(FluxPer.SolidAngle))]
    [InlineData("10**-20 erg/s/cm**2/arcsec**2/Angstrom", "10**-20 erg/s/cm**2/Angstrom", nameof(FluxPer.SolidAngle))]
    [InlineData("erg s^-1 cm^-2 arcsec^-2 AA^-1", "erg s^-1 cm^-2 AA^-1", nameof(FluxPer.SolidAngle))]
    [InlineData("Jy/beam", "Jy", nameof(FluxPer.Beam))]
    [InlineData("Jy beam-1", "Jy", nameof(FluxPer.Beam))]
    [InlineData("mJy beam**(-1) km/s", "mJy km/s", nameof(FluxPer.Beam))]
    [InlineData("count", "count", nameof(FluxPer.Spaxel))]
    [InlineData("K", null, null)]
    [InlineData("mK km/s", null, null)]
    [InlineData("Jy arcsec2", null, null)]
    [InlineData("Jy/arcsec", null, null)]
    public void Units_of_sums(string unit, string? sum, string? per)
    {
        FluxUnit? parsed = FluxUnit.TryParse(unit, out string? reason);
        Assert.Equal((sum, per, sum is null), (parsed?.Sum, parsed?.Per.ToString(), reason is not null));
    }

    [Fact]
    public void Weights_of_a_circle_add_up_to_its_area_wherever_it_lies()
    {
        Random random = new(3);
        for (int i = 0; i < 200; i++)
        {
            (double x, double y, double radius) = (random.NextDouble() * 10, random.NextDouble() * 10, Math.Pow(10, (random.NextDouble() * 3) - 1.5));
            (double a, double b, double c, double d) = (0.2 + random.NextDouble(), random.NextDouble() - 0.5, random.NextDouble() - 0.5, -0.9 - random.NextDouble());
            Aperture aperture = Aperture.About(x, y, (a, b, c, d), radius, ApertureMethod.Exact);
            Assert.Equal(1, aperture.TotalWeight * Math.Abs((a * d) - (b * c)) / (Math.PI * radius * radius), 1e-9);
        }
    }

    [Theory]
    [InlineData(0, 0, 1, 1, 1, Math.PI / 4)] // a quarter of the circle
    [InlineData(-1, -1, 1, 1, 1, Math.PI)] // all of it, touching
    [InlineData(-0.1, -0.1, 0.1, 0.1, 1, 0.04)] // all of the square
    [InlineData(2, 2, 3, 3, 1, 0)]
    [InlineData(0, -2, 2, 2, 1, Math.PI / 2)]
    [InlineData(0.5, -2, 2, 2, 1, 0.61418484930437)] // a segment: acos(1/2) − √3/4
    public void Overlap_of_circle_and_rectangle(double left, double low, double right, double high, double radius, double area)
    {
        Assert.Equal(area, CircleOverlap.Area([(left, low), (right, low), (right, high), (left, high)], radius), 1e-12);
        Assert.Equal(area, CircleOverlap.Area([(left, high), (right, high), (right, low), (left, low)], radius), 1e-12);
    }

    private static async Task<RowBatch> ReadOne(string yaml, string folder, Action<SourceNote>? onNote = null) =>
        Assert.Single(await BuilderRuns.Builder(yaml, folder, onNote).ReadAllAsync(TestContext.Current.CancellationToken));

    private static string Run(RowBatch rows, params object[] arguments) =>
        PythonColumns.Run(rows, Judge, [.. arguments.Select(a => Convert.ToString(a, System.Globalization.CultureInfo.InvariantCulture)!)]).Trim();

    private static T[] Values<T>(RowBatch rows, string name) where T : unmanaged => ((ColumnData<T>)rows[name]).Values.ToArray();
}
