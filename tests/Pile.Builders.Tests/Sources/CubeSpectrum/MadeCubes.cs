using Pile.Builders.Tests.Sources.CubeSpectrum;
using Pile.TestKit;

[assembly: AssemblyFixture(typeof(MadeCubes))]

namespace Pile.Builders.Tests.Sources.CubeSpectrum;

/// <summary>Cubes and catalogues that astropy creates for the first test that uses them.</summary>
public sealed class MadeCubes : IDisposable
{
    // A cube like those of MaNGA, one like those of JWST (µm, descending, MJy/sr, ERR and unsigned DQ), and one with the channels first.
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
        h.update(CTYPE3='WAVE-LOG', CUNIT3='Angstrom', CRVAL3=3621.5959848601933, CRPIX3=1.0,
                 CDELT3=3621.5959848601933 * np.log(10) * 1e-4, BUNIT='1E-17 erg/s/cm^2/Ang/spaxel')
        flux = rng.normal(2, 1, shape).astype('f4'); ivar = rng.uniform(0.5, 4, shape).astype('f4')
        mask = np.where(rng.random(shape) < 0.02, 1024, 64).astype('i4')
        flux[3, 7, 8] = np.nan; ivar[5, 8, 9] = 0; ivar[6, 8, 9] = np.nan; flux[:, :, 17] = np.nan
        wave = 3621.5959848601933 * 10 ** (1e-4 * np.arange(n))
        lsf = rng.uniform(0.9, 1.4, shape).astype('f4')
        fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(flux, h, name='FLUX'), fits.ImageHDU(ivar, name='IVAR'),
                      fits.ImageHDU(mask, name='MASK'), fits.ImageHDU(wave, name='WAVE'),
                      fits.ImageHDU(2 + np.arange(n) / 100, name='LSF1'),
                      fits.ImageHDU(lsf, name='LSFPOST'),
                      fits.BinTableHDU(Table({'LAMBDA': wave, 'R': wave * 0 + 2000}), name='WAVETAB')]).writeto(f'{folder}/manga.fits')
        h = sky(80.5, -69.5, 0.11, 33.0, 1.4)
        h.update(CTYPE3='WAVE', CUNIT3='um', CRVAL3=5.0, CRPIX3=4.0, CDELT3=-0.0013, BUNIT='MJy/sr')
        flux = rng.normal(20, 5, shape).astype('f4'); flux[:, 0:2, :] = np.nan
        err = rng.uniform(1, 3, shape).astype('f4'); dq = (rng.random(shape) < 0.03).astype('u4') * np.uint32(2 ** 31)
        fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(flux, h, name='SCI'), fits.ImageHDU(err, name='ERR'),
                      fits.ImageHDU(dq, name='DQ')]).writeto(f'{folder}/jwst_flip.fits')
        fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(flux, h, name='SCI', quantize_level=0,
                                                            compression_type='GZIP_1')]).writeto(f'{folder}/tiles_flip.fits')
        for name, ctype, unit in (('vac', 'WAVE', 'Jy'), ('air', 'AWAV', 'Jy'), ('mJy', 'WAVE', 'mJy'), ('none', 'WAVE', None),
                                  ('K', 'WAVE', 'K'), ('nobeam', 'WAVE', 'Jy/beam'), ('velo', 'VRAD', 'Jy')):
            g = h.copy(); g.update(CTYPE3=ctype, BUNIT=unit)
            if unit is None: del g['BUNIT']
            if ctype == 'VRAD': g['CUNIT3'] = 'km/s'
            fits.PrimaryHDU(flux[:4], g).writeto(f'{folder}/{name}.fits')
        g = fits.getheader(f'{folder}/vac.fits')
        for i in (1, 2):
            for j in (1, 2):
                g[f'CD{i}_{j}'] = g[f'CDELT{i}'] * g.get(f'PC{i}_{j}', float(i == j))
        g['CD3_3'], g['CD3_1'] = g['CDELT3'], g['CDELT3'] / 2
        for k in [k for k in g if k[:2] == 'PC' or k[:5] == 'CDELT']: del g[k]
        fits.PrimaryHDU(flux[:4], g).writeto(f'{folder}/tilted.fits')
        w = WCS(h).celestial
        p = [w.pixel_to_world(a, b).icrs for a, b in ((8.2, 7.4), (12.9, 1.2), (16.6, 14.4), (3.0, -0.49))]
        open(f'{folder}/jwst.csv', 'w').write('id,ra,dec\n' + '\n'.join(f'{i},{q.ra.deg!r},{q.dec.deg!r}' for i, q in enumerate(p)))
        w = WCS(fits.getheader(f'{folder}/manga.fits', 1)).celestial
        p = [w.pixel_to_world(a, b).icrs for a, b in ((8.2, 7.4), (12.9, 2.2), (15.6, 14.4), (17.2, 3))]
        open(f'{folder}/manga.csv', 'w').write(
            'id,ra,dec,spectrum_mask\n' + '\n'.join(f'{i},{q.ra.deg!r},{q.dec.deg!r},a' for i, q in enumerate(p)))
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

    private readonly Lazy<TemporaryFolder> made = new(() =>
    {
        TemporaryFolder folder = new();
        Python.Run(Make, folder.Path);
        return folder;
    });

    /// <summary>The folder of the files.</summary>
    public string Folder => made.Value.Path;

    public void Dispose()
    {
        if (made.IsValueCreated)
            made.Value.Dispose();
    }
}
