using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.DesiSpectrum;

/// <summary>Writes coadds of several targets with astropy, from the real coadd of one target.</summary>
internal static class MadeCoadds
{
    // 70 targets: more than a block. Masked and missing pixels, above all where arms overlap; ids are negative for some.
    private const string Script = """
        import sys
        import numpy as np
        from astropy.io import fits
        source, folder, change = sys.argv[1:4]
        rng = np.random.default_rng(7)
        n = 70
        def table(hdu, rows):
            new = fits.BinTableHDU(np.repeat(hdu.data, rows), hdu.header, hdu.name)
            return new
        with fits.open(f'{source}/coadd-4-80613-thru20210324.fits') as f:
            ids = 39633345008634465 + np.arange(n) * np.where(np.arange(n) % 9 == 4, -1, 1)
            ids[ids < 39633345008634465] *= -1
            out = [f[0]]
            for h in f[1:]:
                if h.name in ('FIBERMAP', 'SCORES'):
                    t = table(h, n)
                    t.data['TARGETID'] = ids
                    if h.name == 'FIBERMAP':
                        t.data['TARGET_RA'] = 105 + np.arange(n) * 0.01
                    out.append(t)
                elif h.name == 'EXP_FIBERMAP':
                    t = table(h, 2 * n)
                    t.data['TARGETID'] = np.repeat(ids, 2 * len(h.data))[:len(t.data)]
                    t.data['MJD'] += rng.uniform(0, 3, len(t.data))
                    keep = t.data['TARGETID'] != ids[3]
                    out.append(fits.BinTableHDU(t.data[keep], name='EXP_FIBERMAP'))
                elif h.name.endswith('WAVELENGTH'):
                    out.append(h)
                else:
                    v = np.repeat(h.data, n, axis=0)
                    if h.name.endswith('FLUX'):
                        v = (v + rng.normal(0, 1, v.shape)).astype('f4')
                    if h.name.endswith('IVAR'):
                        v = (v * rng.uniform(0.1, 2, v.shape)).astype('f4')
                        v[rng.uniform(size=v.shape) < 0.2] = 0
                    if h.name.endswith('MASK'):
                        v = np.where(rng.uniform(size=v.shape) < 0.3, rng.integers(1, 2**32, v.shape), 0).astype('u4')
                    out.append(fits.ImageHDU(v, h.header if not h.name.endswith('MASK') else None, name=h.name))
            by = {h.name: h for h in out}
            if change == 'gap': by['R_WAVELENGTH'].data = by['R_WAVELENGTH'].data + 100
            if change == 'shift': by['R_WAVELENGTH'].data = by['R_WAVELENGTH'].data + 0.3
            if change == 'unsorted': by['R_WAVELENGTH'].data[7] -= 20
            if change == 'shape': by['Z_IVAR'].data = by['Z_IVAR'].data[:, :-1]
            if change == 'unit': by['B_FLUX'].header['BUNIT'] = 'Jy'
            if change == 'position': by['FIBERMAP'].data['TARGET_RA'][66] = np.nan
            if change == 'scores': by['SCORES'].data['TARGETID'][5] += 1
            if change == 'no-arm': out.remove(by['Z_FLUX'])
            if change == 'no-wavelength': out.remove(by['Z_WAVELENGTH'])
            if change.startswith('without'): out = [h for h in out if h.name[:2] not in [a + '_' for a in change.split()[1:]]]
            if change == 'no-masks': out = [h for h in out if not h.name.endswith('_MASK')]
            if change == 'one-mask': out.remove(by['R_MASK'])
            fits.HDUList(out).writeto(f'{folder}/coadd-made.fits')
        with fits.open(f'{source}/redrock-4-80613-thru20210324.fits') as f:
            t = table(f['REDSHIFTS'], n - 1)
            t.data['TARGETID'] = ids[1:][::-1]
            t.data['Z'] = np.arange(n - 1) * 0.01
            if change == 'twice': t.data['TARGETID'][1] = t.data['TARGETID'][0]
            fits.HDUList([f[0], t]).writeto(f'{folder}/redrock-made.fits')
        """;

    /// <summary>Writes <c>coadd-made.fits</c> and <c>redrock-made.fits</c>; the target of row 0 has no redshift, that of row 3 no
    /// exposures.</summary>
    internal static void Write(string folder, string change = "") => Python.Run(Script, TestPaths.Data("spectra/desi"), folder, change);
}
