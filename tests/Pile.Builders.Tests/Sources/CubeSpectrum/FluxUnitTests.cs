using Pile.Builders.Sources.CubeSpectrum;

namespace Pile.Builders.Tests.Sources.CubeSpectrum;

/// <summary>The unit of a sum over spaxels.</summary>
public class FluxUnitTests
{
    [Theory]
    [InlineData("10**-20 Angstrom-1 cm-2 erg s-1", "10**-20 Angstrom-1 cm-2 erg s-1", nameof(FluxPer.Spaxel))]
    [InlineData("1E-17 erg/s/cm^2/Ang/spaxel", "1E-17 erg/s/cm^2/Ang", nameof(FluxPer.Spaxel))]
    [InlineData("MJy/sr", "MJy", nameof(FluxPer.SolidAngle))]
    [InlineData("erg / (s cm2 Angstrom arcsec2)", "erg / (s cm2 Angstrom)", nameof(FluxPer.SolidAngle))]
    [InlineData("10**-20 erg/s/cm**2/arcsec**2/Angstrom", "10**-20 erg/s/cm**2/Angstrom", nameof(FluxPer.SolidAngle))]
    [InlineData("erg s^-1 cm^-2 arcsec^-2 AA^-1", "erg s^-1 cm^-2 AA^-1", nameof(FluxPer.SolidAngle))]
    [InlineData("Jy/beam", "Jy", nameof(FluxPer.Beam))]
    [InlineData("Jy beam-1", "Jy", nameof(FluxPer.Beam))]
    [InlineData("mJy beam**(-1) km/s", "mJy km/s", nameof(FluxPer.Beam))]
    [InlineData("count", "count", nameof(FluxPer.Spaxel))]
    [InlineData("K", null, null)]
    [InlineData("mK km/s", null, null)]
    [InlineData("Jy arcsec2", null, null)]
    [InlineData("Jy/arcsec", null, null)]
    public void Unit_of_a_sum_has_no_area(string unit, string? sum, string? per)
    {
        FluxUnit? parsed = FluxUnit.TryParse(unit, out string? reason);
        Assert.Equal((sum, per, sum is null), (parsed?.Sum, parsed?.Per.ToString(), reason is not null));
    }

