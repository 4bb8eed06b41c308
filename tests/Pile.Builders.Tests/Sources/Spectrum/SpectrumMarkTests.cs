using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

/// <summary>What names, units and UCDs of files say about wavelengths, masks and line-spread functions.</summary>
public class SpectrumMarkTests
{
    private const string Image = "files: x.fits\nunit: Jy\nra: RA\ndec: DEC\n",
        Columns = "files: x.fits\nflux: F\nfile_unit: Jy\nra: RA\ndec: DEC\n";

    [Theory]
    [InlineData("CTYPE1='LOGLAM', CUNIT1='Angstrom'", "CTYPE1 = 'LOGLAM'")]
    [InlineData("CTYPE1='LOG-WAVE'", "CTYPE1 = 'LOG-WAVE'")]
    [InlineData("CTYPE1='LINEAR', CUNIT1='log10 Ang'", "the unit 'log10 Ang'")]
    [InlineData("CTYPE1='LINEAR', CUNIT1='ln(Angstrom)'", "the unit 'ln(Angstrom)'")]
    public async Task Marks_of_logarithms_need_a_scale(string cards, string mark)
    {
        using TemporaryFolder folder = new();
        MakeImage(folder["x.fits"], $"CRVAL1=3.6, CDELT1=1e-4, CRPIX1=1., {cards}");
        await SpectrumRows.Fails($"{mark} says that the wavelengths are logarithms. Set 'wavelength: {{ scale: log10 }}'",
            $"{Image}wavelength: {{ medium: vacuum, unit: Angstrom }}", folder.Path);
        RowBatch row = await SpectrumRows.Read($"{Image}wavelength: {{ medium: vacuum, unit: Angstrom, scale: log10 }}", folder.Path);
        SpectrumRows.Agrees(row, """
            np.testing.assert_allclose(columns['spectrum_lambda'][0], 10 ** (3.6 + 1e-4 * np.arange(5)), rtol=1e-7)
            """);
    }

    [Fact]
    public async Task A_column_of_logarithms_needs_a_scale()
    {
        using TemporaryFolder folder = new();
        MakeTable(folder["x.fits"], "logLam=3.6 + 1e-4 * np.arange(6)");
        const string axis = "column: logLam, medium: vacuum, unit: Angstrom";
        await SpectrumRows.Fails("the name 'logLam' says that the wavelengths are logarithms", $"{Columns}wavelength: {{ {axis} }}",
            folder.Path);
        await SpectrumRows.Read($"{Columns}wavelength: {{ {axis}, scale: log10 }}", folder.Path);
    }

    [Theory]
    [InlineData("CTYPE1='LINEAR', CUNIT1='Angstrom'")]
    [InlineData("CUNIT1='Angstrom'")]
    public async Task The_reference_pixel_is_0_by_default(string cards)
    {
        using TemporaryFolder folder = new();
        MakeImage(folder["x.fits"], $"CRVAL1=5000., CDELT1=2., {cards}");
        SpectrumRows.Agrees(await SpectrumRows.Read($"{Image}wavelength: {{ medium: vacuum }}", folder.Path), """
            from astropy.wcs import WCS
            header = fits.getheader(sys.argv[2])
            np.testing.assert_allclose(columns['spectrum_lambda'][0], WCS(header, naxis=1).all_pix2world(np.arange(5), 0)[0], rtol=1e-7)
            """, folder["x.fits"]);
    }

    [Theory]
    [InlineData("h['TUCD2'] = 'em.wl;obs.atmos'", "air", "the UCD 'em.wl;obs.atmos'")]
    [InlineData("h['TCTYP2'] = 'AWAV'", "air", "TCTYP2")]
    [InlineData("h['TCTYP2'] = 'WAVE'", "vacuum", "TCTYP2")]
    public async Task A_column_declares_the_medium(string keyword, string medium, string by)
    {
        using TemporaryFolder folder = new();
        MakeTable(folder["x.fits"], "wave=5000. + np.arange(6)", keyword);
        const string axis = "column: wave, unit: Angstrom";
        string source = $"{Columns}wavelength: {{ {axis} }}";
        await SpectrumRows.Read(source, folder.Path);
        Assert.Equal(medium, $"{BuilderRuns.Builder($"kind: spectrum\n{source}", folder.Path).Facts.SpectralMedium}");
        string other = medium == "air" ? "vacuum" : "air";
        await SpectrumRows.Fails($"the file says that its wavelengths are in {medium} ({by}), the recipe {other}",
            $"{Columns}wavelength: {{ {axis}, medium: {other} }}", folder.Path);
    }

    [Fact]
    public async Task Fractions_of_a_mask_are_not_zero()
    {
        using TemporaryFolder folder = new();
        MakeTable(folder["x.fits"], "wave=5000. + np.arange(6), q=np.array([0, 1, .5, np.nan, .999, 2], 'f4')");
        const string source = Columns + "wavelength: { column: wave, unit: Angstrom, medium: air }\n";
        SpectrumRows.Agrees(await SpectrumRows.Read($"{source}mask: {{ column: q, bad: nonzero }}", folder.Path), """
            np.testing.assert_array_equal(columns['spectrum_mask'][0], fits.getdata(sys.argv[2], 1)['q'] != 0)
            """, folder["x.fits"]);
        await SpectrumRows.Fails("has the value 0.5, in which no bits can be bad", $"{source}mask: {{ column: q, bad: 2 }}", folder.Path);
    }

    [Theory]
    [InlineData("km/s", "resolution", "the unit 'km/s', but 'kind: resolution' has none")]
    [InlineData("nm", "sigma_pixels", "the unit 'nm', but 'kind: sigma_pixels' is in pixels")]
    [InlineData("pixel", "sigma_pixels", null)]
    [InlineData("", "resolution", null)]
    public async Task The_unit_of_a_line_spread_function_fits_its_kind(string unit, string kind, string? message)
    {
        using TemporaryFolder folder = new();
        MakeTable(folder["x.fits"], "wave=5000. + np.arange(6), s=np.full(6, 60.)", $"h['TUNIT3'] = '{unit}'");
        const string source = Columns + "wavelength: { column: wave, unit: Angstrom, medium: air }\n";
        if (message is null)
            await SpectrumRows.Read($"{source}lsf: {{ column: s, kind: {kind} }}", folder.Path);
        else
            await SpectrumRows.Fails(message, $"{source}lsf: {{ column: s, kind: {kind} }}", folder.Path);
    }

    private static void MakeImage(string path, string cards) => SpectrumRows.Make("""
        h = fits.Header(eval(f'dict({sys.argv[2]}, RA=1., DEC=2., BUNIT="Jy")'))
        fits.PrimaryHDU(np.ones((1, 5), 'f4'), h).writeto(sys.argv[1])
        """, path, cards);

    private static void MakeTable(string path, string columns, string header = "") => SpectrumRows.Make("""
        t = fits.BinTableHDU(Table(dict(F=np.ones(6), **eval(f'dict({sys.argv[2]})'))))
        h = t.header
        exec(sys.argv[3])
        h.update(RA=1., DEC=2.)
        p = fits.PrimaryHDU()
        p.header.update(RA=1., DEC=2.)
        fits.HDUList([p, t]).writeto(sys.argv[1])
        """, path, columns, header);
}
