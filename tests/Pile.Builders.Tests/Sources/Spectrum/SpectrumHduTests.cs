using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

public class SpectrumHduTests
{
    private const string X1d = """
        files: x1d.fits
        hdu: EXTRACT1D
        flux: FLUX
        wavelength: { column: WAVELENGTH, medium: vacuum }
        ivar: { column: FLUX_ERROR, kind: rms }
        mask: { column: DQ }

        """;

    private const string Judge = """
        tables = [h.data for h in fits.open(sys.argv[2]) if h.name == 'EXTRACT1D']
        def agrees(row, t):
            np.testing.assert_array_equal(columns['spectrum_lambda'][row], (t['WAVELENGTH'] * 1e4).astype('f4'))
            np.testing.assert_array_equal(columns['spectrum_flux'][row], t['FLUX'].astype('f4'))
            ivar = (1 / (t['FLUX_ERROR'] * t['FLUX_ERROR'])).astype('f4')
            np.testing.assert_array_equal(columns['spectrum_ivar'][row], ivar)
            np.testing.assert_array_equal(columns['spectrum_mask'][row], t['DQ'] != 0)

        """;

    [Fact]
    public async Task Each_extension_of_a_name_is_a_row()
    {
        using TemporaryFolder folder = new();
        MakeX1d(folder["x1d.fits"]);
        RowBatch rows = await SpectrumRows.Read(
            X1d + "id: \"{SLTNAME}-{SOURCEID}\"\nra: SRCRA\ndec: SRCDEC\nkeywords: [EXTVER]", folder.Path);
        SpectrumRows.Agrees(rows, Judge + """
            assert list(columns['object_id']) == ['S1-7', 'S2-8', 'S3-9'] and list(columns['ra']) == [10, 11, 12]
            for row, t in enumerate(tables):
                agrees(row, t)
                np.testing.assert_array_equal(columns['DQ'][row], t['DQ'])
            assert list(columns['EXTVER']) == [1, 2, 3]
            """, folder["x1d.fits"]);
    }

    [Theory]
    [InlineData("m.fits", "t.write(sys.argv[1] + '/m.fits')")]
    [InlineData("m.ecsv", "t.write(sys.argv[1] + '/m.ecsv', format='ascii.ecsv')")]
    public async Task A_mask_of_logical_values_is_bad_where_it_is_true(string name, string write)
    {
        using TemporaryFolder folder = new();
        SpectrumRows.Make($"""
            import sys, numpy as np
            from astropy.table import Table
            t = Table(dict(wave=[5000., 5001, 5002], flux=np.float32([1, 2, 3]), bad=[True, False, True]))
            t['wave'].unit, t['flux'].unit = 'Angstrom', 'Jy'
            t.meta.update(RA=150., DEC=2.)
            {write}
            """, folder.Path);
        RowBatch row = await SpectrumRows.Read($"files: {name}\nflux: flux\nra: RA\ndec: DEC\nmask: {{ column: bad }}\n"
            + "wavelength: { column: wave, medium: vacuum }\n" + (name == "m.fits" ? "hdu: 1\n" : ""), folder.Path);
        SpectrumRows.Agrees(row, """
            from astropy.table import Table
            np.testing.assert_array_equal(columns['spectrum_mask'][0], Table.read(sys.argv[2])['bad'])
            """, folder[name]);
    }

