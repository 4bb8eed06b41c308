using System.Globalization;
using Pile.TestKit;

namespace Pile.Fits.Tests;

public class SpectralAxisTests
{
    private static readonly string[] Sky = ["CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'", "CRVAL1  = 10.0", "CRVAL2  = 20.0",
        "CDELT1  = -0.0001", "CDELT2  = 0.0001"];

    // Wavelengths computed directly: the linear step of the header, then the definitions of paper III, table 2, in numpy.
    private const string Script = """
            h = fits.Header.fromstring(arg)
            c, h0 = 299792458.0, 6.62607015e-34
            p = np.arange(1, 8.0)
            step = h.get('CD3_3', h.get('CDELT3', 1.0) * h.get('PC3_3', 1.0))
            units = {'Angstrom': 1e-10, 'nm': 1e-9, 'um': 1e-6, 'km/s': 1e3, 'GHz': 1e9, 'eV': 1.602176634e-19,
                'keV': 1.602176634e-16, 'erg': 1e-7}
            unit = units.get(h.get('CUNIT3', ''), 1)
            r = h['CRVAL3'] * unit
            w = r + step * unit * (p - h.get('CRPIX3', 0.0))
            kind = h['CTYPE3']
            rest = h.get('RESTFRQ') or h.get('RESTFREQ') or (c / h['RESTWAV'] if h.get('RESTWAV') else 0)
            if kind.endswith('-LOG'): w = r * np.exp((w - r) / r)
            if kind.startswith('FREQ'): w = c / w
            if kind.startswith('ENER'): w = h0 * c / w
            if kind.startswith('WAVN'): w = 1 / w
            if kind.startswith('VRAD'): w = c / (rest * (1 - w / c))
            if kind.startswith('VOPT'): w = c / rest * (1 + w / c)
            if kind.startswith('ZOPT'): w = c / rest * (1 + w)
            if kind.startswith('BETA'): w = c / rest * np.sqrt((1 + w) / (1 - w))
            if kind.startswith('VELO'): w = c / rest * np.sqrt((1 + w / c) / (1 - w / c))
            print(*(repr(float(v * 1e10)) for v in w))
        """;

