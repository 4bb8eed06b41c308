using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

public class SpectrumApogeeTests
{
    private const string Unit = "10**-17 erg s-1 cm-2 Angstrom-1";

    private const string Star = """
        files: apStar-dr17-2M0001.fits
        hdu: 1
        wavelength: { unit: Angstrom, medium: vacuum }
        ivar: { hdu: 2, kind: rms }
        mask: { hdu: 3, bad: 16639 }
        id: OBJID
        ra: RA
        dec: DEC

        """;

    private const string JudgeStar = """
        f = fits.open(sys.argv[2])
        flux, error, mask, h = f[1].data, f[2].data.astype('f8'), f[3].data, f[1].header
        lam = 10 ** (h['CRVAL1'] + np.arange(h['NAXIS1']) * h['CDELT1'])
        for i, line in enumerate(lines):
            np.testing.assert_array_max_ulp(columns['spectrum_lambda'][i], lam.astype('f4'), 1)
            np.testing.assert_array_equal(columns['spectrum_flux'][i], flux[line])
            np.testing.assert_array_equal(columns['spectrum_ivar'][i], (1 / (error[line] * error[line])).astype('f4'))
            np.testing.assert_array_equal(columns['spectrum_mask'][i], (mask[line] & 16639 != 0) | np.isnan(flux[line]))
        assert abs(columns['ra'][0] - f[0].header['RA']) < 1e-12
        """;

    [Fact]
    public async Task The_combined_spectrum_of_a_star_agrees_with_astropy()
    {
        using TemporaryFolder folder = new();
        SpectrumRows.MakeApogee(folder, "apStar", "2M0001");
        RowBatch row = await SpectrumRows.Read(Star + $"row: 0\nunit: {Unit}", folder.Path);
        SpectrumRows.Agrees(row, $"""
            lines = [0]
            {JudgeStar}
            assert list(columns['object_id']) == ['2M0001'] and units['spectrum_flux'] == '{Unit}'
            """, folder["apStar-dr17-2M0001.fits"]);
    }

    [Fact]
    public async Task All_visits_of_a_star_have_the_axis_of_the_header()
    {
        using TemporaryFolder folder = new();
        SpectrumRows.MakeApogee(folder, "apStar", "2M0001");
        RowBatch rows = await SpectrumRows.Read(Star.Replace("id: OBJID\n", "", StringComparison.Ordinal), folder.Path);
        SpectrumRows.Agrees(rows, $"""
            lines = range(5)
            {JudgeStar}
            assert list(columns['object_id']) == [f'apStar-dr17-2M0001-{"{i}"}' for i in range(5)]
            assert units['spectrum_flux'] == '10^-17 erg/s/cm^2/Ang', units
            """, folder["apStar-dr17-2M0001.fits"]);
    }

    [Fact]
    public async Task A_normalized_spectrum_without_a_unit_agrees_with_astropy()
    {
        using TemporaryFolder folder = new();
        SpectrumRows.MakeApogee(folder, "aspcapStar", "2M0001");
        RowBatch row = await SpectrumRows.Read("""
            files: aspcapStar-dr17-2M0001.fits
            hdu: 1
            wavelength: { unit: Angstrom, medium: vacuum }
            ivar: { hdu: 2, kind: rms }
            file_unit: ""
            ra: RA
            dec: DEC
            """, folder.Path);
        SpectrumRows.Agrees(row, """
            f = fits.open(sys.argv[2])
            np.testing.assert_array_equal(columns['spectrum_flux'][0], f[1].data)
            error = f[2].data.astype('f8')
            np.testing.assert_array_equal(columns['spectrum_ivar'][0], (1 / (error * error)).astype('f4'))
            """, folder["aspcapStar-dr17-2M0001.fits"]);
    }

