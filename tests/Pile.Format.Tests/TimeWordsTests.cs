namespace Pile.Format.Tests;

public class TimeWordsTests
{
    [Theory] // FITS 4.0, table 30; UTC(NIST) is the example of its section 9.2.1
    [InlineData("TDB", true)]
    [InlineData("UTC(NIST)", true)]
    [InlineData("UTC()", false)]
    [InlineData("tai", false)]
    [InlineData("MJD", false)]
    [InlineData("", false)]
    public void Time_scales_of_FITS_are_recognized(string word, bool isScale) => Assert.Equal(isScale, TimeWords.IsScale(word));

    [Theory] // FITS 4.0, table 31: eight letters are significant
    [InlineData("TOPOCENTER", true)]
    [InlineData("BARYCENT", true)]
    [InlineData("GEOCENTR", true)]
    [InlineData("MARS", true)]
    [InlineData("SOLARSYSTEM", false)]
    [InlineData("barycenter", false)]
    [InlineData("", false)]
    public void Reference_positions_of_FITS_are_recognized(string word,
        bool isReference) => Assert.Equal(isReference, TimeWords.IsReference(word));
}
