using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

/// <summary>Images in IRAF's format multispec: real ones, whose wavelengths IRAF has listed, and others computed with numpy and
/// scipy.</summary>
public class SpectrumMultispecTests
{
    private const string Wavelengths = "wavelength: { medium: air }\nra: RA\ndec: DEC\nfile_unit: \"\"\n";

    [Theory]
    [InlineData("multispec-chebyshev.fits", 10)] // in descending order
    [InlineData("multispec-legendre.fits", 10)]
    [InlineData("multispec-linear-log.fits", 0)]
    [InlineData("multispec-linear-log.fits", 1)]
    [InlineData("multispec-planes.fits", 0, "plane: 1\nivar: { plane: 0, kind: variance }\n")]
    public async Task Wavelengths_are_those_that_IRAF_lists(string file, int line, string more = "")
    {
        RowBatch row = await SpectrumRows.Read($"files: spectra/iraf/{file}\nrow: {line}\n{more}"
            + Wavelengths.Replace("RA", "CD1_1", StringComparison.Ordinal).Replace("DEC", "CD1_1", StringComparison.Ordinal));
        SpectrumRows.Agrees(row, """
            import csv
            listed = [(int(r['pixel']) - 1, float(r['wavelength'])) for r in csv.DictReader(open(sys.argv[3]))
                if r['file'] == sys.argv[4] and int(r['line']) == int(sys.argv[5]) + 1]
            pixel, wave = (np.array(c) for c in zip(*listed))
            data = fits.open(sys.argv[2])[0].data
            planes = data if data.ndim == 3 else data[None]
            flux = planes[1 if data.ndim == 3 else 0][int(sys.argv[5])]
            step = -1 if wave[1] < wave[0] else 1
            got = columns['spectrum_lambda'][0][::step]
            assert len(got) == len(flux) and len(wave) > 30
            np.testing.assert_allclose(got[pixel], wave, rtol=1e-7)
            np.testing.assert_array_equal(columns['spectrum_flux'][0][::step], flux)
            if data.ndim == 3:
                noise = planes[0][int(sys.argv[5])].astype('f8')
                want = np.where(noise > 0, 1 / np.where(noise > 0, noise, 1), 0)
                np.testing.assert_allclose(columns['spectrum_ivar'][0], want, rtol=1e-6)
            """, TestPaths.Data($"spectra/iraf/{file}"), TestPaths.Data("spectra/iraf/wavelengths-of-iraf.csv"), file, $"{line}");
    }

