using Pile.Format;
using Pile.TestKit;
using static Pile.Builders.Tests.Sources.CubeSpectrum.CubeRows;

namespace Pile.Builders.Tests.Sources.CubeSpectrum;

/// <summary>The unit of the recipe: values are converted to it from BUNIT, as astropy converts them.</summary>
public class CubeUnitTests
{
    // Cubes of one value each, so that the sum over a circle of 2 arcsec is the value times the solid angle of the circle.
    private const string Make = """
        import sys, numpy as np
        from astropy.io import fits
        for i, (unit, value) in enumerate(u.split('=') for u in sys.argv[2:]):
            h = fits.Header(dict(CTYPE1='RA---TAN', CTYPE2='DEC--TAN', CTYPE3='WAVE', CRVAL1=150. + i, CRVAL2=2., CRVAL3=5., CRPIX1=9.,
                                 CRPIX2=9., CRPIX3=1., CDELT1=-1 / 3600, CDELT2=1 / 3600, CDELT3=.01, CUNIT1='deg', CUNIT2='deg',
                                 CUNIT3='um', RADESYS='ICRS', BMAJ=3 / 3600, BMIN=2 / 3600))
            if unit: h['BUNIT'] = unit
            cube = np.full((3, 17, 17), float(value), 'f4')
            g = h.copy()
            if unit == 'Jy/arcsec2': g['BUNIT'] = 'mJy/arcsec2'; noise = cube * 100
            else: noise = cube / 10
            fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(cube, h, name='SCI'), fits.ImageHDU(noise, g, name='ERR')]).writeto(
                f'{sys.argv[1]}/{i}.fits')
        """;

    // argv: the unit of the recipe, then BUNIT=value of each cube in the order of the objects.
    private const string Judge = """
        import astropy.units as u
        to = u.Unit(sys.argv[2])
        circle = np.pi * 2.0 ** 2 * u.arcsec ** 2
        for i, (unit, value) in enumerate(a.split('=') for a in sys.argv[3:]):
            v = (float(value) * u.Unit(unit)).to(to)
            flux, ivar = (columns[c].reshape(-1, 3)[i] for c in ('spectrum_flux', 'spectrum_ivar'))
            np.testing.assert_allclose(flux, (v * circle).to_value(to * u.sr if 'sr' in sys.argv[2] else to * u.arcsec ** 2), rtol=1e-5)
            white, white_ivar = columns['image_array'][i, 0], columns['image_ivar'][i, 0]
            np.testing.assert_allclose(white, v.value, rtol=1e-6)
            # the error of a voxel is a tenth of its value, and the image is the mean of three channels
            np.testing.assert_allclose(white_ivar, 3 / (v.value / 10) ** 2, rtol=1e-5)
            np.testing.assert_allclose(flux * np.sqrt(ivar), flux[0] * np.sqrt(ivar[0]), rtol=1e-5)
        """;

    [Theory]
    [InlineData("Jy/sr", "Jy", "MJy/sr=3")]
    [InlineData("Jy/sr", "Jy", "MJy/sr=3", "Jy/sr=4e5", "Jy/arcsec2=1e-3")]
    [InlineData("mJy / arcsec2", "mJy", "MJy/sr=3", "Jy/arcmin2=0.25")]
    public async Task Each_cube_is_converted_to_the_unit_of_the_recipe_as_by_astropy(string unit, string sum, params string[] cubes)
    {
        using TemporaryFolder folder = new();
        RowBatch rows = await ReadAsync(folder, cubes, $"unit: {unit}");
        Assert.Equal(cubes.Length, rows.RowCount);
        PythonColumns.Run(rows, Judge, [unit, .. cubes]);
        Assert.Equal((sum, unit), (rows["spectrum_flux"].Schema.Unit, rows["image_array"].Schema.Unit));
    }

    // argv: the value and the unit of the cube for astropy. The sum over the circle is in Jy.
    private const string SumJudge = """
        import astropy.units as u
        beam = np.pi * 3 * 2 / (4 * np.log(2)) * u.arcsec ** 2
        circle = np.pi * 2.0 ** 2 * u.arcsec ** 2
        density = (float(sys.argv[2]) * u.Unit(sys.argv[3])).to(u.Jy / u.arcsec ** 2, u.beam_angular_area(beam))
        np.testing.assert_allclose(columns['spectrum_flux'], (density * circle).to_value(u.Jy), rtol=1e-5)
        """;

