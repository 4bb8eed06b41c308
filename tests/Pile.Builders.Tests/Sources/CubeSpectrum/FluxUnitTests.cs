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
    [InlineData("Jy", "Jy km/s", "km/s", "kJy", "Jy/K", "W m-2 K-1", "count", "T", "nW", "erg/s/(cm2 K)", "kg", "TBq")]
    public void Units_without_a_temperature_are_summed(params string[] units) =>
        Assert.All(units, unit => Assert.Equal(unit, FluxUnit.TryParse(unit, out _)?.Sum));
}
