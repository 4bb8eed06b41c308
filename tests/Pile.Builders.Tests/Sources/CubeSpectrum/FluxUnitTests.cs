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
}
