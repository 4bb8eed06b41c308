using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

/// <summary>Noise and masks in other HDUs and files that do not belong to the flux.</summary>
public class SpectrumCompanionTests
{
    private const string Source = """
        files: f.fits
        hdu: 0
        file_unit: count
        wavelength: { medium: air }
        ra: RA
        dec: DEC

        """;

    private const string Noise = "ivar: { replace: [f., e.], kind: rms }";

    [Theory]
    [InlineData("CRVAL1=5000.0, CRPIX1=1.0, CDELT1=1.0, CTYPE1='AWAV', CUNIT1='Angstrom'")]
    [InlineData("CRVAL1=5000.4, CRPIX1=1.0, CDELT1=1.0, CTYPE1='WAVE', CUNIT1='Angstrom'")]
    [InlineData("CRVAL1=5009.0, CRPIX1=10.0, CD1_1=1.0")]
    [InlineData("CRVAL1=500.0, CRPIX1=1.0, CDELT1=0.1, CTYPE1='AWAV', CUNIT1='nm'")]
    [InlineData("CRVAL1=1.0, CRPIX1=1.0, CDELT1=1.0, CTYPE1='LINEAR'")]
    [InlineData("CRVAL1=0.0, CDELT1=1.0")]
    [InlineData("CRVAL1=5000.0")]
    [InlineData("OBJECT='none'")]
    public async Task Noise_with_the_axis_of_the_flux_or_without_one_is_read(string header)
    {
        using TemporaryFolder folder = new();
        Make(folder, header);
        Assert.Equal(4, (await SpectrumRows.Read(Source + Noise, folder.Path)).Values<float>("spectrum_ivar")[0]);
    }

    [Theory]
    [InlineData("CRVAL1=5010.0, CRPIX1=1.0, CDELT1=1.0, CTYPE1='AWAV', CUNIT1='Angstrom'", "5010 to 5039 Å")]
    [InlineData("CRVAL1=5000.6, CRPIX1=1.0, CDELT1=1.0, CTYPE1='AWAV', CUNIT1='Angstrom'", "5000.6 to 5029.6 Å")]
    [InlineData("CRVAL1=5000.0, CRPIX1=1.0, CDELT1=1.1, CTYPE1='AWAV', CUNIT1='Angstrom'", "5000 to 5031.9 Å")]
    [InlineData("CRVAL1=600.0, CRPIX1=1.0, CDELT1=0.1, CTYPE1='AWAV', CUNIT1='nm'", "6000 to 6029 Å")]
    [InlineData("CRVAL1=6000.0, CRPIX1=1.0, CDELT1=1.0", "6000 to 6029")]
    [InlineData("CRVAL1=5029.0, CRPIX1=1.0, CDELT1=-1.0, CTYPE1='AWAV', CUNIT1='Angstrom'", "5029 to 5000 Å")]
    public async Task Noise_with_another_axis_than_the_flux_is_an_error(string header, string axis)
    {
        using TemporaryFolder folder = new();
        Make(folder, header);
        await SpectrumRows.Fails("e.fits: HDU 0 (PRIMARY): the noise must have the spectral axis of the flux in f.fits, HDU 0 (PRIMARY), "
            + "which is from 5000 to",
            Source + Noise, folder.Path);
        await SpectrumRows.Fails($"but its own header says {axis}", Source + Noise, folder.Path);
        await SpectrumRows.Fails("the mask must have the spectral axis of the flux",
            Source + "mask: { replace: [f., e.] }", folder.Path);
    }

    [Theory]
    [InlineData("obj1_err.fits", "obj3_err.fits", "'obj2_flux.fits' and 'obj3_err.fits'")]
    [InlineData("obj2_err.fits", "obj3_err.fits", "'obj1_flux.fits' and 'obj2_err.fits'")]
    public async Task Files_whose_names_belong_to_other_files_are_not_paired_by_order(string first, string second, string pair)
    {
        using TemporaryFolder folder = new();
        foreach (string name in new[] { "obj1_flux.fits", "obj2_flux.fits", first, second })
            await File.WriteAllTextAsync(folder[name], "", TestContext.Current.CancellationToken);
        string sources = Source.Replace("f.fits", "'*_flux.fits'", StringComparison.Ordinal)
            + "ivar: { files: '*_err.fits', kind: rms }";
        await SpectrumRows.Fails($"these belong to different ones: {pair}. Use 'replace: [old, new]'", sources, folder.Path);
        await Assert.ThrowsAsync<DocumentInvalidException>(() => SpectrumRows.Read(sources, folder.Path));
    }

    [Theory]
    [InlineData("row: 0\nivar: { hdu: 0, kind: variance }", "'ivar' selects the very values of the flux. Set 'row' of 'ivar'")]
    [InlineData("row: 1\nivar: { hdu: 0, row: 1, kind: variance }", "'ivar' selects the very values of the flux")]
    [InlineData("ivar: { hdu: 0, kind: variance }", "'ivar' selects the very values of the flux")]
    [InlineData("row: 0\nivar: { hdu: 0, row: 1, kind: ivar }\nmask: { hdu: 0 }", "'mask' selects the very values of the flux")]
    public async Task Noise_or_a_mask_that_is_the_flux_itself_is_an_error(string keys, string finding)
    {
        using TemporaryFolder folder = new();
        MakeLines(folder);
        await SpectrumRows.Fails($"HDU 0 (PRIMARY): {finding}", Source + keys, folder.Path);
    }

    [Fact]
    public async Task Flux_noise_and_mask_are_lines_of_one_image()
    {
        using TemporaryFolder folder = new();
        MakeLines(folder);
        RowBatch rows = await SpectrumRows.Read(Source + "row: 0\nivar: { hdu: 0, row: 1, kind: ivar }\nmask: { hdu: 0, row: 2 }",
            folder.Path);
        Assert.Equal([1, 2, 3], rows.Values<float>("spectrum_flux").ToArray());
        Assert.Equal([4, 5, 6], rows.Values<float>("spectrum_ivar").ToArray());
        Assert.Equal([false, true, false], rows.Values<bool>("spectrum_mask").ToArray());
    }

    private static void Make(TemporaryFolder folder, string header) => SpectrumRows.Make($"""
        axis = dict(CRVAL1=5000.0, CRPIX1=1.0, CDELT1=1.0, CTYPE1='AWAV', CUNIT1='Angstrom', RA=10.0, DEC=20.0)
        for name, value, cards in (('f', 7, axis), ('e', 0.5, dict({header}))):
            image = fits.PrimaryHDU(np.full(30, value, 'f4'))
            for key, card in cards.items():
                image.header[key] = card
            image.writeto(sys.argv[1] + '/' + name + '.fits')
        """, folder.Path);

    private static void MakeLines(TemporaryFolder folder) => SpectrumRows.Make("""
        image = fits.PrimaryHDU(np.array([[1, 2, 3], [4, 5, 6], [0, 1, 0]], 'f4'))
        image.header.update(CRVAL1=5000.0, CRPIX1=1.0, CDELT1=1.0, CUNIT1='Angstrom', RA=10.0, DEC=20.0)
        image.writeto(sys.argv[1] + '/f.fits')
        """, folder.Path);
}
