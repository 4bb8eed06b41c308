using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

/// <summary>Values that float32 cannot represent: marks of bad pixels, and wrong units.</summary>
public class SpectrumRangeTests
{
    private const string Recipe = "files: x.fits\nflux: F\nwavelength: { column: W, medium: vacuum }\nra: RA\ndec: DEC\n";

    [Theory] // numpy
    [InlineData("rms", "np.where(i % 7 == 3, 1e30, 0.5 + i)", "f8")]
    [InlineData("rms", "np.where(i % 7 == 3, 1e200, 0.5 + i)", "f8")]
    [InlineData("rms", "np.where(i % 2 == 1, 1e30, 0.5 + i)", "f4")]
    [InlineData("variance", "np.where(i == 3, 1e60, 0.5 + i)", "f8")]
    [InlineData("ivar", "np.where(i == 3, 1e-60, 0.5 + i)", "f8")]
    public async Task An_inverse_variance_that_is_too_small_marks_a_bad_pixel(string kind, string noise, string type)
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"], "1 + i", noise, type);
        SpectrumRows.Agrees(await SpectrumRows.Read($"{Recipe}ivar: {{ column: E, kind: {kind} }}", folder.Path), """
            e = fits.open(sys.argv[2])[1].data['E'].astype('f8')
            expected = {'rms': lambda e: e ** -2, 'variance': lambda e: 1 / e, 'ivar': lambda e: e}[sys.argv[3]](e).astype('f4')
            assert 0 < (expected == 0).sum() <= len(e) / 2
            np.testing.assert_allclose(columns['spectrum_ivar'][0], expected, rtol=1e-6)
            np.testing.assert_array_equal(columns['spectrum_mask'][0], expected == 0)
            """, folder["x.fits"], kind);
    }

    [Fact]
    public async Task An_arm_of_marked_pixels_is_bad_beside_another()
    {
        using TemporaryFolder folder = new();
        Make(folder["a.fits"], "1 + i", "0.5 + i", "f8");
        Make(folder["b.fits"], "1 + i", "np.where(i < 9, 1e30, 1)", "f8", start: 6000);
        SpectrumRows.Agrees(await SpectrumRows.Read(Recipe.Replace("x.fits", "a.fits") + """
            ivar: { column: E, kind: rms }
            exclude: [a_F, a_W, a_E, b_F, b_W, b_E]
            arms:
              - { name: a }
              - { name: b, replace: [a.fits, b.fits] }
            """, folder.Path), """
            ivar = np.concatenate([fits.open(f)[1].data['E'] ** -2. for f in sys.argv[2:4]]).astype('f4')
            np.testing.assert_allclose(columns['spectrum_ivar'][0], ivar, rtol=1e-6)
            np.testing.assert_array_equal(columns['spectrum_mask'][0], ivar == 0)
            """, folder["a.fits"], folder["b.fits"]);
    }

    [Theory] // the unit of the message is that in which the median error is from 1 to 10
    [InlineData("1 + i", "np.where(i < 6, 3e30, 1e20)", "",
        "6 of 10 inverse variances are so small that they are out of the range of float32 in the unit 'Jy'. The values are from 1E+20 to "
            + "3E+30; set 'unit' in the recipe's source to '10**30 Jy'")]
    [InlineData("1 + i", "4e-25 * (1 + i)", "unit: 10**-3 Jy",
        "is out of the range of float32 in the unit '10**-3 Jy'. The values are from 4E-22 to 4E-21; set 'unit' in the recipe's source to "
            + "'10**-24 Jy'")]
    [InlineData("1 + i", "np.where(i == 3, 4e-25, 1)", "", "correct those that differ from the others in the file")]
    [InlineData("1e50 * (1 + i)", "1e49 * (1 + i)", "",
        "The values are from 1E+50 to 1E+51; set 'unit' in the recipe's source to '10**50 Jy'")]
    [InlineData("1e50 * (1 + i)", "1e20 * (1 + i)", "", "correct those that differ from the others")] // 1e-30 of the unit
    [InlineData("1 + i", "np.where(i < 6, 3e30, 1)", "", "correct those that differ from the others")]
    [InlineData("np.where(i == 5, 1e39, 1e-17)", "1", "", "The values are from 1E-17 to 1E+39; correct those that differ")]
    [InlineData("1 + i", "1e25", "unit: 1E-3 Jy", "The values are from 1E+28 to 1E+28; set 'unit' in the recipe's source to '10**25 Jy'")]
    [InlineData("1 + i", "1e25", "unit: 10^(-3) Jy", "set 'unit' in the recipe's source to '10**25 Jy'")]
    [InlineData("1 + i", "1e25", "unit: 2e-3 Jy", "set 'unit' in the recipe's source to one that is 10**27 of '2e-3 Jy'")]
    public async Task Values_of_a_wrong_unit_are_an_error_that_names_one(string flux, string noise, string unit, string message)
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"], flux, noise, "f8");
        await SpectrumRows.Fails(message, $"{Recipe}{unit}\nivar: {{ column: E, kind: rms }}", folder.Path);
    }

    [Fact]
    public async Task The_suggested_unit_reads_the_file()
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"], "1e40 * (1 + i)", "1e38 * (1 + i)", "f8");
        string recipe = $"{Recipe}ivar: {{ column: E, kind: rms }}\n";
        await SpectrumRows.Fails("set 'unit' in the recipe's source to '10**40 Jy'", recipe, folder.Path);
        SpectrumRows.Agrees(await SpectrumRows.Read($"{recipe}unit: 10**40 Jy", folder.Path), """
            data = fits.open(sys.argv[2])[1].data
            np.testing.assert_allclose(columns['spectrum_flux'][0], data['F'] / 1e40, rtol=1e-6)
            np.testing.assert_allclose(columns['spectrum_ivar'][0], (data['E'] / 1e40) ** -2, rtol=1e-6)
            """, folder["x.fits"]);
    }

    [Fact]
    public async Task Infinite_flux_is_bad_and_kept()
    {
        using TemporaryFolder folder = new();
        Make(folder["x.fits"], "np.where(i == 2, np.inf, np.where(i == 4, -np.inf, np.where(i == 6, np.nan, 1 + i)))", "0.5 + i", "f8");
        SpectrumRows.Agrees(await SpectrumRows.Read($"{Recipe}ivar: {{ column: E, kind: rms }}", folder.Path), Infinite + """
            np.testing.assert_array_equal(columns['spectrum_ivar'][0] == 0, np.isinf(f))
            """, folder["x.fits"]);
        SpectrumRows.Agrees(await SpectrumRows.Read(Recipe, folder.Path), Infinite, folder["x.fits"]);
    }

    private const string Infinite = """
        f = fits.open(sys.argv[2])[1].data['F'].astype('f4')
        assert np.isinf(f).sum() == 2
        np.testing.assert_array_equal(columns['spectrum_flux'][0], f)
        np.testing.assert_array_equal(columns['spectrum_mask'][0], ~np.isfinite(f))

        """;

    private static void Make(string path, string flux, string noise, string type, int start = 5000) => SpectrumRows.Make("""
        i = np.arange(10.)
        C = fits.Column
        columns = [C('W', 'D', unit='Angstrom', array=float(sys.argv[5]) + i), C('F', 'D', unit='Jy', array=eval(sys.argv[2])),
            C('E', 'E' if sys.argv[4] == 'f4' else 'D', array=eval(sys.argv[3]) + 0 * i)]
        hdu = fits.BinTableHDU.from_columns(columns)
        hdu.header.update(RA=1., DEC=2.)
        hdu.writeto(sys.argv[1])
        """, path, flux, noise, type, start.ToString());
}
