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
        tail = '-SIP' if sys.argv[2] == 'sip' else ''
        h['CTYPE1'], h['CTYPE2'] = h['CTYPE1'] + tail, h['CTYPE2'] + tail
        fits.PrimaryHDU(np.zeros((40, 30), 'f4'), h).writeto(sys.argv[1])
        if not tail:
            h['CTYPE1'], h['CTYPE2'] = h['CTYPE1'].replace('TAN', 'TPV'), h['CTYPE2'].replace('TAN', 'TPV')
        for x, y in ((0, 0), (29, 3), (14.5, 19.5), (7, 39)):
            sky = WCS(h).all_pix2world([[x, y]], 0)[0]
            print(x, y, *(repr(float(v)) for v in sky))
        """;

    // The oracle gets all linear terms: wcslib, also in astropy, takes 0 for those that a header omits; and CD in place of CDELT, before
    // which wcslib would apply the polynomials.
    private const string Terms = """
            h = fits.Header.fromstring(arg)
            for i in (1, 2):
                h[f'CD{i}_{i}'] = h.pop(f'CDELT{i}')
            if h['CTYPE1'].endswith('TPV') or any(k.startswith('PV2') for k in h):
                for i in (1, 2):
                    h['CTYPE%d' % i] = h['CTYPE%d' % i][:5] + 'TPV'
                    if f'PV{i}_01' not in h:
                        h.setdefault(f'PV{i}_1', 1.0)
            for x, y in ((0, 0), (29, 3), (14.5, 19.5), (7, 39)):
                sky = WCS(h).all_pix2world([[x, y]], 0)[0]
                print(*(repr(float(v)) for v in sky))
        """;

    private static readonly Dictionary<string, string[]> Headers = new()
    {
        ["TAN without the linear terms"] = Header("TAN", ["PV1_4   = 0.01", "PV2_4   = 0.01"]),
        ["TAN with a linear term of the longitudes"] = Header("TAN", ["PV1_1   = 1.01", "PV2_2   = 0.02"]),
        ["TAN with a linear term of the latitudes only"] = Header("TAN", ["PV2_1   = 1.0"]),
        ["TAN with a constant of the latitudes only"] = Header("TAN", ["PV2_0   = 0.002"]),
        ["TPV without terms"] = Header("TPV", []),
        ["TPV with a linear term of the latitudes only"] = Header("TPV", ["PV2_01  = 1.02"]),
        ["TPV with terms of the longitudes only"] = Header("TPV", ["PV1_4   = 0.01", "PV1_7   = 0.02"]),
        ["TAN with native parameters of the longitudes (paper II)"] = Header("TAN", ["PV1_3   = 170.0"]),
    };

    private static readonly Oracle Oracle = new(Terms, Headers.Values.Select(Text));

    public static TheoryData<string> Names => [.. Headers.Keys];

    [Theory] // the convention TPV: PV1_1 and PV2_1 are 1 if they are missing, other terms 0
    [MemberData(nameof(Names))]
    public void Missing_terms_are_those_of_the_convention(string name)
    {
        using Wcs wcs = Wcs.Open(new(Text(Headers[name]), "made.fits", "0"));
        // Readers of a cut-out need no default.
        using Wcs cutout = Wcs.Open(new(string.Concat(wcs.CutoutCards(0, 0).SelectMany(c => c.Format())), "made.fits", "0"));
        (double X, double Y)[] pixels = [(0, 0), (29, 3), (14.5, 19.5), (7, 39)];
        foreach ((double[] expected, (double x, double y)) in Oracle[Text(Headers[name])]
            .Select(line => line.Split(' ').Select(t => double.Parse(t, CultureInfo.InvariantCulture)).ToArray()).Zip(pixels))
            foreach (Wcs opened in (Wcs[])[wcs, cutout])
            {
                (double raDeg, double decDeg) = opened.PixelToSky(x, y);
                Assert.Equal(expected[0], raDeg, 1e-10);
                Assert.Equal(expected[1], decDeg, 1e-10);
            }
    }

    // The convention TPV of the registry of FITS conventions, in numpy: the polynomials are those of degrees.
    private const string Convention = """
        import sys, numpy as np
        from astropy.io import fits
        h = fits.Header.fromstring(sys.argv[1])
        pixels = np.array(((0, 0), (29, 3), (14.5, 19.5), (7, 39)), float).T + 1 - [[h['CRPIX1']], [h['CRPIX2']]]
        cdelt = np.array([h['CDELT1'], h['CDELT2']])
        cd = np.array([[h.get(f'PC{i}_{j}', h.get(f'PC00{i}00{j}', float(i == j))) for j in (1, 2)] for i in (1, 2)]) * cdelt[:, None]
        if 'CROTA2' in h:
            c, s = np.cos(np.radians(h['CROTA2'])), np.sin(np.radians(h['CROTA2']))
            cd = np.array([[c, -s], [s, c]]) * cdelt
        x, y = cd @ pixels
        def polynomial(i, x, y):
            r = np.hypot(x, y)
            terms = [1, x, y, r, x ** 2, x * y, y ** 2, x ** 3, x ** 2 * y, x * y ** 2, y ** 3, r ** 3]
            return sum(h.get(f'PV{i}_{k}', float(k == 1)) * term for k, term in enumerate(terms))
        x, y = np.radians([polynomial(1, x, y), polynomial(2, y, x)])
        ra, dec = np.radians([h['CRVAL1'], h['CRVAL2']])
        d = np.cos(dec) - y * np.sin(dec)
        for p in zip(np.degrees(ra + np.arctan2(x, d)) % 360, np.degrees(np.arctan((np.sin(dec) + y * np.cos(dec)) / np.hypot(x, d)))):
            print(*(repr(float(v)) for v in p))
        """;

    [Theory]
    [InlineData("TPV")]
    [InlineData("TAN")]
    [InlineData("TPV", "PC1_1   = 0.96", "PC1_2   = 0.28", "PC2_1   = -0.28", "PC2_2   = 0.96")]
    [InlineData("TAN", "PC1_2   = 0.28", "PC002001= -0.28")]
    [InlineData("TPV", "CROTA2  = 20.0")]
    [InlineData("TAN", "CROTA2  = -110.0", "CDELT3  = 4.0", "CTYPE3  = 'STOKES'")]
    public void Polynomials_are_those_of_degrees_also_with_CDELT(string projection, params string[] linear)
    {
        string text = Text([.. Header(projection, ["PV1_0   = 0.003", "PV1_2   = 0.01", "PV1_4   = 0.05", "PV1_7   = 0.04",
            "PV2_1   = 1.01", "PV2_5   = -0.03", "PV2_11  = 0.2"]), .. linear]);
        string[] expected = Python.Run(Convention, text).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using Wcs wcs = Wcs.Open(new(text, "made.fits", "0"));
        string cards = string.Concat(wcs.CutoutCards(0, 0).SelectMany(c => c.Format()));
        using Wcs cutout = Wcs.Open(new(cards, "made.fits", "0"));
        foreach ((string line, (double x, double y)) in expected.Zip<string, (double, double)>([(0, 0), (29, 3), (14.5, 19.5), (7, 39)]))
            foreach (Wcs opened in (Wcs[])[wcs, cutout])
            {
                double[] v = [.. line.Split(' ').Select(t => double.Parse(t, CultureInfo.InvariantCulture))];
                (double raDeg, double decDeg) = opened.PixelToSky(x, y);
                Assert.Equal(v[0], raDeg, 1e-10);
                Assert.Equal(v[1], decDeg, 1e-10);
                (double backX, double backY) = opened.SkyToPixel(raDeg, decDeg);
                Assert.Equal(x, backX, 1e-6);
                Assert.Equal(y, backY, 1e-6);
            }
        Assert.DoesNotContain("CDELT", cards, StringComparison.Ordinal); // other programs get a matrix, too
        Assert.DoesNotContain("CROTA", cards, StringComparison.Ordinal);
    }

    [Fact]
    public void Cards_of_a_cutout_have_the_missing_terms()
    {
        using Wcs wcs = Wcs.Open(new(Text(Headers["TPV with terms of the longitudes only"]), "made.fits", "0"));
        Assert.Equal(["PV1_1=1.0", "PV1_4=0.01", "PV1_7=0.02", "PV2_1=1.0"], wcs.CutoutCards(3, 4)
            .Where(c => c.Keyword.StartsWith("PV", StringComparison.Ordinal)).Select(c => $"{c.Keyword}={c.Value}").Order());
    }

    // wcslib takes the intermediate coordinate of the first axis for that of the longitudes, so that polynomials of no effect exchange the
    // axes of TAN.
    [Theory]
    [InlineData("TPV")]
    [InlineData("TAN", "PV1_4   = 0.01")]
    public void Polynomials_with_the_latitude_first_are_rejected(string projection, params string[] parameters) =>
        Assert.Contains("the latitude before the longitude", Assert.Throws<FitsException>(() =>
            Wcs.Open(new(Text(Header(projection, parameters, isSwapped: true)), "made.fits", "0"))).Message, StringComparison.Ordinal);

    private static string[] Header(string projection, string[] parameters, bool isSwapped = false)
    {
        (int ra, int dec) = isSwapped ? (2, 1) : (1, 2);
        string[] common = ["CRPIX1  = 15.5", "CRPIX2  = 20.5", $"CRVAL{ra}  = 150.0", $"CRVAL{dec}  = 2.0", "CDELT1  = -0.01",
            "CDELT2  = 0.01"];
        string longitude = $"CTYPE{ra}  = 'RA---{projection}'", latitude = $"CTYPE{dec}  = 'DEC--{projection}'";
        return [isSwapped ? latitude : longitude, isSwapped ? longitude : latitude, .. common, .. parameters];
    }

    private static string Text(string[] cards) => string.Concat(cards.Select(c => c.PadRight(80)));

    [Theory]
    [InlineData("low")]
    [InlineData("high")]
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