    private static readonly Dictionary<string, (string[] Cards, string Medium)> Axes = new()
    {
        ["MUSE: air, Angstrom, CD"] = (["CTYPE3  = 'AWAV    '", "CUNIT3  = 'Angstrom'", "CRVAL3  = 4750.0", "CRPIX3  = 1.0",
            "CD3_3   = 1.25", "CD1_1   = -5E-5", "CD2_2   = 5E-5"], "Air"),
        ["nm"] = (["CTYPE3  = 'WAVE    '", "CUNIT3  = 'nm'", "CRVAL3  = 480.0", "CRPIX3  = 3.5", "CDELT3  = 0.125"], "Vacuum"),
        ["um, descending"] = (["CTYPE3  = 'WAVE    '", "CUNIT3  = 'um'", "CRVAL3  = 5.0", "CRPIX3  = 1.0", "CDELT3  = -0.01"], "Vacuum"),
        ["metres, unsaid"] = (["CTYPE3  = 'WAVE    '", "CRVAL3  = 5.0E-7", "CRPIX3  = 1.0", "CDELT3  = 1.0E-10"], "Vacuum"),
        ["PC and CDELT"] = (["CTYPE3  = 'AWAV    '", "CUNIT3  = 'Angstrom'", "CRVAL3  = 5000.0", "CRPIX3  = 2.0", "CDELT3  = 0.5",
            "PC3_3   = 4.0"], "Air"),
        ["MaNGA: logarithmic"] = (["CTYPE3  = 'WAVE-LOG'", "CUNIT3  = 'Angstrom'", "CRVAL3  = 3621.5959848601933", "CRPIX3  = 1.0",
            "CD3_3   = 0.8339034932", "CD1_1   = -5E-5", "CD2_2   = 5E-5"], "Vacuum"),
        ["linear, medium unsaid"] = (["CTYPE3  = 'LINEAR  '", "CUNIT3  = 'nm      '", "CRVAL3  = 730.0", "CRPIX3  = 1.0", "CDELT3  = 0.125",
            "RESTFRQ = 0", "RESTWAV = 0"], "Undeclared"),
        ["frequency"] = (["CTYPE3  = 'FREQ    '", "CUNIT3  = 'GHz     '", "CRVAL3  = 345.0", "CRPIX3  = 4.0", "CDELT3  = 0.1",
            "RESTFRQ = 3.45796E11"], "Vacuum"),
        ["wavelength, exponents with D"] = (["CTYPE3  = 'WAVE    '", "CUNIT3  = 'nm'", "CRVAL3  = 5.0D2", "CRPIX3  = 0.35D1 / [1D1]",
            "CDELT3  = 12.5d-2"], "Vacuum"),
        ["velocity, exponents with D"] = (["CTYPE3  = 'VRAD    '", "CUNIT3  = 'km/s'", "CRVAL3  = 7D0", "CRPIX3  = 3.0", "CDELT3  = -5.D-1",
            "RESTFRQ = 2.2589672D+11"], "Vacuum"),
        ["frequency without a line"] = (["CTYPE3  = 'FREQ    '", "CRVAL3  = 345.0E9", "CRPIX3  = 4.0", "CDELT3  = 1.0E6"], "Vacuum"),
        ["radio velocity, old keyword"] = (["CTYPE3  = 'VRAD    '", "CUNIT3  = 'km/s    '", "CRVAL3  = 7.0", "CRPIX3  = 3.0",
            "CDELT3  = -0.5", "RESTFREQ= 2.2589672E11"], "Vacuum"),
        ["optical velocity"] = (["CTYPE3  = 'VOPT    '", "CUNIT3  = 'km/s    '", "CRVAL3  = 7000.0", "CRPIX3  = 1.0", "CDELT3  = 50.0",
            "RESTWAV = 6.56461E-7"], "Vacuum"),
        ["relativistic velocity"] = (["CTYPE3  = 'VELO    '", "CUNIT3  = 'm/s     '", "CRVAL3  = 3.0E7", "CRPIX3  = 1.0", "CDELT3  = 1.0E5",
            "RESTFRQ = 1.420405752E9"], "Vacuum"),
        ["frequency, CD"] = (["CTYPE3  = 'FREQ    '", "CUNIT3  = 'Hz      '", "CRVAL3  = 345.0E9", "CRPIX3  = 1.0", "CD3_3   = -1.0E8",
            "CD1_1   = -5E-5", "CD2_2   = 5E-5"], "Vacuum"),
        ["ascending frequency, CD, one pixel from the end"] = (["CTYPE3  = 'FREQ    '", "CRVAL3  = 345.0E9", "CRPIX3  = 6.0",
            "CD3_3   = 1.0E8", "CD1_1   = -5E-5", "CD2_2   = 5E-5", "CD1_2   = 1E-6", "CD2_1   = 1E-6"], "Vacuum"),
        ["radio velocity, CD"] = (["CTYPE3  = 'VRAD    '", "CUNIT3  = 'km/s    '", "CRVAL3  = 7.0", "CRPIX3  = 3.0",
            "CD3_3   = -0.5", "CD1_1   = -5E-5", "CD2_2   = 5E-5", "RESTFRQ = 2.2589672E11"], "Vacuum"),
        ["optical velocity, CD"] = (["CTYPE3  = 'VOPT    '", "CUNIT3  = 'km/s    '", "CRVAL3  = 7000.0", "CRPIX3  = 1.0",
            "CD3_3   = 50.0", "CD1_1   = -5E-5", "CD2_2   = 5E-5", "RESTWAV = 6.56461E-7"], "Vacuum"),
        ["wave number, CD"] = (["CTYPE3  = 'WAVN    '", "CUNIT3  = 'm-1     '", "CRVAL3  = 1.5E6", "CRPIX3  = 2.0", "CD3_3   = 100.0",
            "CD1_1   = -5E-5", "CD2_2   = 5E-5"], "Vacuum"),
        ["energy"] = (["CTYPE3  = 'ENER    '", "CUNIT3  = 'eV      '", "CRVAL3  = 600.0", "CRPIX3  = 1.0", "CDELT3  = 2.0",
            "RESTWAV = 2.0E-9"], "Vacuum"),
        ["energy in keV, descending"] = (["CTYPE3  = 'ENER    '", "CUNIT3  = 'keV     '", "CRVAL3  = 1.25", "CRPIX3  = 2.0",
            "CDELT3  = -0.0125"], "Vacuum"),
        ["energy in erg"] = (["CTYPE3  = 'ENER    '", "CUNIT3  = 'erg     '", "CRVAL3  = 1.5E-9", "CRPIX3  = 1.0", "CDELT3  = 1.0E-11"],
            "Vacuum"),
        ["energy, logarithmic"] = (["CTYPE3  = 'ENER-LOG'", "CUNIT3  = 'J       '", "CRVAL3  = 1.6E-16", "CRPIX3  = 1.0",
            "CDELT3  = 1.0E-18"], "Vacuum"),
        ["frequency, logarithmic"] = (["CTYPE3  = 'FREQ-LOG'", "CUNIT3  = 'GHz     '", "CRVAL3  = 345.0", "CRPIX3  = 5.0",
            "CDELT3  = 0.1"], "Vacuum"),
        ["frequency, logarithmic, CD"] = (["CTYPE3  = 'FREQ-LOG'", "CRVAL3  = 345.0E9", "CRPIX3  = 5.0", "CD3_3   = -1E9",
            "CD1_1   = -5E-5", "CD2_2   = 5E-5"], "Vacuum"),
        ["wave number, logarithmic"] = (["CTYPE3  = 'WAVN-LOG'", "CUNIT3  = 'm-1     '", "CRVAL3  = 1.5E6", "CRPIX3  = 2.0",
            "CDELT3  = 1000.0"], "Vacuum"),
        ["radio velocity, logarithmic"] = (["CTYPE3  = 'VRAD-LOG'", "CUNIT3  = 'km/s    '", "CRVAL3  = 7000.0", "CRPIX3  = 3.0",
            "CDELT3  = -5.5", "RESTFRQ = 2.2589672E11"], "Vacuum"),
        ["optical velocity, logarithmic"] = (["CTYPE3  = 'VOPT-LOG'", "CUNIT3  = 'm/s     '", "CRVAL3  = 7.0E6", "CRPIX3  = 1.0",
            "CDELT3  = 5.0E4", "RESTFRQ = 4.566799E14"], "Vacuum"),
        ["relativistic velocity, logarithmic"] = (["CTYPE3  = 'VELO-LOG'", "CUNIT3  = 'km/s    '", "CRVAL3  = 3.0E4", "CRPIX3  = 1.0",
            "CDELT3  = 50.0", "RESTWAV = 6.56461E-7"], "Vacuum"),
        ["redshift, logarithmic"] = (["CTYPE3  = 'ZOPT-LOG'", "CRVAL3  = 0.5", "CRPIX3  = 1.0", "CDELT3  = 0.01",
            "RESTWAV = 6.56461E-7"], "Vacuum"),
        ["relativistic β, logarithmic"] = (["CTYPE3  = 'BETA-LOG'", "CRVAL3  = 0.1", "CRPIX3  = 1.0", "CDELT3  = 0.001",
            "RESTWAV = 6.56461E-7"], "Vacuum"),
    };

