using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

public class SpectrumTests
{
    private const string Angstrom = "10**-17 erg s-1 cm-2 Angstrom-1";

    [Fact]
    public async Task An_IRAF_spectrum_with_its_error_in_a_second_file_agrees_with_astropy()
    {
        RowBatch row = await SpectrumRows.Read($$"""
            files: spectra/PH957_f.fits
            wavelength: { medium: vacuum }
            ivar: { replace: [_f.fits, _e.fits], kind: rms }
            file_unit: erg s-1 cm-2 Angstrom-1
            unit: {{Angstrom}}
            id: OBJECT
            ra: RA
            dec: DEC
            keywords: [DC-FLAG, TELESCOP]
            """);
        SpectrumRows.Agrees(row, """
            from astropy.coordinates import SkyCoord
            import astropy.units as u
            f, e = fits.open(sys.argv[2])[0], fits.open(sys.argv[3])[0]
            h = f.header
            lam = 10 ** (h['CRVAL1'] + np.arange(len(f.data)) * h['CD1_1'])
            np.testing.assert_allclose(columns['spectrum_lambda'][0], lam.astype('f4'), rtol=1e-7)
            np.testing.assert_allclose(columns['spectrum_flux'][0], f.data.astype('f8') * 1e17, rtol=1e-6)
            good = e.data > 0
            want = np.where(good, 1 / (np.where(good, e.data, 1).astype('f8') * 1e17) ** 2, 0)
            np.testing.assert_allclose(columns['spectrum_ivar'][0], want, rtol=1e-6)
            np.testing.assert_array_equal(columns['spectrum_mask'][0], ~good | np.isnan(f.data))
            c = SkyCoord(h['RA'], h['DEC'], unit=('hourangle', 'deg'), frame='fk4', equinox='B1950').icrs
            assert abs(columns['ra'][0] - c.ra.deg) < 1e-7 and abs(columns['dec'][0] - c.dec.deg) < 1e-7, (columns['ra'], c)
            assert columns['object_id'][0] == h['OBJECT'].strip()
            assert columns['TELESCOP'][0] == h['TELESCOP'] and columns['DC-FLAG'][0] == 1
            assert units['spectrum_flux'] == '10**-17 erg s-1 cm-2 Angstrom-1', units
            assert abs(u.Unit(units['spectrum_ivar'], format='fits').to('1e34 s2 cm4 Angstrom2 / erg2') - 1) < 1e-9
            """, TestPaths.Data("spectra/PH957_f.fits"), TestPaths.Data("spectra/PH957_e.fits"));
    }

    [Fact]
    public async Task A_row_of_arrays_agrees_with_astropy()
    {
        RowBatch row = await SpectrumRows.Read($$"""
            files: spectra/XShooter_XQ100.fits.gz
            flux: FLUX
            wavelength: { column: WAVE, medium: vacuum }
            ivar: { column: ERR_FLUX, kind: rms }
            unit: {{Angstrom}}
            id: OBJECT
            ra: RA
            dec: DEC
            mjd: MJD-OBS
            time_scale: UTC
            """);
        SpectrumRows.Agrees(row, """
            from astropy.io import fits
            f = fits.open(sys.argv[2])
            t, h = f['SPECTRUM'].data, f[0].header
            np.testing.assert_allclose(columns['spectrum_lambda'][0], t['WAVE'][0].astype('f8') * 10, rtol=1e-7)
            np.testing.assert_allclose(columns['spectrum_flux'][0], t['FLUX'][0].astype('f8') * 1e16, rtol=1e-6)
            e = t['ERR_FLUX'][0].astype('f8') * 1e16
            np.testing.assert_allclose(columns['spectrum_ivar'][0], np.where(e > 0, 1 / np.where(e > 0, e, 1) ** 2, 0), rtol=1e-6)
            for name in t.names:
                np.testing.assert_array_equal(columns[name][0], t[name][0])
            assert columns['mjd'][0] == h['MJD-OBS'] and abs(columns['ra'][0] - h['RA']) < 1e-5
            """, TestPaths.Data("spectra/XShooter_XQ100.fits.gz"));
    }

