using System.Globalization;
using Pile.TestKit;

namespace Pile.Fits.Tests;

public class WcsTests
{
    /// <summary>Prints positions of a grid of pixels (from 0) computed by astropy, for given cards or "hdu path".</summary>
    private const string Script = """
            if arg[0].isdigit():
                hdu, path = arg.split(' ', 1)
                with fits.open(path) as f: h = f[int(hdu)].header
            else:
                h = fits.Header.fromstring(arg)
                if re.search('[0-9.][Dd][-+0-9]', arg): h = fits.Header([(c.keyword, c.value) for c in h.cards]) # wcslib does not read D
            for k in [k for k in h if re.match(r'CPDIS|DP[0-9]|D2IM|AXISCORR|CPERR', k)]:
                while k in h: del h[k]
            w = WCS(h).celestial
            x, y = np.meshgrid(np.linspace(-3.25, 120.5, 7), np.linspace(-2.5, 99.75, 5))
            a, b = w.all_pix2world(x.ravel(), y.ravel(), 0)
            if w.wcs.lat < w.wcs.lng: a, b = b, a
            for p in zip(x.ravel(), y.ravel(), a, b): print(*(repr(float(v)) for v in p))
        """;

    private static readonly string[] FileNames =
    [
        "0 images/m13.fits", "0 images/1904-66_AZP.fits", "0 images/example_cube.fits",
        "1 images/c4d_140818_232043_ooi_z_ls9.N12.fits", // TPV
        "1 images/j94f05bgq_flt.fits", // TAN-SIP
        "1 images/dist_lookup.fits.gz", // TAN-SIP, lookup tables ignored on both sides
        "0 images/dss.14.29.56-62.41.05.fits.gz", // a plate solution
    ];

    private static readonly Dictionary<string, string[]> Headers = new()
    {
        ["rotated TAN"] = ["CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'", "CRPIX1  = 50.5", "CRPIX2  = 40.25", "CRVAL1  = 359.999",
            "CRVAL2  = -89.5", "CD1_1   = 3E-5", "CD1_2   = 6E-5", "CD2_1   = 6.1E-5", "CD2_2   = -2.9E-5"],
        ["exponents with D"] = ["CTYPE1  = 'RA---TAN-SIP'", "CTYPE2  = 'DEC--TAN-SIP'", "CRPIX1  = 5.05D1 / 1D1", "CRPIX2  = 402.5d-1",
            "CRVAL1  = 1.5D+2", "CRVAL2  = .2D1/ '3D1'", "CD1_1   = -3.D-5", "CD1_2   = 6D-5", "CD2_1   = 6.1D-5", "CD2_2   = 2.9D-5",
            "A_ORDER = 2", "B_ORDER = 2", "A_2_0   = 1.5D-5", "B_1_1   = -2.5D-5", "EQUINOX = 2.0D3", "RADESYS = 'FK5'"],
        ["latitude first"] = ["CTYPE1  = 'DEC--SIN'", "CTYPE2  = 'RA---SIN'", "CRPIX1  = 10.0", "CRPIX2  = 20.0", "CRVAL1  = 30.0",
            "CRVAL2  = 100.0", "CDELT1  = 0.001", "CDELT2  = -0.001"],
        ["galactic CAR, CROTA"] = ["CTYPE1  = 'GLON-CAR'", "CTYPE2  = 'GLAT-CAR'", "CRPIX1  = 60.0", "CRPIX2  = 50.0", "CRVAL1  = 0.0",
            "CRVAL2  = 0.0", "CDELT1  = -0.1", "CDELT2  = 0.1", "CROTA2  = 33.0"],
        ["old GLS"] = ["CTYPE1  = 'RA---GLS'", "CTYPE2  = 'DEC--GLS'", "CRPIX1  = 60.0", "CRPIX2  = 50.0", "CRVAL1  = 83.0",
            "CRVAL2  = -5.0", "CDELT1  = -0.01", "CDELT2  = 0.01", "EPOCH   = 1950.0"],
        ["CDiiijjj of drafts"] = ["CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'", "CRPIX1  = 50.5", "CRPIX2  = 40.25",
            "CRVAL1  = 150.0", "CRVAL2  = 2.0", "CD001001= 3E-5", "CD001002= 6E-5", "CD002001= 6.1E-5", "CD002002= -2.9E-5"],
        ["PCiiijjj of drafts"] = ["CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'", "CRPIX1  = 50.5", "CRPIX2  = 40.25",
            "CRVAL1  = 150.0", "CRVAL2  = 2.0", "CDELT1  = -1E-4", "CDELT2  = 1E-4", "PC001001= 0.6", "PC001002= 0.8",
            "PC002001= -0.8", "PC002002= 0.6"],
        // IRAF cuts the text after 68 characters, here at the blank between two numbers.
        ["TNX"] = ["CTYPE1  = 'RA---TNX'", "CTYPE2  = 'DEC--TNX'", "CRPIX1  = 50.5", "CRPIX2  = 40.25", "CRVAL1  = 150.0",
            "CRVAL2  = 2.0", "CD1_1   = -1E-4", "CD2_2   = 1E-4", "WAT0_001= 'system=image'",
            "WAT1_001= 'wtype=tnx axtype=ra  lngcor = \"3. 3. 3. 2. -0.2 0.2 -0.2 0.2 1.5e-4 '",
            "WAT1_002= '0.001 -0.001 0.001 0.0002 0.0003 \"'",
            "WAT2_001= 'wtype=tnx axtype=dec latcor = \"3. 3. 3. 2. -0.2 0.2 -0.2 0.2 1.5e-4 '",
            "WAT2_002= '0.001 -0.001 0.001 0.0002 0.0003 \"'"],
        ["cube, spectrum first"] = ["WCSAXES = 3", "CTYPE1  = 'AWAV    '", "CUNIT1  = 'Angstrom'", "CRVAL1  = 5000.0", "CDELT1  = 1.25",
            "CRPIX1  = 1.0", "CTYPE2  = 'RA---TAN'", "CTYPE3  = 'DEC--TAN'", "CRPIX2  = 5.0", "CRPIX3  = 6.0", "CRVAL2  = 12.0",
            "CRVAL3  = 34.0", "CDELT2  = -0.0001", "CDELT3  = 0.0001"],
    };