    [Fact]
    public async Task A_keyword_with_an_undefined_value_is_missing()
    {
        using TemporaryFolder folder = new();
        SpectrumRows.Make("""
            import sys, numpy as np
            from astropy.io import fits
            p = fits.PrimaryHDU(np.float32([1, 2, 3]))
            p.header.update(RA=150., DEC=2., CTYPE1='WAVE', CUNIT1='Angstrom', CRVAL1=5000., CRPIX1=1., CDELT1=1., BUNIT='Jy')
            p.header['UNDEF'] = None
            p.writeto(sys.argv[1] + '/u.fits')
            """, folder.Path);
        RowBatch row = await SpectrumRows.Read(
            "files: u.fits\nra: RA\ndec: DEC\nwavelength: { medium: vacuum }\nkeywords: [UNDEF]\n", folder.Path);
        Assert.True(row["UNDEF"].IsNullAt(0));
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => SpectrumRows.Read(
            "files: u.fits\nra: RA\ndec: DEC\nwavelength: { medium: vacuum }\nkeywords: [UNKNOWN]\n", folder.Path));
        Assert.Contains("there is no keyword 'UNKNOWN'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Extensions_whose_names_match_a_pattern_are_rows()
    {
        using TemporaryFolder folder = new();
        MakeOfObjects(folder["spec1d.fits"]);
        const string Source = """
            files: spec1d.fits
            flux: COUNTS
            wavelength: { column: WAVE, unit: Angstrom, medium: vacuum }
            id: NAME
            ra: RA
            dec: DEC
            keywords: [EXTNAME]

            """;
        RowBatch rows = await SpectrumRows.Read($"hdu: \"SPAT*\"\n{Source}ivar: {{ hdu: \"IVAR-*\", kind: ivar }}\n", folder.Path);
        SpectrumRows.Agrees(rows, """
            f = fits.open(sys.argv[2])
            assert list(columns['object_id']) == ['a', 'b', 'c']
            for row, name in enumerate(['SPAT0176', 'SPAT0300', 'SPAT0412']):
                np.testing.assert_array_equal(columns['spectrum_flux'][row], f[name].data['COUNTS'])
                np.testing.assert_array_equal(columns['spectrum_ivar'][row], f[name.replace('SPAT', 'IVAR-')].data)
                assert columns['EXTNAME'][row] == name
            """, folder["spec1d.fits"]);

        List<string> messages = [];
        List<RowBatch> first = await BuilderRuns.Builder($"kind: spectrum\n{Source}", folder.Path, messages.Add)
            .ReadAllAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, first.Sum(batch => batch.RowCount));
        Assert.Contains("only the first table with the column 'COUNTS' is read, not 2 later ones, of which HDU 3 (SPAT0300) is the first",
            Assert.Single(messages), StringComparison.Ordinal);
        await SpectrumRows.Fails("SPEC*", $"hdu: \"SPEC*\"\n{Source}", folder.Path);
    }

    private static void MakeOfObjects(string path) => SpectrumRows.Make("""
        hdus = [fits.PrimaryHDU()]
        for number, (name, at) in enumerate([('a', '0176'), ('b', '0300'), ('c', '0412')]):
            wave = 5000. + np.arange(4) + number
            table = fits.BinTableHDU(Table(dict(WAVE=wave, COUNTS=np.float32(wave % 7))), name='SPAT' + at)
            table.header.update(NAME=name, RA=10. + number, DEC=2., TUNIT2='ct')
            hdus += [table, fits.ImageHDU(np.float32(1 / wave), name='IVAR-' + at)]
        fits.HDUList(hdus).writeto(sys.argv[1])
        """, path);

    [Fact]
    public async Task Pixels_at_the_ends_without_a_wavelength_are_padding()
    {
        using TemporaryFolder folder = new();
        SpectrumRows.Make("""
            wave = np.array([[0., 0, 5000, 5001, 5002, 0], [np.nan, 5000, 5001, 5002, np.nan, 0]])
            table = fits.BinTableHDU(Table(dict(WAVE=wave, FLUX=np.arange(12, dtype='f4').reshape(2, 6), RA=[1., 2.], DEC=[3., 4.])))
            table.header['TUNIT2'] = 'Jy'
            table.writeto(sys.argv[1] + '/padded.fits')
            """, folder.Path);
        RowBatch rows = await SpectrumRows.Read("files: padded.fits\nflux: FLUX\nra: RA\ndec: DEC\n"
            + "wavelength: { column: WAVE, unit: Angstrom, medium: vacuum }\n", folder.Path);
        SpectrumRows.Agrees(rows, """
            t = fits.getdata(sys.argv[2])
            for row in range(2):
                good = t['WAVE'][row] > 0
                np.testing.assert_array_equal(columns['spectrum_lambda'][row], t['WAVE'][row][good])
                np.testing.assert_array_equal(columns['spectrum_flux'][row], t['FLUX'][row][good])
            """, folder["padded.fits"]);
    }

    [Fact]
    public async Task Extensions_of_a_name_are_numbered_if_the_recipe_names_no_id()
    {
        using TemporaryFolder folder = new();
        MakeX1d(folder["x1d.fits"]);
        RowBatch rows = await SpectrumRows.Read(X1d + "ra: RA\ndec: DEC", folder.Path);
        Assert.Equal(["x1d-0", "x1d-1", "x1d-2"], Enumerable.Range(0, 3).Select(i => ((TextColumnData)rows["object_id"]).Text(i)));
    }