    [Fact]
    public async Task A_table_with_a_row_per_wavelength_is_what_the_builder_of_its_survey_reads()
    {
        RowBatch row = await SpectrumRows.Read("""
            files: spectra/spec-0266-51602-0031.fits
            flux: flux
            wavelength: { column: loglam, scale: log10, unit: Angstrom }
            ivar: { column: ivar, kind: ivar }
            mask: { column: and_mask }
            ra: PLUG_RA
            dec: PLUG_DEC
            file_unit: 10**-17 erg s-1 cm-2 Angstrom-1
            """);
        SpectrumRows.Agrees(row, """
            from astropy.io import fits
            t = fits.open(sys.argv[2])['COADD'].data
            np.testing.assert_array_equal(columns['spectrum_flux'][0], t['flux'])
            np.testing.assert_array_equal(columns['spectrum_ivar'][0], t['ivar'])
            np.testing.assert_array_max_ulp(columns['spectrum_lambda'][0], (10 ** t['loglam'].astype('f8')).astype('f4'), 1)
            np.testing.assert_array_equal(columns['spectrum_mask'][0], (t['and_mask'] != 0) | ~(t['ivar'] > 0))
            for name in ('loglam', 'and_mask', 'or_mask', 'wdisp', 'sky', 'model', 'ivar'):
                np.testing.assert_array_equal(columns[name][0], t[name])
            assert 'flux' not in columns and columns['object_id'][0] == 'spec-0266-51602-0031'
            """, TestPaths.Data("spectra/spec-0266-51602-0031.fits"));
    }

