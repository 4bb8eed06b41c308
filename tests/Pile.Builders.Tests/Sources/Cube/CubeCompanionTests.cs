using Pile.Fits;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Cube;

/// <summary>Noise and masks whose WCS differs from that of the cube.</summary>
public class CubeCompanionTests
{
    private const string Noise = "n.header.update(h.copy()); n.header['BUNIT'] = 'MJy/sr'; ";

    [Theory]
    [InlineData("")]
    [InlineData("n.header.update(h.copy()); n.header['BUNIT'] = 'MJy/sr'")]
    [InlineData(Noise + "n.header['CRVAL3'] += 0.0006; n.header['CRPIX1'] += 1.5")]
    [InlineData(Noise + "n.header['CUNIT3'] = 'nm'; n.header['CRVAL3'] = 5000; n.header['CDELT3'] = 1.3")]
    [InlineData("n.header.update(CRVAL3=1.0, CDELT3=1.0, CRPIX3=1.0)")]
    public async Task Noise_with_the_coordinates_of_the_cube_or_without_any_is_read(string code)
    {
        using TemporaryFolder folder = new();
        Write(folder, code);
        await CubeRun.ReadRow("files: x.fits", folder.Path);
    }

    [Theory]
    [InlineData("n.header['CRVAL3'] = 6", "must have the spectral axis of the cube in x.fits, HDU 1 (SCI), which is from 50000 to 50065 Å, "
        + "but its own header says 60000 to 60065 Å")]
    [InlineData("n.header['CDELT3'] = -0.0013", "but its own header says 50000 to 49935 Å")]
    [InlineData("n.header['CUNIT3'] = 'nm'; n.header['CRVAL3'] = 6000; n.header['CDELT3'] = 1.3", "60000 to 60065 Å")]
    [InlineData("n.header['CRVAL1'] = 81.5", "must show the sky of the cube in x.fits, HDU 1 (SCI), whose centre is at (80.5, -69.5), but "
        + "its own centre is at (81.5, -69.5)")]
    [InlineData("n.header['CRPIX1'] += 3", "its own centre is at")]
    [InlineData("n.header['CDELT1'] = 3e-5", "its own pixel (1, 1) is at")]
    [InlineData("n.header.update(CTYPE1='DEC--TAN', CTYPE2='RA---TAN', CRVAL1=-69.5, CRVAL2=80.5)", "its own pixel (1, 1) is at")]
    public async Task Noise_with_other_coordinates_than_the_cube_is_an_error(string code, string finding)
    {
        using TemporaryFolder folder = new();
        Write(folder, Noise + code);
        FitsException e = await Assert.ThrowsAsync<FitsException>(() => CubeRun.ReadRow("files: x.fits", folder.Path));
        Assert.Contains("HDU 2 (ERR): the noise must ", e.Message, StringComparison.Ordinal);
        Assert.Contains(finding, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Velocities_in_other_units_are_compared()
    {
        const string Code = "v = header('VRAD', 'm/s', 1e6, 1000.0, 'K'); n = fits.ImageHDU(err, v, name='ERR'); "
            + "n.header.update(CUNIT3='km/s', CRVAL3={0}, CDELT3=1.0); hdus += [fits.ImageHDU(flux, v, name='SCI'), n]";
        using TemporaryFolder folder = new();
        MadeCube.Write((folder["same.fits"], Code.Replace("{0}", "1000.0", StringComparison.Ordinal)),
            (folder["other.fits"], Code.Replace("{0}", "1003.0", StringComparison.Ordinal)));
        await CubeRun.ReadRow("files: same.fits", folder.Path);
        FitsException e = await Assert.ThrowsAsync<FitsException>(() => CubeRun.ReadRow("files: other.fits", folder.Path));
        Assert.Contains("from 1000000 to 1005000 m/s, but its own header says 1003000 to 1008000 m/s", e.Message,
            StringComparison.Ordinal);
    }

    private static void Write(TemporaryFolder folder, string code) => MadeCube.Write((folder["x.fits"],
        $"n = fits.ImageHDU(err, name='ERR'); {(code.Length > 0 ? code : "pass")}; hdus += [fits.ImageHDU(flux, h, name='SCI'), n]"));
}
