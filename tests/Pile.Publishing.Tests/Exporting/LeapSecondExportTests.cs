using Pile.Publishing.Exporting.Chips;
using Pile.Publishing.Exporting.Stac;

namespace Pile.Publishing.Tests.Exporting;

/// <summary>Times of day of a day with a leap second, over which its MJD is spread. Values by astropy 7 (<c>Time(text).mjd</c>).</summary>
public class LeapSecondExportTests
{
    [Theory]
    [InlineData(57753.49999421303, "2016-12-31T12:00:00.000Z", 12)]
    [InlineData(57753.99997685212, "2016-12-31T23:59:59.000Z", 23)]
    [InlineData(57753.5, "2016-12-31T12:00:00.500Z", 12)]
    [InlineData(57753.99999421303, "2017-01-01T00:00:00.000Z", 0)] // 23:59:60.5, which timestamps do not have
    [InlineData(57754.5, "2017-01-01T12:00:00.000Z", 12)]
    public void Times_of_day_are_those_of_the_clock(double mjd, string text, int hour)
    {
        Assert.Equal(text, ColumnItems.TextOf(mjd));
        (double sin, double cos) = ChipTime.Of(mjd, double.NaN).Hour;
        Assert.Equal(Math.Sin(2 * Math.PI * hour / 24), sin, 1e-12);
        Assert.Equal(Math.Cos(2 * Math.PI * hour / 24), cos, 1e-12);
    }
}
