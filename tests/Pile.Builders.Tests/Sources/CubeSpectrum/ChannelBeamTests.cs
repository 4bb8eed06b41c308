using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.CubeSpectrum;

/// <summary>Cubes of CASA, in which each channel has its own beam.</summary>
public class ChannelBeamTests
{
    // A cube over frequencies, so that the channels are read from the last to the first. argv: the folder and what differs from CASA.
    private const string Make = """
        import sys, numpy as np
        from astropy.io import fits
        what = sys.argv[2]
        h = fits.Header(dict(CTYPE1='RA---SIN', CTYPE2='DEC--SIN', CTYPE3='FREQ', CRVAL1=150., CRVAL2=2., CRVAL3=2.3e11, CRPIX1=9.,
                             CRPIX2=9., CRPIX3=1., CDELT1=-1 / 3600, CDELT2=1 / 3600, CDELT3=1e6, CUNIT1='deg', CUNIT2='deg', CUNIT3='Hz',
                             RADESYS='ICRS', BUNIT='Jy/beam', CASAMBM=True))
        major, minor = np.array([4., 3, 5, 4]), np.array([1., 2, 2.5, 3])
        cube = np.ones((4, 17, 17), 'f4') * np.arange(1, 5, dtype='f4')[:, None, None]
        noise = cube / 10
        chan, pol, unit = [2, 0, 3, 1], [0, 0, 0, 0], 'arcsec'
        if what == 'header': h['BMAJ'], h['BMIN'] = 4 / 3600, 1 / 3600
        if what == 'single': h['BMAJ'], h['BMIN'] = 4 / 3600, 1 / 3600; h['CASAMBM'] = False
        if what == 'unmarked': del h['CASAMBM']; h['BMAJ'], h['BMIN'] = 4 / 3600, 1 / 3600
        if what == 'missing': chan = [2, 0, 3]
        if what == 'outside': chan = [2, 0, 3, 1, 4]; pol = [0] * 5
        if what in ('pol', 'pols'): chan = [2, 0, 3, 1] * 2; pol = [0] * 4 + [1] * 4
        if what == 'nounit': unit = None
        if what == 'K': unit = 'K'
        if what in ('flagged', 'zero'): major[1] = minor[1] = 0
        if what == 'flagged': cube[1] = np.nan
        a, b = np.append(major, 6)[chan], np.append(minor, 6)[chan]
        if what == 'pols': a[5] *= 1.1
        if what == 'degrees': a, b, unit = a / 3600, b / 3600, 'deg'
        columns = [fits.Column('BMAJ', 'D' if what == 'degrees' else 'E', unit, array=a),
                   fits.Column('BMIN', 'D' if what == 'degrees' else 'E', unit, array=b),
                   fits.Column('BPA', 'E', 'deg', array=a * 0), fits.Column('CHAN', 'J', array=chan),
                   fits.Column('POL', 'J', array=np.resize(pol, len(chan)))]
        if what == 'nochan': columns = [c if c.name == 'BPA' else fits.Column(c.name, 'E', unit, array=v)
                                        for c, v in zip(columns[:3], (major, minor, major))]
        beams = fits.BinTableHDU.from_columns(columns, name='BEAMS')
        hdus = [fits.PrimaryHDU(cube, h), fits.ImageHDU(noise, h, name='ERR')]
        if what not in ('notable', 'single'): hdus.append(beams)
        if what == 'twice': hdus.append(beams.copy())
        fits.HDUList(hdus).writeto(f'{sys.argv[1]}/cube.fits')
        """;

    // argv: what differs from CASA.
    private const string Judge = """
        what = sys.argv[2]
        value = np.array([1., 2, 3, 4])
        major, minor = np.array([4., 3, 5, 4]), np.array([1., 2, 2.5, 3])
        if what == 'single': major[:], minor[:] = 4, 1
        if what == 'flagged': value[1] = np.nan
        beam = np.pi * major * minor / (4 * np.log(2))
        flux, ivar = columns['spectrum_flux'].ravel(), columns['spectrum_ivar'].ravel()
        lam = columns['spectrum_lambda'].ravel()
        assert (np.diff(lam) > 0).all()
        np.testing.assert_allclose(flux, (np.pi * 2.0 ** 2 * value / beam)[::-1], rtol=1e-5)
        # the noise of a voxel is a tenth of its value, so that the ratio is the same in all channels
        ratio = flux * np.sqrt(ivar)
        np.testing.assert_allclose(ratio[np.isfinite(ratio)], ratio[0], rtol=1e-5)
        assert np.isfinite(ratio).sum() == np.isfinite(value).sum()
        """;

    [Theory]
    [InlineData("casa")]
    [InlineData("header")]
    [InlineData("unmarked")]
    [InlineData("degrees")]
    [InlineData("nounit")]
    [InlineData("nochan")]
    [InlineData("pol")]
    [InlineData("flagged")]
    [InlineData("single")]
    public async Task Each_channel_is_divided_by_its_own_beam(string what)
    {
        using TemporaryFolder folder = new();
        PythonColumns.Run(await ReadAsync(folder, what), Judge, what);
    }

    [Theory]
    [InlineData("notable", "CASAMBM = T means that each channel has its own beam, but the file has no table BEAMS")]
    [InlineData("missing", "1 of the 4 channels have no row, the first is CHAN 1")]
    [InlineData("outside", "row 4: CHAN is 4, but the channels of the cube are 0 to 3")]
    [InlineData("pols", "row 5: channel 0 has two beams, of 4.53236 and 4.9856 arcsec2, but the cube has one polarization")]
    [InlineData("K", "the unit 'K' of BMAJ is not an angle")]
    [InlineData("zero", "channel 1 has valid voxels, but BMAJ and BMIN of its row in the table BEAMS are not above 0")]
    [InlineData("twice", "HDUs 2, 3 are BEAMS tables")]
    public async Task Channels_without_one_beam_are_rejected_by_name(string what, string message)
    {
        using TemporaryFolder folder = new();
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => ReadAsync(folder, what));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Contains("cube.fits", e.Message, StringComparison.Ordinal);
    }

    private static async Task<RowBatch> ReadAsync(TemporaryFolder folder, string what)
    {
        Python.Run(Make, folder.Path, what);
        File.WriteAllText(folder["t.csv"], "id,ra,dec\n1,150,2\n");
        return await CubeRows.ReadAsync("kind: cube-spectrum\ncatalogue: t.csv\nfiles: cube.fits\nhdu: 0\nivar: { hdu: ERR, kind: rms }\n"
            + "aperture: { radius_arcsec: 2 }\nimage: { size: 5 }", folder.Path);
    }
}