    // A file's own header, the header of its cut-out, and the headers above, in one run.
    private static readonly Oracle Oracle = new(Script,
        [.. FileNames.SelectMany(f => (string[])[At(f), CutoutCards(f)]),
            .. Headers.Values.SelectMany(h => (string[])[Text(h), CutoutCards(h)])]);

    public static TheoryData<string> Files => [.. FileNames];

    public static TheoryData<string> HeaderNames => [.. Headers.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void Positions_are_equal_to_astropy_and_convert_back(string file)
    {
        using Wcs wcs = Open(file);
        AssertEqual(wcs, Oracle[At(file)]);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_cut_out_has_the_same_positions_in_astropy(string file)
    {
        using Wcs wcs = Open(file);
        AssertShifted(wcs, Oracle[CutoutCards(file)]);
    }

    private static void AssertShifted(Wcs wcs, string[] printed)
    {
        foreach (double[] p in printed.Select(Numbers))
        {
            (double longitude, double latitude) = wcs.PixelToSky(p[0] + 17, p[1] - 5);
            Assert.Equal(p[2], longitude, 1e-9);
            Assert.Equal(p[3], latitude, 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(HeaderNames))]
    public void Unusual_headers_are_read_as_by_astropy(string name)
    {
        using Wcs wcs = Wcs.Open(Header(Headers[name]));
        AssertEqual(wcs, Oracle[Text(Headers[name])]);
        AssertShifted(wcs, Oracle[CutoutCards(Headers[name])]);
        Assert.Equal(name == "cube, spectrum first" ? (1, 2) : (0, 1), (wcs.XAxis, wcs.YAxis));
    }

    [Fact] // which is 1 with a CD matrix
    public void Distortions_of_IRAF_are_those_of_degrees_also_with_CDELT()
    {
        string[] header = [.. Headers["TNX"].Select(card => card.Replace("CD1_1 ", "CDELT1", StringComparison.Ordinal)
            .Replace("CD2_2 ", "CDELT2", StringComparison.Ordinal))];
        Assert.Equal(2, header.Count(card => card.StartsWith("CDELT", StringComparison.Ordinal)));
        using Wcs wcs = Wcs.Open(Header(header));
        AssertEqual(wcs, Oracle[Text(Headers["TNX"])]);
    }

    [Theory]
    [InlineData("'ra---tan'", "'dec--tan'")]
    [InlineData("' RA---TAN'", "'Dec--Tan'")]
    public void Axes_in_small_letters_are_those_in_capitals(string longitude, string latitude)
    {
        string[] header = [.. Headers["rotated TAN"].Select(card => card.Replace("'RA---TAN'", longitude, StringComparison.Ordinal)
            .Replace("'DEC--TAN'", latitude, StringComparison.Ordinal))];
        using Wcs wcs = Wcs.Open(Header(header));
        AssertEqual(wcs, Oracle[Text(Headers["rotated TAN"])]);
        Assert.Equal(["RA---TAN", "DEC--TAN"], wcs.CutoutCards(0, 0).Where(c => c.Keyword.StartsWith("CTYPE", StringComparison.Ordinal))
            .Select(c => c.Value));
    }

    [Fact]
    public void Lookup_distortions_are_rejected_or_reported()
    {
        using FitsFile file = FitsFile.OpenRead(TestPaths.Data("images/dist_lookup.fits.gz"));
        FitsException error = Assert.Throws<FitsException>(() => Wcs.Open(file.Hdu(1).Header));
        Assert.Contains("CPDIS1 = Lookup", error.Message);
        using Wcs wcs = Wcs.Open(file.Hdu(1).Header, ignoreLookupDistortions: true);
        Assert.True(wcs.HasLookupDistortions);
        Assert.Contains("D2IMDIS1 = Lookup", wcs.LookupDistortions);
    }

    [Fact]
    public void An_image_without_celestial_axes_has_no_wcs()
    {
        Assert.False(Wcs.TryOpen(Header(["CTYPE1  = 'AWAV'", "CRVAL1  = 1.0"]), out _));
        Assert.False(Wcs.TryOpen(Header(["CTYPE1  = 'RA'", "CTYPE2  = 'DEC'"]), out _));
        Assert.Throws<FitsException>(() => Wcs.Open(Header([])));
        Assert.Throws<FitsException>(() =>
            Wcs.Open(Header(["CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--SIN'", "CDELT1  = 1.0", "CDELT2  = 1.0"])));
    }

    [Theory]
    [InlineData("", nameof(SkySystem.Icrs), null)]
    [InlineData("EQUINOX = 1950.0", nameof(SkySystem.Fk4), 1950.0)]
    [InlineData("EQUINOX = 2000.0", nameof(SkySystem.Fk5), 2000.0)]
    [InlineData("EQUINOX = 'B1950'", nameof(SkySystem.Fk4), 1950.0)]
    [InlineData("EQUINOX = 'J1980.0'", nameof(SkySystem.Fk5), 1980.0)]
    [InlineData("EQUINOX = '2000.0'", nameof(SkySystem.Fk5), 2000.0)]
    [InlineData("EPOCH   = 1950.0", nameof(SkySystem.Fk4), 1950.0)]
    [InlineData("EPOCH   = 1976.2|EQUINOX = 2000.0", nameof(SkySystem.Fk5), 2000.0)]
    [InlineData("EPOCH   = 1976.2|RADESYS = 'FK5'", nameof(SkySystem.Fk5), 1976.2)]
    [InlineData("EPOCH   = 'Quarter 5'", nameof(SkySystem.Icrs), null)]
    [InlineData("RADESYS = 'FK5'", nameof(SkySystem.Fk5), 2000.0)]
    [InlineData("RADECSYS= 'FK4'", nameof(SkySystem.Fk4), 1950.0)]
    [InlineData("RADESYS = 'ICRS'|EQUINOX = 2000.0", nameof(SkySystem.Icrs), null)]
    [InlineData("RADESYS = 'ICRS'|EQUINOX = 'N/A'", nameof(SkySystem.Icrs), null)]
    [InlineData("RADESYS = 'ICRS'|EQUINOX = ''", nameof(SkySystem.Icrs), null)]
    [InlineData("EQUINOX = '  '", nameof(SkySystem.Icrs), null)]
    [InlineData("EQUINOX = ''|RADESYS = 'FK5'", nameof(SkySystem.Fk5), 2000.0)]
    [InlineData("EQUINOX = ''|EPOCH   = 1950.0", nameof(SkySystem.Fk4), 1950.0)]
    public void The_frame_follows_the_standard(string cards, string system, double? equinox)
    {
        using Wcs wcs = Wcs.Open(Header([.. Headers["rotated TAN"], .. cards.Split('|', StringSplitOptions.RemoveEmptyEntries)]));
        Assert.Equal((system, equinox), (wcs.Frame.System.ToString(), wcs.Frame.EquinoxYear));
    }

    [Theory]
    [InlineData("EQUINOX = 'J2000'", "fk5 2000.0")]
    [InlineData("EQUINOX = 'B1950.0'", "fk4 1950.0")]
    [InlineData("EQUINOX = 'J1980'", "fk5 1980.0")]
    [InlineData("EPOCH   = 'B1900'", "fk4 1900.0")]
    [InlineData("EPOCH   = 1976.2|RADESYS = 'FK5'", "fk5 1976.2")]
    [InlineData("EQUINOX = ''|EPOCH   = 'B1950'", "fk4 1950.0")]
    [InlineData("EQUINOX = ''|RADESYS = 'FK5'", "fk5 2000.0")]
    [InlineData("EQUINOX = 'N/A'|RADESYS = 'ICRS'", "icrs")]
    public void Cut_outs_declare_the_frame_to_astropy(string cards, string frame)
    {
        using Wcs wcs = Wcs.Open(Header([.. Headers["rotated TAN"], .. cards.Split('|')]));
        Assert.Equal(frame, Python.Run("""
            import sys, warnings
            warnings.simplefilter('ignore')
            from astropy.io import fits
            from astropy.wcs import WCS
            from astropy.wcs.utils import wcs_to_celestial_frame
            frame = wcs_to_celestial_frame(WCS(fits.Header.fromstring(sys.argv[1])))
            print(frame.name, *([float(frame.equinox.value)] if hasattr(frame, 'equinox') else []))
            """, string.Concat(wcs.CutoutCards(0, 0).SelectMany(card => card.Format()))).Trim());
    }

    [Theory]
    [InlineData("EQUINOX = 'now'", "EQUINOX = 'now' must be a number")]
    [InlineData("EQUINOX = 'nan'|RADESYS = 'FK5'", "EQUINOX = 'nan' must be a number")]
    [InlineData("EQUINOX = 'B1950'|RADESYS = 'FK5'", "EQUINOX = 'B1950' is an equinox of FK4, but RADESYS = 'FK5'")]
    public void Equinoxes_of_another_kind_are_an_error(string cards, string message) => Assert.Contains(message,
        Assert.Throws<FitsException>(() => Wcs.Open(Header([.. Headers["rotated TAN"], .. cards.Split('|')]))).Message);

    [Theory] // FITS 4.0 §8.3: galactic axes have no equinox, ecliptic ones have one also beside ICRS
    [InlineData("GLON-TAN", "GLAT-TAN", null)]
    [InlineData("ELON-TAN", "ELAT-TAN", "EQUINOX = 'now' must be a number")]
    public void An_unreadable_equinox_matters_to_axes_that_have_one(string longitude, string latitude, string? message)
    {
        FitsHeader header = Header([$"CTYPE1  = '{longitude}'", $"CTYPE2  = '{latitude}'", "CDELT1  = -1.0", "CDELT2  = 1.0",
            "RADESYS = 'ICRS'", "EQUINOX = 'now'"]);
        if (message is not null)
        {
            Assert.Contains(message, Assert.Throws<FitsException>(() => Wcs.Open(header)).Message);
            return;
        }
        using Wcs wcs = Wcs.Open(header);
        Assert.Equal(SkySystem.Galactic, wcs.Frame.System);
    }

    [Theory] // CD for a scale of 0.4" and a rotation of north; expected values by construction
    [InlineData(0, true)]
    [InlineData(30, true)]
    [InlineData(-120, true)]
    [InlineData(90, false)]
    [InlineData(45, false)]
    public void Scale_north_and_parity_follow_from_the_matrix(double northAngleDeg, bool isSkyParity)
    {
        double scaleDeg = 0.4 / 3600;
        (double s, double c) = Math.SinCos(double.DegreesToRadians(northAngleDeg));
        // North in pixels is (-s, c), east is (-c, -s) on the sky and (c, s) in mirrored images: these are the rows of CD.
        double p = isSkyParity ? -1 : 1;
        using Wcs wcs = Wcs.Open(Header(["CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'", "CRPIX1  = 1.0", "CRPIX2  = 1.0", "CRVAL1  = 10.0",
            "CRVAL2  = 80.0",
            Card("CD1_1", p * c * scaleDeg), Card("CD1_2", p * s * scaleDeg), Card("CD2_1", -s * scaleDeg), Card("CD2_2", c * scaleDeg)]));
        WcsGeometry geometry = wcs.GeometryAt(0, 0);
        Assert.Equal(0.4, geometry.PixelScaleArcsec, 1e-9);
        Assert.Equal(northAngleDeg, geometry.NorthAngleDeg, 1e-6);
        Assert.Equal(isSkyParity, geometry.IsSkyParity);
        Assert.Equal(0, Math.IEEERemainder(geometry.EastAngleDeg - (northAngleDeg + (isSkyParity ? 90 : -90)), 360), 1e-6);

        static string Card(string keyword, double value) => $"{keyword,-8}= {value.ToString("E14", CultureInfo.InvariantCulture)}";
    }

    [Fact]
    public void Positions_outside_the_sky_are_NaN()
    {
        using Wcs wcs = Wcs.Open(Header(["CTYPE1  = 'RA---SIN'", "CTYPE2  = 'DEC--SIN'", "CDELT1  = -1.0", "CDELT2  = 1.0", "CRVAL1  = 0.0",
            "CRVAL2  = 0.0"]));
        double[] x = [0, 500, double.NaN, 5], longitude = new double[4], latitude = new double[4];
        wcs.PixelToSky(x, x, longitude, latitude);
        Assert.Equal([false, true, true, false], latitude.Select(double.IsNaN));
        Assert.True(double.IsNaN(wcs.SkyToPixel(180, 0).X));
        Assert.Throws<FitsException>(() => wcs.GeometryAt(500, 500));
    }

    [Fact]
    public void Scale_beside_the_border_of_a_map_of_the_whole_sky_is_that_of_its_latitude()
    {
        using Wcs wcs = Wcs.Open(Header(["CTYPE1  = 'RA---CAR'", "CTYPE2  = 'DEC--CAR'", "CDELT1  = -1.0", "CDELT2  = 1.0", "CRVAL1  = 0.0",
            "CRVAL2  = 0.0", "CRPIX1  = 180.5", "CRPIX2  = 90.5"]));
        Assert.True(double.IsNaN(wcs.PixelToSky(359.8, 40).LongitudeDeg));
        double expected = 3600 * Math.Sqrt(Math.Cos(double.DegreesToRadians(49.5)));
        Assert.Equal(expected, wcs.GeometryAt(359.3, 40).PixelScaleArcsec, 1e-3 * expected);
        Assert.Equal(expected, wcs.GeometryAt(200, 40).PixelScaleArcsec, 1e-3 * expected);
    }

    [Theory] // the messages of wcslib, which astropy prints, too
    [InlineData("CTYPE1  = 'RA---TAN'|CTYPE2  = 'DEC--TAN'|CUNIT1  = 'deg'|CUNIT2  = 'm'",
        "its WCS is inconsistent: In CUNIT2: Mismatched units type 'plane angle': have 'm', want 'deg' (wcslib status 6)")]
    [InlineData("CTYPE1  = 'RA---TAN'|CTYPE2  = 'DEC--TAN'|CUNIT1  = 'deg'|CUNIT2  = 'banana'",
        "In CUNIT2: Invalid symbol in INITIAL context in 'banana'")]
    [InlineData("CTYPE1  = 'FREQ'|CTYPE2  = 'RA---TAN'|CTYPE3  = 'DEC--TAN'|CUNIT3  = 'm'", // axis 2 of the extracted ones
        "In CUNIT3: Mismatched units type 'plane angle'")]
    [InlineData("CTYPE1  = 'RA---TAN'|CTYPE2  = 'DEC--SIN'",
        "Inconsistent projection types (expected DEC--TAN, got DEC--SIN in CTYPE2) (wcslib status 4)")]
    [InlineData("CTYPE1  = 'RA---TAN'|CTYPE2  = 'DEC--TAN'|CDELT1  = 0.0", "PCi_ja matrix is singular (wcslib status 3)")]
    public void An_inconsistent_header_is_reported_with_what_wcslib_names(string cards, string expected) =>
        Assert.Contains(expected, Assert.Throws<FitsException>(() => Wcs.Open(Header(cards.Split('|')))).Message);

    [Theory] // wcslib and astropy invert them; the determinants are those of numpy
    [InlineData("CD1_1   = 1E-4|CD1_2   = 3E-4|CD2_1   = 7E-5|CD2_2   = 2.1E-4", "CD", "0.0001, 0.0003;")]
    [InlineData("CD1_1   = 1E-4|CD1_2   = 0.0|CD2_1   = 1E-4|CD2_2   = 0.0", "CD", "0.0001, 0; 0.0001, 0)")]
    [InlineData("CD001002= 1E-4", "CD", "0, 0.0001; 0, 0)")]
    [InlineData("PC1_1   = 0.1|PC1_2   = 0.3|PC2_1   = 0.7|PC2_2   = 2.1", "PC", "0.1, 0.3; 0.7, 2.1)")]
    [InlineData("PC01_02 = 1.0|PC02_01 = 1.0", "PC", "1, 1; 1, 1)")]
    public void A_singular_matrix_is_rejected(string cards, string matrix, string values) =>
        Assert.Contains($"the matrix {matrix}i_j of its celestial axes is singular ({values}", Assert.Throws<FitsException>(() =>
            Wcs.Open(Header(["CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'", .. cards.Split('|')]))).Message);

    [Theory]
    [InlineData("CD1_1   = 1E-12|CD1_2   = 1E-4|CD2_1   = 1E-4|CD2_2   = 1E-12")]
    [InlineData("CD1_1   = 1E-9|CD2_2   = 1E-3")]
    [InlineData("PC1_2   = 0.5")]
    [InlineData("CDELT1  = 1E-4|CDELT2  = 1E-4|CROTA2  = 90.0")]
    public void Other_matrices_are_accepted(string cards) =>
        Wcs.Open(Header(["CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'", .. cards.Split('|')])).Dispose();

    private static Wcs Open(string file)
    {
        using FitsFile fits = FitsFile.OpenRead(TestPaths.Data(file[2..]));
        return Wcs.Open(fits.Hdu(file[0] - '0').Header, ignoreLookupDistortions: true);
    }

    private static string At(string file) => $"{file[0]} {TestPaths.Data(file[2..])}";

    private static string CutoutCards(string file)
    {
        using Wcs wcs = Open(file);
        return CutoutCards(wcs);
    }

    private static string CutoutCards(string[] cards)
    {
        using Wcs wcs = Wcs.Open(Header(cards));
        return CutoutCards(wcs);
    }

    private static string CutoutCards(Wcs wcs) => string.Concat(wcs.CutoutCards(17, -5).SelectMany(c => c.Format()));

    private static void AssertEqual(Wcs wcs, string[] printed)
    {
        double[][] rows = [.. printed.Select(Numbers)];
        double[] x = [.. rows.Select(r => r[0])], y = [.. rows.Select(r => r[1])], longitude = new double[x.Length],
            latitude = new double[x.Length];
        wcs.PixelToSky(x, y, longitude, latitude);
        for (int i = 0; i < rows.Length; i++)
        {
            Assert.Equal(rows[i][2], longitude[i], 1e-9);
            Assert.Equal(rows[i][3], latitude[i], 1e-9);
        }
        double[] x2 = new double[x.Length], y2 = new double[x.Length];
        wcs.SkyToPixel(longitude, latitude, x2, y2);
        for (int i = 0; i < rows.Length; i++)
        {
            Assert.Equal(x[i], x2[i], 1e-6);
            Assert.Equal(y[i], y2[i], 1e-6);
        }
    }

    private static double[] Numbers(string line) => [.. line.Split(' ').Select(t => double.Parse(t, CultureInfo.InvariantCulture))];

    private static string Text(string[] cards) => string.Concat(cards.Select(c => c.PadRight(80)));

    private static FitsHeader Header(string[] cards) => new(Text(cards), "made.fits", "0");
}
