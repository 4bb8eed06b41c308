using System.Globalization;
using Pile.TestKit;

namespace Pile.Fits.Tests;

/// <summary>Distortions that SCAMP wrote as parameters of TAN: as astropy reads them as TPV, or as SIP if there is both.</summary>
public class ScampTests
{
    private const string Script = """
        import sys, numpy as np, warnings
        from astropy.io import fits
        from astropy.wcs import WCS
        warnings.simplefilter('ignore')
        h = fits.Header(dict(CTYPE1='RA---TAN', CTYPE2='DEC--TAN', CRPIX1=15.5, CRPIX2=20.5, CRVAL1=150., CRVAL2=2., CD1_1=-1e-2,
                             CD2_2=1e-2, CD1_2=1e-4, RADESYS='ICRS'))
        for i in (1, 2):
            for j, v in ((0, 1e-5 * i), (1, 1.001), (2, 1e-4)) + (((4, 1e-3), (5, -2e-3), (7, 1e-4)) if sys.argv[2] != 'low' else ()):
                h[f'PV{i}_{j}'] = v
        if sys.argv[2] == 'sip':
            h.update(dict(A_ORDER=2, B_ORDER=2, A_2_0=1e-4, B_0_2=-2e-4, A_1_1=1e-5))
        if sys.argv[2] == 'swapped':
            h['CTYPE1'], h['CTYPE2'], h['CRVAL1'], h['CRVAL2'] = h['CTYPE2'], h['CTYPE1'], h['CRVAL2'], h['CRVAL1']
        tail = '-SIP' if sys.argv[2] == 'sip' else ''
        h['CTYPE1'], h['CTYPE2'] = h['CTYPE1'] + tail, h['CTYPE2'] + tail
        fits.PrimaryHDU(np.zeros((40, 30), 'f4'), h).writeto(sys.argv[1])
        if not tail:
            h['CTYPE1'], h['CTYPE2'] = h['CTYPE1'].replace('TAN', 'TPV'), h['CTYPE2'].replace('TAN', 'TPV')
        for x, y in ((0, 0), (29, 3), (14.5, 19.5), (7, 39)):
            sky = WCS(h).all_pix2world([[x, y]], 0)[0]
            print(x, y, *(repr(float(v)) for v in (sky[::-1] if sys.argv[2] == 'swapped' else sky)))
        """;

    [Theory]
    [InlineData("low")]
    [InlineData("high")]
    [InlineData("swapped")]
    [InlineData("sip")]
    public void Positions_are_those_of_astropy(string form)
    {
        using TemporaryFolder folder = new();
        string[] expected = Python.Run(Script, folder["s.fits"], form).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using FitsFile file = FitsFile.OpenRead(folder["s.fits"]);
        Assert.True(Wcs.TryOpen(file.Hdus[0].Header, out Wcs? wcs));
        using (wcs)
            foreach (string line in expected)
            {
                double[] v = [.. line.Split(' ').Select(t => double.Parse(t, CultureInfo.InvariantCulture))];
                (double raDeg, double decDeg) = wcs.PixelToSky(v[0], v[1]);
                Assert.Equal(v[2], raDeg, 1e-10);
                Assert.Equal(v[3], decDeg, 1e-10);
            }
    }
}