    [Fact]
    public async Task A_table_of_objects_has_a_row_per_extension()
    {
        using TemporaryFolder folder = new();
        MakeX1d(folder["x1d.fits"]);
        RowBatch rows = await SpectrumRows.Read(X1d + "objects: SOURCES\nid: NAME\nra: RA\ndec: DEC", folder.Path);
        Assert.Equal(["a", "b", "c"], Enumerable.Range(0, 3).Select(i => ((TextColumnData)rows["object_id"]).Text(i)));
        Assert.Equal([1d, 2d, 3d], rows.Values<double>("ra").ToArray());
    }

    [Fact]
    public async Task One_extension_is_read_by_its_number()
    {
        using TemporaryFolder folder = new();
        MakeX1d(folder["x1d.fits"]);
        RowBatch row = await SpectrumRows.Read(
            X1d.Replace("EXTRACT1D", "2", StringComparison.Ordinal) + "ra: SRCRA\ndec: SRCDEC", folder.Path);
        SpectrumRows.Agrees(row, Judge + "agrees(0, tables[1])\nassert list(columns['ra']) == [11]", folder["x1d.fits"]);
    }

    [Fact]
    public async Task Extensions_of_a_name_may_be_orders()
    {
        using TemporaryFolder folder = new();
        MakeX1d(folder["x1d.fits"]);
        RowBatch row = await SpectrumRows.Read(X1d + "orders: true\nra: RA\ndec: DEC", folder.Path);
        SpectrumRows.Agrees(row, Judge + """
            wave, flux = (np.concatenate([t[n] for t in tables]) for n in ('WAVELENGTH', 'FLUX'))
            np.testing.assert_array_equal(columns['spectrum_lambda'][0], np.sort(wave * 1e4).astype('f4'))
            np.testing.assert_array_equal(columns['spectrum_flux'][0], flux[np.argsort(wave)].astype('f4'))
            """, folder["x1d.fits"]);
    }

    [Fact]
    public async Task Extensions_may_be_arms()
    {
        using TemporaryFolder folder = new();
        MakeX1d(folder["x1d.fits"]);
        RowBatch row = await SpectrumRows.Read(
            X1d + "arms: [{ name: short, hdu: 1 }, { name: long, hdu: 3 }]\nra: RA\ndec: DEC", folder.Path);
        SpectrumRows.Agrees(row, Judge + """
            by = [tables[0], tables[2]]
            wave, flux = (np.concatenate([t[n] for t in by]) for n in ('WAVELENGTH', 'FLUX'))
            np.testing.assert_array_equal(columns['spectrum_flux'][0], flux[np.argsort(wave)].astype('f4'))
            np.testing.assert_array_equal(columns['long_WAVELENGTH'][0], tables[2]['WAVELENGTH'])
            """, folder["x1d.fits"]);
    }

    [Fact]
    public async Task The_second_error_belongs_to_the_second_flux()
    {
        using TemporaryFolder folder = new();
        SpectrumRows.Make("""
            hdus = [fits.PrimaryHDU()]
            for version in (1, 2):
                for name, value in (('SCI', 1.), ('ERR', .5)):
                    h = fits.ImageHDU(np.full(5, value * version, 'f4'), name=name, ver=version)
                    h.header.update(CRVAL1=4000. * version, CDELT1=1., CTYPE1='LINEAR', CUNIT1='Angstrom', BUNIT='Jy')
                    h.header.update(RA=1. * version, DEC=2.)
                    hdus.append(h)
            fits.HDUList(hdus).writeto(sys.argv[1])
            fits.HDUList(hdus + [hdus[1]]).writeto(sys.argv[2])
            """, folder["x.fits"], folder["y.fits"]);
        const string Keys = "hdu: SCI\nwavelength: { medium: air }\nivar: { hdu: ERR, kind: rms }\nra: RA\ndec: DEC\nfiles: ";
        RowBatch rows = await SpectrumRows.Read(Keys + "x.fits", folder.Path);
        Assert.Equal([4f, 4f, 4f, 4f, 4f, 1f, 1f, 1f, 1f, 1f], rows.Values<float>("spectrum_ivar").ToArray());
        Assert.Equal([1d, 2d], rows.Values<double>("ra").ToArray());
        await SpectrumRows.Fails("2 HDUs have the name 'ERR', but at least 3 have the name 'SCI'", Keys + "y.fits", folder.Path);
    }

