using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Cube;

/// <summary>Writes small cubes with astropy.</summary>
internal static class MadeCube
{
    /// <summary>Writes files. The Python code of each adds to <c>hdus</c>, and may use <c>header</c>, <c>h</c>, <c>flux</c>, <c>err</c>,
    /// <c>dq</c>, <c>rng</c> and <c>shape</c>.</summary>
    internal static void Write(params (string Path, string Code)[] files) => Python.Run("""
        import sys
        import numpy as np
        from astropy.io import fits
        shape = (6, 9, 8)
        def header(ctype, cunit, crval, cdelt, bunit):
            h = fits.Header()
            h.update(CTYPE1='RA---TAN', CTYPE2='DEC--TAN', CRVAL1=80.5, CRVAL2=-69.5, CRPIX1=4.5, CRPIX2=5.0, CUNIT1='deg', CUNIT2='deg',
                     CDELT1=-3e-5, CDELT2=3e-5, RADESYS='ICRS', CTYPE3=ctype, CRVAL3=crval, CRPIX3=1.0, CDELT3=cdelt, SEEING=1.25)
            if cunit: h['CUNIT3'] = cunit
            if bunit: h['BUNIT'] = bunit
            return h
        for path, code in zip(sys.argv[1::2], sys.argv[2::2]):
            rng = np.random.default_rng(3)
            flux = rng.normal(20, 5, shape).astype('f4'); flux[:, 0, :] = np.nan
            err = rng.uniform(1, 3, shape).astype('f4'); err[2, 2, 2] = 0; err[3, 3, 3] = np.nan
            dq = (rng.random(shape) < 0.2).astype('u4') * np.uint32(2 ** 31)
            hdus = [fits.PrimaryHDU(header=fits.Header({'TARGNAME': 'NGC 1', 'TARG_RA': 80.5001, 'TARG_DEC': -69.5}))]
            h = header('WAVE', 'um', 5.0, 0.0013, 'MJy/sr')
            names = dict(globals())
            exec(code, names)
            fits.HDUList(names['hdus']).writeto(path)
        """, [.. files.SelectMany(f => new[] { f.Path, f.Code })]);
}