    [Theory]
    [InlineData("K", "mK", "uK", "\u00b5K", "K km/s", "km/s K", "K.km/s", "10**-3 K", "1e-3K", "K_CMB", "K(TMB)", "K (Ta*)", "km s-1 K")]
    [InlineData("KELVIN", "Kelvin", "kelvin", "KELVINS", "kelvins", "mKelvin", "Kelvin km/s", "millikelvin")]
    [InlineData("degK", "DEGK", "deg K", "Deg K", "degree K", "deg_K", "degrees Kelvin")]
    [InlineData("TMB", "T_MB", "Tmb", "TMB km/s", "TA*", "T_A*", "TB", "T_B", "TR*")]
    public void Brightness_temperature_is_rejected_in_any_spelling(params string[] units) => Assert.All(units, unit =>
    {
        Assert.Null(FluxUnit.TryParse(unit, out string? reason));
        Assert.Contains($"'{unit}' is a brightness temperature", reason, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("mag/arcsec2", "mag/arcsec^2", "mag arcsec-2", "MAG/ARCSEC2", "mag", "mmag", "mag(AB)", "mag (Vega)", "ABmag",
        "AB mag", "STmag", "mag_AB", "magnitudes")]
    [InlineData("dex", "dex(cm)", "DEX", "log(Jy)", "log10(Jy)", "log10 Jy", "logJy", "LOG(JY)", "ln(Jy)", "dB", "dBm", "decibel")]
    public void Magnitudes_and_logarithms_are_rejected(params string[] units) => Assert.All(units, unit =>
    {
        Assert.Null(FluxUnit.TryParse(unit, out string? reason));
        Assert.Equal($"'{unit}' is a magnitude or another logarithm, which does not add up over spaxels", reason);
    });

    [Fact]
    public void Unit_in_brackets_is_a_logarithm()
    {
        Assert.Null(FluxUnit.TryParse("[Jy/beam]", out string? reason));
        Assert.Equal("'[Jy/beam]' is a logarithm, which does not add up over spaxels: brackets mean log10", reason);
    }

    [Theory]
    [InlineData("Jy", "maggies", "erg/s/cm2/dex", "Jy km/s", "km/s", "kJy", "Jy/K", "W m-2 K-1", "count", "T", "nW", "erg/s/(cm2 K)",
        "kg", "TBq")]
    public void Units_without_a_temperature_are_summed(params string[] units) =>
        Assert.All(units, unit => Assert.Equal(unit, FluxUnit.TryParse(unit, out _)?.Sum));

    [Theory]
    [InlineData("Jy/beam", "Jy", "Jy/bm", "JY/BM", "JY/BEAM", "jansky/beam", "Jy / Beam", "Jy per beam")]
    [InlineData("Jy/(beam)", "Jy", "Jy/(BM)")]
    [InlineData("Jy beam-1", "Jy", "Jy bm-1", "Jy BEAM-1")]
    [InlineData("Jy beam^{-1}", "Jy", "Jy bm^{-1}")]
    [InlineData("mJy/beam km/s", "mJy km/s", "mJy/bm km/s", "mJy/BEAM km/s")]
    [InlineData("MJy/sr", "MJy", "MJy/sterad", "MJY/SR", "MJy/steradian", "MJy/STERAD", "MJy per steradian")]
    [InlineData("mJy/arcsec2", "mJy", "mJy/sqarcsec", "mJy/sq.arcsec", "mJy/SQ ARCSEC", "mJy/square arcsec", "mJy/ARCSEC2",
        "mJy/arcsecond2")]
    [InlineData("mJy/arcsec^2", "mJy", "mJy/ARCSEC^2", "mJy/arcsecs^2")]
    [InlineData("mJy/arcsec**2", "mJy", "mJy/ARCSEC**2", "mJy/arcsec**2")]
    [InlineData("ct/pixel", "ct", "ct/pixel", "ct per pixel")]
    [InlineData("Jy/px", "Jy", "Jy / px")]
    public void Spellings_of_an_area_are_those_of_FITS(string spaxel, string sum, params string[] units) => Assert.All(units, unit =>
    {
        FluxUnit? parsed = FluxUnit.TryParse(unit, out string? reason);
        Assert.Null(reason);
        Assert.Equal((spaxel, sum), (parsed?.Spaxel.Replace(" / ", "/", StringComparison.Ordinal), parsed?.Sum));
    });

    [Theory]
    [InlineData("b", "Jy/b", "Jy b-1", "Jy per b")]
    [InlineData("B", "Jy/B")]
    [InlineData("fiber", "1E-17 erg/s/cm^2/Ang/fiber")]
    [InlineData("as", "mJy/as2")]
    [InlineData("sqas", "Jy/sqas")]
    [InlineData("beam_area", "Jy/beam_area")]
    [InlineData("element", "Jy / (s element)")]
    public void Unknown_denominator_is_rejected_by_name(string name, params string[] units) => Assert.All(units, unit =>
    {
        Assert.Null(FluxUnit.TryParse(unit, out string? reason));
        Assert.Equal($"'{unit}' is neither per spaxel nor per solid angle nor per beam: '{name}' is not a known unit", reason);
    });

    [Theory]
    [InlineData("Jy/beam/arcsec2", "Jy/arcsec^1.5", "Jy/beam^2", "solMass/pc2", "Jy/sqarcsec2", "Jy/\"2", "Jy arcsec-4", "Jy/beam1.5")]
    public void Other_powers_of_an_area_are_rejected(params string[] units) => Assert.All(units, unit =>
    {
        Assert.Null(FluxUnit.TryParse(unit, out string? reason));
        Assert.Contains($"'{unit}' is neither per spaxel nor per solid angle nor per beam", reason, StringComparison.Ordinal);
    });

    [Theory] // of real cubes: MaNGA, CALIFA, MUSE, KMOS, SAMI, KCWI, SINFONI, JWST, SCUBA-2, FIFI-LS
    [InlineData("1E-17 erg/s/cm^2/Ang", "1E-16 erg/s/cm^2/AA", "10**(-20)*erg/s/cm**2/Angstrom", "erg.s**(-1).cm**(-2).angstrom**(-1)",
        "10**(-16) erg /s /cm**2 /angstrom", "FLAM16", "ADU/sec", "erg/cm2/s/A", "W/m^2/um", "electron/s", "e-/s", "nanomaggy", "pW",
        "ergs/s/cm^2/Angstroms", "W/m2/\u00b5m", "1/s", "count/Hz", "ERG/S/CM**2/ANGSTROM", "photon/s/m2/nm", "DN/s", "W m-2 Hz-1", "km/s")]
    public void Units_without_an_area_are_summed(params string[] units) => Assert.All(units, unit =>
    {
        FluxUnit? parsed = FluxUnit.TryParse(unit, out string? reason);
        Assert.Equal((unit, FluxPer.Spaxel, null), (parsed?.Sum, parsed?.Per ?? default, reason));
    });
}