    [Fact]
    public async Task Every_function_agrees_with_numpy_and_scipy()
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"]);
        for (int line = 0; line < 6; line++)
            SpectrumRows.Agrees(await SpectrumRows.Read($"files: x.fits\nrow: {line}\n{Wavelengths}", folder.Path), """
            from numpy.polynomial import chebyshev, legendre
            from scipy.interpolate import BSpline
            h = fits.open(sys.argv[2])[0].header
            pixel = (np.arange(1, 101) - h['LTV1']) / h['LTM1_1'] # every second pixel of an image, from the eleventh
            n, s = (pixel - 128.5) / 127.5, (pixel - 1) / 255 * 4
            # A uniform cubic B-spline with knots at the integers; IRAF's are six times as high.
            cubic = BSpline(np.arange(-3, 8), 6 * np.array([800, 810, 830, 845, 860, 872, 890.]), 3)(s)
            want = [chebyshev.chebval(n, [5000, 100, -3, 0.5]) + 10, cubic, np.interp(s, np.arange(5), [4000, 4100, 4190, 4300, 4420.]),
                np.interp(pixel, np.arange(1, 257), 6000 + np.arange(256) ** 1.1),
                (3 * (legendre.legval(n, [7000, 50, 2]) + 5) + (legendre.legval(n, [7000, 52, 1, 0.3]) - 5)) / 4 / 1.25,
                10 ** (3.5 + 1e-4 * (pixel - 1)) / 1.25]
            line = int(sys.argv[3])
            valid = 60 if line == 5 else 100 # of 256 and of 129 pixels
            np.testing.assert_allclose(columns['spectrum_lambda'][0], want[line][:valid], rtol=1e-7)
            np.testing.assert_array_equal(columns['spectrum_flux'][0], fits.open(sys.argv[2])[0].data[line, :valid])
            """, folder["x.fits"], $"{line}");
        Assert.Equal(560, (await SpectrumRows.Read($"files: x.fits\n{Wavelengths}", folder.Path)).Values<float>("spectrum_flux").Length);
    }

    [Theory]
    [InlineData("1 1 -1 1 1 256 0 0 0", "spec1 in the keywords WAT2_nnn: the line has no calibrated wavelengths (dispersion type -1)")]
    [InlineData("1 1 2 1 1 256 0 0 0", "it has no functions, or their weights add to 0")]
    [InlineData("1 1 2 1 1 256 0 0 0 1 0 1 4 1 256 5000", "a function should have 4 coefficients, but 1 fields are left")]
    [InlineData("1 1 2 1 1 256 0 0 0 1 0 6 1 0 1 5000", "functions of type 6 are not supported")]
    [InlineData("1 1 2 1 1 256 0 0 0 1 0 3 -2 1 256 5000", "a function has the order -2")]
    [InlineData("1 1 2 1 1 256 0 0 0 1 0 1 1e300 1 256 5000", "the order of the function should be an integer, found 1E+300")]
    [InlineData("1 1 2 1 1 256 0 0 0 1 0 1 1 9 9 5000", "a function has the range 9 to 9")]
    [InlineData("1 1 0 x 1 256 0 0 0", "'x' is not a number")]
    [InlineData("1 1 0 1 1", "the field 'number of pixels' is missing")]
    [InlineData("1 1 0 5000 1 0 0 0 0", "it has no valid pixels")]
    [InlineData("1 1 0 5000 0 256 0 0 0", "wavelengths must be positive and increase or decrease throughout")]
    public async Task An_invalid_attribute_is_an_error_with_its_line(string attribute, string message)
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"], attribute);
        await SpectrumRows.Fails(message, $"files: x.fits\n{Wavelengths}", folder.Path);
    }

    [Fact]
    public async Task A_line_without_an_attribute_a_scale_and_a_plane_that_does_not_exist_are_errors()
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"], "1 1 0 5000 1 256 0 0 0");
        await SpectrumRows.Fails("line 1 (from 0): the keywords WAT2_nnn have no 'spec2'", $"files: x.fits\n{Wavelengths}", folder.Path);
        await SpectrumRows.Fails("Remove 'wavelength: { scale: … }'",
            $"files: x.fits\n{Wavelengths.Replace("medium", "scale: log10, medium", StringComparison.Ordinal)}", folder.Path);
        await SpectrumRows.Fails("has 1 plane, so that there is no plane 2", $"files: x.fits\nplane: 2\n{Wavelengths}", folder.Path);
    }

    // Numbers are cut where the value of a keyword ends, and blanks there are lost.
    private static void Make(string path, params string[] attributes) => SpectrumRows.Make("""
        array = ' '.join(f'{6000 + i ** 1.1:.17g}' for i in range(256))
        attributes = sys.argv[2:] or ['1 68 2 5000 1 256 0. 9.75 21.75 1. 10. 1 4 1. 256. 5000. 1.D2 -3 .5',
            '2 67 2 5000 1 256 0. INDEF INDEF 1. 0. 3 4 1 256 800 810 830 845 860 872 890',
            '3 66 2 4000 1 256 0 0 0 1 0 4 4 1 256 4000 4100 4190 4300 4420',
            f'4 65 2 6000 1 256 0 0 0 1 0 5 256 {array}',
            '5 64 2 7000 1 256 0.25 0 0 3 5 2 3 1 256 7000 50 2 1 -5 2 4 1 256 7000 52 1 .3', '6 63 1 3.5 1E-4 129 0.25 0 0']
        text = 'wtype=multispec ' + ' '.join(f'spec{i + 1} = "{a}"' for i, a in enumerate(attributes))
        lines = max(len(attributes), 2)
        hdu = fits.PrimaryHDU(np.arange(100 * lines, dtype='f4').reshape(lines, 100) + 1)
        hdu.header.update({'CTYPE1': 'MULTISPE', 'CTYPE2': 'MULTISPE', 'WAT0_001': 'system=multispec', 'RA': 10.5, 'DEC': 20.5,
            'WAT1_001': 'wtype=multispec label=Wavelength units=angstroms', 'LTM1_1': 0.5, 'LTV1': -4.5, 'LTM2_2': 1.0})
        for i in range(0, len(text), 68):
            hdu.header[f'WAT2_{i // 68 + 1:03}'] = text[i:i + 68]
        hdu.writeto(sys.argv[1])
        """, [path, .. attributes]);
}
