using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

/// <summary>Noise that declares a unit of its own, in files that astropy writes, compared with a conversion by astropy.</summary>
public sealed class NoiseUnitTests : IDisposable
{
    private const string Make = """
        import sys, numpy as np
        from astropy.io import fits
        folder, unit, noise, value = sys.argv[1:5]
        def image(shape, fill, name, bunit):
            h = fits.ImageHDU(np.full(shape, fill, 'f4'), name=name)
            h.header.update(CTYPE1='RA---TAN', CTYPE2='DEC--TAN', CUNIT1='deg', CUNIT2='deg', CRVAL1=150., CRVAL2=2., CRPIX1=4.5,
                            CRPIX2=4.5, CDELT1=-1e-4, CDELT2=1e-4, FILTER='r')
            if len(shape) == 3: h.header.update(CTYPE3='WAVE', CUNIT3='Angstrom', CRVAL3=5000., CRPIX3=1., CDELT3=2.)
            if bunit: h.header['BUNIT'] = bunit
            return h
        for name, shape in (('image', (8, 8)), ('cube', (3, 8, 8))):
            fits.HDUList([fits.PrimaryHDU(), image(shape, 1, 'DATA', unit), image(shape, float(value), 'NOISE', noise)]).writeto(
                f'{folder}/{name}.fits')
        p = fits.PrimaryHDU(); p.header.update(RA=10., DEC=2.)
        C = fits.Column
        fits.HDUList([p, fits.BinTableHDU.from_columns([C('W', 'D', unit='Angstrom', array=[4000., 4001.]),
            C('F', 'D', unit=unit, array=[1., 1.]), C('E', 'D', unit=noise or None, array=[float(value)] * 2)])]).writeto(
            f'{folder}/spectrum.fits')
        open(f'{folder}/t.csv', 'w').write('id,ra,dec\n1,149.99995,2.00005\n') # near the centre of a spaxel
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Builders { get; } = ["cube", "cube-spectrum", "fits-image", "fits-cutout", "spectrum"];

    [Theory]
    [MemberData(nameof(Builders))]
    public async Task Standard_deviations_are_converted_to_the_unit_of_the_flux(string kind) =>
        await Agrees(kind, "rms", "Jy", "mJy", 100, "u.mJy", "u.Jy");

    [Theory]
    [MemberData(nameof(Builders))]
    public async Task Variances_are_converted_to_the_square_of_the_unit_of_the_flux(string kind) =>
        await Agrees(kind, "variance", "10**(-2)*erg/s/cm**2/Angstrom", "(10**(-3)*erg/s/cm**2/Angstrom)**2", 4,
            "(1e-3 * u.erg / u.s / u.cm**2 / u.AA) ** 2", "1e-2 * u.erg / u.s / u.cm**2 / u.AA");

    [Theory]
    [MemberData(nameof(Builders))]
    public async Task Inverse_variances_are_converted_to_the_inverse_square_of_the_unit_of_the_flux(string kind) =>
        await Agrees(kind, "ivar", "mJy", "1/Jy^2", 4e6f, "u.Jy ** -2", "u.mJy");

    [Theory]
    [MemberData(nameof(Builders))]
    public async Task Noise_without_a_unit_is_in_the_unit_of_the_flux(string kind) =>
        await Agrees(kind, "rms", "Jy", "", 0.5f, "u.Jy", "u.Jy");

    [Theory]
    [MemberData(nameof(Builders))]
    public async Task An_inverse_variance_that_repeats_the_unit_of_the_flux_is_in_the_unit_of_the_flux(string kind) =>
        await Agrees(kind, "ivar", "mJy", "mJy", 4, "u.mJy ** -2", "u.mJy");

    [Theory]
    [MemberData(nameof(Builders))]
    public async Task The_unit_of_the_recipe_precedes_that_of_the_file(string kind) =>
        await Agrees(kind, "rms", "Jy", "K", 100, "u.mJy", "u.Jy", ", unit: mJy");

    [Theory]
    [MemberData(nameof(Builders))]
    public async Task Noise_in_the_unit_of_another_quantity_is_an_error(string kind)
    {
        Python.Run(Make, folder.Path, "Jy", "Jy", "0.1");
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => Read(kind, "variance", ""));
        Assert.Contains(kind == "spectrum" ? "column 'E'" : "HDU 2", e.Message, StringComparison.Ordinal);
        Assert.Contains("the unit 'Jy', which cannot be converted to that of a variance of values in 'Jy'", e.Message,
            StringComparison.Ordinal);
        Assert.Contains(".fits", e.Message, StringComparison.Ordinal);
        Assert.Contains("'unit'", e.Message, StringComparison.Ordinal);
    }

    private async Task Agrees(string builder, string kind, string unit, string noise, float value, string from, string to,
        string keys = "")
    {
        Python.Run(Make, folder.Path, unit, noise, value.ToString("R", System.Globalization.CultureInfo.InvariantCulture));
        RowBatch rows = await Read(builder, kind, keys);
        string column = builder switch
        {
            "cube" => "cube_ivar",
            "fits-image" or "fits-cutout" => "image_ivar",
            _ => "spectrum_ivar",
        };
        Assert.Equal("agrees", PythonColumns.Run(rows, $$"""
            import astropy.units as u
            noise, flux = {{value:R}} * {{from}}, u.Unit({{to}})
            expected = {'ivar': noise, 'variance': 1 / noise, 'rms': noise ** -2}['{{kind}}'].to(flux ** -2).value
            np.testing.assert_allclose(columns['{{column}}'].ravel(), expected, rtol=1e-6)
            print('agrees')
            """).Trim());
    }

    // The aperture contains the centre of one spaxel, so that the sum is its value.
    private async Task<RowBatch> Read(string builder, string kind, string keys)
    {
        string source = builder switch
        {
            "cube" => $"kind: cube\nfiles: cube.fits\nivar: {{ hdu: NOISE, kind: {kind}{keys} }}",
            "cube-spectrum" => $"kind: cube-spectrum\ncatalogue: t.csv\nfiles: cube.fits\nivar: {{ hdu: NOISE, kind: {kind}{keys} }}\n"
                + "aperture: { radius_arcsec: 0.1, method: centre }\nimage: { size: 2 }",
            "fits-image" => $"kind: fits-image\nfiles: image.fits\nivar: {{ hdu: NOISE, kind: {kind}{keys} }}",
            "fits-cutout" => "kind: fits-cutout\ncatalogue: t.csv\nsize: 4\n"
                + $"bands: [{{ name: r, files: image.fits, ivar: {{ hdu: NOISE, kind: {kind}{keys} }} }}]",
            _ => "kind: spectrum\nfiles: spectrum.fits\nhdu: 1\nflux: F\nwavelength: { column: W, medium: vacuum }\nra: RA\ndec: DEC\n"
                + $"ivar: {{ column: E, kind: {kind}{keys} }}",
        };
        return Assert.Single(await BuilderRuns.Builder(source, folder.Path).ReadAllAsync(TestContext.Current.CancellationToken));
    }
}
