using Pile.TestKit;

namespace Pile.Fits.Tests;

/// <summary>Units as headers spell them.</summary>
public class UnitWordsTests
{
    // The spelling, and the unit in the spelling of FITS that astropy supports.
    private static readonly (string Spelling, string Fits)[] Spellings =
    [
        ("ADU", "adu"), ("ADU/s", "adu/s"), ("Adu", "adu"),
        ("Counts", "count"), ("COUNTS", "count"), ("counts/s", "count/s"), ("COUNTS/S", "count/s"), ("COUNTS S-1", "count s-1"),
        ("(COUNTS S-1)**2", "count2 s-2"), ("counts/sec/pixel", "count s-1 pixel-1"), ("cts", "count"), ("Counts/Pixel", "count/pixel"),
        ("photons/s/cm2/Angstrom", "photon s-1 cm-2 Angstrom-1"), ("PHOTONS/S/CM2/ANGSTROM", "photon s-1 cm-2 Angstrom-1"),
        ("nanometers", "nm"), ("nanometer", "nm"), ("Nanometres", "nm"), ("NANOMETERS", "nm"), ("NM", "nm"),
        ("micron", "um"), ("microns", "um"), ("MICRON", "um"), ("Microns", "um"), ("micrometer", "um"), ("UM", "um"), ("\u00b5m", "um"),
        ("\u03bcm", "um"), ("1/micron", "um-1"),
        ("angstrom", "Angstrom"), ("angstroms", "Angstrom"), ("Angstroms", "Angstrom"), ("ANGSTROM", "Angstrom"),
        ("ANGSTROMS", "Angstrom"), ("Ang", "Angstrom"), ("ANG", "Angstrom"), ("AA", "Angstrom"), ("\u00c5", "Angstrom"),
        ("meters", "m"), ("METER", "m"), ("METRES", "m"), ("centimeters", "cm"), ("CM", "cm"), ("CM-1", "cm-1"), ("kilometers", "km"),
        ("KEV", "keV"), ("kev", "keV"), ("KeV", "keV"), ("ev", "eV"), ("Gev", "GeV"), ("TEV", "TeV"),
        ("GHZ", "GHz"), ("ghz", "GHz"), ("HZ", "Hz"), ("Megahertz", "MHz"), ("KHZ", "kHz"),
        ("KM/S", "km/s"), ("km/sec", "km/s"), ("KM S-1", "km/s"), ("M/S", "m/s"), ("Km/s", "km/s"),
        ("microJy", "uJy"), ("uJy", "uJy"), ("UJY", "uJy"), ("ujy", "uJy"), ("mJy", "mJy"), ("milliJy", "mJy"), ("\u00b5Jy", "uJy"),
        ("nJy", "nJy"), ("njy", "nJy"), ("Jy/Beam", "Jy/beam"), ("mJy/Beam", "mJy/beam"), ("MegaJy/sr", "MJy/sr"),
        ("ergs/s/cm^2/Ang", "erg s-1 cm-2 Angstrom-1"), ("erg/cm**2/s/Angstrom", "erg s-1 cm-2 Angstrom-1"),
        ("erg/s/cm2/AA", "erg s-1 cm-2 Angstrom-1"), ("erg/s/cm2/\u00c5", "erg s-1 cm-2 Angstrom-1"),
        ("ERG/S/CM2/ANGSTROM", "erg s-1 cm-2 Angstrom-1"), ("ERGS/CM**2/S/ANG", "erg s-1 cm-2 Angstrom-1"),
        ("10**(-17)erg/s/cm**2/Angstrom", "10**-17 erg s-1 cm-2 Angstrom-1"), ("1E-17 erg/cm^2/s/Ang", "10**-17 erg s-1 cm-2 Angstrom-1"),
        ("1e-17erg/s/cm2/Angstrom", "10**-17 erg s-1 cm-2 Angstrom-1"), ("10^-17 ergs/s/cm^2/AA", "10**-17 erg s-1 cm-2 Angstrom-1"),
        ("Watt/m2/micron", "W m-2 um-1"), ("MAG", "mag"), ("mags", "mag"), ("mag/ARCSEC2", "mag arcsec-2"),
        ("DEG", "deg"), ("Degrees", "deg"), ("arcseconds", "arcsec"), ("ARCSEC", "arcsec"), ("ArcSec", "arcsec"), ("ARCMIN", "arcmin"),
        ("milliarcseconds", "mas"), ("marcsec", "mas"), ("microarcsec", "10**-3 mas"), ("MAS", "mas"),
        ("SEC", "s"), ("Seconds", "s"), ("milliseconds", "ms"), ("HOURS", "h"), ("hr", "h"), ("DAYS", "d"), ("GYR", "Gyr"),
        ("Kpc", "kpc"), ("KPC", "kpc"), ("PIXELS", "pixel"), ("PIX", "pix"), ("K KM/S", "K km s-1"), ("nanowatts", "nW"),
    ];

    [Fact]
    public void Spellings_of_headers_are_units_of_FITS_that_astropy_supports()
    {
        Assert.All(Spellings, s =>
            Assert.True(UnitFactors.TryConvert(s.Spelling, s.Fits, 1, out double factor) && factor == 1, s.Spelling));
        Python.Run("""
            import sys, astropy.units as u
            for text in sys.argv[1:]:
                u.Unit(text, format='fits')
            """, [.. Spellings.Select(s => s.Fits).Distinct()]);
    }

    [Theory] // two meanings if case is ignored, or another one in FITS
    [InlineData("MJY", "Jy")]
    [InlineData("mjy", "Jy")]
    [InlineData("MM", "m")]
    [InlineData("MEV", "J")]
    [InlineData("mhz", "Hz")]
    [InlineData("MPC", "m")]
    [InlineData("MYR", "s")]
    [InlineData("EV", "eV")]
    [InlineData("A", "Angstrom")]
    [InlineData("PA", "Pa")]
    [InlineData("erg/s/cm2/A", "erg/s/cm2/Angstrom")]
    [InlineData("ERG/S/CM2/A", "erg/s/cm2/Angstrom")]
    public void Words_with_two_meanings_are_not_converted(string unit, string to) =>
        Assert.False(UnitFactors.TryConvert(unit, to, 1, out _));

    [Theory]
    [InlineData("erg/s/cm2/A", "W/m2/um",
        ". 'A' is the ampere in FITS, not Angstrom: set 'file_unit: erg/s/cm2/Angstrom' if the file means that")]
    [InlineData("MJY/BEAM", "Jy/beam",
        ". 'MJY' may mean MJy or mJy: set 'file_unit: MJy/BEAM' or 'file_unit: mJy/BEAM' if the file means that")]
    [InlineData("furlong", "m", "")]
    [InlineData("K", "m", "")]
    public void The_probable_meaning_of_such_a_word_is_suggested(string unit, string to, string expected) =>
        Assert.Equal(expected, UnitReading.Suggestion(unit, "file_unit", reading => UnitFactors.TryConvert(reading, to, 1, out _)));
}
