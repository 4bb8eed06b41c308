namespace Pile.Plotting.Tests;

public class UnitTextTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("mag", "mag")]
    [InlineData("1e-17 erg/s/cm2/Angstrom", "10⁻¹⁷ erg/s/cm²/Å")]
    [InlineData("1E-17 erg s-1 cm-2 Ang-1", "10⁻¹⁷ erg s⁻¹ cm⁻² Å⁻¹")]
    [InlineData("10**(-20)*Angstrom**-1 cm^2", "10⁻²⁰*Å⁻¹ cm²")]
    [InlineData("(km/s)2", "(km/s)²")]
    [InlineData("1e+5 Jy", "10⁵ Jy")]
    [InlineData("m١2", "m١2")]
    public void Powers_are_superscripts(string? unit, string text) => Assert.Equal(text, UnitText.Of(unit));
}
