using System.Globalization;
using Pile.TestKit;

namespace Pile.Fits.Tests;

public class CardTests
{
    [Theory] // FITS 4.0 §4.2.4; expected: fits.Header.fromstring of astropy
    [InlineData("X       = 1.5D3")]
    [InlineData("X       =             -2.5d-3 / [s] 1D1")]
    [InlineData("X       = +.5D+01/")]
    [InlineData("X       =                   2D2")]
    [InlineData("X       = 5.D0 / a 'text'")]
    [InlineData("HIERARCH ESO TEL X = 1.05D1 / D")]
    public void Numbers_with_the_exponent_letter_D_are_equal_to_astropy(string card)
    {
        string expected = Python.Run("import sys\nfrom astropy.io import fits\n"
            + "print(repr(float(fits.Header.fromstring(sys.argv[1].ljust(80)).cards[0].value)))", card);
        FitsCard parsed = FitsCard.Parse(card.PadRight(80)).Single();
        Assert.Equal(double.Parse(expected, CultureInfo.InvariantCulture), double.Parse(parsed.Value!, CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("X       = '1.5D3   '", "1.5D3")]
    [InlineData("DP1     = 'NAXES: 1.0D0'", "NAXES: 1.0D0")]
    [InlineData("X       = 2020D / 1D1", "2020D")]
    [InlineData("X       = D2", "D2")]
    [InlineData("X       = 1D1D1", "1D1D1")]
    [InlineData("X       = ABCD1", "ABCD1")]
    public void Other_values_keep_their_letters(string card, string expected)
    {
        Assert.Equal(expected, FitsCard.Parse(card.PadRight(80)).Single().Value);
        Assert.Equal(card.PadRight(80), FitsCard.WithLetterE(card.PadRight(80)));
    }
}