    [Theory]
    [InlineData("Jy/bm", "", "Jy/beam")]
    [InlineData("JY/BM", "", "Jy/beam")]
    [InlineData("mJy/Beam", "unit: Jy/beam", "mJy/beam")]
    [InlineData("mJy/bm", "unit: Jy/beam", "mJy/beam")]
    [InlineData("MJy/sterad", "unit: Jy/sr", "MJy/sr")]
    [InlineData("mJy/sqarcsec", "unit: Jy/sr", "mJy/arcsec2")]
    [InlineData("Jy/b", "unit: Jy/beam\nscale: 1", "Jy/beam")] // as the error recommends
    public async Task Areas_in_other_spellings_are_summed_as_by_astropy(string unit, string more, string known)
    {
        using TemporaryFolder folder = new();
        RowBatch rows = await ReadAsync(folder, [$"{unit}=3"], more);
        PythonColumns.Run(rows, SumJudge, ["3", known]);
        Assert.Equal("Jy", rows["spectrum_flux"].Schema.Unit);
    }

    [Theory]
    [InlineData("unit: Jy", "'MJy/sr' (BUNIT) cannot be converted to 'Jy'", "MJy/sr=3")]
    [InlineData("unit: Jy/sr", "'count' (BUNIT) cannot be converted to 'Jy/sr'", "count=3")]
    [InlineData("unit: MJy/sr", "'K' (BUNIT) cannot be converted to 'MJy/sr'", "K=3")]
    [InlineData("unit: MJy/sr", "'KELVIN' (BUNIT) cannot be converted to 'MJy/sr'", "KELVIN=3")]
    [InlineData("", "the unit 'Jy/b' is neither per spaxel nor per solid angle nor per beam: 'b' is not a known unit. Set 'unit' in the "
        + "recipe's source to the unit of the values, such as 'Jy/beam', and 'scale: 1'", "Jy/b=3")]
    [InlineData("unit: Jy/b", "'b' is not a known unit. Correct 'unit' in the recipe's source", "Jy/beam=3")]
    [InlineData("", "the unit 'mag/arcsec2' is a magnitude or another logarithm", "mag/arcsec2=20")]
    [InlineData("unit: Jy/arcsec2", "'mag(AB)' (BUNIT) cannot be converted to 'Jy/arcsec2'", "mag(AB)=20")]
    [InlineData("", "'TMB' is a brightness temperature, which does not add up over spaxels. Convert the cube, or, if BUNIT is wrong, set "
        + "'unit' and 'scale' in the recipe's source", "TMB=3")]
    [InlineData("unit: Jy/sr\nscale: 1e6", "and 'scale' converts both by one factor", "MJy/sr=3", "Jy/sr=3")]
    [InlineData("", "Set 'unit' in the recipe's source to convert them to it", "MJy/sr=3", "Jy/sr=3")]
    public async Task Unit_that_cannot_be_converted_is_rejected_by_name(string more, string message, params string[] cubes)
    {
        using TemporaryFolder folder = new();
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => ReadAsync(folder, cubes, more));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Contains(".fits", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unit: Jy/sr", 3, "=3")] // no BUNIT
    [InlineData("unit: Jy/sr", 3, "unknown=3")]
    [InlineData("unit: Jy/sr\nscale: 1", 3, "MJy/sr=3")] // the recipe corrects BUNIT
    [InlineData("unit: Jy/sr\nscale: 1", 3, "TMB=3")]
    [InlineData("unit: 1e-17 erg/s/cm2/Angstrom", 0.003, "10**-20 erg/s/cm**2/Angstrom/pixel=3")]
    public async Task Unit_of_the_recipe_replaces_one_that_is_missing_unknown_or_corrected(string more, double expected, string cube)
    {
        using TemporaryFolder folder = new();
        RowBatch rows = await ReadAsync(folder, [cube], more);
        Assert.All(Values<float>(rows, "image_array"), v => Assert.Equal(expected, v, expected * 1e-6));
    }

    private static async Task<RowBatch> ReadAsync(TemporaryFolder folder, string[] cubes, string more)
    {
        Python.Run(Make, [folder.Path, .. cubes]);
        File.WriteAllLines(folder["t.csv"], ["id,ra,dec", .. cubes.Select((_, i) => $"{i},{150 + i},2")]);
        return await CubeRows.ReadAsync("kind: cube-spectrum\ncatalogue: t.csv\nfiles: '*.fits'\nhdu: SCI\nivar: { hdu: ERR, kind: rms }\n"
            + $"aperture: {{ radius_arcsec: 2 }}\nimage: {{ size: 5 }}\n{more}", folder.Path);
    }
}
