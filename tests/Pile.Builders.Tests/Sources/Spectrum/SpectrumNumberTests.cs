using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

/// <summary>Numbers in keywords: the exponent letter D of FORTRAN (FITS 4.0 §4.2.4), and integers that float64 would round.</summary>
public class SpectrumNumberTests
{
    private const string Keys = "ra: RA\ndec: DEC\nmjd: MJD\ntime_scale: UTC\nkeywords: [EXPTIME, AIRMASS, NOTE]\n";

    [Theory]
    [InlineData("spectrum", "unit: Jy\n")]
    [InlineData("cube", "")]
    public async Task Exponents_with_D_agree_with_astropy(string kind, string more)
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"], kind);
        List<RowBatch> rows = await BuilderRuns.Builder($"kind: {kind}\nfiles: x.fits\n{Keys}{more}", folder.Path)
            .ReadAllAsync(TestContext.Current.CancellationToken);
        SpectrumRows.Agrees(rows[0], """
            h = fits.getheader(sys.argv[2])
            assert '5.88495D4' in repr(h) and h['MJD'] == 58849.5, repr(h)
            for column, keyword in dict(ra='RA', dec='DEC', mjd='MJD', EXPTIME='EXPTIME', AIRMASS='AIRMASS', NOTE='NOTE').items():
                assert columns[column][0] == h[keyword], (column, columns[column])
            wave = columns['spectrum_lambda' if 'spectrum_lambda' in columns else 'cube_lambda'][0]
            np.testing.assert_allclose(wave, [5000, 5002, 5004], rtol=1e-7)
            """, folder["x.fits"]);
    }

    [Theory]
    [InlineData("5853498713190525697", false)]
    [InlineData("-9007199254740993", false)]
    [InlineData("123456789012345678901234567890", false)]
    [InlineData("9007199254740993.0", true)] // a real number
    [InlineData("9007199254740992", true)]
    [InlineData("-1152921504606846976", true)] // -2^60
    [InlineData("12345", true)]
    public async Task Integers_that_would_be_rounded_are_an_error(string value, bool isRead)
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"], "spectrum", ("AIRMASS", value));
        string source = $"files: x.fits\nunit: Jy\n{Keys}";
        if (isRead)
            SpectrumRows.Agrees(await SpectrumRows.Read(source, folder.Path), $"assert columns['AIRMASS'][0] == float({value})",
                folder["x.fits"]);
        else
            await SpectrumRows.Fails($"x.fits: keyword AIRMASS = {value} is an integer that float64, the type of numbers in keywords, does "
                + "not represent exactly. Name it as 'id' in the recipe's source, or remove it from 'keywords'", source, folder.Path);
        RowBatch row = await SpectrumRows.Read($"id: AIRMASS\n{source.Replace("AIRMASS, ", "", StringComparison.Ordinal)}", folder.Path);
        Assert.Equal(value, PythonColumns.Run(row, "print(columns['object_id'][0])").Trim());
    }

    private static void Make(string path, string kind, params (string Keyword, string Value)[] other)
    {
        (string, string)[] cards = [("RA", "1.05D1"), ("DEC", "-2.0d0"), ("MJD", "5.88495D4"), ("EXPTIME", "1.5D3"), ("AIRMASS", "12.D-1"),
            ("NOTE", "'1.5D3'"), (kind == "cube" ? "CRVAL3" : "CRVAL1", kind == "cube" ? "0.5D3" : "5.0D3"), .. other];
        SpectrumRows.Make("""
            path, kind = sys.argv[1:3]
            n = '3' if kind == 'cube' else '1'
            h = fits.PrimaryHDU(np.ones((3, 5, 4) if kind == 'cube' else 3, 'f4'))
            if kind == 'cube':
                h.header.update(CTYPE1='RA---TAN', CTYPE2='DEC--TAN', CRVAL1=10.5, CRVAL2=-2., CDELT1=-1e-4,
                    CDELT2=1e-4, CRPIX1=2., CRPIX2=3.)
            h.header.update({'CTYPE' + n: 'AWAV', 'CUNIT' + n: 'nm' if kind == 'cube' else 'Angstrom', 'CRVAL' + n: 1.,
                'CDELT' + n: 0.2 if kind == 'cube' else 2., 'CRPIX' + n: 1., 'BUNIT': 'Jy'})
            for k in sys.argv[3::2]: h.header[k] = 1.
            h.writeto(path)
            b = open(path, 'rb').read()
            for k, v in zip(sys.argv[3::2], sys.argv[4::2]):
                at = b.index(k.ljust(8).encode() + b'=')
                b = b[:at] + (k.ljust(8) + '= ' + v).ljust(80).encode() + b[at + 80:]
            open(path, 'wb').write(b)
            """, [path, kind, .. cards.SelectMany(c => (string[])[c.Item1, c.Item2])]);
    }
}