    [Fact]
    public async Task Lines_of_an_image_agree_with_astropy_and_a_table_names_the_objects()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys
            import numpy as np
            from astropy.io import fits
            from astropy.table import Table
            with fits.open(sys.argv[1]) as f:
                n = len(f[0].data)
                ivar = fits.ImageHDU(np.abs(f[0].data) + 1, name='IVAR')
                mask = fits.ImageHDU(np.arange(f[0].data.size, dtype='i4').reshape(f[0].data.shape) % 7, name='ANDMASK')
                table = Table({'FIBERID': np.arange(1, n + 1), 'RA': 230 + np.arange(n) * 0.1, 'DEC': 1 - np.arange(n) * 0.1,
                    'MAG': np.ones((n, 5), 'f4'), 'z': np.arange(n) * 0.1})
                fits.HDUList([f[0], ivar, mask, fits.BinTableHDU(table, name='PLUGMAP')]).writeto(sys.argv[2])
            """, TestPaths.Data("spectra/spPlate-4055-55359-0020.fits"), folder["spPlate.fits"]);
        RowBatch rows = await SpectrumRows.Read("""
            files: spPlate.fits
            ivar: { hdu: IVAR, kind: ivar }
            mask: { hdu: ANDMASK, bad: 4 }
            objects: PLUGMAP
            id: "{PLATEID}-{MJD}-{FIBERID}"
            ra: RA
            dec: DEC
            file_unit: 10**-17 erg s-1 cm-2 Angstrom-1
            """, folder.Path);
        SpectrumRows.Agrees(rows, """
            from astropy.io import fits
            f = fits.open(sys.argv[2])
            flux, h, t = f[0].data, f[0].header, f['PLUGMAP'].data
            n, length = flux.shape
            for i in range(n):
                assert columns['object_id'][i] == f"4055-55359-{t['FIBERID'][i]}"
            lam = 10 ** (h['CRVAL1'] + np.arange(length) * h['CD1_1'])
            ivar, mask = f['IVAR'].data, f['ANDMASK'].data
            for i in range(n):
                np.testing.assert_array_equal(columns['spectrum_flux'][i], flux[i])
                np.testing.assert_array_max_ulp(columns['spectrum_lambda'][i], lam.astype('f4'), 1)
                np.testing.assert_array_equal(columns['spectrum_ivar'][i], ivar[i])
                np.testing.assert_array_equal(columns['spectrum_mask'][i], (mask[i] & 4 != 0) | ~(ivar[i] > 0))
            np.testing.assert_array_equal(columns['ra'], t['RA'])
            np.testing.assert_array_equal(columns['z'], t['z'])
            np.testing.assert_array_equal(columns['MAG'], t['MAG'])
            """, folder["spPlate.fits"]);
    }

    [Fact]
    public async Task One_row_of_a_table_has_the_id_and_position_of_that_row()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys
            import numpy as np
            from astropy.table import Table
            Table({'NAME': ['a', 'b'], 'RA': [10., 20.], 'DEC': [1., 2.], 'W': np.arange(1, 7.).reshape(2, 3), 'F': np.ones((2, 3), 'f4')},
                units={'W': 'nm', 'F': 'Jy'}).write(sys.argv[1])
            """, folder["rows.fits"]);
        RowBatch row = await SpectrumRows.Read("""
            files: rows.fits
            flux: F
            row: 1
            wavelength: { column: W, row: 1, medium: air }
            id: NAME
            ra: RA
            dec: DEC
            """, folder.Path);
        Assert.Equal("b", ((TextColumnData)row["object_id"]).Text(0));
        Assert.Equal((20d, 2d), (row.Values<double>("ra")[0], row.Values<double>("dec")[0]));
        Assert.Equal([40f, 50f, 60f], row.Values<float>("spectrum_lambda").ToArray());
    }

    [Fact]
    public async Task Janskys_and_micrometres_are_converted_as_by_astropy()
    {
        using TemporaryFolder folder = new();
        MakeX1d(folder["x1d.fits"], "");
        RowBatch row = await SpectrumRows.Read($$"""
            files: x1d.fits
            hdu: EXTRACT1D
            flux: FLUX
            wavelength: { column: WAVELENGTH, medium: vacuum }
            ivar: { column: FLUX_ERROR, kind: rms }
            mask: { column: DQ }
            unit: {{Angstrom}}
            ra: TARG_RA
            dec: TARG_DEC
            """, folder.Path);
        SpectrumRows.Agrees(row, """
            from astropy.io import fits
            import astropy.units as u
            t = fits.open(sys.argv[2])['EXTRACT1D'].data
            lam = t['WAVELENGTH'] * u.um
            to = u.Unit('1e-17 erg / (s cm2 Angstrom)')
            flux = (t['FLUX'] * u.Jy).to(to, u.spectral_density(lam)).value
            error = (t['FLUX_ERROR'] * u.Jy).to(to, u.spectral_density(lam)).value
            np.testing.assert_allclose(columns['spectrum_lambda'][0], lam.to('Angstrom').value, rtol=1e-7)
            np.testing.assert_allclose(columns['spectrum_flux'][0], flux, rtol=1e-6)
            good = error > 0
            np.testing.assert_allclose(columns['spectrum_ivar'][0], np.where(good, 1 / np.where(good, error, 1) ** 2, 0), rtol=1e-6)
            np.testing.assert_array_equal(columns['spectrum_mask'][0], (t['DQ'] != 0) | ~good | np.isnan(flux))
            np.testing.assert_array_equal(columns['FLUX'][0], t['FLUX'])
            np.testing.assert_array_equal(columns['BACKGROUND'][0], t['BACKGROUND'])
            """, folder["x1d.fits"]);
    }

    [Fact]
    public async Task Descending_wavelengths_are_reversed_with_everything_else()
    {
        using TemporaryFolder folder = new();
        MakeX1d(folder["x1d.fits"], "descending");
        RowBatch row = await SpectrumRows.Read("""
            files: x1d.fits
            flux: FLUX
            wavelength: { column: WAVELENGTH, medium: air }
            ivar: { column: FLUX_ERROR, kind: rms }
            unit: uJy
            ra: TARG_RA
            dec: TARG_DEC
            """, folder.Path);
        SpectrumRows.Agrees(row, """
            from astropy.io import fits
            t = fits.open(sys.argv[2])['EXTRACT1D'].data
            assert t['WAVELENGTH'][0] > t['WAVELENGTH'][-1]
            np.testing.assert_allclose(columns['spectrum_lambda'][0], t['WAVELENGTH'][::-1] * 1e4, rtol=1e-7)
            np.testing.assert_allclose(columns['spectrum_flux'][0], t['FLUX'][::-1] * 1e6, rtol=1e-6)
            np.testing.assert_array_equal(columns['WAVELENGTH'][0], t['WAVELENGTH'])
            """, folder["x1d.fits"]);
    }

    [Theory]
    [InlineData("unsorted", "", "wavelengths must be positive and increase or decrease throughout, found 12500 Å at 10 after 14500 Å")]
    [InlineData("", "unit: m", "'Jy' cannot be converted to 'm'")]
    [InlineData("", "unit: erg s-1 cm-2 Angstrom-1", "the inverse variance")]
    [InlineData("", "row: 3", "has 1 spectra, so that there is no row 3")]
    [InlineData("", "mask: { column: QUALITY }", "'QUALITY'")]
    [InlineData("", "objects: PRIMARY", "expected a table, found Empty")]
    [InlineData("", "id: NAME", "there is no keyword 'NAME'")]
    [InlineData("position", "", "TARG_RA")]
    [InlineData("turned", "", "column 'TARG_RA': '400.0' is not an angle of -180 to 360 degrees")]
    [InlineData("vacuum", "", "the file says that its wavelengths are in vacuum (AIRORVAC = 'vac'), the recipe air")]
    public async Task What_does_not_fit_is_an_error_with_file_and_remedy(string change, string key, string message)
    {
        using TemporaryFolder folder = new();
        MakeX1d(folder["x1d.fits"], change);
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => SpectrumRows.Read($$"""
            files: x1d.fits
            flux: FLUX
            wavelength: { column: WAVELENGTH, medium: air }
            ivar: { column: FLUX_ERROR, kind: rms }
            ra: TARG_RA
            dec: TARG_DEC
            {{key}}
            """, folder.Path));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Contains("x1d.fits", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("files: spectra/PH957_f.fits\nra: RA\ndec: DEC\nfile_unit: Jy", "neither that its wavelengths are in air nor in vacuum")]
    [InlineData("files: spectra/spec-0266-51602-0031.fits\nflux: flux\nra: RA\ndec: DEC", "does not name the column of the wavelengths")]
    [InlineData("files: spectra/spec-0266-51602-0031.fits\nflux: Flux2\nra: RA\ndec: DEC",
        "no table has this column. HDU 1 (COADD) has flux, loglam, ivar, ")]
    [InlineData("files: images/dist_lookup.fits.gz\nflux: F\nra: RA\ndec: DEC", "no table has this column")]
    [InlineData("files: malformed/empty.fits\nra: RA\ndec: DEC", "it is empty")]
    public async Task A_file_that_does_not_say_enough_is_an_error(string source, string message)
    {
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => SpectrumRows.Read(source));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("flux: Flux2", "no table has this column")]
    [InlineData("hdu: 1\nflux: Flux2", "there is no such column")]
    [InlineData("hdu: 9\nflux: flux", "there is no HDU 9")]
    [InlineData("flux: flux\nivar: { column: Ivar2, kind: ivar }", "there is no such column")]
    [InlineData("flux: flux\nkeywords: [PLATE2]", "there is no keyword 'PLATE2'")]
    [InlineData("flux: flux\nid: PLATE2", "there is no keyword 'PLATE2'")]
    public async Task An_unknown_name_of_the_recipe_is_a_fault_of_the_recipe(string keys, string message)
    {
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => SpectrumRows.Read(
            $"files: spectra/spec-0266-51602-0031.fits\nra: RA\ndec: DEC\n{keys}\n"
                + "wavelength: { column: loglam, scale: log10, unit: Angstrom, medium: vacuum }"));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.True(e.IsOfCaller);
    }

    [Theory]
    [InlineData("ra: RA", "'dec' is missing")]
    [InlineData("ra: RA\ndec: DEC\nivar: { kind: rms }", "expected 'column' or 'hdu'")]
    [InlineData("ra: RA\ndec: DEC\nwavelength: { scale: ln }", "expected linear or log10, found 'ln'")]
    [InlineData("ra: RA\ndec: DEC\nrow: -1", "expected the number of a row, from 0")]
    public void A_wrong_key_is_an_error(string keys, string message) => Assert.Contains(message,
        Assert.ThrowsAny<PileException>(() => BuilderRuns.Builder($"kind: spectrum\nfiles: spectra/PH957_f.fits\n{keys}")).Message,
        StringComparison.Ordinal);

    // The layout of JWST's x1d files: a row per wavelength, µm and Jy.
    private static void MakeX1d(string path, string change) => Python.Run("""
        import sys
        import numpy as np
        from astropy.io import fits
        from astropy.table import Table
        path, change = sys.argv[1:3]
        rng = np.random.default_rng(3)
        n = 200
        lam = 0.8 + np.arange(n) * 0.05
        if change == 'descending': lam = lam[::-1]
        if change == 'unsorted': lam[9:11] = lam[9:11][::-1] + [0.15, 0]
        error = rng.uniform(0, 1e-8, n)
        error[5] = 0
        flux = rng.normal(1e-7, 1e-8, n)
        flux[[3, 50]] = np.nan
        t = Table({'WAVELENGTH': lam, 'FLUX': flux, 'FLUX_ERROR': error, 'DQ': rng.integers(0, 2, n).astype('f8'),
            'BACKGROUND': rng.normal(size=n)}, units={'WAVELENGTH': 'um', 'FLUX': 'Jy', 'FLUX_ERROR': 'Jy'})
        p = fits.PrimaryHDU()
        p.header['TARG_RA'] = {'position': 'unknown', 'turned': 400.0}.get(change, 214.9)
        p.header['TARG_DEC'] = 52.85
        if change == 'vacuum': p.header['AIRORVAC'] = 'vac'
        fits.HDUList([p, fits.BinTableHDU(t, name='EXTRACT1D')]).writeto(path)
        """, path, change);

    [Fact]
    public async Task A_spectrum_without_wavelengths_is_a_bad_row()
    {
        using TemporaryFolder folder = new();
        SpectrumRows.Make("""
            def write(name, **columns):
                t = Table(columns)
                t['w'].unit, t['f'].unit = 'Angstrom', 'Jy'
                t.meta.update(RA=10.0, DEC=20.0)
                t.write(sys.argv[1] + '/' + name, overwrite=True)
            write('a.fits', w=np.array([5000.0, 5001.0]), f=np.array([1, 2], 'f4'))
            write('b.fits', w=np.zeros(0), f=np.zeros(0, 'f4'))
            columns = [fits.Column('w', 'QD()', 'Angstrom', array=np.array([np.zeros(0), np.array([1.0, 2.0])], dtype=object)),
                       fits.Column('f', 'QE()', 'Jy', array=np.array([np.zeros(0, 'f4'), np.array([3, 4], 'f4')], dtype=object))]
            hdu = fits.BinTableHDU.from_columns(columns)
            hdu.header.update(RA=10.0, DEC=20.0)
            hdu.writeto(sys.argv[1] + '/c.fits')
            """, folder.Path);
        const string source = "hdu: 1\nflux: f\nwavelength: { column: w, medium: vacuum }\nra: RA\ndec: DEC";
        await SpectrumRows.Fails("b.fits, row 0: HDU 1, column 'f' with 0 wavelengths is not a spectrum. Skip bad rows",
            $"files: b.fits\n{source}", folder.Path);
        await SpectrumRows.Fails("c.fits, row 0: ", $"files: c.fits\n{source}", folder.Path);
        List<SkippedRow> skipped = [];
        BuilderRun run = BuilderRuns.Builder($"kind: spectrum\nfiles: \"*.fits\"\n{source}", folder.Path);
        run = run with { Context = new BuildContext { SkipsBadRows = true, OnSkip = skipped.Add } };
        List<RowBatch> rows = await run.ReadAllAsync(TestContext.Current.CancellationToken);
        Assert.Equal([[1f, 2f], [3f, 4f]], rows.Select(r => r.Values<float>("spectrum_flux").ToArray()));
        Assert.Equal([("b.fits", 0L), ("c.fits", 0L)], skipped.Select(s => (Path.GetFileName(s.File), s.Row!.Value)));
        Assert.All(skipped, s => Assert.Contains("0 wavelengths", s.Reason, StringComparison.Ordinal));
    }
}
