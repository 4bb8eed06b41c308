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
    [InlineData("'", "'")]
    [InlineData("'/h", "'/h")]
    [InlineData("''", "''")]
    [InlineData("γ", null)]
    [InlineData("", null)]
    public void Units_are_formatted_for_FITS(string unit, string? expected) => Assert.Equal(expected, FitsUnitText.Of(unit));
}
