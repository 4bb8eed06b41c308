using System.Globalization;
using Pile.TestKit;

namespace Pile.Rasters.Tests;

/// <summary>Times of CF with references in the mixed calendar, against cftime.</summary>
public class CfTimeTests
{
    [Theory]
    [InlineData("days since 0001-01-01", "standard", 737791.25)]
    [InlineData("days since 1-1-1 00:00:00", "gregorian", 577737)]
    [InlineData("hours since 0001-01-01 06:00:00 -02:00", "standard", 17700001)]
    [InlineData("seconds since 1500-02-29 12:34:56", "standard", 16000000001)]
    [InlineData("days since 1582-10-04", "standard", 1)]
    [InlineData("days since 1582-10-15", "standard", 0.5)]
    [InlineData("days since 0001-01-01", "proleptic_gregorian", 737791.25)]
    [InlineData("milliseconds since 1970-01-01", "standard", 1600000000123)]
    public void Times_are_those_of_cftime(string units, string calendar, double value)
    {
        string expected = Python.Run("""
            import sys, cftime
            found = cftime.num2date(float(sys.argv[3]), sys.argv[1], sys.argv[2])
            print(found.isoformat())
            """, units, calendar, value.ToString(CultureInfo.InvariantCulture)).Trim();
        string found = CfTime.Text(CfTime.Parse(units, calendar).ToMjd(value));
        Assert.Equal(DateTime.Parse(expected, CultureInfo.InvariantCulture),
            DateTime.Parse(found[..^1], CultureInfo.InvariantCulture), TimeSpan.FromMicroseconds(1));
    }

    [Fact] // 7 days, as in UDUNITS; cftime has no weeks
    public void Weeks_are_seven_days() =>
        Assert.Equal("2000-01-23T12:00:00Z", CfTime.Text(CfTime.Parse("weeks since 2000-01-02", null).ToMjd(3 + (1 / 14.0))));

    [Theory] // leap seconds are not counted: a value is a date and a time of day
    [InlineData("seconds since 2016-12-31", 43200)]
    [InlineData("days since 2016-12-30", 1.75)]
    [InlineData("hours since 2016-12-31", 24)]
    public void A_day_with_a_leap_second_has_the_mjd_of_astropy(string units, double value)
    {
        string[] expected = Python.Run("""
            import sys, cftime
            from astropy.time import Time
            text = cftime.num2date(float(sys.argv[2]), sys.argv[1], 'standard').isoformat()
            print(repr(float(Time(text, scale='utc').mjd)), text + 'Z')
            """, units, value.ToString(CultureInfo.InvariantCulture)).Trim().Split(' ');
        double mjd = CfTime.Parse(units, null).ToMjd(value);
        Assert.Equal(double.Parse(expected[0], CultureInfo.InvariantCulture), mjd, 2e-11);
        Assert.Equal(expected[1], CfTime.Text(mjd));
    }
}
