using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

public class SpectrumPixelTests
{
    [Theory]
    [InlineData("K")]
    [InlineData("unsigned")]
    [InlineData("PK")]
    [InlineData("image")]
    [InlineData("unsigned image")]
    [InlineData("J")]
    public async Task All_bits_of_a_mask_are_compared(string kind)
    {
        using TemporaryFolder folder = new();
        SpectrumRows.Make("""
            kind = sys.argv[2]
            flags = np.array([2**62 + 1, 2**62, 2**54 + 1, 1, 0, 2**61], 'i8')
            if kind == 'J':
                flags = np.array([1, 2, 3, -1, 0, -2], 'i4')
            if kind.startswith('unsigned'):
                flags = flags.astype('u8')
                flags[5] = 2**63 + 1
            flux, wave = np.ones(6), 5000 + np.arange(6.)
            if 'image' in kind:
                p = fits.PrimaryHDU(flux[None])
                p.header.update(CRVAL1=5000., CDELT1=1., CUNIT1='Angstrom', CTYPE1='AWAV', BUNIT='Jy')
                hdus = [p, fits.ImageHDU(flags[None], name='Q')]
            else:
                columns = [fits.Column('FLUX', '6D', 'Jy', array=[flux]), fits.Column('WAVE', '6D', 'Angstrom', array=[wave]),
                    fits.Column('Q', 'PK()', array=np.array([flags, None], dtype=object)[:1]) if kind == 'PK' else
                    fits.Column('Q', '6J' if kind == 'J' else '6K', bzero=2**63 if kind == 'unsigned' else None, array=flags[None])]
                hdus = [fits.PrimaryHDU(), fits.BinTableHDU.from_columns(columns)]
            hdus[0].header.update(RA=1., DEC=2.)
            fits.HDUList(hdus).writeto(sys.argv[1])
            """, folder["x.fits"], kind);
        string source = kind.Contains("image", StringComparison.Ordinal) ? "mask: { hdu: Q, bad: 1 }"
            : "flux: FLUX\nwavelength: { column: WAVE, medium: air }\nmask: { column: Q, bad: 1 }";
        RowBatch row = await SpectrumRows.Read($"files: x.fits\nra: RA\ndec: DEC\n{source}", folder.Path);
        SpectrumRows.Agrees(row, """
            f = fits.open(sys.argv[2])
            flags = f['Q'].data if 'Q' in f else f[1].data['Q']
            np.testing.assert_array_equal(columns['spectrum_mask'][0], np.array([int(q) & 1 for q in np.ravel(flags[0])]) != 0)
            """, folder["x.fits"]);
    }

    [Theory]
    [InlineData(0, 9)]
    [InlineData(1, 5)]
    [InlineData(2, 4)]
    public async Task Arrays_may_be_filled_with_missing_wavelengths(int row, int length)
    {
        using TemporaryFolder folder = new();
        SpectrumRows.Make("""
            rng = np.random.default_rng(4)
            wave = np.full((3, 9), np.nan)
            wave[0], wave[1, 2:7], wave[2, :4] = 1 + np.arange(9.), 3 - .1 * np.arange(5), 2 + np.arange(4.)
            columns = [fits.Column('WAVE', '9D', 'um', array=wave), fits.Column('FLUX', '9D', 'Jy', array=rng.normal(size=(3, 9))),
                fits.Column('ERR', '9D', 'Jy', array=rng.uniform(1, 2, (3, 9))), fits.Column('DQ', '9J', array=rng.integers(0, 2, (3, 9))),
                fits.Column('RA', 'D', array=[1, 2, 3]), fits.Column('DEC', 'D', array=[1, 2, 3])]
            fits.BinTableHDU.from_columns(columns).writeto(sys.argv[1])
            """, folder["x.fits"]);
        RowBatch spectrum = await SpectrumRows.Read($$"""
            files: x.fits
            flux: FLUX
            wavelength: { column: WAVE, medium: vacuum }
            ivar: { column: ERR, kind: rms }
            mask: { column: DQ }
            row: {{row}}
            ra: RA
            dec: DEC
            """, folder.Path);
        Assert.Equal([length], spectrum["spectrum_flux"].ShapeOf(0).ToArray());
        SpectrumRows.Agrees(spectrum, $$"""
            t = fits.open(sys.argv[2])[1].data[{{row}}]
            order = np.argsort(t['WAVE'])[:np.isfinite(t['WAVE']).sum()]
            np.testing.assert_array_equal(columns['spectrum_lambda'][0], (t['WAVE'] * 1e4).astype('f4')[order])
            np.testing.assert_array_equal(columns['spectrum_flux'][0], t['FLUX'].astype('f4')[order])
            np.testing.assert_allclose(columns['spectrum_ivar'][0], (t['ERR'] ** -2.)[order], rtol=1e-7)
            np.testing.assert_array_equal(columns['spectrum_mask'][0], (t['DQ'] != 0)[order])
            np.testing.assert_array_equal(columns['FLUX'][0], t['FLUX'])
            """, folder["x.fits"]);
    }
}