    [Fact]
    public async Task The_detectors_of_a_visit_are_orders_with_gaps()
    {
        using TemporaryFolder folder = new();
        SpectrumRows.MakeApogee(folder, "apVisit", "2M0001");
        RowBatch row = await SpectrumRows.Read($"""
            files: apVisit-dr17-2M0001.fits
            hdu: 1
            orders: true
            wavelength: {"{ hdu: 4, medium: vacuum }"}
            ivar: {"{ hdu: 2, kind: rms }"}
            mask: {"{ hdu: 3 }"}
            unit: {Unit}
            ra: RA
            dec: DEC
            """, folder.Path);
        SpectrumRows.Agrees(row, """
            f = fits.open(sys.argv[2])
            lam = f[4].data.ravel()[::-1]  # red, green, blue, each descending
            assert (np.diff(lam) > 0).all() and (np.diff(f[4].data[0]) < 0).all()
            np.testing.assert_array_equal(columns['spectrum_lambda'][0], lam.astype('f4'))
            np.testing.assert_array_equal(columns['spectrum_flux'][0], f[1].data.ravel()[::-1])
            error = f[2].data.ravel()[::-1].astype('f8')
            np.testing.assert_array_equal(columns['spectrum_ivar'][0], (1 / (error * error)).astype('f4'))
            bad = (f[3].data.ravel()[::-1] != 0) | np.isnan(f[1].data.ravel()[::-1])
            np.testing.assert_array_equal(columns['spectrum_mask'][0], bad)
            """, folder["apVisit-dr17-2M0001.fits"]);
    }

    [Theory]
    [InlineData("mwmStar", "wavelength: { column: wavelength, unit: Angstrom, medium: vacuum }")]
    [InlineData("mwmStar", "")]
    [InlineData("mwmVisit", "")]
    public async Task Rows_of_SDSS_V_have_wavelengths_in_a_column_or_in_the_header(string kind, string wavelength)
    {
        using TemporaryFolder folder = new();
        SpectrumRows.MakeApogee(folder, kind, "2M0001");
        RowBatch rows = await SpectrumRows.Read($"""
            files: {kind}-dr17-2M0001.fits
            hdu: APOGEE/APO
            flux: flux
            {wavelength}
            ivar: {"{ column: ivar, kind: ivar }"}
            mask: {"{ column: pixel_flags, bad: 16639 }"}
            file_unit: 1e-17 erg/s/cm^2/Ang
            unit: {Unit}
            id: "{"{SDSS_ID}-{mjd}"}"
            ra: RA
            dec: DEC
            """, folder.Path);
        SpectrumRows.Agrees(rows, """
            f = fits.open(sys.argv[2])
            t, h = f['APOGEE/APO'].data, f['APOGEE/APO'].header
            lam = (10 ** (h['CRVAL'] + np.arange(h['NPIXELS']) * h['CDELT'])).astype('f4')
            assert len(t) == len(columns['ra'])
            for i in range(len(t)):
                np.testing.assert_array_max_ulp(columns['spectrum_lambda'][i], lam, 1)
                np.testing.assert_array_equal(columns['spectrum_flux'][i], t['flux'][i])
                np.testing.assert_array_equal(columns['spectrum_ivar'][i], t['ivar'][i])
                bad = (t['pixel_flags'][i] & 16639 != 0) | np.isnan(t['flux'][i])
                np.testing.assert_array_equal(columns['spectrum_mask'][i], bad)
                assert columns['object_id'][i] == f"{h.get('SDSS_ID', f[0].header['SDSS_ID'])}-{t['mjd'][i]}"
            np.testing.assert_array_equal(columns['snr'], t['snr'])
            """, folder[$"{kind}-dr17-2M0001.fits"]);
    }

    [Fact]
    public async Task An_instrument_without_spectra_of_a_star_gives_no_rows()
    {
        using TemporaryFolder folder = new();
        SpectrumRows.MakeApogee(folder, "mwmStar", "2M0001");
        Assert.Empty(await BuilderRuns.Builder("""
            kind: spectrum
            files: mwmStar-dr17-2M0001.fits
            hdu: BOSS/LCO
            flux: flux
            ivar: { column: ivar, kind: ivar }
            file_unit: 1e-17 erg/s/cm^2/Ang
            ra: RA
            dec: DEC
            """, folder.Path).ReadAllAsync(TestContext.Current.CancellationToken));
    }
}
