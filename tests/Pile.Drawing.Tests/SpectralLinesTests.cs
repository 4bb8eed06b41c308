namespace Pile.Drawing.Tests;

public class SpectralLinesTests
{
    [Theory] // air wavelengths of the NIST Atomic Spectra Database; the means for blends
    [InlineData("Lyα", 1215.670)]
    [InlineData("[O II]", 3727.42)]
    [InlineData("Ca K", 3933.66)]
    [InlineData("Ca H", 3968.47)]
    [InlineData("Hδ", 4101.73)]
    [InlineData("Hγ", 4340.46)]
    [InlineData("Hβ", 4861.33)]
    [InlineData("[O III] 4959", 4958.91)]
    [InlineData("[O III] 5007", 5006.84)]
    [InlineData("Mg b", 5174.54)]
    [InlineData("Na D", 5892.94)]
    [InlineData("[O I] 6300", 6300.30)]
    [InlineData("[N II] 6548", 6548.05)]
    [InlineData("Hα", 6562.80)]
    [InlineData("[N II] 6584", 6583.45)]
    [InlineData("[S II] 6717", 6716.44)]
    [InlineData("[S II] 6731", 6730.82)]
    public void Air_wavelengths_agree_with_NIST(string label, double airAngstrom) =>
        Assert.Equal(airAngstrom, SpectralLines.Usual.Single(l => l.Label == label).AirAngstrom, 0.06);

    [Theory] // LINEWAVE of the SPZLINE table in SDSS spec-0266-51602-0031.fits: vacuum
    [InlineData("C IV", 1549.48)]
    [InlineData("C III]", 1908.734)]
    [InlineData("Mg II", 2800.315)]
    [InlineData("[O II]", 3727.092)]
    [InlineData("[O II]", 3729.875)]
    [InlineData("Hδ", 4102.892)]
    [InlineData("Hβ", 4862.683)]
    [InlineData("[O III] 5007", 5008.240)]
    [InlineData("[O I] 6300", 6302.046)]
    [InlineData("Hα", 6564.614)]
    [InlineData("[S II] 6731", 6732.678)]
    public void Vacuum_wavelengths_agree_with_SDSS(string label, double vacuumAngstrom) =>
        Assert.Equal(vacuumAngstrom, SpectralLines.Usual.Single(l => l.Label == label).VacuumAngstrom,
            label is "Mg II" or "[O II]" ? 1.5 : 0.01);

    [Fact]
    public void The_redshift_applies_in_vacuum_before_the_conversion_to_air()
    {
        SpectralLine lyman = SpectralLines.Usual[0];
        Assert.Equal(4862.68, lyman.ObservedAngstrom(3, WavelengthMedium.Vacuum), 0.01);
        Assert.Equal(4861.32, lyman.ObservedAngstrom(3, WavelengthMedium.Air), 0.01); // not 4862.68, its "air" rest wavelength times four
    }

    [Fact]
    public void Lines_are_in_order() => Assert.Equal(SpectralLines.Usual.OrderBy(l => l.VacuumAngstrom), SpectralLines.Usual);
}