    [Fact]
    public async Task A_row_of_the_IVOA_spectrum_data_model_agrees_with_astropy()
    {
        using TemporaryFolder folder = new();
        SpectrumRows.Make("""
            rng = np.random.default_rng(9)
            n = 50
            wave = fits.Column('WAVE', f'{n}D', 'nm', array=[350 + np.arange(n) * .1])
            columns = [wave, fits.Column('FLUX', f'{n}E', 'erg cm**(-2) s**(-1) angstrom**(-1)', array=[rng.normal(1e-15, 1e-17, n)]),
                fits.Column('ERR', f'{n}E', 'erg cm**(-2) s**(-1) angstrom**(-1)', array=[rng.uniform(1e-17, 2e-17, n)]),
                fits.Column('QUAL', f'{n}J', array=[rng.integers(0, 2, n)])]
            t = fits.BinTableHDU.from_columns(columns, name='SPECTRUM')
            for i, (utype, ucd) in enumerate((('Spectrum.Data.SpectralAxis.Value', 'em.wl;obs.atmos'), ('Spectrum.Data.FluxAxis.Value',
                    'phot.flux.density;em.wl'), ('Spectrum.Data.FluxAxis.Accuracy.StatError', 'stat.error'), ('', 'meta.code.qual')), 1):
                t.header[f'TUTYP{i}'], t.header[f'TUCD{i}'] = utype, ucd
            t.header.update(VOCLASS='SPECTRUM V1.0', VOPUB='ESO/SAF', OBJECT='star', RA=200.5, DEC=-30.25, NELEM=n, SPEC_VAL=352.5)
            p = fits.PrimaryHDU()
            p.header.update(PRODCATG='SCIENCE.SPECTRUM')
            p.header['MJD-OBS'], p.header['MJD-END'] = 58000.25, 58000.5
            fits.HDUList([p, t]).writeto(sys.argv[1])
            """, folder["x.fits"]);
        RowBatch row = await SpectrumRows.Read("""
            files: x.fits
            hdu: SPECTRUM
            flux: FLUX
            wavelength: { column: WAVE, medium: air }
            ivar: { column: ERR, kind: rms }
            mask: { column: QUAL }
            unit: 10**-17 erg s-1 cm-2 Angstrom-1
            id: OBJECT
            ra: RA
            dec: DEC
            mjd: MJD-OBS
            mjd_end: MJD-END
            time_scale: UTC
            """, folder.Path);
        SpectrumRows.Agrees(row, """
            t = fits.open(sys.argv[2])['SPECTRUM'].data
            np.testing.assert_allclose(columns['spectrum_lambda'][0], t['WAVE'][0] * 10, rtol=1e-7)
            np.testing.assert_allclose(columns['spectrum_flux'][0], t['FLUX'][0].astype('f8') * 1e17, rtol=1e-6)
            np.testing.assert_allclose(columns['spectrum_ivar'][0], (t['ERR'][0].astype('f8') * 1e17) ** -2., rtol=1e-6)
            np.testing.assert_array_equal(columns['spectrum_mask'][0], t['QUAL'][0] != 0)
            assert (columns['mjd'][0], columns['mjd_end'][0]) == (58000.25, 58000.5) and columns['object_id'][0] == 'star'
            for name in t.names:
                np.testing.assert_array_equal(columns[name][0], t[name][0])
            """, folder["x.fits"]);
    }

    // The layout of x1d files of JWST with several slits, and of SOSS with several orders; the wavelengths of the first are the longest.
    private static void MakeX1d(string path) => SpectrumRows.Make("""
        rng = np.random.default_rng(4)
        hdus = [fits.PrimaryHDU()]
        hdus[0].header.update(RA=5., DEC=6.)
        for version in (1, 2, 3):
            n = 20
            t = Table({'WAVELENGTH': 4 - version + np.arange(n) * 0.01, 'FLUX': rng.normal(size=n), 'FLUX_ERROR': rng.uniform(1, 2, n),
                'DQ': rng.integers(0, 2, n, dtype='u4')}, units={'WAVELENGTH': 'um', 'FLUX': 'Jy', 'FLUX_ERROR': 'Jy'})
            h = fits.BinTableHDU(t, name='EXTRACT1D', ver=version)
            h.header.update(SLTNAME=f'S{version}', SOURCEID=6 + version, SRCRA=9. + version, SRCDEC=1., SPORDER=version)
            hdus.append(h)
        hdus.append(fits.BinTableHDU(Table({'NAME': ['a', 'b', 'c'], 'RA': [1., 2., 3.], 'DEC': [0., 0., 0.]}), name='SOURCES'))
        fits.HDUList(hdus).writeto(sys.argv[1])
        """, path);
}