    /// <summary>The values of logarithmic axes in their own type, from astropy: the script computes them from the formula.</summary>
    [Theory]
    [InlineData("frequency, logarithmic")]
    [InlineData("frequency, logarithmic, CD")]
    [InlineData("radio velocity, logarithmic")]
    [InlineData("optical velocity, logarithmic")]
    [InlineData("relativistic velocity, logarithmic")]
    public void Wavelengths_of_logarithmic_axes_are_those_of_astropy(string name)
    {
        string text = Text([.. Sky.Select(c => c.Replace("RA---TAN", "A", StringComparison.Ordinal)
            .Replace("DEC--TAN", "B", StringComparison.Ordinal)), .. Axes[name].Cards]);
        double[] expected = [.. Oracle.Run("""
                import astropy.units as u
                h = fits.Header.fromstring(arg)
                w = WCS(h)
                s = w.all_pix2world(np.column_stack([np.zeros(7), np.zeros(7), np.arange(7)]), 0)[:, 2] * u.Unit(w.wcs.cunit[2])
                rest = w.wcs.restfrq * u.Hz if w.wcs.restfrq else w.wcs.restwav * u.m
                like = {'VRAD': u.doppler_radio, 'VOPT': u.doppler_optical, 'VELO': u.doppler_relativistic}.get(h['CTYPE3'][:4])
                print(*(repr(float(v)) for v in s.to_value(u.AA, like(rest) if like else u.spectral())))
            """, text).Single().Split(' ').Select(t => double.Parse(t, CultureInfo.InvariantCulture))];
        double[] actual = Read([.. Sky, .. Axes[name].Cards]).WavelengthAngstrom;
        Assert.Equal(7, expected.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(1, actual[i] / expected[i], 1e-12);
    }

    private static readonly Oracle Oracle = new(Script, Axes.Values.Select(a => Text(a.Cards)));

    public static TheoryData<string> Names => [.. Axes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Wavelengths_follow_the_definitions(string name)
    {
        (string[] cards, string medium) = Axes[name];
        SpectralAxis axis = Read([.. Sky, .. cards]);
        double[] expected = [.. Oracle[Text(cards)].Single().Split(' ').Select(t => double.Parse(t, CultureInfo.InvariantCulture))];
        Assert.Equal((2, medium), (axis.Axis, axis.Medium.ToString()));
        Assert.Equal(expected.Length, axis.WavelengthAngstrom.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(1, axis.WavelengthAngstrom[i] / expected[i], 1e-12);
    }

    [Theory]
    [InlineData("is not a wavelength, and RESTFRQ and RESTWAV, which convert it to one, are missing",
        "CTYPE3  = 'VRAD    '|CRVAL3  = 1.0|CDELT3  = 1.0")]
    [InlineData("is not a wavelength, and RESTFRQ and RESTWAV, which convert it to one, are missing",
        "CTYPE3  = 'VOPT    '|CRVAL3  = 1.0|CDELT3  = 1.0|RESTFRQ = 0.0")]
    [InlineData("is not a wavelength, and RESTFRQ and RESTWAV, which convert it to one, are missing",
        "CTYPE3  = 'VELO    '|CRVAL3  = 1E5|CDELT3  = 1.0")]
    [InlineData("CUNIT3 is missing; in the standard's unit, metres, its WAVE would begin at 4750 m",
        "CTYPE3  = 'WAVE    '|CRVAL3  = 4750.0|CRPIX3  = 1.0|CDELT3  = 1.25")]
    [InlineData("CTYPE3 = 'LINEAR' has no CUNIT3", "CTYPE3  = 'LINEAR  '|CRVAL3  = 4750.0|CDELT3  = 1.25")]
    [InlineData("CTYPE3 = 'VELOCITY' in 'm/s' is not a wavelength",
        "CTYPE3  = 'VELOCITY'|CUNIT3  = 'm/s     '|CRVAL3  = 2500.0|CDELT3  = -62.8|RESTFREQ= 9.3E10")]
    [InlineData("wavelengths are stored in a table",
        "CTYPE3  = 'WAVE-TAB'|CUNIT3  = 'um      '|CRVAL3  = 1.0|CDELT3  = 1.0|PS3_0   = 'WCS-TABLE'")]
    [InlineData("CRVAL3 is missing", "CTYPE3  = 'WAVE    '|CUNIT3  = 'um      '")]
    [InlineData("channel 1 of axis 3 has the wavelength",
        "CTYPE3  = 'WAVE    '|CUNIT3  = 'nm      '|CRVAL3  = 500.0|CDELT3  = 1E-20|CRPIX3  = 1.0")]
    [InlineData("channel 0 of axis 3 has the wavelength -",
        "CTYPE3  = 'WAVE    '|CUNIT3  = 'nm      '|CRVAL3  = 1.0|CDELT3  = 1.0|CRPIX3  = 9.0")]
    [InlineData("CUNIT3 = 'furlong' is not a unit of wavelength",
        "CTYPE3  = 'WAVE    '|CUNIT3  = 'furlong'|CRVAL3  = 1.0|CDELT3  = 1.0|CRPIX3  = 1.0")]
    [InlineData("CUNIT3 = 'furlong/s' is not a unit of velocity, as CTYPE3 = 'VRAD' requires. Specify the unit of the axis: "
        + "'wavelength: { unit: … }' in the recipe's source",
        "CTYPE3  = 'VRAD'|CUNIT3  = 'furlong/s'|CRVAL3  = 7.0|CDELT3  = 1.0|RESTFRQ = 1E11")]
    [InlineData("CUNIT3 = 'm/s' is not a unit of frequency, as CTYPE3 = 'FREQ' requires",
        "CTYPE3  = 'FREQ'|CUNIT3  = 'm/s'|CRVAL3  = 7.0E9|CDELT3  = 1.0")]
    [InlineData("CTYPE3 = 'WAVELENGTH' in 'A' is not a wavelength. 'A' is the ampere in FITS, not Angstrom: set "
        + "'wavelength: { unit: Angstrom }'",
        "CTYPE3  = 'WAVELENGTH'|CUNIT3  = 'A'|CRVAL3  = 5000.0|CDELT3  = 1.0")]
    [InlineData("In CUNIT3: Mismatched units type", "CTYPE3  = 'ZOPT'|CUNIT3  = 'm/s'|CRVAL3  = 0.5|CDELT3  = 0.1|RESTWAV = 1E-6")]
    [InlineData("CTYPE3 = 'VELOCITY' is not a wavelength", "CTYPE3  = 'VELOCITY'|CRVAL3  = 2500.0|CDELT3  = -62.8|RESTFREQ= 9.3E10")]
    public void Axes_that_are_not_wavelengths_are_rejected(string expected, string cards) =>
        Assert.Contains(expected, Assert.Throws<FitsException>(() => Read([.. Sky, .. cards.Split('|')])).Message);

    [Fact]
    public void A_missing_unit_can_be_specified() =>
        Assert.Equal(4751.25, Read([.. Sky, "CTYPE3  = 'AWAV    '", "CRVAL3  = 4750.0", "CRPIX3  = 1.0", "CDELT3  = 1.25"],
            "Angstrom").WavelengthAngstrom[1], 1e-9);

    [Theory] // FITS 4.0 §4.1.2.3: without a value, the keyword is undefined
    [InlineData("CUNIT3  =")]
    [InlineData("CUNIT3  =                      / the unit")]
    public void A_unit_without_a_value_is_missing_and_named_with_the_key_of_the_recipe(string card)
    {
        string[] cards = [.. Sky, "CTYPE3  = 'AWAV    '", card, "CRVAL3  = 4750.0", "CRPIX3  = 1.0", "CDELT3  = 1.25"];
        Assert.Contains("CUNIT3 is missing; in the standard's unit, metres, its AWAV would begin at 4750 m. Specify the unit of the "
            + "wavelengths: 'wavelength: { unit: … }' in the recipe's source", Assert.Throws<FitsException>(() => Read(cards)).Message);
        Assert.Equal(4751.25, Read(cards, "Angstrom").WavelengthAngstrom[1], 1e-9);
        // wcslib would write an empty line to the standard output for it.
        Assert.DoesNotContain("CUNIT3", new WcsKeywords(Header(cards)).CardText());
    }

    [Theory]
    [InlineData("furlong", "um", 1e4)]
    [InlineData("micron", null, 1e4)]
    [InlineData("0.1nm", "um", 1e4)]
    [InlineData("0.1nm", null, 1)]
    [InlineData("0.1 nm", null, 1)]
    [InlineData("nm", "Angstrom", 1)]
    public void A_specified_unit_replaces_a_wrong_one(string wrong, string? unit, double angstromPerUnit) =>
        Assert.Equal(475.125 * angstromPerUnit, Read([.. Sky, "CTYPE3  = 'WAVE    '", $"CUNIT3  = '{wrong}'", "CRVAL3  = 475.0",
            "CRPIX3  = 1.0", "CDELT3  = 0.125"], unit).WavelengthAngstrom[1], 1e-6);

    [Theory]
    [InlineData("WAVE", "NM", "nm", 500.0)]
    [InlineData("WAVE", "Microns", "um", 0.5)]
    [InlineData("WAVELENGTH", "ANGSTROMS", "Angstrom", 5000.0)]
    [InlineData("ENER", "KEV", "keV", 2.0)]
    [InlineData("FREQ", "ghz", "GHz", 345.0)]
    [InlineData("VRAD", "KM/S", "km/s", 1500.0)]
    public void Units_in_capitals_are_those_of_FITS(string type, string unit, string known, double start)
    {
        string[] cards = [.. Sky, $"CTYPE3  = '{type}'", string.Create(CultureInfo.InvariantCulture, $"CRVAL3  = {start:0.0}"),
            "CRPIX3  = 1.0", "CDELT3  = 0.125", "RESTFRQ = 3.45E11"];
        FitsHeader header = Header([.. cards, $"CUNIT3  = '{unit}'"]);
        Assert.Equal(Read([.. cards, $"CUNIT3  = '{known}'"]).WavelengthAngstrom,
            SpectralAxis.Read(header, [6, 5, 7], 2).WavelengthAngstrom);
        using Wcs wcs = Wcs.Open(header);
        Assert.Equal(known, wcs.CubeCards(2).Single(c => c.Keyword == "CUNIT3").Value);
        if (!SpectralAxis.IsWavelength(header, 2))
            Assert.Equal(known, SpectralAxis.ReadNative(header, [6, 5, 7], 2).Unit);
    }

    [Theory]
    [InlineData("VRAD", "KM/S", "km/s", 7.0, 0.5, "CUNIT3  = 'km/s'")]
    [InlineData("FREQ", "Mhz", "MHz", 345E3, 1.0, "CUNIT3  = 'MHz'")]
    [InlineData("FREQ-LOG", "ghz", "GHz", 345.0, 0.1, "CUNIT3  = 'GHz'")]
    [InlineData("VOPT", "m/s", "km/s", 7.0, 0.5, "CUNIT3  = 'km/s'")]
    public void A_specified_unit_replaces_that_of_velocities_and_frequencies(string type, string wrong, string unit, double start,
        double step, string right)
    {
        string[] cards = [.. Sky, $"CTYPE3  = '{type}'", string.Create(CultureInfo.InvariantCulture, $"CRVAL3  = {start:0.0}"),
            "CRPIX3  = 1.0", string.Create(CultureInfo.InvariantCulture, $"CDELT3  = {step:0.0}"), "RESTFRQ = 3.45E11"];
        Assert.Equal(Read([.. cards, right]).WavelengthAngstrom, Read([.. cards, $"CUNIT3  = '{wrong}'"], unit).WavelengthAngstrom);
        NativeAxis expected = SpectralAxis.ReadNative(Header([.. cards, right]), [6, 5, 7], 2),
            actual = SpectralAxis.ReadNative(Header([.. cards, $"CUNIT3  = '{wrong}'"]), [6, 5, 7], 2, unit);
        Assert.Equal((type, unit, expected.Values.Length), (actual.Type, actual.Unit, 7));
        Assert.Equal(expected.Values, actual.Values);
        Assert.Equal(start + step, actual.Values[1], type == "FREQ-LOG" ? 1e-4 : 1e-9);
    }

    [Theory]
    [InlineData("VRAD", "banana", "'banana' is not a unit of velocity, as CTYPE3 = 'VRAD' requires. Correct 'wavelength: { unit: … }'")]
    [InlineData("FREQ", "m/s", "'m/s' is not a unit of frequency, as CTYPE3 = 'FREQ' requires")]
    [InlineData("VELOCITY", "banana", "'banana' is not a unit of velocity, as CTYPE3 = 'VELOCITY' requires")]
    [InlineData("VELOCITY", "Angstrom", "'Angstrom' is not a unit of velocity, as CTYPE3 = 'VELOCITY' requires")]
    [InlineData("LINEAR", "banana", "'banana' is not a unit, so that the values of axis 3 (CTYPE3 = 'LINEAR') have none")]
    [InlineData("VELOCITY", null, "CTYPE3 = 'VELOCITY' has no CUNIT3. Specify the unit of the axis: 'wavelength: { unit: … }'")]
    public void Units_that_do_not_fit_the_axis_are_rejected(string type, string? unit, string message) =>
        Assert.Contains(message, Assert.Throws<FitsException>(() => SpectralAxis.ReadNative(
            Header([.. Sky, $"CTYPE3  = '{type}'", "CRVAL3  = 1.0", "CDELT3  = 1.0"]), [6, 5, 7], 2, unit)).Message);

    [Theory]
    [InlineData("7 5", "STOKES", "must have one axis besides the celestial ones")]
    [InlineData("7 5 4 3", "WAVE,STOKES", "axis 4 (STOKES) has 3 pixels besides the celestial and spectral axes")]
    [InlineData("7 5 4 3", "A,B", "must have one axis besides the celestial ones")]
    public void A_cube_must_have_one_spectral_axis(string axes, string types, string expected)
    {
        FitsHeader header = Header([.. Sky, .. types.Split(',').Select((t, i) => $"CTYPE{i + 3}  = '{t}'")]);
        using Wcs sky = Wcs.Open(header);
        Assert.Contains(expected,
            Assert.Throws<FitsException>(() => SpectralAxis.AxisOf(header, [.. axes.Split(' ').Select(long.Parse)], sky)).Message);
    }

    [Fact]
    public void Velocities_of_a_real_cube_are_converted()
    {
        using FitsFile file = FitsFile.OpenRead(TestPaths.Data("images/example_cube.fits"));
        using Wcs sky = Wcs.Open(file.Hdu(0).Header);
        SpectralAxis axis = SpectralAxis.Read(file.Hdu(0).Header, file.Hdu(0).Axes,
            SpectralAxis.AxisOf(file.Hdu(0).Header, file.Hdu(0).Axes, sky));
        Assert.Equal((2, "VRAD"), (axis.Axis, axis.Type));
        // λ = c / (ν₀·(1 − v/c)), v = 7000 − 103.6813929677·(p − 77.62811279297) m/s
        double v = 7000 - (103.6813929677 * (1 - 77.62811279297)), c = 299792458;
        Assert.Equal(1, axis.WavelengthAngstrom[0] / (1e10 * c / (225896720000.0 * (1 - (v / c)))), 1e-12);
    }

    private static SpectralAxis Read(string[] cards, string? unit = null)
    {
        FitsHeader header = Header(cards);
        long[] axes = [6, 5, 7];
        using Wcs sky = Wcs.Open(header);
        return SpectralAxis.Read(header, axes, SpectralAxis.AxisOf(header, axes, sky), unit);
    }

    private static string Text(string[] cards) => string.Concat(cards.Select(c => c.PadRight(80)));

    private static FitsHeader Header(string[] cards) => new(Text(cards), "made.fits", "0");
}
