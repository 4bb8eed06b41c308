using Pile.TestKit;

namespace Pile.Fits.Tests;

public class UnitTextTests
{
    [Theory]
    [InlineData("1e-17 erg/(s cm² Å)", "10**-17 erg/(s cm2 Angstrom)")]
    [InlineData("10**-17 erg s-1", "10**-17 erg s-1")]
    [InlineData("1E-17*erg s⁻¹", "10**-17 erg s-1")]
    [InlineData("µJy", "uJy")]
    [InlineData("'my unit'/s", "my unit/s")]
    [InlineData("m.'furlong'**2", "m.furlong**2")]
    [InlineData("'", "arcmin")]
    [InlineData("'/h", "'/h")]
    [InlineData("''", "arcsec")]
    [InlineData("erg/s/cm**2/Angstrom", "erg/s/cm**2/Angstrom")]
    [InlineData("nmgy", "nmgy")]
    [InlineData("'electron'.s-1", "electron.s-1")]
    [InlineData("log(cm.s**-2)", "log(cm.s**-2)")]
    [InlineData("3 m", "3 m")]
    [InlineData("γ", null)]
    [InlineData("", null)]
    public void Units_are_formatted_for_FITS(string unit, string? expected) => Assert.Equal(expected, FitsUnitText.Of(unit));

    [Theory]
    [InlineData("micron", "um", "u.micron")]
    [InlineData("microns/s", "um s-1", "u.micron / u.s")]
    [InlineData("1 / deg2", "deg-2", "1 / u.deg**2")]
    [InlineData("%", "10**-2", "u.percent")]
    [InlineData("% / yr", "10**-2 yr-1", "u.percent / u.yr")]
    [InlineData("1 / (pix s)", "pix-1 s-1", "1 / u.pix / u.s")]
    [InlineData("0.1nm", "Angstrom", "0.1 * u.nm")] // of CDS tables
    [InlineData("1e-18 W / (m2 micron)", "10**-18 W m-2 um-1", "1e-18 * u.W / u.m**2 / u.micron")]
    [InlineData("1000 m", "10**3 m", "1000 * u.m")]
    [InlineData("uarcsec", "10**-3 mas", "u.uarcsec")]
    [InlineData("M_sun / hr", "solMass h-1", "u.M_sun / u.h")]
    [InlineData("erg / (s cm2 AA)", "erg Angstrom-1 cm-2 s-1", "u.erg / u.s / u.cm**2 / u.AA")]
    public void Units_of_astropy_and_the_VO_are_spelled_as_in_FITS(string unit, string expected, string astropy)
    {
        Assert.Equal(expected, FitsUnitText.Of(unit));
        Assert.Equal("True", Python.Run("import sys, astropy.units as u\n"
            + "a, b = u.Unit(sys.argv[1], format='fits'), u.Unit(eval(sys.argv[2]))\n"
            + "print(abs(a.to(b) - 1) < 1e-12)", expected, astropy).Trim());
    }
}
