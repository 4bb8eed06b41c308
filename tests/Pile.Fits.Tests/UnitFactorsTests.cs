using System.Globalization;
using Pile.TestKit;

namespace Pile.Fits.Tests;

/// <summary>Compares powers of units with astropy.</summary>
public class UnitFactorsTests
{
    [Theory] // the unit of noise, that of the flux, the power, and both as astropy writes them
    [InlineData("(10**(-18)*erg/s/cm**2/Angstrom)**2", "10**(-20)*erg/s/cm**2/Angstrom", 2,
        "(1e-18 * u.erg / u.s / u.cm**2 / u.AA) ** 2", "1e-20 * u.erg / u.s / u.cm**2 / u.AA")]
    [InlineData("10**+34 (s2 cm4 Angstrom2) / erg2", "10**-17 erg/(s cm2 Angstrom)", -2,
        "1e34 * (u.s**2 * u.cm**4 * u.AA**2) / u.erg**2", "1e-17 * u.erg / (u.s * u.cm**2 * u.AA)")]
    [InlineData("mJy**2", "Jy", 2, "u.mJy ** 2", "u.Jy")]
    [InlineData("MJy2 / sr2", "mJy/sr", 2, "u.MJy**2 / u.sr**2", "u.mJy / u.sr")]
    [InlineData("1/Jy^2", "uJy", -2, "u.Jy ** -2", "u.uJy")]
    [InlineData("uJy/arcsec2", "MJy/sr", 1, "u.uJy / u.arcsec**2", "u.MJy / u.sr")]
    [InlineData("MJy/sr", "mJy/arcmin^2", 1, "u.MJy / u.sr", "u.mJy / u.arcmin**2")]
    [InlineData("(MJy/sr)^2", "uJy/arcsec2", 2, "(u.MJy / u.sr)**2", "u.uJy / u.arcsec**2")]
    [InlineData("sr2/MJy2", "Jy/deg2", -2, "(u.MJy / u.sr)**-2", "u.Jy / u.deg**2")]
    [InlineData("erg/s/cm2/sr", "W/m2/arcsec2", 1, "u.erg / u.s / u.cm**2 / u.sr", "u.W / u.m**2 / u.arcsec**2")]
    [InlineData("(mJy)^{-2}", "Jy", -2, "u.mJy ** -2", "u.Jy")]
    [InlineData("W m-2", "1E-17 erg/s/cm^2", 1, "u.W / u.m ** 2", "1e-17 * u.erg / u.s / u.cm**2")]
    [InlineData("uas/yr", "arcsec/yr", 1, "u.uas / u.yr", "u.arcsec / u.yr")]
    [InlineData("uarcsec", "deg", 1, "u.uarcsec", "u.deg")]
    [InlineData("marcsec / yr", "arcsec/yr", 1, "u.marcsec / u.yr", "u.arcsec / u.yr")]
    [InlineData("uas**2", "arcsec", 2, "u.uas ** 2", "u.arcsec")]
    [InlineData("(W/m2/um)^2", "erg/s/cm2/Angstrom", 2, "(u.W / u.m**2 / u.um) ** 2", "u.erg / u.s / u.cm**2 / u.AA")]
    [InlineData("nanomaggy", "Jy", 1, "3.631e-6 * u.Jy", "u.Jy")] // AB: 3631 Jy have magnitude 0
    [InlineData("nanomaggies", "mJy", 1, "3.631e-6 * u.Jy", "u.mJy")]
    [InlineData("uJy", "nanomaggy", 1, "u.uJy", "3.631e-6 * u.Jy")]
    [InlineData("maggies", "nanomaggy", 1, "3631 * u.Jy", "3.631e-6 * u.Jy")]
    [InlineData("1/nanomaggy^2", "uJy", -2, "(3.631e-6 * u.Jy) ** -2", "u.uJy")]
    [InlineData("nanomaggy/arcsec2", "MJy/sr", 1, "3.631e-6 * u.Jy / u.arcsec**2", "u.MJy / u.sr")]
    [InlineData("nanomaggy", "erg/s/cm2/Hz", 1, "3.631e-6 * u.Jy", "u.erg / u.s / u.cm**2 / u.Hz")]
    [InlineData("JY", "mJy", 1, "u.Jy", "u.mJy")]
    [InlineData("JY/BEAM", "mJy/beam", 1, "u.Jy / u.beam", "u.mJy / u.beam")]
    [InlineData("MJY/SR", "Jy/sr", 1, "u.MJy / u.sr", "u.Jy / u.sr")]
    [InlineData("JY/SR", "MJy/sr", 1, "u.Jy / u.sr", "u.MJy / u.sr")]
    [InlineData("Jansky", "uJy", 1, "u.Jy", "u.uJy")]
    [InlineData("jy**2", "mJy", 2, "u.Jy ** 2", "u.mJy")]
    [InlineData("0.1mas", "mas", 1, "0.1 * u.mas", "u.mas")] // units with factors of catalogues of CDS
    [InlineData("10mas/yr", "arcsec/yr", 1, "10 * u.mas / u.yr", "u.arcsec / u.yr")]
    [InlineData("0.001mag", "mag", 1, "0.001 * u.mag", "u.mag")]
    [InlineData("10arcmin", "deg", 1, "10 * u.arcmin", "u.deg")]
    [InlineData("1000km", "km", 1, "1000 * u.km", "u.km")]
    [InlineData("sr", "deg2", 1, "u.sr", "u.deg**2")]
    [InlineData("hourangle", "deg", 1, "u.hourangle", "u.deg")]
    [InlineData("deg/h", "hourangle/s", 1, "u.deg / u.h", "u.hourangle / u.s")]
    [InlineData("%", "1", 1, "u.percent", "u.dimensionless_unscaled")]
    [InlineData("%/yr", "1/yr", 1, "u.percent / u.yr", "1 / u.yr")]
    public void Powers_of_units_are_converted_as_by_astropy(string from, string to, int power, string astropyFrom, string astropyTo)
    {
        Assert.True(UnitFactors.TryConvert(from, to, power, out double factor));
        string expected = Python.Run("""
            import sys, astropy.units as u
            noise, flux, power = (eval(text) for text in sys.argv[1:4])
            print(repr((1 * u.Unit(noise)).to(u.Unit(flux) ** power).value))
            """, astropyFrom, astropyTo, power.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(1, factor / double.Parse(expected, CultureInfo.InvariantCulture), 1e-9);
    }

    [Theory] // as real files spell them: MUSE, DESI, the Legacy Surveys, MaNGA, XDF, Kepler, Gaia, X-shooter, JWST
    [InlineData("10**-40 Angstrom-2 cm-4 erg2 s-2", "10**-20 Angstrom-1 cm-2 erg s-1", 2)]
    [InlineData("(10**(-20)*erg/s/cm**2/Angstrom)**2", "10**(-20)*erg/s/cm**2/Angstrom", 2)]
    [InlineData("10**+34 (s2 cm4 Angstrom2) / erg2", "10**-17 erg/(s cm2 Angstrom)", -2)]
    [InlineData("1/nanomaggy^2", "nanomaggy", -2)]
    [InlineData("nanomaggy^-2", "nanomaggy", -2)]
    [InlineData("nanomaggies", "nmgy", 1)]
    [InlineData("10**-9 maggy", "nanomaggy", 1)]
    [InlineData("JY", "Jy", 1)]
    [InlineData("(1E-17 erg/s/cm^2/spaxel)^{-2}", "1E-17 erg/s/cm^2/spaxel", -2)]
    [InlineData("1/(1E-17 erg/s/cm^2/Ang/spaxel)^2", "1E-17 erg/s/cm^2/Angstrom/spaxel", -2)]
    [InlineData("ELECTRONS/S", "electron/s", 1)]
    [InlineData("(e-/s)**2", "e-/s", 2)]
    [InlineData("'electron'.s**-1", "electron/s", 1)]
    [InlineData("erg s**(-1) cm**(-2) nm**(-1)", "erg s-1 cm-2 nm-1", 1)]
    [InlineData("Jy2", "Jy", 2)]
    [InlineData("(Jy/beam)**2", "Jy/beam", 2)]
    [InlineData("counts2", "count", 2)]
    [InlineData("my own unit", "my own unit", 1)]
    public void The_same_unit_in_another_spelling_has_the_factor_1(string from, string to, int power)
    {
        Assert.True(UnitFactors.TryConvert(from, to, power, out double factor));
        Assert.Equal(1, factor);
    }

    [Theory]
    [InlineData("Jy", "Jy", 2)]
    [InlineData("Jy2", "Jy", -2)]
    [InlineData("K", "Jy", 1)]
    [InlineData("Jy/sr", "Jy/arcsec", 1)]
    [InlineData("furlong2", "Jy", 2)]
    [InlineData("Jy**(1/2)", "Jy", 2)]
    [InlineData("Jy**0.5", "Jy", 2)]
    [InlineData("sqrt(Jy)", "Jy", 2)]
    [InlineData("log(Jy)", "Jy", 2)]
    [InlineData("(Jy", "Jy", 2)]
    [InlineData("Jy)2", "Jy", 2)]
    [InlineData("Jy**99999", "Jy", 2)]
    [InlineData("10**99999 Jy", "Jy", 2)]
    [InlineData("(((((((((((((((((((((((((Jy)))))))))))))))))))))))))2", "Jy", 2)]
    [InlineData("0 Jy2", "Jy", 2)]
    [InlineData("", "Jy", 2)]
    [InlineData("MJY", "Jy", 1)] // mega or milli
    [InlineData("MJY/BEAM", "Jy/beam", 1)]
    [InlineData("nanomaggy", "mag", 1)]
    public void Units_of_other_quantities_and_unknown_ones_are_rejected(string from, string to, int power) =>
        Assert.False(UnitFactors.TryConvert(from, to, power, out _));

    [Theory]
    [InlineData("erg/s/cm2", "erg s-1 cm-2", true)]
    [InlineData("nanomaggy", "nanomaggy", true)] // unknown
    [InlineData("mJy", "Jy", false)]
    [InlineData("Jy", null, false)]
    [InlineData(null, null, true)]
    public void Units_are_equal_however_they_are_written(string? a, string? b, bool areEqual)
    {
        Assert.Equal(areEqual, FitsUnits.AreEqual(a, b));
        Assert.Equal(areEqual, FitsUnits.AreEqual(b, a));
    }
}
