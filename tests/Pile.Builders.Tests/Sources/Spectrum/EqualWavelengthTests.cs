using System.Globalization;
using System.Text.RegularExpressions;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

/// <summary>Neighbouring pixels that are closer than the steps of float32, compared with float32 of numpy.</summary>
public sealed class EqualWavelengthTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("FREQ", 345e9, 15e3, "Hz")] // channels of ALMA
    [InlineData("AWAV", 6562.0, 2e-4, "Angstrom")]
    [InlineData("AWAV", 6562.0, 2e-3, "Angstrom")]
    public async Task Equal_wavelengths_in_float32_are_reported_once_for_a_file(string type, double start, double step, string unit)
    {
        SpectrumRows.Make("""
            p = fits.PrimaryHDU(np.ones((2, 40), 'f4'))
            p.header.update(RA=10., DEC=2., BUNIT='Jy', CTYPE1=sys.argv[2], CRVAL1=float(sys.argv[3]), CDELT1=float(sys.argv[4]), CRPIX1=1.,
                            CUNIT1=sys.argv[5])
            p.writeto(sys.argv[1] + '/fine.fits')
            """, [folder.Path, type, Text(start), Text(step), unit]);
        List<string> messages = [];
        _ = await BuilderRuns.Builder("kind: spectrum\nfiles: fine.fits\nra: RA\ndec: DEC", folder.Path, messages.Add)
            .ReadAllAsync(TestContext.Current.CancellationToken);
        int equal = int.Parse(Python.Run("""
            import sys, numpy as np
            from astropy import constants
            x = float(sys.argv[2]) + np.arange(40) * float(sys.argv[3])
            wave = constants.c.value / x * 1e10 if sys.argv[1] == 'FREQ' else x
            print(2 * int((np.diff(wave.astype('f4')) == 0).sum())) # of two spectra
            """, type, Text(start), Text(step)), CultureInfo.InvariantCulture);
        string[] found = [.. messages.Where(m => m.Contains("equal wavelengths", StringComparison.Ordinal))];
        Assert.Equal(equal > 0 ? 1 : 0, found.Length);
        if (equal > 0)
            Assert.Matches(new Regex($"{equal} pairs of neighbouring pixels"), found[0]);
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
