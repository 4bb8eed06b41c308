using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Cube;

/// <summary>The builder <c>cube</c> on files of MUSE and of radio telescopes, and on files with the layouts of JWST and CALIFA.</summary>
public class CubeBuilderTests
{
    [Fact]
    public async Task A_cube_of_MUSE_needs_only_its_file_name()
    {
        List<string> messages = [];
        RowBatch row = await CubeRun.ReadRow("files: ifu/muse-udf-26.fits", onMessage: messages.Add);
        CubeRun.Agrees(row, """
            f = fits.open(sys.argv[2])
            h, stat = f['DATA'].header, f['STAT'].data
            same('cube_flux', f['DATA'].data.astype(f['DATA'].data.dtype.newbyteorder('=')))
            with np.errstate(divide='ignore', invalid='ignore'):
                want = np.where((stat > 0) & np.isfinite(stat), 1 / stat.astype('f8'), 0)
            np.testing.assert_allclose(columns['cube_ivar'][0], want, rtol=1e-7)
            lam = WCS(h).spectral.pixel_to_world(np.arange(h['NAXIS3'])).to_value('Angstrom')
            np.testing.assert_allclose(columns['cube_lambda'][0], lam, rtol=1e-12)
            centre(h)
            assert units['cube_flux'] == h['BUNIT'] and columns['object_id'][0] == 'muse-udf-26'
            assert columns['cube_file'][0] == 'muse-udf-26.fits'
            a, b = wcs().wcs_pix2world([[3, 4, 5]], 0), WCS(h).wcs_pix2world([[3, 4, 5]], 0)
            np.testing.assert_allclose(a, b, rtol=1e-12)
            assert 'cube_mask' not in columns and 'cube_spectral_axis' not in columns
            """, TestPaths.Data("ifu/muse-udf-26.fits"));
        string message = Assert.Single(messages);
        Assert.Contains("HDU 1 (DATA) is the cube; HDU 2 (STAT) is its variance; no mask", message, StringComparison.Ordinal);
        Assert.Contains("wavelengths in air", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_of_float64_are_kept_or_converted_by_the_recipe()
    {
        RowBatch row = await CubeRun.ReadRow("""
            files: ifu/muse-linear.fits
            wavelength: { medium: air }
            unit: 10**-17 erg s-1 cm-2 Angstrom-1
            keywords: [MJD-OBS, DATE-OBS]
            mjd: MJD-OBS
            time_scale: UTC
            """);
        CubeRun.Agrees(row, """
            f = fits.open(sys.argv[2])
            h, data, stat = f['DATA'].header, f['DATA'].data.astype('f8'), f['STAT'].data.astype('f8')
            assert columns['cube_flux'].dtype == 'f8'
            np.testing.assert_allclose(columns['cube_flux'][0], data * 1e-3, rtol=1e-14)
            with np.errstate(divide='ignore', invalid='ignore'):
                want = np.where((stat > 0) & np.isfinite(stat), 1 / (stat * 1e-6), 0)
            np.testing.assert_allclose(columns['cube_ivar'][0], want, rtol=1e-7)
            assert columns['mjd'][0] == h['MJD-OBS'] == columns['MJD-OBS'][0] and columns['DATE-OBS'][0] == h['DATE-OBS']
            n = h['NAXIS3']
            np.testing.assert_allclose(columns['cube_lambda'][0], h['CRVAL3'] + (np.arange(n) + 1 - h['CRPIX3']) * h['CDELT3'], rtol=1e-13)
            assert u.Unit(units['cube_ivar'], format='fits').is_equivalent('s2 cm4 Angstrom2 / erg2')
            """, TestPaths.Data("ifu/muse-linear.fits"));
    }

    [Fact]
    public async Task Velocities_have_wavelengths_and_stay_as_they_are()
    {
        RowBatch row = await CubeRun.ReadRow("files: ifu/kinms-vrad.fits");
        CubeRun.Agrees(row, """
            f = fits.open(sys.argv[2])
            h = f[0].header
            same('cube_flux', f[0].data.astype('f8'))
            v = h['CRVAL3'] + (np.arange(h['NAXIS3']) + 1 - h['CRPIX3']) * h['CDELT3']
            np.testing.assert_allclose(columns['cube_spectral_axis'][0], v, rtol=1e-12, atol=1e-6)
            assert columns['cube_spectral_type'][0] == 'VRAD' and columns['cube_spectral_unit'][0] == 'm/s'
            lam = (v * u.m / u.s).to('Angstrom', u.doppler_radio(h['RESTFRQ'] * u.Hz)).value
            np.testing.assert_allclose(columns['cube_lambda'][0], lam, rtol=1e-12)
            assert units['cube_flux'] == 'Jy/beam' and 'cube_ivar' not in columns
            centre(h)
            """, TestPaths.Data("ifu/kinms-vrad.fits"));
    }

    [Fact]
    public async Task An_axis_without_wavelengths_and_a_header_without_celestial_WCS_keep_what_they_define()
    {
        List<string> messages = [];
        RowBatch row = await CubeRun.ReadRow("files: ifu/n2hp_cube.fits\nid: OBJECT", onMessage: messages.Add);
        CubeRun.Agrees(row, """
            f = fits.open(sys.argv[2])
            h = f[0].header
            same('cube_flux', f[0].data.astype('f8'))
            v = h['CRVAL3'] + (np.arange(h['NAXIS3']) + 1 - h['CRPIX3']) * h['CDELT3']
            np.testing.assert_allclose(columns['cube_spectral_axis'][0], v, rtol=1e-12, atol=1e-6)
            assert columns['cube_spectral_type'][0] == 'VELOCITY' and columns['cube_spectral_unit'][0] == 'm/s'
            assert nulls['cube_lambda'] == nulls['spaxel_size'] == nulls['cube_wcs'] == nulls['cube_x'] == [True]
            c = SkyCoord(h['RA'], h['DEC'], unit='deg', frame='fk5').icrs
            assert abs(columns['ra'][0] - c.ra.deg) < 1e-8 and abs(columns['dec'][0] - c.dec.deg) < 1e-8
            assert columns['object_id'][0] == h['OBJECT']
            """, TestPaths.Data("ifu/n2hp_cube.fits"));
        Assert.Contains(messages, m => m.Contains("its position is that of the keywords RA and DEC", StringComparison.Ordinal));
        Assert.Contains(messages, m => m.Contains("does not define wavelengths", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cube_with_the_layout_of_JWST_has_its_error_and_its_quality()
    {
        using TemporaryFolder folder = new();
        MadeCube.Write((folder["x_s3d.fits"], """
            h = header('WAVE', 'um', 5.0, 0.0013, 'MJy/sr')
            hdus += [fits.ImageHDU(flux, h, name='SCI'), fits.ImageHDU(err, name='ERR'), fits.ImageHDU(dq, name='DQ'),
                     fits.ImageHDU(np.ones(shape, 'f4'), name='WMAP')]
            """));
        RowBatch row = await CubeRun.ReadRow("""
            files: x_s3d.fits
            id: "{TARGNAME}"
            ra: TARG_RA
            dec: TARG_DEC
            lsf: { polynomial: [3000, 0.01], kind: resolution }
            """, folder.Path);
        CubeRun.Agrees(row, """
            f = fits.open(sys.argv[2])
            same('cube_flux', f['SCI'].data.astype('f4')); same('cube_mask', f['DQ'].data.astype('u4'))
            err = f['ERR'].data.astype('f8')
            np.testing.assert_allclose(columns['cube_ivar'][0], np.where(err > 0, 1 / np.where(err > 0, err, 1) ** 2, 0), rtol=1e-7)
            lam = columns['cube_lambda'][0]
            np.testing.assert_allclose(lam, 5e4 + np.arange(len(lam)) * 13, rtol=1e-12)
            sigma = (lam / (3000 + 0.01 * lam) / 2.3548200450309493)[:, None, None]
            np.testing.assert_allclose(columns['cube_lsf_sigma'][0], np.broadcast_to(sigma, f['SCI'].data.shape), rtol=1e-6)
            h = f['SCI'].header
            assert columns['object_id'][0] == 'NGC 1' and columns['ra'][0] == 80.5001 and columns['dec'][0] == -69.5
            x, y = WCS(h).celestial.world_to_pixel(SkyCoord(80.5001, -69.5, unit='deg'))
            np.testing.assert_allclose([columns['cube_x'][0], columns['cube_y'][0]], [x, y], atol=1e-6)
            """, folder["x_s3d.fits"]);
    }

    [Theory]
    [InlineData("WAVE-TAB", "hdus += [fits.ImageHDU(flux, h, name='SCI'), table]")]
    [InlineData("WAVE", "hdus += [fits.ImageHDU(flux, h, name='SCI'), wave]")]
    public async Task Wavelengths_of_a_table_or_an_image_are_found(string type, string hdus)
    {
        using TemporaryFolder folder = new();
        MadeCube.Write((folder["tab.fits"], $$"""
            h = header('{{type}}', 'um', 1.0, 1.0, 'Jy')
            if '{{type}}' == 'WAVE-TAB': h['PS3_0'], h['PS3_1'] = 'WCS-TABLE', 'wavelength'
            lam = 5 + 0.001 * np.arange(6) ** 2.5
            table = fits.BinTableHDU(np.array([(6, lam[:, None])], dtype=[('nelem', 'i4'), ('wavelength', 'f8', (6, 1))]), name='WCS-TABLE')
            wave = fits.ImageHDU(lam, fits.Header({'BUNIT': 'um'}), name='WAVELENGTH')
            {{hdus}}
            """));
        RowBatch row = await CubeRun.ReadRow("files: tab.fits", folder.Path);
        CubeRun.Agrees(row, """
            np.testing.assert_allclose(columns['cube_lambda'][0], 1e4 * (5 + 0.001 * np.arange(6) ** 2.5), rtol=1e-14)
            same('cube_flux', fits.open(sys.argv[2])['SCI'].data.astype('f4'))
            """, folder["tab.fits"]);
    }

    [Fact]
    public async Task Frequencies_have_wavelengths_without_a_rest_frequency_and_a_Stokes_axis_of_length_1_is_dropped()
    {
        using TemporaryFolder folder = new();
        MadeCube.Write((folder["alma.fits"], """
            h = header('FREQ', 'GHz', 110.0, -0.01, 'Jy/beam')
            h.update(CTYPE4='STOKES', CRVAL4=1.0, CRPIX4=1.0, CDELT4=1.0)
            hdus = [fits.PrimaryHDU(flux[None], h)]
            """));
        RowBatch row = await CubeRun.ReadRow("files: alma.fits", folder.Path);
        CubeRun.Agrees(row, """
            same('cube_flux', fits.open(sys.argv[2])[0].data[0].astype('f4'))
            f = 110 - 0.01 * np.arange(6)
            np.testing.assert_allclose(columns['cube_spectral_axis'][0], f, rtol=1e-12)
            assert columns['cube_spectral_unit'][0] == 'GHz' and columns['cube_spectral_type'][0] == 'FREQ'
            np.testing.assert_allclose(columns['cube_lambda'][0], (f * u.GHz).to('Angstrom', u.spectral()).value, rtol=1e-12)
            assert wcs().naxis == 3
            """, folder["alma.fits"]);
    }

    [Theory]
    [InlineData("VELOCITY", "", "km/s")]
    [InlineData("VRAD", "KM/S", "km/s")]
    [InlineData("FREQ", "Mhz", "MHz")]
    public async Task The_unit_of_the_recipe_is_that_of_the_axis(string type, string wrong, string unit)
    {
        using TemporaryFolder folder = new();
        MadeCube.Write((folder["axis.fits"], $"""
            h = header('{type}', '{wrong}', 1200.0, 0.5, 'Jy/beam')
            h['RESTFRQ'] = 1.15271e11
            hdus = [fits.PrimaryHDU(flux, h)]
            """));
        RowBatch row = await CubeRun.ReadRow($"files: axis.fits\nwavelength: {{ unit: {unit} }}", folder.Path);
        CubeRun.Agrees(row, $"""
            v = 1200 + 0.5 * np.arange(6)
            np.testing.assert_allclose(columns['cube_spectral_axis'][0], v, rtol=1e-12)
            assert columns['cube_spectral_unit'][0] == '{unit}' and columns['cube_spectral_type'][0] == '{type}'
            like = dict(VRAD=u.doppler_radio(1.15271e11 * u.Hz), FREQ=u.spectral()).get('{type}')
            assert nulls['cube_lambda'] == [like is None]
            if like:
                np.testing.assert_allclose(columns['cube_lambda'][0], (v * u.Unit('{unit}')).to_value('Angstrom', like), rtol=1e-12)
            w = wcs()
            got = u.Quantity(w.all_pix2world([[0, 0, 2]], 0)[0, 2], w.wcs.cunit[2])
            assert abs(got / (v[2] * u.Unit('{unit}')) - 1) < 1e-9, got
            """, folder["axis.fits"]);
    }

    [Fact]
    public async Task Masks_keep_their_type_and_maps_of_the_same_file_are_named()
    {
        using TemporaryFolder folder = new();
        MadeCube.Write((folder["califa.fits"], """
            h = header('WAVE', 'Angstrom', 3749.0, 2.0, '1E-16 erg/s/cm^2/Angstrom')
            vel = rng.normal(0, 50, shape[1:]); 
            hdus = [fits.PrimaryHDU(flux, h), fits.ImageHDU(err * 1e-22, name='ERROR'), fits.ImageHDU((dq > 0).astype('u1'), name='BADPIX'),
                    fits.ImageHDU(vel, fits.Header({'BUNIT': 'km/s'}), name='VEL'), fits.ImageHDU(np.abs(vel), name='VEL_ERR'),
                    fits.ImageHDU(flux[0], name='WHITE'), fits.ImageHDU(flux[1], name='PSFIMAGE')]
            """));
        RowBatch row = await CubeRun.ReadRow("""
            files: califa.fits
            maps: { hdus: [VEL] }
            images: [ { band: white, hdu: WHITE, psf: PSFIMAGE, psf_fwhm: SEEING } ]
            """, folder.Path);
        CubeRun.Agrees(row, """
            f = fits.open(sys.argv[2])
            same('cube_mask', f['BADPIX'].data)
            # 1e44 is out of the range of float32
            err = f['ERROR'].data.astype('f8')
            want = np.where(err > 0, 1 / np.where(err > 0, err, 1) ** 2, 0)
            assert columns['cube_ivar'].dtype == 'f8'
            np.testing.assert_allclose(columns['cube_ivar'][0], want, rtol=1e-14)
            same('cube_map', f['VEL'].data[None].astype('f8'))
            np.testing.assert_allclose(columns['cube_map_ivar'][0][0], 1 / f['VEL_ERR'].data ** 2, rtol=1e-14)
            assert columns['cube_map_label'][0] == 'VEL/VEL' and columns['cube_map_unit'][0] == 'km/s' and 'cube_map_mask' not in columns
            same('cube_image', f['WHITE'].data[None].astype('f4')); same('cube_psf', f['PSFIMAGE'].data[None].astype('f4'))
            assert columns['cube_image_band'][0] == 'white' and abs(columns['cube_psf_fwhm'][0][0] - 1.25) < 1e-7
            """, folder["califa.fits"]);
    }
}
